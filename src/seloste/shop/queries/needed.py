"""Which orders are still being handled: those that an erasure leaves, and that do not go when their time is up."""

from collections.abc import Callable

from django.db.models import Exists, OuterRef, Q, QuerySet

from seloste.shop.choices import OrderState, RefundState, WithdrawalState
from seloste.shop.models import Order, Refund, Withdrawal
from seloste.shop.queries import undelivered
from seloste.shop.rules import course

#: What a room above says an order is needed for, such as a service that runs: given the name of the column of its id.
Rests = Callable[[str], Exists]
_rests: dict[str, Rests] = {}


def while_rests(room: str, condition: Rests) -> None:
    """Have orders stay while the room's condition holds. Called in ``AppConfig.ready``."""
    _rests[room] = condition


def being_handled() -> Q:
    """Return the condition of orders that are still to be delivered."""
    return Q(state__in=course.OPEN) | Q(state=OrderState.PARTLY_REFUNDED) & undelivered.is_due()


def open_orders() -> QuerySet[Order]:
    """Return the orders for which something is still to be done, or on which something still rests."""
    stated = Withdrawal.objects.filter(order=OuterRef("pk"), state=WithdrawalState.STATED)
    on_its_way = Refund.objects.filter(order=OuterRef("pk"), state=RefundState.ASKED, payment__isnull=False)
    is_open = being_handled() | Q(Exists(stated)) | Q(Exists(on_its_way))
    for condition in _rests.values():
        is_open |= Q(condition("pk"))
    return Order.objects.filter(is_open)
