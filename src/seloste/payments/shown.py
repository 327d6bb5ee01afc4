"""What the payer's page shows."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from seloste.kernel.money import shown
from seloste.payments import actions, queries
from seloste.payments.choices import HAD_MONEY, State, Way
from seloste.payments.queries import Attempt

#: The page asks again by itself so many times, every few seconds; after that the payer is told not to wait.
WAITS = 24
SECONDS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A way to pay that is offered."""

    way: str
    label: str
    text: str
    button: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One attempt as its payer sees it. ``refresh`` is where the page goes by itself, and after how many seconds."""

    letters: str
    title: str
    lead: str
    tone: str
    icon: str
    amount: str
    refunded: str
    number: str
    way: str
    home_url: str
    sends_link: bool
    provider_url: str
    refresh: str
    choices: list[Choice]
    can_go_on: bool
    is_waiting: bool


def offered(attempt: Attempt) -> list[Way]:
    """Return the ways in which the payer may pay now: online, so long as something is asked for."""
    standing = actions.look(attempt.subject_key)
    wanted = standing is None or (standing.is_wanted and (standing.to_pay is None or standing.to_pay > 0))
    others = queries.payments_of(attempt.subject_key)
    if not wanted or queries.is_paid_online(others):
        return []
    return [way for way in actions.open_ways() if way is not Way.INVOICE]


def is_settled(attempt: Attempt) -> bool:
    """Tell whether what was asked for is paid by this attempt, and nothing more is to be said of it."""
    standing = actions.look(attempt.subject_key)
    is_wanted = standing is None or standing.is_wanted
    has_money = attempt.state in HAD_MONEY and attempt.state is not State.REFUNDED
    return has_money and not _is_surplus(attempt, is_wanted=is_wanted)


def page(attempt: Attempt, at: datetime, *, home_url: str = "", waits: int | None = None) -> Page:
    """Return what the page says; with ``waits`` the payer has come back for the so-manieth time.

    ``home_url`` is the page of what is paid, where this browser may see it. Elsewhere its link is offered by e-mail.
    """
    standing = actions.look(attempt.subject_key)
    is_open = attempt.state is State.OPEN and attempt.expected_at > at
    is_odd = attempt.state is State.OPEN and queries.does_not_fit(attempt.id)
    is_waiting = waits is not None and attempt.state is State.OPEN and not is_odd
    is_wanted = standing is None or standing.is_wanted
    title, lead, tone, icon = _odd_words() if is_odd else _words(attempt, is_wanted=is_wanted, waits=waits)
    may_choose = not is_waiting and not is_odd and attempt.state not in HAD_MONEY
    return Page(
        letters=attempt.reference,
        title=title,
        lead=lead,
        tone=tone,
        icon=icon,
        amount=shown(attempt.amount, translation.get_language()),
        refunded=shown(attempt.refunded_amount, translation.get_language()) if attempt.refunded_amount else "",
        number=standing.reference if standing else "",
        way="" if attempt.provider is Way.INVOICE else str(attempt.provider.label),
        home_url=home_url,
        sends_link=not home_url and actions.sends_link(attempt.subject_key),
        provider_url=attempt.pay_url if is_open else "",
        refresh=_again(attempt, waits) if is_waiting and waits is not None and waits < WAITS else "",
        choices=_choices(attempt) if may_choose else [],
        can_go_on=is_open and not is_odd and attempt.provider is not Way.INVOICE,
        is_waiting=is_waiting,
    )


def _again(attempt: Attempt, waits: int) -> str:
    return f"{reverse('payments:back', args=[attempt.reference])}?kerta={waits + 1}"


def _choices(attempt: Attempt) -> list[Choice]:
    """Return the ways to pay, the one chosen before first."""
    return [_choice(way) for way in sorted(offered(attempt), key=lambda way: way is not attempt.provider)]


def _choice(way: Way) -> Choice:
    texts = {
        Way.PAYTRAIL: _("You go to Paytrail's page and choose your bank, card or mobile payment there."),
        Way.STRIPE: _("You go to Stripe's page and pay by card there."),
    }
    buttons = {Way.PAYTRAIL: _("Pay at Paytrail"), Way.STRIPE: _("Pay at Stripe")}
    return Choice(way=way, label=str(way.label), text=texts[way], button=buttons[way])


def _words(attempt: Attempt, *, is_wanted: bool, waits: int | None) -> tuple[str, str, str, str]:
    """Return the title, the sentence under it, the tone and the sign."""
    state = attempt.state
    if state in HAD_MONEY and state is not State.REFUNDED and _is_surplus(attempt, is_wanted=is_wanted):
        return (
            _("This was not to be paid any more"),
            _("The payment has arrived, but nothing was to be paid. We return the money; you need to do nothing."),
            "warn",
            "info",
        )
    if state is State.REFUNDED:
        return _("The payment has been returned"), _("The whole sum has been sent back to you."), "good", "check"
    if state in HAD_MONEY:
        return _("Thank you. The payment has arrived"), _("You need to do nothing more here."), "good", "check"
    if state is State.OPEN:
        return _open_words(attempt, waits)
    return (
        _("The payment was not made"),
        _("Nothing was charged. You can try again or choose another way; what you ordered is kept."),
        "warn",
        "info",
    )


def _odd_words() -> tuple[str, str, str, str]:
    return (
        _("Something does not fit in the payment"),
        _("The payment service tells of another sum than was to be paid. We look into it; please do not pay again."),
        "warn",
        "warning",
    )


def _is_surplus(attempt: Attempt, *, is_wanted: bool) -> bool:
    others = queries.payments_of(attempt.subject_key)
    earlier = [one for one in others if one.paid_at and attempt.paid_at and one.paid_at < attempt.paid_at]
    return not is_wanted or queries.is_paid_online(earlier)


def _open_words(attempt: Attempt, waits: int | None) -> tuple[str, str, str, str]:
    if waits is None:
        title = _("Choose how to pay") if attempt.provider is Way.INVOICE else _("The payment has not been made yet")
        return title, _("Nothing has been charged. You pay on the page of the payment service."), "", "info"
    if waits < WAITS:
        return (
            _("One moment"),
            _("We are asking the payment service. This page goes on by itself; you need not pay again."),
            "",
            "clock",
        )
    return (
        _("The payment service has not confirmed the payment yet"),
        _("You need not wait or pay again: we keep asking. You can close this page and look here later."),
        "warn",
        "clock",
    )
