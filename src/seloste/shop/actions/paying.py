"""What follows when the payments learn something: called in the transaction that changes the payment, once a change."""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Sum
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from seloste.floods.actions import is_few
from seloste.invoices.choices import Settling
from seloste.invoices.models import Settlement
from seloste.kernel import sweeps
from seloste.kernel.duty import Duty, system
from seloste.kernel.kept import Whose
from seloste.kernel.money import NOTHING
from seloste.payments import actions as payments
from seloste.payments.actions import Standing
from seloste.payments.choices import Way
from seloste.payments.models import Payment
from seloste.shop.actions import refunding, states, telling
from seloste.shop.actions.history import TooLate, held, note
from seloste.shop.choices import Happened, OrderState, PaysBy, Why
from seloste.shop.models import Order, OrderEvent
from seloste.shop.queries import needed
from seloste.shop.rules import course
from seloste.shop.rules.carts import LINKS_OF_AN_ORDER

_KEY = "order:"


def paid(by: Duty, at: datetime, payment: Payment) -> None:
    """Note that the order's money has come; what follows from it is done as soon as this is committed."""
    order_id = order_of(payment.subject_key)
    if order_id is None:
        return
    order = held(order_id, by=by)
    came = min(payment.paid_amount, order.gross)
    if order.paid >= came > 0:
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


def settled(by: Duty, at: datetime, invoice_id: UUID) -> None:
    """Note that nothing is left to pay of the order's invoice, where a part was credited and the rest transferred.

    The payment that was begun for the whole never comes to its full amount then, and tells nothing.
    """
    kinds = dict(
        Settlement.objects.filter(invoice=invoice_id).order_by().values_list("kind").annotate(sum=Sum("amount"))
    )
    came = kinds.get(Settling.TRANSFER, NOTHING) + kinds.get(Settling.UNDONE, NOTHING)
    order_id = Order.objects.filter(invoice=invoice_id, paid=0).values_list("id", flat=True).first()
    payment = Payment.objects.filter(subject_key=f"invoice:{invoice_id}", provider=Way.INVOICE).first()
    if order_id is None or payment is None or Settling.CREDIT not in kinds or came <= 0:
        return
    order, money = held(order_id, by=by), min(came, payment.amount)
    Order.objects.filter(id=order.id).update(paid=money, paid_at=at, payment=payment.id, next_step_at=at)
    if course.may_move(OrderState(order.state), OrderState.PAID):
        states.move(by=by, at=at, order_id=order.id, to=OrderState.PAID, amount=money)
    else:
        note(order, Happened.PAID, by=by, at=at, amount=money)  # delivered on invoice before


def failed(by: Duty, at: datetime, payment: Payment) -> None:
    """Note that an attempt did not go through; the order waits for another until its time is up.

    Of an order that was cancelled nothing is said: its attempt was closed with it.
    """
    order_id = order_of(payment.subject_key)
    if order_id and Order.objects.filter(id=order_id, state=OrderState.CANCELLED).exists():
        return
    _note(Happened.PAYMENT_FAILED, by, at, payment)


def disputed(by: Duty, at: datetime, payment: Payment) -> None:
    """Note that the payer disputes the payment with her bank."""
    _note(Happened.DISPUTED, by, at, payment)


def _note(what: Happened, by: Duty, at: datetime, payment: Payment) -> None:
    order_id = order_of(payment.subject_key)
    if order_id is not None:
        note(held(order_id, by=by), what, by=by, at=at, amount=payment.amount)


refunded = refunding.settled


@transaction.atomic
def pay_again(*, by: Duty, at: datetime, order_id: UUID) -> tuple[str, UUID]:
    """Return the letters and the id of a payment of the order that can be made now; the one that waits comes again.

    TooLate where nothing is to be paid any more.
    """
    order = held(order_id, by=by)
    left = _left(order)
    if order.state in course.ENDED or left <= 0:
        raise TooLate(_("Nothing is to be paid for this order any more."))
    payment = payments.begin(
        by=by, at=at, subject_key=_paid_as(order), amount=left, provider=_provider(order), language=order.language
    )
    if order.invoice is None:
        Order.objects.filter(id=order.id).update(payment=payment.id)
    return payment.reference, payment.id


