# ruff: noqa: ANN401 -- what a bill is built with goes through
"""Bills and invoices of invented buyers."""

from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from tests.make import AT

from seloste.catalogue.rules.vat import Vat, treatment
from seloste.invoices import actions
from seloste.invoices.actions import Bill, Buyer, Discount, Item
from seloste.kernel.duty import system

__all__ = ["AT", "SYSTEM", "bill", "buyer", "company", "issue", "item", "less", "vat"]

SYSTEM = system("accounting")
_keys = count(1)


def vat(
    country: str = "FI",
    *,
    business: bool = False,
    kind: str = "electronic",
    rate: str = "standard",
    on: date | None = None,
) -> Vat:
    """Return how a sale to the country is taxed."""
    return treatment(
        country=country,
        is_business=business,
        vat_number_valid=business,
        vat_kind=kind,
        rate_class=rate,
        on=on or date(2026, 11, 25),
    )


def buyer(**changes: Any) -> Buyer:
    """Return a consumer in Finland, or what is said."""
    told: dict[str, Any] = {
        "name": "Maija Mallikas",
        "email": "maija@example.com",
        "street": "Esimerkkikatu 1 A 2",
        "postal_code": "00100",
        "city": "Helsinki",
    } | changes
    return Buyer(**told)


def company(**changes: Any) -> Buyer:
    """Return a company in Finland, or what is said."""
    told: dict[str, Any] = {
        "name": "Esimerkki Oy",
        "contact": "Matti Mallikas",
        "email": "laskut@example.com",
        "business_id": "7654321-6",
        "vat_number": "FI76543216",
        "is_business": True,
        "reference": "PO-77",
    } | changes
    return buyer(**told)


def item(amount: str = "29.90", *, tax: Vat | None = None, **rest: Any) -> Item:
    """Return a line with its amount."""
    return Item(text=rest.pop("text", "Seloste Pro, kuukausi"), amount=Decimal(amount), vat=tax or vat(), **rest)


def less(amount: str, *, tax: Vat | None = None) -> Discount:
    """Return a discount on the whole."""
    return Discount(text="Alennus SYKSY", amount=Decimal(amount), vat=tax or vat())


def bill(*items: Item, **rest: Any) -> Bill:
    """Return a bill with a key of its own."""
    told: dict[str, Any] = {"key": f"test:{next(_keys)}", "buyer": buyer(), "items": items or (item(),)} | rest
    return Bill(**told)


def issue(*items: Item, at: datetime = AT, **rest: Any) -> UUID:
    """Issue an invoice by the system."""
    return actions.issue(by=SYSTEM, at=at, bill=bill(*items, **rest))
