"""Finding an order, an invoice, a subscription or a withdrawal by its number, in the one search box."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import transaction

from seloste.audit.actions import record
from seloste.invoices.rules import numbering
from seloste.kernel.duty import Duty
from seloste.kernel.ids import read_reference
from seloste.sales.queries import invoices, orders, services
from seloste.sales.queries.source import Source
from seloste.sales.rules.listing import Asked

#: So long is the longest number of ours, with spaces.
LONGEST = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """Something that has the number."""

    kind: Literal["order", "invoice", "service"]
    id: UUID
    reference: str
    name: str
    detail: str


@transaction.atomic
def by_number(*, by: Duty, at: datetime, typed: str) -> Sequence[Hit]:
    """Return what has the number within the duty; what was found is recorded."""
    text = "".join(typed.split())[:LONGEST]
    reference = read_reference(text) or ""  # one in twenty has no digit
    if not reference and not any(character.isdigit() for character in text):
        return []
    hits: list[Hit] = []
    if reference[:1] == "T":
        hits += _orders(by, at, reference)
    if reference[:1] == "S":
        hits += _services(by, at, reference)
    return hits or _invoices(by, at, text)


def _found(source: Source[object], by: Duty, at: datetime, number: str) -> list[object]:
    if "read" not in by.may or not source.may_see(by):
        return []
    lines = source.lines(by, at, list(source.rows(by, Asked(at=at, sought=number))[:5]))
    if lines:
        persons = {person for line in lines if (person := source.persons(line))}
        seen = [category for category in source.categories if category in by.categories]
        record(by=by, at=at, deed="order.searched", subjects=sorted(persons), categories=seen)
    return lines


def _orders(by: Duty, at: datetime, reference: str) -> list[Hit]:
    lines: list[orders.OrderOnList] = _found(orders.SOURCE, by, at, reference)  # type: ignore[arg-type,assignment]
    return [
        Hit(
            kind="order",
            id=line.id,
            reference=line.reference,
            name=(line.company or line.name) if "identity" in by.categories else line.reference,
            detail=line.what,
        )
        for line in lines
    ]


def _services(by: Duty, at: datetime, reference: str) -> list[Hit]:
    lines: list[services.ServiceOnList] = _found(services.SOURCE, by, at, reference)  # type: ignore[arg-type,assignment]
    return [
        Hit(kind="service", id=line.id, reference=line.reference, name=line.title, detail=line.customer)
        for line in lines
    ]


def _invoices(by: Duty, at: datetime, text: str) -> list[Hit]:
    """Return invoices of the number as it is printed, or of the reference number that the payer used."""
    number = numbering.read_reference(text) or text
    lines: list[invoices.InvoiceOnList] = _found(invoices.SOURCE, by, at, number)  # type: ignore[arg-type,assignment]
    return [
        Hit(kind="invoice", id=line.id, reference=line.number, name=line.buyer, detail=line.order_reference)
        for line in lines
    ]
