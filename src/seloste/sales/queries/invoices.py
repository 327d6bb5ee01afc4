"""Invoices and credit notes, as those who keep the books see them; among them those that are late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from seloste.invoices.choices import Kind
from seloste.invoices.models import Invoice, Party, Reminder, Settlement
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
#: So many of the invoices that were due last are counted through, for a number on the first page.
LOOKED_AT = 2_000
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


def _settled() -> Coalesce:
    """Return what has come of an invoice, as an expression."""
    sums = Settlement.objects.filter(invoice=OuterRef("pk")).order_by().values("invoice").annotate(sum=Sum("amount"))
    return Coalesce(Subquery(sums.values("sum")), NOTHING, output_field=DecimalField())


def _rows(by: Duty, asked: Asked) -> "QuerySet[Invoice]":
    hidden = Person.objects.filter(withheld_from(by))
    found = Invoice.objects.exclude(id__in=Party.objects.filter(person__in=hidden).values("invoice"))
    found = pages.during(found.annotate(settled=_settled()), "issued_on", asked, is_moment=False)
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
    invoices = found.filter(kind=Kind.INVOICE)
    if how == "maksettu":
        return invoices.filter(payable__lte=F("settled"))
    unpaid = invoices.filter(payable__gt=F("settled"))
    return unpaid.filter(due_on__lt=today) if how == "myohassa" else unpaid


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
    return [_line(row, parties.get(row.id), rounds.get(row.id, 0), today) for row in found]


def _line(row: Invoice, person: UUID | None, reminders: int, today: date) -> InvoiceOnList:
    settled: Decimal = getattr(row, "settled", NOTHING)
    left = row.payable - settled if row.kind == Kind.INVOICE else NOTHING
    kind, _colon, order = row.order_key.partition(":")
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
        net=row.net,
        vat=row.vat,
        total=row.total + row.rounding,
        left=left,
        days_late=max((today - row.due_on).days, 0) if left > 0 else 0,
        reminders=reminders,
        person_id=person,
    )


def late_count(*, by: Duty, at: datetime) -> int:
    """Return how many of the invoices that were due last are unpaid: a count that looks at no more than it can bear."""
    if not may_see(by):
        return 0
    due = Invoice.objects.filter(kind=Kind.INVOICE, payable__gt=0, due_on__lt=local_date(at))
    newest = list(due.order_by("-due_on").values_list("id", flat=True)[:LOOKED_AT])
    return Invoice.objects.filter(id__in=newest).annotate(settled=_settled()).filter(payable__gt=F("settled")).count()


SOURCE = Source(
    listing=LISTING,
    deed="invoice.listed",
    categories=CATEGORIES,
    may_see=may_see,
    rows=_rows,
    lines=_lines,
    persons=lambda line: line.person_id,
)
