"""A last day as the database reckons it is the last day as the declaration's periods reckon it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.db.models import F, Value
from hypothesis import example, given, settings
from hypothesis import strategies as st

from seloste.audit.models import Run
from seloste.kernel import retention
from seloste.kernel.clock import HELSINKI, local_date
from seloste.kernel.duty import system
from seloste.kernel.periods import Period, add, parse_period

MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2034, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 -- zone given
PERIODS = st.builds(Period, months=st.integers(0, 130), days=st.integers(0, 400)).filter(lambda one: one != Period())


def reckoned(moment: datetime, period: Period) -> date:
    from django.db.models import DateTimeField

    said = retention.last_day(Value(moment, output_field=DateTimeField()), period)
    sql, values = Run.objects.annotate(day=said).values("day").query.get_compiler("default").as_sql()
    with connection.cursor() as cursor:
        cursor.execute(sql.partition(" FROM ")[0], values)
        found: date = cursor.fetchone()[0]
    return found


@pytest.mark.django_db
@settings(max_examples=300, deadline=None)
@given(moment=MOMENTS, period=PERIODS)
@example(moment=datetime(2026, 3, 28, 22, 30, tzinfo=UTC), period=Period(days=1))  # 29 March, the night of the clocks
@example(moment=datetime(2026, 10, 24, 21, 30, tzinfo=UTC), period=Period(days=1))  # 25 October, likewise
@example(moment=datetime(2024, 2, 29, 12, 0, tzinfo=UTC), period=Period(months=12))  # no such day a year later
@example(moment=datetime(2025, 12, 31, 22, 30, tzinfo=UTC), period=Period(months=24))  # New Year in Helsinki
@example(moment=datetime(2026, 8, 31, 12, 0, tzinfo=UTC), period=Period(months=6))  # 31 August and six months
@example(moment=datetime(2027, 12, 30, 23, 0, tzinfo=UTC), period=Period(months=2, days=1))
def test_last_day_is_the_same_in_the_database_and_in_periods(moment: datetime, period: Period) -> None:
    assert reckoned(moment, period) == add(local_date(moment), period)


@given(moment=MOMENTS, period=PERIODS, until=st.dates(date(2024, 1, 1), date(2045, 1, 1)))
def test_what_ends_by_a_day_began_before_the_bound(moment: datetime, period: Period, until: date) -> None:
    if add(local_date(moment), period) <= until:
        assert moment < retention.begun_before(until, period)


def run(last: date) -> Run:
    at = datetime.combine(last - timedelta(days=30), time(12), tzinfo=HELSINKI)
    return Run.objects.create(sweep="mail.send", started_at=at, ended_at=at, done=1, outcome="done", keep_until=last)


@pytest.mark.django_db
def test_row_stays_on_its_last_day_and_goes_the_day_after() -> None:
    last = date(2026, 3, 29)
    run(last)

    def clear(at: datetime) -> int:
        return retention.delete_over(Run.objects.all(), F("keep_until"), at, 10)

    assert clear(datetime.combine(last, time(23, 59, 59), tzinfo=HELSINKI)) == 0
    assert clear(datetime.combine(last + timedelta(days=1), time(), tzinfo=HELSINKI)) == 1


@pytest.mark.django_db
def test_due_is_told_by_day_up_to_the_day() -> None:
    for last in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 1), date(2026, 3, 2)):
        run(last)

    due = retention.due_by_day(Run.objects.all(), F("keep_until"), date(2026, 3, 1))

    assert [(one.on, one.count) for one in due] == [(date(2026, 2, 28), 1), (date(2026, 3, 1), 2)]


@pytest.mark.django_db
def test_every_store_knows_its_purpose_and_keeps_what_is_new() -> None:
    from seloste.declaration.load import current
    from seloste.kernel.clock import now

    for store in retention.stores():
        purpose = current().purpose[store.purpose]
        assert purpose.retention.period != parse_period("P1D") or store.due(local_date(now())) == []
        assert store.clear(system(store.purpose), now(), 1) == 0
