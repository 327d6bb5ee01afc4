"""What follows by itself when an order was placed and paid: invoice, confirmation, delivery, and the end of what waits.

The state is in the tables and nowhere else. Each step is a transaction of its own that looks whether it is still to be
done, so a process that dies between any two of them loses nothing: the next turn of the sweep goes on from there. A
step that fails holds up neither the other orders nor the steps that do not need it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import structlog
from django.db import transaction

from seloste.catalogue.choices import Scheme, VatCategory
from seloste.catalogue.rules.vat import Vat
from seloste.erasure import actions as erasure
from seloste.erasure.choices import Cause, JobState
from seloste.erasure.models import ErasureJob
from seloste.invoices import actions as invoices
from seloste.invoices.choices import PaidBy, Unit
from seloste.kernel import sweeps
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty, system
from seloste.kernel.money import NOTHING
from seloste.payments import actions as payments
from seloste.payments.choices import State as PaymentState
from seloste.payments.choices import Way
from seloste.payments.models import Payment
from seloste.shop import fulfil
from seloste.shop.actions import delivering, refunding, states, telling
from seloste.shop.actions.history import PURPOSE, held, note
from seloste.shop.choices import Happened, OrderState, PaysBy, Why, WithdrawalState
from seloste.shop.models import Order, OrderEvent, OrderLine, Withdrawal
from seloste.shop.queries import needed, undelivered
from seloste.shop.rules import course

_log = structlog.stdlib.get_logger("seloste.shop")

#: How many orders one turn takes on.
_MOST = 100
_UNITS = {"month": Unit.MONTH, "year": Unit.YEAR}


def forward(at: datetime) -> int:
    """Do what is due for every order; return for how many something was done. What the worker does."""
    done = 0
    due = Order.objects.filter(next_step_at__lte=at).order_by("next_step_at", "id").values_list("id", flat=True)
    for order_id in list(due[:_MOST]):
        if sweeps.ending.is_set():
            return done
        _go(order_id, at=at)
        done += 1
    return done


def _go(order_id: UUID, *, at: datetime) -> None:
    """Take one order as far as it goes now, and say when it is to be looked at again."""
    by, failed = system(PURPOSE), False
    for step in _STEPS:
        try:
            step(order_id, by, at)
        except Exception as wrong:  # noqa: BLE001 -- one step of one order holds up nothing else
            failed = True
            _log.error("shop.step_failed", order=str(order_id), step=step.__name__, exc_info=wrong)
    _look_again(order_id, at=at, failed=failed)


@transaction.atomic
def _look_again(order_id: UUID, *, at: datetime, failed: bool) -> None:
    order = Order.objects.select_for_update(of=("self",)).filter(id=order_id).first()
    if order is None or order.next_step_at is None or order.next_step_at > at:
        return  # erased, or something new happened meanwhile and asked for its own turn
    again = at + course.AGAIN_AFTER if failed else next_look(order, at=at)
    Order.objects.filter(id=order_id).update(next_step_at=again)


def next_look(order: Order, *, at: datetime) -> datetime | None:
    """Return when something is due for the order by itself; None where nothing is."""
    if is_restricted(order):
        return at + timedelta(days=1)
    coming: list[datetime | None] = []
    if order.state == OrderState.PLACED:
        coming.append(order.expires_at)
    if order.state == OrderState.DELIVERED and order.delivered_at:
        coming.append(max(order.delivered_at + course.CLOSES_AFTER, at + timedelta(hours=1)))
    found = [moment for moment in coming if moment is not None]
    return max(min(found), at + timedelta(seconds=1)) if found else None


def is_restricted(order: Order) -> bool:
    """Tell whether the use of the customer's data is restricted: until that ends, nothing goes by itself (art. 18)."""
    return order.person is not None and order.person.restricted_at is not None


# --- the steps, each a transaction ------------------------------------------------------------------------------------

Step = Callable[[UUID, Duty, datetime], None]


def _step(deed: Callable[[Order, Duty, datetime], None]) -> Step:
    """Make a step: in a transaction of its own it takes the order and does what is left to do."""

    def step(order_id: UUID, by: Duty, at: datetime) -> None:
        with transaction.atomic():
            order = Order.objects.select_for_update(of=("self",)).filter(id=order_id).first()
            if order is not None and not is_restricted(order):
                deed(order, by, at)

    step.__name__ = deed.__name__.strip("_")
    return step


@_step
def _expire(order: Order, by: Duty, at: datetime) -> None:
    """Cancel what was not paid in time."""
    if order.state == OrderState.PLACED and order.expires_at and order.expires_at <= at:
        states.cancel(by=by, at=at, order_id=order.id, why=Why.UNPAID)


