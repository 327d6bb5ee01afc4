"""Days of Helsinki: with 23, 24 and 25 hours, and what they are compared with."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seloste.kernel.clock import HELSINKI
from seloste.visits.rules import chart
from seloste.visits.rules.spans import (
    Span,
    before,
    clock_time,
    day_of,
    hour_of,
    hours_of,
    moment,
    months_and_days,
    year_before,
)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 22), 24)]
)
def test_day_has_its_hours(day: date, hours: int) -> None:
    assert len(hours_of(day, HELSINKI)) == hours


def test_hour_that_comes_twice_is_two() -> None:
    names = [clock_time(hour, HELSINKI) for hour in hours_of(date(2026, 10, 25), HELSINKI)]

    assert names[2:6] == ["02", "03", "03", "04"]


def test_hour_that_is_left_out_is_none() -> None:
    names = [clock_time(hour, HELSINKI) for hour in hours_of(date(2026, 3, 29), HELSINKI)]

    assert names[2:4] == ["02", "04"]


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_every_hour_belongs_to_one_day(day: date) -> None:
    hours = hours_of(day, HELSINKI)

    assert {day_of(hour, HELSINKI) for hour in hours} == {day}
    assert hours_of(day + timedelta(days=1), HELSINKI)[0] == hours[-1] + 1


@given(st.integers(1_577_836_800, 2_208_988_800).map(lambda second: datetime.fromtimestamp(second, tz=UTC)))
def test_moment_lies_in_its_hour(at: datetime) -> None:
    began = moment(hour_of(at))

    assert began <= at < began + timedelta(hours=1)


def test_span_is_compared_with_as_many_days() -> None:
    span = Span(first=date(2026, 11, 16), last=date(2026, 11, 22))

    assert before(span) == Span(first=date(2026, 11, 9), last=date(2026, 11, 15))
    assert year_before(span) == Span(first=date(2025, 11, 17), last=date(2025, 11, 23))
    assert [day.weekday() for day in span] == [day.weekday() for day in year_before(span)]


@given(st.dates(date(2024, 1, 1), date(2027, 12, 31)), st.integers(1, 800))
def test_months_and_the_days_around_them_make_up_the_span(first: date, days: int) -> None:
    span = Span(first=first, last=first + timedelta(days=days - 1))

    months, edges = months_and_days(span)

    covered = [day for month in months for day in month_of(month)] + [day for edge in edges for day in edge]
    assert sorted(covered) == list(span)
    assert days < 62 or months


def month_of(first: date) -> list[date]:
    days = [first + timedelta(days=number) for number in range(31)]
    return [day for day in days if day.month == first.month]


@given(st.integers(0, 10**9))
def test_scale_ends_at_or_above_the_largest(largest: int) -> None:
    top = chart.round_top(max(1, largest))

    assert max(1, largest) <= top <= max(4, 2 * largest)
    assert top % 2 == 0


@given(st.lists(st.none() | st.integers(0, 10**6), max_size=60))
def test_bars_stand_inside_the_drawing(counts: list[int | None]) -> None:
    drawn = chart.draw([chart.Point(label="", count=count, earlier=count) for count in counts])

    assert all(0 <= float(bar.y) <= chart.HEIGHT and float(bar.height) <= chart.HEIGHT for bar in drawn.bars)
    assert {bar.height for bar in drawn.bars if bar.point.count is None} <= {str(chart.HIDDEN_HEIGHT)}
