"""What was ordered is delivered: by itself where a room above says how, otherwise when an employee says so."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.register.actions import touch
from seloste.shop.actions import states
from seloste.shop.actions.history import PURPOSE, TooLate, held, note
from seloste.shop.choices import Happened, OrderState
from seloste.shop.models import Order, OrderLine
from seloste.shop.queries import undelivered
from seloste.shop.rules import course


@transaction.atomic
def deliver(*, by: Duty, at: datetime, order_id: UUID, line_ids: Collection[UUID] | None = None) -> bool:
    """Note that lines were delivered, all that are left where none is named; tell whether anything was new.

    TooLate where the order is not one that is being delivered.
    """
    order = held(order_id, by=by)
    lines = undelivered.lines(order.id)
    due = list(lines if line_ids is None else lines.filter(id__in=line_ids))
    if not due:
        return False
    if OrderState(order.state) not in course.STILL_DELIVERING:
        raise TooLate(_("This order cannot be delivered now. Look at how it stands."))
    for line in due:
        _deliver(order, line, by=by, at=at)
    _go_on(order, by=by, at=at)
    return True


def _deliver(order: Order, line: OrderLine, *, by: Duty, at: datetime) -> None:
    OrderLine.objects.filter(id=line.id).update(fulfilled_at=at)
    note(order, Happened.LINE_DELIVERED, by=by, at=at, line=line.id, categories=("order", "delivery"))


def _go_on(order: Order, *, by: Duty, at: datetime) -> None:
    """Move the order on: its time for being kept runs from its last delivery, also where a part went back."""
    is_whole = not undelivered.lines(order.id).exists()
    if order.state == OrderState.PARTLY_REFUNDED:
        whole = {"delivered_at": at} if is_whole else {}
        Order.objects.filter(id=order.id).update(last_delivery_on=local_date(at), **whole)
        if order.person_id:
            touch(by=by, at=at, person_id=order.person_id, purposes=[PURPOSE], on=local_date(at))
        return
    if order.state == OrderState.PAID and not is_whole:
        states.move(by=by, at=at, order_id=order.id, to=OrderState.DELIVERING)
    if is_whole:
        finish(order, by=by, at=at)
    else:
        Order.objects.filter(id=order.id).update(last_delivery_on=local_date(at))


def finish(order: Order, *, by: Duty, at: datetime) -> None:
    """Say that nothing is left to deliver."""
    Order.objects.filter(id=order.id, fulfilled_at=None).update(fulfilled_at=at)
    states.move(by=by, at=at, order_id=order.id, to=OrderState.DELIVERED)
