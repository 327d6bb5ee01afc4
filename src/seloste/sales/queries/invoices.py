"""Invoices and credit notes, as those who keep the books see them; among them those that are late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from seloste.invoices.choices import Kind
from seloste.invoices.models import Invoice, Party, Reminder
from seloste.invoices.queries import unpaid
from seloste.invoices.queries.access import may_see
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.money import NOTHING
from seloste.register.models import Person
from seloste.register.queries import withheld_from
from seloste.sales.queries import listing as pages
from seloste.sales.queries.source import Source
from seloste.sales.rules.listing import Asked, Filter, Listing, Order, Ready

CATEGORIES = ("billing", "identity", "organisation", "order")
#: How an invoice stands, by its word in the address.
STANDS = {"avoin": _("open"), "myohassa": _("late"), "maksettu": _("paid")}

LISTING = Listing(
    key="invoices",
    filters=(
        Filter(key="laji", label=_("Kind"), options=Kind.choices, category="billing"),
        Filter(key="tila", label=_("State"), options=tuple(STANDS.items()), category="billing"),
    ),
    orders=(
        Order(key="", label=_("newest first"), column="issued_at", kind="moment"),
        Order(key="vanhin", label=_("oldest first"), column="issued_at", kind="moment", descends=False),
        Order(key="era", label=_("by due date"), column="due_on", kind="day", descends=False),
        Order(key="-summa", label=_("largest first"), column="total", kind="money"),
    ),
    ready=(
        Ready(label=_("All"), asks={}),
        Ready(label=_("Not paid yet"), asks={"tila": "avoin"}, icon="clock"),
        Ready(label=_("Late"), asks={"tila": "myohassa"}, icon="warning"),
        Ready(label=_("Credit notes"), asks={"laji": "credit_note"}, icon="undo"),
    ),
    dates=_("Issued"),
    prefixes="T",
)


def _rows(by: Duty, asked: Asked) -> "QuerySet[Invoice]":
    hidden = Person.objects.filter(withheld_from(by))
    found = Invoice.objects.exclude(id__in=Party.objects.filter(person__in=hidden).values("invoice"))
    found = pages.during(found, "issued_on", asked, is_moment=False)
    if asked.chosen.get("laji"):
        found = found.filter(kind=asked.chosen["laji"])
    if asked.chosen.get("tila"):
        found = _standing(found, asked.chosen["tila"], today=local_date(asked.at))
    if asked.sought:
        return found.filter(Q(number=asked.sought) | Q(order_reference=asked.sought) | Q(reference=asked.sought))
    if asked.typed and "organisation" in by.categories:
        return found.filter(is_business=True, buyer_name__istartswith=asked.typed)
    return found


def _standing(found: "QuerySet[Invoice]", how: str, *, today: date) -> "QuerySet[Invoice]":
    if how == "maksettu":
        return unpaid.paid(found)
    return unpaid.unpaid(found, due_before=today if how == "myohassa" else None)


@dataclass(frozen=True, kw_only=True, slots=True)
class InvoiceOnList:
    """An invoice or a credit note as a line of the list."""

    id: UUID
    kind: Kind
    number: str
    issued_on: date
    due_on: date
    buyer: str
    is_business: bool
    order_reference: str
    order_id: UUID | None
    net: Decimal
    vat: Decimal
    total: Decimal
    left: Decimal
    days_late: int
    reminders: int
    person_id: UUID | None


def _lines(_by: Duty, at: datetime, found: Sequence[Invoice]) -> list[InvoiceOnList]:
    ids, today = [row.id for row in found], local_date(at)
    parties = dict(Party.objects.filter(invoice__in=ids).order_by("-id").values_list("invoice_id", "person_id"))
    rounds: dict[UUID, int] = {}
    for invoice in Reminder.objects.filter(invoice__in=ids).values_list("invoice_id", flat=True):
        rounds[invoice] = rounds.get(invoice, 0) + 1
    came = unpaid.settled(ids)
    return [_line(row, parties.get(row.id), rounds.get(row.id, 0), came.get(row.id, NOTHING), today) for row in found]


def _line(row: Invoice, person: UUID | None, reminders: int, settled: Decimal, today: date) -> InvoiceOnList:
    left = row.payable - settled if row.kind == Kind.INVOICE else NOTHING
    kind, _colon, order = row.order_key.partition(":")
    sign = -1 if row.kind == Kind.CREDIT_NOTE else 1  # a voucher has no minus; in a list it takes away
    return InvoiceOnList(
        id=row.id,
        kind=Kind(row.kind),
        number=row.number,
        issued_on=row.issued_on,
        due_on=row.due_on,
        buyer=row.buyer_name,
        is_business=row.is_business,
        order_reference=row.order_reference,
        order_id=UUID(order) if kind == "order" and order else None,
        net=sign * row.net,
        vat=sign * row.vat,
        total=sign * (row.total + row.rounding),
        left=left,
        days_late=max((today - row.due_on).days, 0) if left > 0 else 0,
        reminders=reminders,
        person_id=person,
    )


def late_count(*, by: Duty, at: datetime) -> int:
    """Return how many invoices are late, up to a thousand and one: nobody reads a larger number."""
    return pages.counted(unpaid.unpaid(Invoice.objects.all(), due_before=local_date(at))) if may_see(by) else 0


SOURCE = Source(
    listing=LISTING,
    deed="invoice.listed",
    categories=CATEGORIES,
    may_see=may_see,
    rows=_rows,
    lines=_lines,
    persons=lambda line: line.person_id,
)
