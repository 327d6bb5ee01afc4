"""What was billed of a subscription's present time and nobody has paid: it falls away when the subscription ends."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from seloste.invoices.queries.vouchers import balance
from seloste.kernel.money import NOTHING
from seloste.services.choices import ChangeKind
from seloste.services.models import Subscription, SubscriptionChange
from seloste.services.queries.standing import terms_of
from seloste.services.rules.life import Standing, rest
from seloste.shop.choices import OrderSource, OrderState
from seloste.shop.models import Order
from seloste.shop.rules import course


@dataclass(frozen=True, kw_only=True, slots=True)
class Unpaid:
    """An order that nobody paid, and how much of it is for the days that are left: nobody can be owed that back."""

    order_id: UUID
    reference: str
    left: Decimal


def unpaid(row: Subscription, before: Standing, *, on: date) -> list[Unpaid]:
    """Return the bills of the present period that were paid in no part; older ones are for days that were used."""
    made = {one.bill: one for one in SubscriptionChange.objects.filter(subscription=row, amount__gt=0)}
    billed = Order.objects.filter(
        id__in=[bill for bill in made if bill], source__in=[OrderSource.CHANGE, OrderSource.RENEWAL], paid=0,
        lines__period_until__gte=on,
    )  # fmt: skip
    return [
        Unpaid(order_id=order.id, reference=order.reference, left=_left(made[order.id], before, on=on))
        for order in billed.order_by("placed_at", "id")
        if course.may_move(OrderState(order.state), OrderState.CANCELLED) and _is_whole(order)
    ]


def _is_whole(order: Order) -> bool:
    """Tell whether nothing of its invoice was paid or credited: an employee looks at the others."""
    return order.invoice is None or balance(order.invoice) == order.gross


def _left(made: SubscriptionChange, before: Standing, *, on: date) -> Decimal:
    was = NOTHING
    if made.kind != ChangeKind.RENEW and made.was_unit is not None and made.was_quantity is not None:
        was = made.was_unit * made.was_quantity
    return rest(terms_of(made).price - was, before.left(on), before.length)
