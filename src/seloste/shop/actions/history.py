"""Who may do something with an order, and the one way in which its history is written."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing, NotAllowed, Refusal
from seloste.register.queries import check_use
from seloste.shop.choices import Happened, OrderState
from seloste.shop.models import Order, OrderEvent

#: The purpose for which an order is handled (S4.2).
PURPOSE = "order"
#: Whose work orders are: whoever handles them, and whoever keeps the books of them.
_WORKS_ON = frozenset({PURPOSE, "accounting"})
_BY_ITSELF = frozenset({"visitor", "system"})


class TooLate(Refusal):
    """The order has gone on meanwhile: what was asked is no longer possible."""

    status = 409


def held(order_id: UUID, *, by: Duty) -> Order:
    """Return the order, locked for the caller's transaction; Missing where it is not there for this duty.

    Withheld where its person's data are restricted (art. 18); NotAllowed where the job role only reads.
    """
    order = Order.objects.select_for_update(of=("self",)).filter(id=order_id).first()
    if order is None:
        raise Missing
    check_duty(order, by=by)
    return order


def check_duty(order: Order, *, by: Duty, writes: bool = True) -> None:
    """Refuse a duty that has nothing to do with orders, or not with this person's (S8.3)."""
    if by.role in _BY_ITSELF:
        return
    if not by.sees("order", _WORKS_ON & by.purposes):
        raise Missing
    if order.person_id is not None:
        check_use(order.person_id, by=by)
    if writes and "write" not in by.may:
        raise NotAllowed(_("Your job role does not include this."))


def on_behalf(by: Duty, purpose: str) -> Duty:
    """Return the duty for what follows from a deed by itself, a voucher or a message; who did it stays."""
    return Duty(actor=by.actor, role="system", purpose=purpose, purposes=frozenset(), categories=frozenset())


def note(
    order: Order,
    what: Happened,
    *,
    by: Duty,
    at: datetime,
    line: UUID | None = None,
    why: str = "",
    amount: Decimal | None = None,
    source: str = "",
    categories: Iterable[str] = ("order",),
) -> None:
    """Add a line to the order's history, and to the record of who did what."""
    OrderEvent.objects.create(
        order=order.id,
        line=line,
        at=at,
        what=what,
        state=OrderState(order.state),
        why=why,
        amount=amount,
        source=source,
        actor=by.actor,
        role=by.role,
    )
    subjects = [order.person_id] if order.person_id else []
    record(by=by, at=at, deed=f"order.{what.value}", subjects=subjects, categories=sorted(categories), item=order.id)
