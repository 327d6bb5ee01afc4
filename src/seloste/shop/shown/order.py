"""An order in plain words for its customer: how it stands, what comes next, what she may do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seloste.kernel.clock import HELSINKI
from seloste.kernel.money import shown
from seloste.kernel.refusals import Words
from seloste.shop.choices import Happened, OrderState, PaysBy, Why
from seloste.shop.queries.order_page import Line, OrderPage, Step
from seloste.shop.rules.withdrawal import Right

_STANDS: dict[OrderState, Words] = {
    OrderState.PLACED: gettext_lazy("Your order waits for its payment."),
    OrderState.PAID: gettext_lazy("Your order is paid, and we are on it."),
    OrderState.DELIVERING: gettext_lazy("Your order is on its way."),
    OrderState.DELIVERED: gettext_lazy("Your order has been delivered."),
    OrderState.CLOSED: gettext_lazy("Your order has been delivered."),
    OrderState.CANCELLED: gettext_lazy("Your order has been cancelled."),
    OrderState.WITHDRAWN: gettext_lazy("You have withdrawn from the contract."),
    OrderState.PARTLY_REFUNDED: gettext_lazy("A part of your money has been returned."),
    OrderState.REFUNDED: gettext_lazy("Your money has been returned."),
}
_TONES = {
    OrderState.PLACED: ("warn", "clock"),
    OrderState.PAID: ("accent", "check"),
    OrderState.DELIVERING: ("accent", "clock"),
    OrderState.DELIVERED: ("good", "check"),
    OrderState.CLOSED: ("good", "check"),
    OrderState.CANCELLED: ("", "cross"),
    OrderState.WITHDRAWN: ("", "undo"),
    OrderState.PARTLY_REFUNDED: ("", "undo"),
    OrderState.REFUNDED: ("", "undo"),
}
#: A part of the money went back, and the rest is still to be delivered.
_GOES_ON: Words = gettext_lazy("The rest of your order is on its way.")
_DONE: dict[str, Words] = {
    "cancel": gettext_lazy("The order has been cancelled. You owe nothing for it."),
    "message": gettext_lazy("Thank you. Your message is with us, and we answer by e-mail and here."),
    "withdraw": gettext_lazy("We have received your withdrawal. A confirmation of it is on its way to your e-mail."),
    "back": gettext_lazy("The withdrawal has been taken back. The order goes on."),
    "link": gettext_lazy("Thank you. The order is now with your earlier ones."),
    "confirmation": gettext_lazy("The confirmation is on its way once more, to the order's own e-mail address."),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sum:
    """One row below what was ordered."""

    label: str
    amount: str
    is_whole: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One thing that was ordered, as it is written."""

    title: str
    quantity: int
    gross: str
    more: str
    delivered: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """One line of the history, as it is written."""

    moment: str
    what: str
    more: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """What the page says."""

    stands: Words
    lead: str
    badge: Words
    tone: str
    icon: str
    rows: Sequence[Row]
    sums: Sequence[Sum]
    past: Sequence[Past]
    right: str
    to_pay: str


def page(seen: OrderPage) -> Page:
    """Return what the page says, in the reader's language."""
    both = seen.is_due and seen.state is OrderState.PARTLY_REFUNDED
    tone, icon = _TONES[OrderState.DELIVERING if both else seen.state]
    waits = seen.waits
    return Page(
        stands=_("Your withdrawal is with us.") if waits else _stands(seen),
        lead=_lead(seen),
        badge=_("to be delivered, partly refunded") if both else seen.state.label,
        tone=tone,
        icon=icon,
        rows=[_row(seen, line) for line in seen.lines],
        sums=_sums(seen),
        past=_history(seen),
        right=right_words(seen),
        to_pay=shown(seen.left_to_pay, seen.language) if seen.left_to_pay else "",
    )


def _stands(seen: OrderPage) -> Words:
    if seen.state is OrderState.PLACED and seen.pays_by is PaysBy.INVOICE:
        return _("Thank you. We have your order.")
    is_part = seen.state is OrderState.PARTLY_REFUNDED and seen.is_due
    return _GOES_ON if is_part else _STANDS[seen.state]


