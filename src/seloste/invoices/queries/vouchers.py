"""Questions about vouchers: what is left to pay, what can be credited, what was made for an order."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from seloste.invoices.choices import Kind, LineKind
from seloste.invoices.models import Invoice, Line, Settlement
from seloste.invoices.rules.crediting import Credit
from seloste.kernel.money import NOTHING, shared


def left_of(invoice: Invoice) -> Decimal:
    """Return what is left to pay of an invoice; negative where money has to go back."""
    settled = Settlement.objects.filter(invoice=invoice).aggregate(sum=Sum("amount"))["sum"]
    return Decimal(invoice.payable) - Decimal(settled or NOTHING)


def balance(invoice_id: UUID) -> Decimal:
    """Return what is left to pay of the invoice, nothing for a credit note; negative where money has to go back."""
    row = Invoice.objects.filter(id=invoice_id, kind=Kind.INVOICE).first()
    return left_of(row) if row else NOTHING


def creditable(invoice: Invoice) -> list[Credit]:
    """Return what of each line can still be credited: after discounts and earlier credit notes."""
    items = [line for line in invoice.lines.order_by("position") if line.kind == LineKind.ITEM]
    nets = _nets_after_discounts(invoice, items)
    credited: dict[int, tuple[Decimal, Decimal]] = defaultdict(lambda: (NOTHING, NOTHING))
    for place, net, tax in Line.objects.filter(invoice__credits=invoice).values_list("credits", "net", "tax"):
        was = credited[place or 0]
        credited[place or 0] = (was[0] + net, was[1] + tax)
    return [
        Credit(
            position=line.position,
            sku=line.sku,
            text=line.text,
            quantity=line.quantity,
            unit=line.unit,
            category=line.category,
            rate=line.rate,
            net=nets[line.position] - credited[line.position][0],
            tax=line.tax - credited[line.position][1],
        )
        for line in items
    ]


def _nets_after_discounts(invoice: Invoice, items: list[Line]) -> dict[int, Decimal]:
    found: dict[int, Decimal] = {}
    for row in invoice.vat_rows.all():
        mine = [line for line in items if (line.category, line.rate) == (row.category, row.rate)]
        parts = shared(row.taxable, [line.net for line in mine])
        found.update({line.position: part for line, part in zip(mine, parts, strict=True)})
    return found


def was_invoiced(order_key: str) -> bool:
    """Tell whether an invoice was ever made for the order; one that was credited or blocked was made all the same."""
    return bool(order_key) and Invoice.objects.filter(order_key=order_key, kind=Kind.INVOICE).exists()


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A voucher in a list: of the order's own page, or of the customer's."""

    id: UUID
    kind: Kind
    number: str
    issued_on: date
    due_on: date
    total: Decimal
    left: Decimal
    reference: str
    order_key: str


def of(order_keys: Iterable[str]) -> list[Listed]:
    """Return the vouchers of orders, oldest first. The caller has proved that they may be seen, and records it."""
    rows = Invoice.objects.filter(order_key__in=[key for key in order_keys if key]).order_by("issued_at", "seq")
    return [_listed(row) for row in rows]


def _listed(row: Invoice) -> Listed:
    return Listed(
        id=row.id,
        kind=Kind(row.kind),
        number=row.number,
        issued_on=row.issued_on,
        due_on=row.due_on,
        total=row.total + row.rounding,
        left=left_of(row) if row.kind == Kind.INVOICE else NOTHING,
        reference=row.reference,
        order_key=row.order_key,
    )
