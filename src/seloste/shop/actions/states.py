"""The one door through which the state of an order changes. Which moves there are is said in ``rules.course``."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.catalogue.actions import give_back, take
from seloste.catalogue.actions.stock import SoldOut
from seloste.catalogue.models import Variant
from seloste.kernel import sweeps
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.register.actions import touch
from seloste.shop.actions import coupons
from seloste.shop.actions.history import PURPOSE, TooLate, held, note
from seloste.shop.choices import Happened, OrderSource, OrderState, Why
from seloste.shop.models import Order
from seloste.shop.rules import course

#: The sweep that does what follows by itself.
FORWARD = "shop.forward"
#: How an order was cancelled whose customer is told of it in the letter about what it was for.
TOLD_OTHERWISE = "contract"


def placed(order: Order, *, by: Duty, at: datetime, source: str = "order") -> None:
    """Begin the history of an order that was just made; what follows is done as soon as that is committed."""
    note(order, Happened.PLACED, by=by, at=at, amount=order.gross, source=source)
    sweeps.wake(FORWARD)


@transaction.atomic
def move(
    *,
    by: Duty,
    at: datetime,
    order_id: UUID,
    to: OrderState,
    why: str = "",
    source: str = "",
    amount: Decimal | None = None,
) -> bool:
    """Move the order to the state and tell whether it was moved: in that state already, nothing is done.

    TooLate where the state cannot follow on the one the order has.
    """
    order = held(order_id, by=by)
    if order.state == to:
        return False
    if not course.may_move(OrderState(order.state), to):
        raise TooLate(_("This is no longer possible. Look at how the order stands now."))
    _leave(order, to)
    _reach(order, to, by=by, at=at)
    note(order, course.SAID[to], by=by, at=at, why=why, source=source, amount=amount)
    sweeps.wake(FORWARD)
    return True


def cancel(*, by: Duty, at: datetime, order_id: UUID, why: Why, source: str = "") -> bool:
    """Cancel an order that nobody paid: what it held is given back. TooLate once it was paid or delivery began."""
    return move(by=by, at=at, order_id=order_id, to=OrderState.CANCELLED, why=why, source=source)


@transaction.atomic
def let_go(*, by: Duty, at: datetime, order_id: UUID) -> bool:
    """Deliver an order on invoice before it is paid, because an employee says so."""
    return move(by=by, at=at, order_id=order_id, to=OrderState.DELIVERING)


def could_take_again(order: Order) -> bool:
    """Tell whether what a cancelled order had taken is still there: things of the stock, a use of a coupon."""
    if not coupons.could_redeem_again(order_id=order.id):
        return False
    wanted = _taken(order)
    stocks = Variant.objects.filter(id__in=wanted, stock__isnull=False).values_list("id", "stock")
    return all(stock is None or stock >= wanted[variant] for variant, stock in stocks)


# --- how a move is made -----------------------------------------------------------------------------------------------


def _leave(order: Order, to: OrderState) -> None:
    if to is OrderState.CANCELLED:
        if order.paid > 0:
            raise TooLate(_("This order has been paid. Return the money instead of cancelling it."))
        _give_back(order)
    elif order.state == OrderState.CANCELLED:
        _take_again(order)


def _taken(order: Order) -> dict[UUID, int]:
    """Return what the order took from the stock: a renewal, or a change to a service, took nothing."""
    if order.source in {OrderSource.RENEWAL, OrderSource.CHANGE}:
        return {}
    lines = order.lines.order_by("place").values_list("variant_id", "quantity")
    return {variant: quantity for variant, quantity in lines if variant is not None}


def _give_back(order: Order) -> None:
    for variant, quantity in sorted(_taken(order).items()):
        give_back(variant, quantity)


def _take_again(order: Order) -> None:
    """Take what a late payment paid for; where it is sold out, TooLate: the money is then not wanted."""
    try:
        with transaction.atomic():
            coupons.redeem_again(order_id=order.id)
            for variant, quantity in sorted(_taken(order).items()):
                take(variant, quantity)
    except (SoldOut, coupons.CouponRefused):
        raise TooLate(_("What was ordered has been sold to somebody else.")) from None


def _reach(order: Order, to: OrderState, *, by: Duty, at: datetime) -> None:
    """Set the state with what it brings, on the row and on the value in hand."""
    changed: dict[str, Any] = {"state": to, "next_step_at": at, **_moments(order, to, at)}
    Order.objects.filter(id=order.id).update(**changed)
    for name, value in changed.items():
        setattr(order, name, value)
    if to is OrderState.CANCELLED:
        coupons.release(by=by, at=at, order_id=order.id)
    if to is OrderState.DELIVERED and order.person_id:
        touch(by=by, at=at, person_id=order.person_id, purposes=[PURPOSE], on=local_date(at))


def _moments(order: Order, to: OrderState, at: datetime) -> dict[str, Any]:
    match to:
        case OrderState.PAID:
            return {"paid_at": order.paid_at or at, "ended_at": None}
        case OrderState.DELIVERED:
            return {"delivered_at": at, "last_delivery_on": local_date(at)}
        case OrderState.CANCELLED | OrderState.CLOSED | OrderState.WITHDRAWN | OrderState.REFUNDED:
            return {"ended_at": order.ended_at or at}
        case _:
            return {}