def _left(order: Order) -> Decimal:
    """Return what is left to pay: of the invoice, where a part of it was credited or came by bank transfer already."""
    left: Decimal = order.gross - order.paid
    standing = payments.look(_paid_as(order)) if order.invoice else None
    return left if standing is None or standing.to_pay is None else min(left, standing.to_pay)


def _paid_as(order: Order) -> str:
    """Return what is paid: the invoice where there is one, so that it is settled by the same money."""
    return f"invoice:{order.invoice}" if order.invoice else course.key_of(order.id)


def _provider(order: Order) -> str:
    if order.pays_by != PaysBy.INVOICE:
        return order.pays_by
    online = [way for way in payments.open_ways() if way != Way.INVOICE]
    if not online:
        raise TooLate(_("Pay with the details on the invoice, please."))
    return online[0]


# --- what the payments ask --------------------------------------------------------------------------------------------


def order_of(subject_key: str) -> UUID | None:
    """Return the order that is paid for, also by its invoice; None for other things, and orders no longer held."""
    kind, _colon, rest = subject_key.partition(":")
    named = {"order": Q(id=rest), "invoice": Q(invoice=rest)}.get(kind)
    return Order.objects.filter(named).values_list("id", flat=True).first() if named else None


def look(subject_key: str) -> Standing | None:
    """Return how the order stands for whoever is about to pay it."""
    order_id = order_of(subject_key)
    if order_id is None:
        return None
    order = Order.objects.get(id=order_id)
    return Standing(
        reference=order.reference,
        email=order.email,
        is_wanted=_is_wanted(order),
        to_pay=max(order.gross - order.paid, NOTHING) if _is_wanted(order) else Decimal(0),
        is_open=needed.open_orders().filter(id=order.id).exists(),
    )


def _is_wanted(order: Order) -> bool:
    """Tell whether money for it is still taken: also late, where nobody but the clock cancelled the order."""
    if order.state != OrderState.CANCELLED:
        return True
    cancelled = OrderEvent.objects.filter(order=order.id, what=Happened.CANCELLED).order_by("-id").first()
    return cancelled is not None and cancelled.why == Why.UNPAID and states.could_take_again(order)


@transaction.atomic
def send_link(subject_key: str, at: datetime) -> None:
    """Send the link to the order's page to the order's own address: whoever asks may be anybody (a provider, too)."""
    order_id = order_of(subject_key)
    if order_id is not None and is_few("shop.link", str(order_id), at=at, limit=LINKS_OF_AN_ORDER):
        telling.link(Order.objects.get(id=order_id), by=system("order"), at=at)


def persons(keys: Collection[str]) -> Mapping[str, UUID]:
    """Return whose orders these are, so far as they are somebody's in the register."""
    ids = [UUID(key.removeprefix(_KEY)) for key in keys if key.startswith(_KEY)]
    rows = Order.objects.filter(id__in=ids, person__isnull=False)
    return {course.key_of(row.id): row.person_id for row in rows.only("id", "person_id") if row.person_id}


def keys_of(whose: Whose) -> Mapping[str, UUID | None]:
    """Return the keys of the people's orders, and of those that wait under an address that is theirs alone."""
    return {course.key_of(order): person for order, person in orders_of(whose).items()}


def orders_of(whose: Whose) -> Mapping[UUID, UUID | None]:
    """Return the people's orders: theirs, and those that wait for a person under an address that is theirs alone."""
    found: Mapping[UUID, UUID | None] = whose.once("shop.orders", lambda: _asked_for(whose))
    return found


def _asked_for(whose: Whose) -> Mapping[UUID, UUID | None]:
    """Look by ids and addresses, each by its index; other people's orders from the same address are left out here."""
    lowered = {address.lower() for address in whose.addresses}
    by_address = Q(lowered__in=lowered) & ~Q(email="") | Q(phone__in=whose.addresses) & ~Q(phone="")
    hers = Q(person_id__in=whose.persons) | by_address if lowered else Q(person_id__in=whose.persons)
    rows = Order.objects.annotate(lowered=Lower("email")).filter(hers).order_by("placed_at", "id")
    found = {row.id: row.person_id for row in rows.only("id", "person_id")}
    return {order: person for order, person in found.items() if person in {None, *whose.persons}}


__all__ = ["disputed", "failed", "keys_of", "look", "orders_of", "paid", "persons", "refunded", "send_link"]
