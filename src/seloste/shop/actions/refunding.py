"""Money goes back: the refund, its credit note, the line of history and the message, in one transaction.

The money itself leaves afterwards, from ``payments``, under a key that makes it leave once. Never more than came: of
the whole, of each line, and on the invoice.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from seloste.invoices import actions as invoices
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.money import NOTHING
from seloste.kernel.refusals import Missing, Refusal
from seloste.kernel.text import plain_text
from seloste.payments import actions as payments
from seloste.payments.choices import RefundWhy
from seloste.payments.models import Payment
from seloste.shop import fulfil
from seloste.shop.actions import states, telling
from seloste.shop.actions.history import check_duty, held, note, on_behalf
from seloste.shop.choices import Happened, OrderState, RefundState, Why
from seloste.shop.models import Order, OrderLine, Refund
from seloste.shop.rules import refunds

#: What the payments call our reasons.
_REASON = {
    Why.BY_CUSTOMER: RefundWhy.CANCELLED,
    Why.UNPAID: RefundWhy.NOT_WANTED,
    Why.BY_STAFF: RefundWhy.CANCELLED,
    Why.WITHDRAWAL: RefundWhy.WITHDRAWAL,
    Why.COMPLAINT: RefundWhy.COMPLAINT,
    Why.NOT_DELIVERED: RefundWhy.CANCELLED,
    Why.GOODWILL: RefundWhy.GOODWILL,
    Why.MISTAKE: RefundWhy.TOO_MUCH,
}


class TooMuch(Refusal):
    """More than was paid, or than the line cost."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ByHand:
    """A transfer by which an employee returned money: its day, and the number by which the bank finds it."""

    paid_on: date
    bank_reference: str


def left(order: Order) -> refunds.Left:
    """Return what may still go back of the order."""
    back: dict[UUID, Decimal] = defaultdict(lambda: NOTHING)
    for parts in Refund.objects.filter(order=order).values_list("parts", flat=True):
        for part in parts:
            back[UUID(part["line"])] += Decimal(part["gross"])
    gross = dict(OrderLine.objects.filter(order=order).order_by("place").values_list("id", "gross"))
    return refunds.left(paid=order.paid, refunded=order.refunded, gross=gross, back=back)


def preview(*, by: Duty, order_id: UUID, amounts: Mapping[UUID, Decimal] | None = None) -> dict[UUID, Decimal]:
    """Return what would go back of each line; TooMuch where it is more than may."""
    order = Order.objects.filter(id=order_id).first()
    if order is None:
        raise Missing
    check_duty(order, by=by, writes=False)
    return _parts(order, amounts)


@transaction.atomic
def refund(
    *,
    by: Duty,
    at: datetime,
    order_id: UUID,
    key: str,
    why: Why,
    amounts: Mapping[UUID, Decimal] | None = None,
    words: str = "",
    withdrawal_id: UUID | None = None,
    goes_on: bool = False,
    by_hand: ByHand | None = None,
) -> UUID:
    """Return money for an order: so much of each line, with tax, or all that is left. Returns the refund's id.

    The same key is the same refund. What the lines gave ends where all of their price goes back, unless it ``goes_on``.
    ``by_hand`` is the transfer by which an employee has returned the money already. TooMuch where it is more than was
    paid or than the line cost, or nothing.
    """
    _hold_payment(order_id)
    order = held(order_id, by=by)
    known = Refund.objects.filter(key=key).values_list("id", flat=True).first()
    if known is not None:
        return known
    parts = _parts(order, amounts)
    row = Refund.objects.create(
        id=new_id(at),
        key=key,
        order=order,
        withdrawal_id=withdrawal_id,
        payment=order.payment,
        amount=sum(parts.values(), NOTHING),
        parts=[{"line": str(line), "gross": str(amount)} for line, amount in parts.items()],
        why=why,
        words=plain_text(words, field="words", lines=True),
        asked_at=at,
        asked_by=by.actor,
        next_try_at=at,
    )
    _note(order, row, by=by, at=at)
    if not goes_on:
        _end_what_went_back(order, parts, by=by, at=at)
    telling.refunded(order, row, by=by, at=at)
    _send(row, by_hand, by=by, at=at)
    _credit(order, row, parts, is_all=order.refunded == order.paid, by=by, at=at)  # last: it numbers a voucher
    return row.id


