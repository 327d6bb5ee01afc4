"""What customers are told about their orders by e-mail: each occasion once, in their language, through the outbox."""

import contextlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from seloste.kernel.duty import Duty
from seloste.kernel.money import shown
from seloste.mail import actions as mail
from seloste.mail.choices import KeepBody, MessageKind
from seloste.mail.rules import Attachment, NotSendable
from seloste.shop import letter
from seloste.shop.actions.history import PURPOSE, on_behalf
from seloste.shop.choices import OrderSource, PaysBy, Why, WithdrawalState
from seloste.shop.letter import Written
from seloste.shop.models import Order, OrderMessage, Refund, Withdrawal
from seloste.shop.queries import papers, standing
from seloste.shop.queries.unreached import CONFIRMED

#: How the answer to a withdrawal begins.
_OUTCOMES = {
    WithdrawalState.ACCEPTED: lambda: _("We have accepted your withdrawal from the contract."),
    WithdrawalState.PARTLY: lambda: _("We have accepted your withdrawal from the contract in part."),
    WithdrawalState.DECLINED: lambda: _(
        "We have gone through your withdrawal. The right of withdrawal does not apply."
    ),
}


def confirmed(order: Order, *, by: Duty, at: datetime, again: bool = False) -> None:
    """Confirm the contract on a durable medium: the order, the terms, and how to withdraw (KSL 6:13).

    ``again`` sends it once more, under a name of its own; otherwise it is sent once.
    """
    name = f"{CONFIRMED}.{at:%Y%m%d%H%M%S%f}" if again else CONFIRMED
    if order.source == OrderSource.RENEWAL:
        _renewed(order, name, by=by, at=at)
        return
    right = standing.right(order, at=at)
    told = {
        "is_paid": order.paid >= order.gross,
        "by_invoice": order.pays_by == PaysBy.INVOICE,
        "can_withdraw": right.is_open,
        "until": right.last_day,
        "waived": papers.waivers_of(order),
    }
    files = [papers.confirmation_file(order, at=at), *_invoice(order, at=at)]
    _send(order, name, letter.write("confirmed", order, **told), by=by, at=at, files=files, keep=True)


def _renewed(order: Order, name: str, *, by: Duty, at: datetime) -> None:
    """Send the invoice of what goes on as was agreed: no contract was made, so none is confirmed."""
    periods = [one for one in order.lines.order_by("place") if one.period_from and one.period_until]
    written = letter.write("renewed", order, periods=periods)
    _send(order, name, written, by=by, at=at, files=_invoice(order, at=at))


def paid(order: Order, *, by: Duty, at: datetime) -> None:
    """Say that the money arrived, where the confirmation could not say so yet."""
    files = _invoice(order, at=at)
    written = letter.write("paid", order, has_invoice=bool(files))
    _send(order, "paid", written, by=by, at=at, files=files)


def delivered(order: Order, *, by: Duty, at: datetime) -> None:
    """Say that everything was delivered; of a service that goes on there is nothing to say."""
    if order.source in {OrderSource.RENEWAL, OrderSource.CHANGE}:
        return
    titles = list(order.lines.order_by("place").values_list("title", flat=True))
    _send(order, "delivered", letter.write("delivered", order, titles=titles), by=by, at=at)


def cancelled(order: Order, why: str, *, by: Duty, at: datetime) -> None:
    """Say that the order was cancelled, and why."""
    with override(order.language):
        words = str(Why(why).told) if why else ""
    _send(order, f"cancelled.{at:%Y%m%d%H%M%S}", letter.write("cancelled", order, why=words), by=by, at=at)


def refunded(order: Order, row: Refund, *, by: Duty, at: datetime) -> None:
    """Say how much goes back, why and how."""
    with override(order.language):
        why = str(Why(row.why).told)
    amount, by_hand = shown(row.amount, order.language), order.pays_by == PaysBy.INVOICE
    written = letter.write("refunded", order, amount=amount, why=why, words=row.words, by_hand=by_hand)
    _send(order, f"refunded.{row.id}", written, by=by, at=at)


def answered(order: Order, row: OrderMessage, *, by: Duty, at: datetime) -> None:
    """Send what an employee wrote about the order."""
    _send(order, f"answered.{row.id}", letter.write("answered", order, text=row.text), by=by, at=at)


def link(order: Order, *, by: Duty, at: datetime) -> None:
    """Send the link to the order's page once more. Where no mail may go, nothing is said of that to whoever asked."""
    with contextlib.suppress(mail.MayNotContact, NotSendable):
        _send(order, f"link.{at:%Y%m%d%H%M%S%f}", letter.write("link", order), by=by, at=at)


def withdrawal_stated(row: Withdrawal, *, by: Duty, at: datetime) -> None:
    """Acknowledge the statement on a durable medium: its words, and the day and time it came (2011/83/EU 11 a (4))."""
    _send_to_withdrawer(row, letter.withdrawal_stated(row), by=by, at=at)


def _parts_of(row: Withdrawal, order: Order) -> str:
    """Return what she withdrew from, where it was not all of the order."""
    titles = list(order.lines.filter(id__in=row.lines).order_by("place").values_list("title", flat=True))
    return ", ".join(titles) if len(titles) < order.lines.count() else ""


def withdrawal_settled(row: Withdrawal, order: Order, refund: Refund | None, *, by: Duty, at: datetime) -> None:
    """Send the answer to a withdrawal."""
    state = WithdrawalState(row.state)
    with override(order.language):
        outcome = _OUTCOMES[state]()
    told = {
        "outcome": outcome,
        "answer": row.answer,
        "parts": _parts_of(row, order) if state is not WithdrawalState.DECLINED else "",
        "amount": shown(refund.amount, order.language) if refund else "",
        "tells_remedies": state is not WithdrawalState.ACCEPTED,
    }
    written = letter.write("withdrawal_settled", order, **told)
    _send(order, f"withdrawal.{row.id}", written, by=by, at=at, keep=True)


# --- how it leaves ----------------------------------------------------------------------------------------------------


def _invoice(order: Order, *, at: datetime) -> Sequence[Attachment]:
    return [papers.invoice_file(order, at=at)] if order.invoice else []


def _send(
    order: Order,
    what: str,
    written: Written,
    *,
    by: Duty,
    at: datetime,
    files: Sequence[Attachment] = (),
    keep: bool = False,
) -> None:
    told: dict[str, Any] = {"attachments": files, "keep_for": KeepBody.PURPOSE if keep else KeepBody.SHORT}
    mail.queue(
        by=on_behalf(by, PURPOSE),
        at=at,
        key=f"order:{order.id}:{what}",
        kind=MessageKind.SERVICE,
        purpose=PURPOSE,
        person_id=order.person_id,
        address=order.email,
        language=order.language,
        subject=written.subject,
        text=written.text,
        **told,
    )


def _send_to_withdrawer(row: Withdrawal, written: Written, *, by: Duty, at: datetime) -> None:
    person = row.order.person_id if row.order and row.order.email.lower() == row.email.lower() else None
    mail.queue(
        by=on_behalf(by, PURPOSE),
        at=at,
        key=f"withdrawal:{row.id}:stated",
        kind=MessageKind.SERVICE,
        purpose=PURPOSE,
        person_id=person,
        address=row.email,
        language=row.language,
        subject=written.subject,
        text=written.text,
        keep_for=KeepBody.PURPOSE,
    )