@_step
def _invoice(order: Order, by: Duty, at: datetime) -> None:
    """Make the invoice: of what was paid, and of what is to be paid by it."""
    is_asked = order.pays_by == PaysBy.INVOICE and order.state not in course.ENDED
    if order.invoice is not None or not (is_asked or order.paid >= order.gross > 0):
        return
    invoice_id = invoices.issue(by=system("accounting"), at=at, bill=bill_of(order))
    Order.objects.filter(id=order.id).update(invoice=invoice_id, invoiced_at=at)
    note(order, Happened.INVOICED, by=by, at=at, categories=("order", "billing"))


@_step
def _confirm(order: Order, by: Duty, at: datetime) -> None:
    """Send the confirmation at once, also before the money (2000/31/EC 11); where it came after it, say so."""
    if order.confirmed_at is None:
        if order.state == OrderState.CANCELLED:
            return
        telling.confirmed(order, by=by, at=at)
        Order.objects.filter(id=order.id).update(confirmed_at=at)
        note(order, Happened.CONFIRMED, by=by, at=at, categories=("order", "contact"))
    elif order.paid_at and order.paid_at > order.confirmed_at and order.paid >= order.gross > 0:
        telling.paid(order, by=by, at=at)


@_step
def _pay_nothing(order: Order, by: Duty, at: datetime) -> None:
    """Let an order that costs nothing go on: there is no payment to wait for."""
    if order.state == OrderState.PLACED and order.gross == 0:
        states.move(by=by, at=at, order_id=order.id, to=OrderState.PAID, amount=NOTHING)


def _fulfil(order_id: UUID, by: Duty, at: datetime) -> None:
    """Fulfil the lines that are left, each in a transaction: one that fails leaves the others delivered."""
    lines = list(undelivered.lines(order_id).order_by("place"))
    failed: list[Exception] = []
    for line in lines:
        try:
            _fulfil_line(order_id, line.id, by=by, at=at)
        except Exception as wrong:  # noqa: BLE001 -- raised again when the others are done
            failed.append(wrong)
    if failed:
        raise failed[0]


@transaction.atomic
def _fulfil_line(order_id: UUID, line_id: UUID, *, by: Duty, at: datetime) -> None:
    order = held(order_id, by=by)
    line = undelivered.lines(order_id).filter(id=line_id).first()
    if line is not None and line.gross and not refunding.left(order).lines[line.id]:
        return  # its money went back before it was delivered
    may = OrderState(order.state) in course.STILL_DELIVERING and order.confirmed_at is not None
    if line is None or not may or is_restricted(order) or _is_withdrawn(order):
        return
    deed = fulfil.deed_for(line.kind)
    if deed is None:
        return  # an employee delivers it and says so
    if deed(by, at, order, line) is fulfil.LATER:
        if order.state == OrderState.PAID:
            states.move(by=by, at=at, order_id=order.id, to=OrderState.DELIVERING)
        return
    delivering.deliver(by=by, at=at, order_id=order_id, line_ids=[line_id])


def _is_withdrawn(order: Order) -> bool:
    """Tell whether the customer is withdrawing: until that is settled nothing more is delivered."""
    return Withdrawal.objects.filter(order=order, state=WithdrawalState.STATED).exists()


def _close_payments(order_id: UUID, _by: Duty, at: datetime) -> None:
    """Have the provider close the page on which a cancelled order could still be paid: asks it, so outside of any lock.

    What the clock cancelled may still be paid: such money has the order go on. Where the provider cannot close it, late
    money is found to be unwanted, and goes back.
    """
    order = Order.objects.filter(id=order_id, state=OrderState.CANCELLED, paid=NOTHING).first()
    if order is None or is_restricted(order) or _cancelled_why(order) in {None, Why.UNPAID}:
        return
    keys = [course.key_of(order.id), *([f"invoice:{order.invoice}"] if order.invoice else [])]
    begun = Payment.objects.filter(subject_key__in=keys, state=PaymentState.OPEN).exclude(provider_id="")
    for payment_id in list(begun.exclude(provider=Way.INVOICE).order_by("created_at").values_list("id", flat=True)):
        payments.close(at=at, payment_id=payment_id)


def _cancelled_why(order: Order) -> str | None:
    cancelled = OrderEvent.objects.filter(order=order.id, what=Happened.CANCELLED).order_by("-id")
    return cancelled.values_list("why", flat=True).first()


@_step
def _tell(order: Order, by: Duty, at: datetime) -> None:
    """Tell of what came of the order."""
    if order.state == OrderState.DELIVERED:
        telling.delivered(order, by=by, at=at)
    if order.state == OrderState.CANCELLED:
        last = OrderEvent.objects.filter(order=order.id, what=Happened.CANCELLED).order_by("-id").first()
        if last is not None and last.source != states.TOLD_OTHERWISE:
            telling.cancelled(order, last.why, by=by, at=last.at)


