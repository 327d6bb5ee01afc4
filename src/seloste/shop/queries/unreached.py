"""Confirmations that did not arrive: the mail server refused the newest one of an order for good."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from seloste.mail.choices import MessageState
from seloste.mail.models import Message
from seloste.shop.models import Order
from seloste.shop.rules import course

#: What the outbox calls the confirmation of an order; one that was sent again has its moment behind it.
CONFIRMED = "confirmed"
_LOST = (MessageState.FAILED, MessageState.CANCELLED)


def unreached(among: Collection[UUID] | None = None) -> set[UUID]:
    """Return the orders (among these, or all) whose confirmation did not arrive, so far as they have not ended."""
    lost = Message.objects.filter(state__in=_LOST, key__startswith="order:", key__contains=f":{CONFIRMED}")
    if among is not None:
        lost = lost.filter(_of(among))
    ids = {_order(key) for key in lost.values_list("key", flat=True)}
    newest: dict[UUID, str] = {}
    for key, state in Message.objects.filter(_of(ids)).order_by("queued_at", "id").values_list("key", "state"):
        newest[_order(key)] = state
    found = {order for order, state in newest.items() if state in _LOST}
    return set(Order.objects.filter(id__in=found).exclude(state__in=course.ENDED).values_list("id", flat=True))


def is_unreached(order_id: UUID) -> bool:
    """Tell whether the order's confirmation did not arrive."""
    return order_id in unreached([order_id])


def _order(key: str) -> UUID:
    return UUID(key.split(":")[1])


def _of(orders: Collection[UUID]) -> Q:
    found = Q(pk__in=[])
    for order in orders:
        found |= Q(key__startswith=f"order:{order}:{CONFIRMED}")
    return found
