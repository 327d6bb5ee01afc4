"""The structured invoice against the official rules of EN 16931 and the schemas of UBL: over a wide table of sales."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.invoices.make import AT, SYSTEM, buyer, company, issue, item, less, vat

from seloste.invoices import actions
from seloste.invoices.actions import Item
from seloste.invoices.choices import PaidBy, Unit
from seloste.invoices.models import Invoice
from seloste.invoices.queries.structured import ubl

pytestmark = pytest.mark.django_db

Asks = Callable[[bytes], list[str]]
_REVERSED = vat("DE", business=True)
_OSS = vat("DE")
_EXPORT = vat("US", kind="goods")
_OUTSIDE = vat("US")
_INTRA = vat("DE", business=True, kind="goods")
_GERMAN = company(name="Beispiel GmbH", country="DE", city="Berlin", business_id="", vat_number="DE136695976")

SALES: Mapping[str, dict[str, Any]] = {
    "domestic": {},
    "domestic company, prices without tax": {"items": (item("100.00"),), "buyer": company(), "with_vat": False},
    "company that takes e-invoices": {
        "items": (item("125.50"),),
        "buyer": company(einvoice_address="003776543216", einvoice_operator="003721291126"),
    },
    "mixed rates": {
        "items": (item("29.90"), item("14.00", tax=vat(rate="reduced")), item("9.90", tax=vat(rate="low")))
    },
    "many lines of one rate": {"items": tuple(item("0.99", text=f"Osa {n}") for n in range(1, 38))},
    "quantities and units": {
        "items": (item("333.33", quantity=Decimal(7)), item("95", quantity=Decimal("1.5"), unit=Unit.HOUR))
    },
    "reverse charge": {"items": (item("100.00", tax=_REVERSED),), "buyer": _GERMAN},
    "goods to a company in the Union": {"items": (item("100.00", tax=_INTRA),), "buyer": _GERMAN},
    "one-stop scheme": {"items": (item("29.90", tax=_OSS),), "buyer": buyer(country="DE", city="Berlin")},
    "export": {"items": (item("29.90", tax=_EXPORT),), "buyer": buyer(country="US", city="Springfield")},
    "outside": {"items": (item("29.90", tax=_OUTSIDE),), "buyer": buyer(country="US", city="Springfield")},
    "outside beside taxed": {"items": (item("29.90", tax=_OUTSIDE), item("10.00")), "buyer": buyer(country="US")},
    "zero rate": {"items": (item("29.90", tax=vat(rate="zero")),)},
    "coupon": {
        "items": (item("29.90"), item("14.00", tax=vat(rate="reduced"))),
        "discounts": (less("2.99"), less("1.40", tax=vat(rate="reduced"))),
    },
    "coupon on the line": {"items": (item("26.91", discount=Decimal("2.99")),)},
    "everything free": {"items": (item("29.90"),), "discounts": (less("29.90"),)},
    "free line": {"items": (item("29.90"), item("0.00", text="Kaupan päälle"))},
    "rounding": {"items": (item("29.90"),), "total": Decimal("29.92")},
    "paid online": {"prepaid": Decimal("29.90"), "paid_by": PaidBy.PAYTRAIL, "paid_on": date(2026, 11, 25)},
    "a subscription's period": {
        "supplied_on": date(2026, 12, 1),
        "period_ends_on": date(2026, 12, 31),
        "order_reference": "T-7K3M-9QXD",
    },
    "marks in names": {"buyer": buyer(name='Rosenström & <Pojat> "Oy" 😀', street="Å'gatan 1")},
    "Swedish": {"language": "sv"},
    "as the order reckoned it": {
        "items": (Item(text="Kirja", amount=Decimal("29.90"), vat=vat(), net=Decimal("23.82"), tax=Decimal("6.08")),),
        "order_reference": "T-7K3M-9QXD",
    },
}


def _sell(sale: Mapping[str, Any]) -> UUID:
    told = dict(sale)
    return issue(*told.pop("items", ()), **told)


@pytest.mark.parametrize("name", SALES)
def test_official_rules_find_nothing(name: str, schematron: Asks, ubl_schema: Asks) -> None:
    document = ubl(_sell(SALES[name]))
    assert ubl_schema(document) == []
    assert schematron(document) == []


@pytest.mark.parametrize("name", ["mixed rates", "reverse charge", "one-stop scheme", "outside", "coupon", "rounding"])
def test_official_rules_find_nothing_in_credit_notes(name: str, schematron: Asks, ubl_schema: Asks) -> None:
    invoice_id = _sell(SALES[name])
    part = actions.credit(
        by=SYSTEM, at=AT, invoice_id=invoice_id, why="Osahyvitys", key=f"{name} 1", amount=Decimal("3.33")
    )
    whole = actions.credit(by=SYSTEM, at=AT, invoice_id=invoice_id, why="Peruutus", key=f"{name} 2")
    for note in (part, whole):
        document = ubl(note)
        assert ubl_schema(document) == []
        assert schematron(document) == []


def test_the_rules_do_find_what_is_wrong(schematron: Asks) -> None:
    document = ubl(issue())
    assert schematron(document.replace(b">29.90<", b">29.91<"))
    assert schematron(document.replace(b">S<", b">AE<"))


_RATES = ("standard", "reduced", "low", "zero")


@given(
    lines=st.lists(
        st.tuples(st.integers(1, 99), st.integers(0, 99_999), st.sampled_from(_RATES)), min_size=1, max_size=5
    ),
    with_vat=st.booleans(),
    part=st.integers(0, 100),
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_official_rules_find_nothing_in_any_sale(
    lines: list[tuple[int, int, str]],
    with_vat: bool,  # noqa: FBT001 -- drawn
    part: int,
    schematron: Asks,
) -> None:
    items = [
        item(
            f"{cents // 100}.{cents % 100:02d}",
            quantity=Decimal(quantity),
            tax=vat(rate=rate),
        )
        for quantity, cents, rate in lines
    ]
    invoice_id = issue(*items, with_vat=with_vat)
    assert schematron(ubl(invoice_id)) == []
    total = Invoice.objects.values_list("total", flat=True).get(id=invoice_id)
    wanted = (total * part / 100).quantize(Decimal("0.01"))
    if wanted:
        key = f"part {invoice_id}"
        note = actions.credit(by=SYSTEM, at=AT, invoice_id=invoice_id, why="Osa", key=key, amount=wanted)
        assert schematron(ubl(note)) == []
