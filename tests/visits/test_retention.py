"""What goes when: lines after the declared period, hours and days after ours."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from tests.visits import make

from seloste.declaration.load import current
from seloste.kernel.clock import HELSINKI
from seloste.kernel.duty import system
from seloste.kernel.retention import Due, Store, stores
from seloste.visits.actions import entering
from seloste.visits.models import DayCount, HourCount, SecurityLine
from seloste.visits.retention import DAYS, HOURS, LINES, MONTHS

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=HELSINKI)


def clear(store: Store, day: date, limit: int = 1_000) -> int:
    return store.clear(system(store.purpose), noon(day), limit)


def test_stores_are_registered() -> None:
    assert {"visits.security_log", "visits.hours", "visits.days", "visits.months"} <= {store.key for store in stores()}


def test_line_goes_when_the_declared_period_is_over() -> None:
    period = current().purpose["web_security"].retention.period
    assert str(period) == "P30D"
    just_after_midnight = datetime(2026, 10, 22, 21, 30, tzinfo=UTC)  # 23.10. in Helsinki
    entering.enter_lines([make.line(at=noon(TODAY - ago * DAY).timestamp()) for ago in (0, 29, 30, 31, 32)])
    entering.enter_lines([make.line(at=just_after_midnight.timestamp())])

    assert list(LINES.due(TODAY)) == [
        Due(on=TODAY - 2 * DAY, count=1), Due(on=TODAY - DAY, count=1), Due(on=TODAY, count=2),
    ]  # fmt: skip
    assert clear(LINES, TODAY) == 2
    assert (SecurityLine.objects.count(), clear(LINES, TODAY + DAY), clear(LINES, TODAY + DAY)) == (4, 2, 0)


def test_lines_go_in_bounded_steps() -> None:
    entering.enter_lines([make.line(at=noon(TODAY - 40 * DAY).timestamp()) for _number in range(25)])

    assert [clear(LINES, TODAY, limit=10) for _time in range(4)] == [10, 10, 5, 0]


def test_hours_go_and_the_day_stays() -> None:
    make.day(TODAY - 35 * DAY, "views", _=5)
    make.day(TODAY - 36 * DAY, "views", _=5, hour=0)
    make.day(TODAY - 36 * DAY, "views", _=5, hour=23)

    assert clear(HOURS, TODAY) == 2
    assert (HourCount.objects.count(), DayCount.objects.count()) == (1, 2)


def test_days_go_after_25_months() -> None:
    make.day(TODAY - 760 * DAY, "views", _=5)
    make.day(TODAY - 761 * DAY, "views", _=5)

    assert clear(DAYS, TODAY) == 1
    assert DayCount.objects.get().counted_on == TODAY - 760 * DAY


def test_all_that_is_held_is_told() -> None:
    make.day(TODAY, "views", _=5)
    entering.enter_lines([make.line()])

    assert [store.held() for store in (LINES, HOURS, DAYS, MONTHS) if store.held] == [1, 1, 1, 1]


def test_month_goes_with_its_last_day() -> None:
    make.day(date(2024, 10, 1), "views", _=5)
    make.day(date(2024, 11, 1), "views", _=5)
    last = date(2024, 10, 31) + 760 * DAY

    assert (clear(MONTHS, last), clear(MONTHS, last + DAY)) == (0, 1)
