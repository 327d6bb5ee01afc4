"""Periods as the declaration writes them."""

from datetime import date

import pytest

from seloste.kernel.periods import Period, add, parse_period


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("P24M", Period(months=24)),
        ("P6Y", Period(months=72)),
        ("P30D", Period(days=30)),
        ("P2W", Period(days=14)),
        ("P1Y6M", Period(months=18)),
    ],
)
def test_period_is_read(text: str, period: Period) -> None:
    assert parse_period(text) == period
    assert parse_period(str(period)) == period


@pytest.mark.parametrize("text", ["", "P", "P0D", "24M", "P1.5Y", "PT72H", "P-1M", "until asked", "P99999D"])
def test_period_is_refused_when_it_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="period"):
        parse_period(text)


@pytest.mark.parametrize(
    ("day", "text", "later"),
    [
        (date(2026, 8, 31), "P1M", date(2026, 9, 30)),
        (date(2026, 1, 31), "P1M", date(2026, 2, 28)),
        (date(2028, 1, 31), "P1M", date(2028, 2, 29)),
        (date(2024, 2, 29), "P12M", date(2025, 2, 28)),
        (date(2026, 12, 31), "P24M", date(2028, 12, 31)),
        (date(2026, 11, 25), "P30D", date(2026, 12, 25)),
    ],
)
def test_period_is_added_by_the_calendar(day: date, text: str, later: date) -> None:
    assert add(day, parse_period(text)) == later