def _lead(seen: OrderPage) -> str:
    """Return what comes next, in a sentence."""
    if seen.waits:
        told = {"day": _day(seen.waits.refund_due_on)}
        return _("We answer you by e-mail. What you are to get back is returned by %(day)s at the latest.") % told
    if seen.state is OrderState.PLACED:
        return _lead_to_pay(seen)
    if seen.state in {OrderState.PAID, OrderState.DELIVERING}:
        part = _("A part has been delivered already. We tell you by e-mail when the rest is.")
        return part if seen.is_late_part else _("We tell you by e-mail when it has been delivered.")
    returned = _("We have returned %(amount)s to you.") % {"amount": shown(seen.refunded, seen.language)}
    if seen.is_due:
        rest = _("We tell you by e-mail when the rest has been delivered.")
        return f"{returned} {rest}"
    return returned if seen.refunded else ""


def _lead_to_pay(seen: OrderPage) -> str:
    if seen.pays_by is PaysBy.INVOICE:
        return _("You pay by invoice. It is below, and it comes with the confirmation to your e-mail.")
    if seen.expires_at is None:
        return ""
    moment = formats.date_format(seen.expires_at.astimezone(HELSINKI), "SHORT_DATETIME_FORMAT")
    return _("If it is not paid by %(moment)s, it is cancelled by itself and you owe nothing.") % {"moment": moment}


def _row(seen: OrderPage, line: Line) -> Row:
    per = {"month": _("each month"), "year": _("each year")}.get(line.interval, "")
    is_open = seen.is_due and line.is_undelivered
    day = _day(line.delivered_at.astimezone(HELSINKI).date()) if line.delivered_at else ""
    later = _("not delivered yet") if is_open else ""
    return Row(
        title=line.title,
        quantity=line.quantity,
        gross=shown(line.gross, seen.language),
        more=per,
        delivered=_("delivered %(day)s") % {"day": day} if day else later,
    )


_NOTHING = Decimal("0.00")


def _sums(seen: OrderPage) -> list[Sum]:
    language = seen.language
    found = [
        (seen.discount, _("Discount included") + (f" ({seen.coupon})" if seen.coupon else ""), False),
        (seen.net, _("Without value added tax"), False),
        (seen.vat, _("Value added tax"), False),
        (seen.gross, _("In all"), True),
        (seen.paid if seen.paid != seen.gross else _NOTHING, _("Paid"), False),
        (seen.refunded, _("Returned to you"), False),
    ]
    return [
        Sum(label=label, amount=shown(amount, language), is_whole=is_whole)
        for amount, label, is_whole in found
        if amount or is_whole
    ]


def _history(seen: OrderPage) -> list[Past]:
    """Return the history, the newest first; of a confirmation that came back it says so."""
    past = [_past(step, seen.language) for step in reversed(seen.steps)]
    if seen.is_unreached:
        newest = next((n for n, step in enumerate(reversed(seen.steps)) if step.what is Happened.CONFIRMED), None)
        if newest is not None:
            past[newest] = replace(past[newest], what=_("The confirmation was sent, but it did not arrive"))
    return past


def _past(step: Step, language: str) -> Past:
    said = [str(Why(step.why).told)] if step.why else []
    if step.amount is not None and step.what not in {Happened.PLACED, Happened.PAYMENT_FAILED}:
        said.insert(0, shown(step.amount, language))
    moment = formats.date_format(step.at.astimezone(HELSINKI), "SHORT_DATETIME_FORMAT")
    return Past(moment=moment, what=str(step.what.told), more=" · ".join(said))


def right_words(seen: OrderPage) -> str:
    """Return how the right of withdrawal stands, in plain words: shown before anybody states anything."""
    match seen.right.right:
        case Right.BUSINESS:
            return _("You bought for a business, so the consumer's right of withdrawal does not apply.")
        case Right.WAIVED:
            return _(
                "You asked for the digital content at once and accepted that the right of withdrawal then ends. If you"
                " state a withdrawal all the same, an employee looks at it and answers you."
            )
        case Right.OVER:
            day = _day(seen.right.last_day) if seen.right.last_day else ""
            return _(
                "The time for withdrawing ended on %(day)s. If you state a withdrawal all the same, an employee looks"
                " at it and answers you."
            ) % {"day": day}
        case Right.OPEN if seen.right.last_day:
            told = {"day": _day(seen.right.last_day)}
            return _("You may withdraw from the contract until %(day)s without giving a reason.") % told
        case _:
            return _("You may withdraw from the contract until fourteen days after the goods have reached you.")


def done(what: str, seen: OrderPage) -> str:
    """Return what is said after a button was pressed; nothing for what no button does."""
    if what == "pay":
        is_paid = seen.paid and not seen.left_to_pay
        return _("Thank you. The payment has arrived, and the confirmation goes to your e-mail.") if is_paid else ""
    return str(_DONE.get(what, ""))


def _day(day: date) -> str:
    return formats.date_format(day, "SHORT_DATE_FORMAT")