@_step
def _undo(order: Order, by: Duty, at: datetime) -> None:
    """Undo what was done for an order that ended: services stop, and an invoice that nobody paid is credited."""
    if OrderState(order.state) not in course.ENDED:
        return
    for line in order.lines.order_by("place"):
        fulfil.returned(by, at, order, line)
    is_unpaid = order.state == OrderState.CANCELLED or (order.state == OrderState.WITHDRAWN and order.paid == NOTHING)
    if is_unpaid and order.invoice is not None:
        why = str(Why.BY_STAFF.label)
        invoices.credit(by=system("accounting"), at=at, invoice_id=order.invoice, why=why, key=f"cancelled:{order.id}")


@_step
def _close(order: Order, by: Duty, at: datetime) -> None:
    """Close what was delivered a while ago and is not being withdrawn from."""
    since = order.delivered_at if order.state == OrderState.DELIVERED else None
    if since is not None and since + course.CLOSES_AFTER <= at and not _is_withdrawn(order):
        states.move(by=by, at=at, order_id=order.id, to=OrderState.CLOSED)


@_step
def _erase_the_rest(order: Order, _by: Duty, at: datetime) -> None:
    """Finish an erasure that had to leave what this order still needed: now nothing needs it (art. 17(1)(a))."""
    if order.person_id is None or needed.open_orders().filter(person_id=order.person_id).exists():
        return
    asked = ErasureJob.objects.filter(person=order.person_id, cause=Cause.REQUEST).order_by("-planned_at").first()
    if asked is None or asked.state != JobState.VERIFIED or asked.ended_at is None:
        return
    if Order.objects.filter(person_id=order.person_id, placed_at__gt=asked.ended_at).exists():
        return  # she came back as a customer
    erasure.schedule(
        by=system("rights"),
        at=at,
        person_id=order.person_id,
        cause=Cause.REQUEST,
        matter=asked.matter,
        not_before_at=at + course.ERASED_AFTER,
    )


#: In the order in which one builds on the other: what is delivered at once is confirmed before (KSL 6:16).
_STEPS: tuple[Step, ...] = (
    *(_expire, _pay_nothing, _invoice, _confirm, _fulfil, _close_payments, _tell, _undo, _close, _erase_the_rest),
)


# --- the bill ---------------------------------------------------------------------------------------------------------


def bill_of(order: Order) -> invoices.Bill:
    """Return what is to be invoiced of the order, with exactly the amounts that were agreed."""
    is_paid = order.paid >= order.gross
    paid_by = {PaysBy.PAYTRAIL: PaidBy.PAYTRAIL, PaysBy.STRIPE: PaidBy.STRIPE}.get(PaysBy(order.pays_by))
    lines = list(order.lines.order_by("place"))
    return invoices.Bill(
        key=course.key_of(order.id),
        buyer=_buyer(order),
        items=[_item(line) for line in lines],
        total=order.gross,
        language=order.language,
        order_key=course.key_of(order.id),
        order_reference=order.reference,
        supplied_on=local_date(order.placed_at),
        period_ends_on=max((line.period_until for line in lines if line.period_until), default=None),
        prepaid=order.gross if is_paid else NOTHING,
        paid_by=(paid_by or PaidBy.TRANSFER) if is_paid else None,
        paid_on=local_date(order.paid_at) if is_paid and order.paid_at else None,
        payment_id=order.payment,
        persons=[order.person_id] if order.person_id else [],
    )


def _buyer(order: Order) -> invoices.Buyer:
    name = f"{order.given_name} {order.family_name}".strip()
    return invoices.Buyer(
        name=order.company or name,
        contact=name if order.company else "",
        email=order.email,
        street=order.street,
        postal_code=order.postal_code,
        city=order.city,
        country=order.country,
        business_id=order.business_id,
        vat_number=order.vat_number,
        reference=order.buyer_reference,
        einvoice_address=order.einvoice_address,
        einvoice_operator=order.einvoice_operator,
        is_business=order.is_business,
    )


def _item(line: OrderLine) -> invoices.Item:
    vat = Vat(
        rate=line.vat_rate,
        category=VatCategory(line.vat_category),
        scheme=Scheme(line.vat_scheme),
        country=line.vat_country,
    )
    return invoices.Item(
        text=line.title,
        amount=line.gross,
        net=line.net,
        tax=line.vat,
        discount=line.discount,
        vat=vat,
        quantity=Decimal(line.quantity),
        unit=_UNITS.get(line.interval, Unit.PIECE),
        sku=line.sku,
    )
