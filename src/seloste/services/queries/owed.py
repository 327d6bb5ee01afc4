"""Money that changes owe to customers, until an employee has returned it (S4.10), and where it can be returned from."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from seloste.invoices.queries.vouchers import balance
from seloste.kernel.money import NOTHING, cents
from seloste.services.choices import ChangeKind
from seloste.services.models import SubscriptionChange, SubscriptionPeriod
from seloste.shop.actions import refunding
from seloste.shop.models import Order, OrderLine


def owed() -> QuerySet[SubscriptionChange]:
    """Return the changes for which money is still owed."""
    returned = SubscriptionChange.objects.filter(
        subscription=OuterRef("subscription"), kind=ChangeKind.RETURNED, bill=OuterRef("pk")
    )
    return SubscriptionChange.objects.filter(~Exists(returned), amount__lt=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """So much goes back of an order's line, with tax; an invoice that nobody has paid is credited instead."""

    order_id: UUID
    reference: str
    line: UUID
    amount: Decimal
    is_paid: bool
    invoice: UUID | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Where what is owed goes back from. ``missing`` is what nothing was paid for, or what went back otherwise."""

    parts: Sequence[Part]
    missing: Decimal

    @property
    def back(self) -> Decimal:
        """Return how much money leaves."""
        return sum((part.amount for part in self.parts if part.is_paid), NOTHING)

    @property
    def credited(self) -> Decimal:
        """Return how much an unpaid invoice becomes smaller."""
        return sum((part.amount for part in self.parts if not part.is_paid), NOTHING)


def plan(made: SubscriptionChange) -> Plan:
    """Return where the money of a change goes back from: what was billed last of the period is returned first."""
    rest, parts = -made.amount, []
    for order in _orders(made):
        line = order.lines.order_by("place")[0]
        part = _part(order, line, rest, is_gross=made.subscription.is_gross)
        if part is not None:
            parts.append(part)
            rest -= _marked(part.amount, line, is_gross=made.subscription.is_gross)
        if rest <= 0:
            break
    return Plan(parts=parts, missing=max(rest, NOTHING))


def _orders(made: SubscriptionChange) -> list[Order]:
    """Return the orders that paid for the period in which the change fell, the newest first."""
    periods = SubscriptionPeriod.objects.filter(subscription=made.subscription_id, begins_on__lte=made.effective_on)
    period = periods.order_by("-begins_on").first()
    bills = SubscriptionChange.objects.filter(
        subscription=made.subscription_id, number__lt=made.number, amount__gt=0, bill__isnull=False
    )
    if period is not None:
        bills = bills.filter(effective_on__gte=period.begins_on)
    ids = [*bills.values_list("bill", flat=True), *([period.bill] if period and period.bill else [])]
    return list(Order.objects.filter(id__in=ids).order_by("-placed_at", "-id"))


def _part(order: Order, line: OrderLine, rest: Decimal, *, is_gross: bool) -> Part | None:
    wanted = rest if is_gross else cents(rest * line.gross / line.net) if line.net else rest
    left = refunding.left(order)
    paid = min(wanted, left.whole, left.lines[line.id])
    if paid > 0:
        return _of(order, line, paid, is_paid=True)
    unpaid = min(wanted, balance(order.invoice), line.gross) if order.invoice and not order.paid else NOTHING
    return _of(order, line, unpaid, is_paid=False) if unpaid > 0 else None


def _of(order: Order, line: OrderLine, amount: Decimal, *, is_paid: bool) -> Part:
    return Part(
        order_id=order.id,
        reference=order.reference,
        line=line.id,
        amount=amount,
        is_paid=is_paid,
        invoice=order.invoice,
    )


def _marked(amount: Decimal, line: OrderLine, *, is_gross: bool) -> Decimal:
    return amount if is_gross or not line.gross else cents(amount * line.net / line.gross)
