"""Value added tax: the cases of a Finnish seller as a table, and what holds of every case there is."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from seloste.catalogue.choices import RateClass, Scheme, VatCategory, VatKind, VatNote
from seloste.catalogue.rules import numbers, vat
from seloste.catalogue.rules.amounts import Item, line_amounts, unit_of
from seloste.kernel.money import NOTHING

NOW = date(2026, 11, 23)
EU = [
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FR", "GR", "HR", "HU"),
    *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
]

#: Country, business, number valid, kind → rate, category, scheme, note.
CASES = [
    ("FI", False, False, "electronic", "25.5", "S", "domestic", ""),
    ("FI", True, True, "service", "25.5", "S", "domestic", ""),
    ("AX", False, False, "goods", "25.5", "S", "domestic", ""),
    ("DE", False, False, "electronic", "19", "S", "oss", "oss"),
    ("SE", False, False, "goods", "25", "S", "oss", "oss"),
    ("EE", False, False, "electronic", "24", "S", "oss", "oss"),
    ("EL", False, False, "electronic", "24", "S", "oss", "oss"),
    ("MC", False, False, "electronic", "20", "S", "oss", "oss"),
    ("DE", False, False, "service", "25.5", "S", "domestic", ""),
    ("DE", True, True, "electronic", "0", "AE", "reverse_charge", "reverse_charge"),
    ("DE", True, True, "service", "0", "AE", "reverse_charge", "reverse_charge"),
    ("DE", True, True, "goods", "0", "K", "reverse_charge", "intra_community"),
    ("DE", True, False, "electronic", "19", "S", "oss", "number_not_checked"),
    ("DE", True, False, "service", "25.5", "S", "domestic", "number_not_checked"),
    ("DE", False, True, "electronic", "19", "S", "oss", "oss"),
    ("NO", False, False, "electronic", "0", "O", "outside", "outside_finland"),
    ("NO", False, False, "goods", "0", "G", "outside", "export"),
    ("NO", False, False, "service", "25.5", "S", "domestic", ""),
    ("US", True, True, "service", "0", "O", "outside", "outside_finland"),
    ("US", True, False, "service", "25.5", "S", "domestic", "business_not_proven"),
    ("", False, False, "electronic", "25.5", "S", "domestic", ""),
    ("XX", True, True, "goods", "25.5", "S", "domestic", ""),
    ("suomi", True, True, "electronic", "25.5", "S", "domestic", ""),
    ("DE", False, False, "something", "25.5", "S", "domestic", ""),
    ("US", True, True, "something", "25.5", "S", "domestic", ""),
]


@pytest.mark.parametrize(("country", "business", "valid", "kind", "rate", "category", "scheme", "note"), CASES)
def test_case(
    *, country: str, business: bool, valid: bool, kind: str, rate: str, category: str, scheme: str, note: str
) -> None:
    found = vat.treatment(
        country=country, is_business=business, vat_number_valid=valid, vat_kind=kind, rate_class="standard", on=NOW
    )

    assert (found.rate, found.category, found.scheme, found.note) == (Decimal(rate), category, scheme, note)


@pytest.mark.parametrize(
    ("rate_class", "day", "rate"),
    [
        ("standard", date(2024, 8, 31), "24"),
        ("standard", date(2024, 9, 1), "25.5"),
        ("reduced", date(2025, 12, 31), "14"),
        ("reduced", date(2026, 1, 1), "13.5"),
        ("low", NOW, "10"),
        ("zero", NOW, "0"),
        ("unheard of", NOW, "25.5"),
    ],
)
def test_finnish_rate_is_that_of_the_day(rate_class: str, day: date, rate: str) -> None:
    assert vat.home_rate(rate_class, day) == Decimal(rate)


def test_every_member_state_has_its_rate_and_no_day_twice() -> None:
    assert sorted(vat.standard_rates()) == EU
    for rates in [*vat.standard_rates().values(), *vat.finnish_rates().values()]:
        days = [rate.since for rate in rates]
        assert days == sorted(set(days))
    assert all(15 <= rate.per_cent <= 27 for rates in vat.standard_rates().values() for rate in rates)


#: On a machine that is busy otherwise, the first examples may take a while.
calmly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)


@calmly
@given(
    country=some.one_of(some.sampled_from([*EU, "FI", "AX", "NO", "US", "GB", "XX"]), some.text(max_size=4)),
    is_business=some.booleans(),
    valid=some.booleans(),
    kind=some.one_of(some.sampled_from(VatKind.values), some.text(max_size=8)),
    rate_class=some.one_of(some.sampled_from([r for r in RateClass.values if r != "zero"]), some.text(max_size=8)),
    day=some.dates(),
)
def test_every_case_has_an_answer_and_no_tax_has_its_reason(
    *, country: str, is_business: bool, valid: bool, kind: str, rate_class: str, day: date
) -> None:
    found = vat.treatment(
        country=country, is_business=is_business, vat_number_valid=valid, vat_kind=kind, rate_class=rate_class, on=day
    )

    assert (found.category == VatCategory.STANDARD) == (found.rate > 0)
    if not found.rate:
        assert found.note, "the buyer is told why there is no tax"
        assert found.country not in {"FI", "AX", ""}
        outside = not vat.is_in_union(country)
        assert (is_business and valid) or (outside and kind in {VatKind.ELECTRONIC, VatKind.GOODS})
    if found.scheme == Scheme.REVERSE_CHARGE:
        assert (is_business, valid, vat.is_in_union(country)) == (True, True, True)
    if is_business and not valid and vat.is_in_union(country):
        assert found.note == VatNote.NUMBER_NOT_CHECKED


# --- Sums


def treated(country: str = "FI", *, business: bool = False, rate_class: str = "standard") -> vat.Vat:
    """Return how an electronic service is taxed."""
    return vat.treatment(
        country=country,
        is_business=business,
        vat_number_valid=business,
        vat_kind="electronic",
        rate_class=rate_class,
        on=NOW,
    )


def item(
    amount: str, quantity: int = 1, of: vat.Vat | None = None, *, gross: bool = True, discount: str = "0.00"
) -> Item:
    """Return a line."""
    of = of or treated()
    unit = unit_of(Decimal(amount), vat_included=gross, home_rate=Decimal("25.5"), vat=of)
    return Item(unit=unit, quantity=quantity, vat=of, discount=Decimal(discount))


@pytest.mark.parametrize(
    ("items", "net", "tax", "gross"),
    [
        ([item("49.00", 3)], "117.13", "29.87", "147.00"),
        ([item("99.99", 100, gross=False)], "9999.00", "2549.75", "12548.75"),
        ([item("0.01")], "0.01", "0.00", "0.01"),
        ([item("0.00")], "0.00", "0.00", "0.00"),
        ([item("125.50", of=treated("DE"))], "100.00", "19.00", "119.00"),
        ([item("125.50", of=treated("DE", business=True))], "100.00", "0.00", "100.00"),
        ([item("100.00", discount="10.00")], "71.71", "18.29", "90.00"),
        ([item("100.00", 2, gross=False, discount="50.00")], "150.00", "38.25", "188.25"),
        ([item("0.99"), item("0.99"), item("0.99")], "2.37", "0.60", "2.97"),
    ],
)
def test_sums(*, items: list[Item], net: str, tax: str, gross: str) -> None:
    found = line_amounts(items)

    assert (found.net, found.tax, found.gross) == (Decimal(net), Decimal(tax), Decimal(gross))


_amount = some.decimals(min_value=0, max_value=99_999, places=2)
_line = some.tuples(
    _amount,
    some.integers(1, 999),
    some.booleans(),
    some.sampled_from([treated(), treated("DE"), treated("SE"), treated("DE", business=True), treated("NO")]),
    some.integers(0, 100),
)


@calmly
@given(some.lists(_line, min_size=1, max_size=6))
def test_sums_agree_in_every_direction(lines: list[tuple[Decimal, int, bool, vat.Vat, int]]) -> None:
    items = []
    for amount, quantity, gross, of, share in lines:
        whole = item(str(amount), quantity, of, gross=gross)
        each = whole.unit.gross if whole.unit.marked_gross else whole.unit.net
        discount = (each * quantity * share / 100).quantize(Decimal("0.01"))
        items.append(item(str(amount), quantity, of, gross=gross, discount=str(min(discount, each * quantity))))

    found = line_amounts(items)

    assert found.gross == found.net + found.tax == sum((line.gross for line in found.lines), NOTHING)
    assert found.net == sum((category.net for category in found.categories), NOTHING)
    assert found.tax == sum((category.tax for category in found.categories), NOTHING)
    for one, line in zip(items, found.lines, strict=True):
        assert line.gross == line.net + line.tax
        marked = one.unit.gross if one.unit.marked_gross else one.unit.net
        assert (line.gross if one.unit.marked_gross else line.net) == marked * one.quantity - one.discount
        assert min(line.net, line.tax) >= 0
        assert abs(line.unit_net * one.quantity - line.net) <= Decimal("0.001")
    for category in found.categories:
        exact = category.net * category.vat.rate / 100
        assert abs(category.tax - exact) < Decimal("0.02"), "within what BR-CO-17 allows"


@pytest.mark.parametrize("wrong", [{"quantity": 0}, {"quantity": -1}, {"discount": "49.01"}, {"discount": "-0.01"}])
def test_impossible_lines_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="quantity"):
        line_amounts([item("49.00", **wrong)])  # type: ignore[arg-type]  # that is the point


def test_vat_numbers_and_business_ids_by_their_form() -> None:
    assert numbers.vat_number("de 136 695 976") == "DE136695976"
    assert numbers.vat_number("094259216", country="GR") == "EL094259216"
    assert numbers.country_of("EL094259216") == "GR"
    assert [numbers.vat_number(typed) for typed in ("", "DE136695977", "US123", "٣", "FI12345672")] == [None] * 5
    assert (numbers.business_id("1234567-1"), numbers.business_id("12345671")) == ("1234567-1", "1234567-1")
    assert numbers.business_id("1234567-2") is None
    assert numbers.finnish_vat_number("1234567-1") == "FI12345671"
