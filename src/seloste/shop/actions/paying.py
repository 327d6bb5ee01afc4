"""What follows when the payments learn something: called in the transaction that changes the payment, once a change."""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Lower

from seloste.kernel import sweeps
from seloste.kernel.duty import Duty
from seloste.kernel.kept import Whose
from seloste.kernel.money import NOTHING
from seloste.payments.actions import Standing
from seloste.payments.models import Payment
from seloste.shop import links
from seloste.shop.actions import refunding, states
from seloste.shop.actions.history import held, key_of, note
from seloste.shop.choices import Happened, OrderState, Why
from seloste.shop.models import Order, OrderEvent
from seloste.shop.rules import course

_KEY = "order:"


def paid(by: Duty, at: datetime, payment: Payment) -> None:
    """Note that the order's money has come; what follows from it is done as soon as this is committed."""
    order_id = order_of(payment.subject_key)
    if order_id is None:
        return
    order = held(order_id, by=by)
    came = min(payment.paid_amount, order.gross)
    if order.payment == payment.id and order.paid >= came:
        return
    Order.objects.filter(id=order.id).update(
        paid=came, paid_at=payment.paid_at or at, payment=payment.id, next_step_at=at
    )
    is_late = order.state == OrderState.CANCELLED
    if is_late:
        note(order, Happened.PAID_LATE, by=by, at=at, amount=came)
    if not course.may_move(OrderState(order.state), OrderState.PAID):
        note(order, Happened.PAID, by=by, at=at, amount=came)  # delivered on invoice before
        sweeps.wake(states.FORWARD)
        return
    states.move(by=by, at=at, order_id=order.id, to=OrderState.PAID, amount=came)


def failed(by: Duty, at: datetime, payment: Payment) -> None:
    """Note that an attempt did not go through; the order waits for another until its time is up."""
    _note(Happened.PAYMENT_FAILED, by, at, payment)


def disputed(by: Duty, at: datetime, payment: Payment) -> None:
    """Note that the payer disputes the payment with her bank."""
    _note(Happened.DISPUTED, by, at, payment)


def _note(what: Happened, by: Duty, at: datetime, payment: Payment) -> None:
    order_id = order_of(payment.subject_key)
    if order_id is not None:
        note(held(order_id, by=by), what, by=by, at=at, amount=payment.amount)


refunded = refunding.settled


# --- what the payments ask --------------------------------------------------------------------------------------------


def order_of(subject_key: str) -> UUID | None:
    """Return the order that is paid for; None where it is something else, or an order that is no longer held."""
    if not subject_key.startswith(_KEY):
        return None
    found = Order.objects.filter(id=UUID(subject_key.removeprefix(_KEY))).values_list("id", flat=True)
    return found.first()


def look(subject_key: str) -> Standing | None:
    """Return how the order stands for whoever is about to pay it."""
    order_id = order_of(subject_key)
    if order_id is None:
        return None
    order = Order.objects.get(id=order_id)
    return Standing(
        reference=order.reference,
        address=links.path(order.id, language=order.language),
        email=order.email,
        is_wanted=_is_wanted(order),
        to_pay=max(order.gross - order.paid, NOTHING) if _is_wanted(order) else Decimal(0),
    )


def _is_wanted(order: Order) -> bool:
    """Tell whether money for it is still taken: also late, where nobody but the clock cancelled the order."""
    if order.state != OrderState.CANCELLED:
        return True
    cancelled = OrderEvent.objects.filter(order=order.id, what=Happened.CANCELLED).order_by("-id").first()
    return cancelled is not None and cancelled.why == Why.UNPAID and states.could_take_again(order)


def persons(keys: Collection[str]) -> Mapping[str, UUID]:
    """Return whose orders these are, so far as they are somebody's in the register."""
    ids = [UUID(key.removeprefix(_KEY)) for key in keys if key.startswith(_KEY)]
    rows = Order.objects.filter(id__in=ids, person__isnull=False)
    return {key_of(row.id): row.person_id for row in rows.only("id", "person_id") if row.person_id}


def keys_of(whose: Whose) -> Mapping[str, UUID | None]:
    """Return the keys of the people's orders, and of those that wait under an address that is theirs alone."""
    return {key_of(order): person for order, person in orders_of(whose).items()}


def orders_of(whose: Whose) -> Mapping[UUID, UUID | None]:
    """Return the people's orders: theirs, and those that wait for a person under an address that is theirs alone."""
    found: Mapping[UUID, UUID | None] = whose.once("shop.orders", lambda: _asked_for(whose))
    return found


def _asked_for(whose: Whose) -> Mapping[UUID, UUID | None]:
    lowered = {address.lower() for address in whose.addresses}
    waiting = Q(person=None) & (Q(lowered__in=lowered) | Q(phone__in=whose.addresses) & ~Q(phone=""))
    hers = Q(person_id__in=whose.persons) | waiting if lowered else Q(person_id__in=whose.persons)
    rows = Order.objects.annotate(lowered=Lower("email")).filter(hers).order_by("placed_at", "id")
    return dict(rows.values_list("id", "person_id"))


__all__ = ["disputed", "failed", "keys_of", "look", "orders_of", "paid", "persons", "refunded"]
