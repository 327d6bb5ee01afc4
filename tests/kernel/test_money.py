"""Money is whole cents, shared without losing one."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seloste.kernel import money

amounts = st.integers(-(10**9), 10**9).map(money.from_cents)
weights = st.lists(st.integers(0, 10**7).map(money.from_cents), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [("0.005", "0.01"), ("0.0049", "0.00"), ("-0.005", "-0.01"), ("1.115", "1.12"), ("2", "2.00")],
)
def test_cents_are_rounded_half_up(exact: str, rounded: str) -> None:
    assert str(money.cents(Decimal(exact))) == rounded


def test_parts_of_a_cent_are_refused() -> None:
    with pytest.raises(ValueError, match="whole cents"):
        money.in_cents(Decimal("0.001"))


@given(amounts)
def test_cents_and_amounts_are_the_same(amount: Decimal) -> None:
    assert money.from_cents(money.in_cents(amount)) == amount


@given(amounts, weights)
def test_parts_are_together_the_amount(amount: Decimal, by: list[Decimal]) -> None:
    parts = money.shared(amount, by)

    assert sum(parts) == amount
    assert all(part == money.cents(part) and part * amount >= 0 for part in parts)


@given(amounts, weights)
def test_no_part_is_a_cent_off(amount: Decimal, by: list[Decimal]) -> None:
    whole = sum(by)
    if whole:
        assert all(
            abs(part - amount * weight / whole) < money.CENT
            for part, weight in zip(money.shared(amount, by), by, strict=True)
        )


@pytest.mark.parametrize("by", [[], [Decimal(-1), Decimal(2)]])
def test_weights_must_make_sense(by: list[Decimal]) -> None:
    with pytest.raises(ValueError, match="weights"):
        money.shared(Decimal(1), by)


def test_an_amount_is_written_as_the_language_does() -> None:
    assert money.shown(Decimal("1234.5"), "fi") == "1\xa0234,50\xa0€"
    assert money.shown(Decimal("1234.5"), "en") == "€1,234.50"
    assert money.shown(Decimal("-23.94"), "fi") == "\N{MINUS SIGN}23,94\xa0€"
