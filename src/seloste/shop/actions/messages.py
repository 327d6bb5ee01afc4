"""Words about an order, both ways: what the customer writes on its page, and what an employee answers."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from seloste.floods import actions as floods
from seloste.floods.rules import Limit
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.refusals import Missing
from seloste.register.rules import read_text
from seloste.shop.actions import telling
from seloste.shop.actions.history import held, note
from seloste.shop.choices import Happened, Side
from seloste.shop.models import Order, OrderMessage

#: How much may be written about one order in an hour: more than anybody has to say.
_LIMIT = Limit(an_hour=20)


@transaction.atomic
def write(*, by: Duty, at: datetime, order_id: UUID, text: str, token: UUID, source: str = "web_form") -> UUID:
    """Take in what the customer writes about the order; the same form sent twice is one message. Returns its id."""
    order = held(order_id, by=by)
    known = OrderMessage.objects.filter(token=token).first()
    if known is not None:
        return _same(known, order)
    words = _("So much has been written about this order within an hour that we must wait. Try again later.")
    floods.refuse_flood("shop.message", str(order_id), at=at, limit=_LIMIT, words=words)
    row = _add(order, Side.IN, text, token=token, source=source, by=by, at=at)
    note(order, Happened.MESSAGE_IN, by=by, at=at, source=source, categories=("order", "correspondence"))
    return row.id


@transaction.atomic
def answer(*, by: Duty, at: datetime, order_id: UUID, text: str, token: UUID) -> UUID:
    """Write to the customer about the order; her messages that waited are answered by it. Returns the message's id."""
    order = held(order_id, by=by)
    known = OrderMessage.objects.filter(token=token).first()
    if known is not None:
        return _same(known, order)
    row = _add(order, Side.OUT, text, token=token, source="email", by=by, at=at)
    waiting = OrderMessage.objects.filter(order=order, side=Side.IN, handled_at=None)
    waiting.update(handled_at=at, handled_by=by.actor)
    telling.answered(order, row, by=by, at=at)
    note(order, Happened.MESSAGE_OUT, by=by, at=at, source="email", categories=("order", "correspondence"))
    return row.id


@transaction.atomic
def handled(*, by: Duty, at: datetime, message_id: UUID) -> None:
    """Note that a message needs no answer, or had one by another way. Saying it twice changes nothing."""
    row = OrderMessage.objects.filter(id=message_id, side=Side.IN).first()
    if row is None:
        raise Missing
    held(row.order_id, by=by)
    OrderMessage.objects.filter(id=message_id, handled_at=None).update(handled_at=at, handled_by=by.actor)


def _add(order: Order, side: Side, text: str, *, token: UUID, source: str, by: Duty, at: datetime) -> OrderMessage:
    words = read_text({"text": text})["text"]
    try:
        with transaction.atomic():
            return OrderMessage.objects.create(
                id=new_id(at), order=order, token=token, side=side, text=words, source=source, at=at, actor=by.actor
            )
    except IntegrityError:  # the form belongs to another order, or is its twin of the same moment
        return OrderMessage.objects.get(token=token, order=order)


def _same(known: OrderMessage, order: Order) -> UUID:
    if known.order_id != order.id:
        raise Missing
    return known.id