def _hold_payment(order_id: UUID) -> None:
    """Take the payment before the order, as the payments do: nobody waits in a circle."""
    payment = Order.objects.filter(id=order_id).values_list("payment", flat=True).first()
    if payment is not None:
        Payment.objects.select_for_update().filter(id=payment).first()


def _parts(order: Order, amounts: Mapping[UUID, Decimal] | None) -> dict[UUID, Decimal]:
    try:
        return refunds.parts(left(order), amounts)
    except refunds.TooMuchError:
        raise TooMuch(
            _("No more can go back than was paid, and of a line no more than it cost."), field="amount"
        ) from None


def _note(order: Order, row: Refund, *, by: Duty, at: datetime) -> None:
    Order.objects.filter(id=order.id).update(refunded=F("refunded") + row.amount)
    order.refunded += row.amount
    if order.refunded == order.paid and order.state != OrderState.CANCELLED:
        states.move(by=by, at=at, order_id=order.id, to=OrderState.REFUNDED, why=row.why, amount=row.amount, source="")
        return
    is_new = order.state not in {OrderState.WITHDRAWN, OrderState.PARTLY_REFUNDED, OrderState.CANCELLED}
    to = OrderState.PARTLY_REFUNDED
    if not (is_new and states.move(by=by, at=at, order_id=order.id, to=to, why=row.why, amount=row.amount)):
        note(order, Happened.PARTLY_REFUNDED, by=by, at=at, why=row.why, amount=row.amount)


def _end_what_went_back(order: Order, parts: Mapping[UUID, Decimal], *, by: Duty, at: datetime) -> None:
    """End what a line gave whose whole price went back; where all of the order did, the sweep ends the rest."""
    rest = left(order).lines
    end_lines(order, [line for line in parts if not rest[line]], by=by, at=at)


def end_lines(order: Order, lines: Collection[UUID], *, by: Duty, at: datetime) -> None:
    """End lines that were withdrawn from or whose money went back: what they gave ends, and nothing is delivered."""
    for line in order.lines.filter(id__in=lines).order_by("place"):
        fulfil.returned(on_behalf(by, "order"), at, order, line)
    order.lines.filter(id__in=lines, ended_at=None).update(ended_at=at)


def _send(row: Refund, by_hand: ByHand | None, *, by: Duty, at: datetime) -> None:
    if row.payment is not None:
        made = payments.refund(
            by=on_behalf(by, "order"),
            at=at,
            payment_id=row.payment,
            amount=row.amount,
            why=_REASON[Why(row.why)],
            key=f"order-refund:{row.id}",
            by_hand=by_hand is not None,
        )
        if by_hand is not None:
            payments.refunded_by_hand(
                by=by,
                at=at,
                refund_id=made.id,
                paid_on=by_hand.paid_on,
                bank_reference=by_hand.bank_reference,
            )


def _credit(order: Order, row: Refund, parts: Mapping[UUID, Decimal], *, is_all: bool, by: Duty, at: datetime) -> None:
    if order.invoice is None:
        return
    places = {line.id: place for place, line in enumerate(order.lines.order_by("place"), 1)}
    with override(order.language):
        why = str(Why(row.why).label)
    note_id = invoices.credit(
        by=on_behalf(by, "accounting"),
        at=at,
        invoice_id=order.invoice,
        why=why,
        key=f"refund:{row.id}",
        lines=None if is_all else {places[line]: amount for line, amount in parts.items()},
    )
    Refund.objects.filter(id=row.id).update(credit_note=note_id)


def settled(_by: Duty, at: datetime, payment: Payment) -> None:
    """Note which refunds have left, when the payments learnt that more of a payment went back."""
    gone = payment.refunded_amount
    for row in Refund.objects.filter(payment=payment.id).order_by("asked_at", "id"):
        gone -= row.amount
        if gone < 0:
            return
        if row.state == RefundState.ASKED:
            moment = max(at, row.asked_at)
            Refund.objects.filter(id=row.id).update(state=RefundState.DONE, done_at=moment, next_try_at=None)
