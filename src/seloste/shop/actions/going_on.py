"""A service that goes on keeps its order going on: what it is kept for has not ended (S4.2)."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from seloste.kernel.duty import Duty
from seloste.register.actions import touch
from seloste.shop.actions.history import PURPOSE, held
from seloste.shop.models import Order


@transaction.atomic
def goes_on(*, by: Duty, at: datetime, order_id: UUID, until_on: date) -> None:
    """Note that the order is being delivered until the day: its time for being kept runs from then. Never shortens."""
    order = held(order_id, by=by)
    earlier = Q(last_delivery_on=None) | Q(last_delivery_on__lt=until_on)
    Order.objects.filter(earlier, id=order_id).update(last_delivery_on=until_on)
    if order.person_id is not None:
        touch(by=by, at=at, person_id=order.person_id, purposes=[PURPOSE], on=until_on)
