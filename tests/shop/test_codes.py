"""Codes, discounts and quantities: pure rules."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seloste.declaration.load import current
from seloste.kernel.money import NOTHING
from seloste.shop.rules.carts import CART_KEPT, NotANumber, read_quantity, seal_of
from seloste.shop.rules.codes import Taking, discounts, folded
from seloste.shop.rules.terms import terms


@pytest.mark.parametrize(
    "typed",
    ["SYKSY-10", "syksy-10", " Syksy 10 ", "SYKSY10", "ＳＹＫＳＹ－１０", "SYKSY\N{ZERO WIDTH SPACE}-10", "sYkSy–10"],
)
def test_code_is_the_same_however_it_is_typed(typed: str) -> None:
    assert folded(typed) == "syksy10"


def test_code_folds_as_unicode_does() -> None:
    assert folded("STRASSE") == folded("straße")
    assert folded("Ä1B") == folded("A\N{COMBINING DIAERESIS}1b")
    assert folded("ﬁnland") == folded("FINLAND")
    assert folded("") == folded(" -- ") == ""


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(typed: str) -> None:
    assert folded(folded(typed)) == folded(typed)


amounts = st.decimals("0.00", "5000.00", places=2)


@given(
    st.lists(amounts, min_size=1, max_size=8),
    st.one_of(
        st.builds(lambda value: Taking(percent=value), st.decimals("0.01", "100.00", places=2)),
        st.builds(lambda value: Taking(amount=value), st.decimals("0.01", "9000.00", places=2)),
    ),
)
def test_discount_is_never_more_than_its_line(sums: list[Decimal], taking: Taking) -> None:
    lines = [(uuid4(), amount) for amount in sums]
    taken = discounts(taking, lines)
    assert all(NOTHING <= off <= amount for off, (_, amount) in zip(taken, lines, strict=True))
    if taking.amount is not None:
        assert sum(taken, NOTHING) == min(taking.amount, sum(sums, NOTHING))


def test_discount_is_for_its_products_and_from_its_sum_on() -> None:
    mine, other = uuid4(), uuid4()
    lines = [(mine, Decimal("40.00")), (other, Decimal("60.00"))]
    some = Taking(percent=Decimal(50), products=frozenset({mine}))
    assert discounts(some, lines) == [Decimal("20.00"), NOTHING]
    assert discounts(Taking(amount=Decimal(10), min_total=Decimal("100.01")), lines) == [NOTHING, NOTHING]
    assert discounts(Taking(amount=Decimal(10), min_total=Decimal("100.00")), lines) == [
        Decimal("4.00"),
        Decimal("6.00"),
    ]


@pytest.mark.parametrize(
    "typed", ["-1", "0", "1000", "1.5", "1,5", "1e3", "²", "٣", "abc", "", "9" * 40, "0x10", "+1", "1 2"]
)
def test_quantity_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(NotANumber):
        read_quantity(typed)


def test_quantity_is_read_as_it_is_typed() -> None:
    assert [read_quantity(typed) for typed in ("1", " 7 ", "999", "007")] == [1, 7, 999, 7]
    assert read_quantity("0", least=0) == 0


def test_cookie_lasts_as_long_as_the_notice_says() -> None:
    assert str(current().terminal["cart"].lifetime) == f"P{CART_KEPT // timedelta(days=1)}D"
    assert len(seal_of("x")) == 32
    assert seal_of("\ud800") != seal_of("y")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_terms_name_the_seller_and_the_right_in_each_language(language: str) -> None:
    said = terms(language, current().controller)
    assert current().controller.email in said.plain
    assert "{" not in said.plain
    assert "14" in " ".join(said.section("withdrawal").text)
    assert len(said.form_lines) == 7
    assert len(said.text_hash) == 64
