"""What has come of invoices, and which are still to be paid: one question each."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import DecimalField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from seloste.invoices.choices import Kind
from seloste.invoices.models import Invoice, Settlement
from seloste.kernel.money import NOTHING


def came() -> Coalesce:
    """Return what has come of an invoice, as an expression."""
    sums = Settlement.objects.filter(invoice=OuterRef("pk")).order_by().values("invoice").annotate(sum=Sum("amount"))
    return Coalesce(Subquery(sums.values("sum")), NOTHING, output_field=DecimalField())


def settled(ids: Iterable[UUID]) -> dict[UUID, Decimal]:
    """Return what has come of each of these invoices; nothing is said of one of which nothing has."""
    rows = Settlement.objects.filter(invoice__in=list(ids)).order_by().values("invoice")
    return dict(rows.annotate(sum=Sum("amount")).values_list("invoice", "sum"))


def unpaid(rows: "QuerySet[Invoice]", *, due_before: date | None = None) -> "QuerySet[Invoice]":
    """Return those of which something is left to pay, all of them or those whose day is over.

    Whatever was paid at once has nothing to pay and is not looked at: an index holds the others.
    """
    to_pay = rows.filter(kind=Kind.INVOICE, payable__gt=0)
    to_pay = to_pay.filter(due_on__lt=due_before) if due_before else to_pay
    return to_pay.filter(payable__gt=came())


def paid(rows: "QuerySet[Invoice]") -> "QuerySet[Invoice]":
    """Return those of which nothing is left to pay."""
    return rows.filter(kind=Kind.INVOICE, payable__lte=came())
