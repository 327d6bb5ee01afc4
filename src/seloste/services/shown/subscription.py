"""What the page of a subscription says, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from seloste.kernel.refusals import Words
from seloste.services.actions.previewing import Preview
from seloste.services.choices import ChangeKind, State
from seloste.services.queries import words
from seloste.services.queries.customer import Happening, Seen
from seloste.services.queries.offered import Choice

#: Colour and icon of each state; the words stand beside them.
_TONES: Mapping[State, tuple[str, str]] = {
    State.ACTIVE: ("good", "check"),
    State.PAUSED: ("warn", "clock"),
    State.CANCELLED: ("warn", "clock"),
    State.ENDED: ("", "cross"),
}
_DONE: Mapping[str, Words] = {
    "changed": gettext_lazy("The change was made. We confirmed it by e-mail."),
    "pause": gettext_lazy("The subscription is paused. We confirmed it by e-mail."),
    "resume": gettext_lazy("The subscription goes on."),
    "cancel": gettext_lazy("The subscription is cancelled. We confirmed it by e-mail."),
    "keep": gettext_lazy("The cancellation was taken back: the subscription goes on."),
    "call_off": gettext_lazy("The change that was to come was called off."),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """What stands at the top: the state, and each fact with its name."""

    state: Words
    tone: str
    icon: str
    called: str
    price: str
    facts: Sequence[tuple[Words, str, str]]
    lead: str
    waiting: str
    rise: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One change in the history."""

    at: datetime
    what: Words
    text: str
    how: str
    amount: str
    bill: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What a change would mean, in sentences; ``button`` is what the button says."""

    sentences: Sequence[str]
    facts: Sequence[tuple[Words, str]]
    button: str
    costs: bool


def page(seen: Seen, *, on: date) -> Page:
    """Return the top of the page."""
    tone, icon = _TONES[seen.state]
    return Page(
        state=seen.state.label,
        tone=tone,
        icon=icon,
        called=words.called(seen.title, seen.quantity),
        price=words.price(seen.price, seen.interval, is_gross=seen.is_gross),
        facts=_facts(seen),
        lead=_lead(seen, on=on),
        waiting=_waiting(seen),
        rise=_rise(seen),
    )


def done(what: str) -> Words:
    """Return what is said of what was just done; empty for anything else."""
    return _DONE.get(what, "")


def options(seen: Seen, choices: Sequence[Choice]) -> list[tuple[str, str]]:
    """Return what can be chosen, the present one first, each with its price."""
    now = (str(seen.variant), _("%(title)s – %(price)s (now)") % _priced(seen.title, seen.unit, seen.interval, seen))
    return [
        now,
        *(
            (str(one.variant), _("%(title)s – %(price)s") % _priced(one.title, one.unit, one.interval, seen))
            for one in choices
        ),
    ]


def change(one: Happening, seen: Seen) -> Line:
    """Return one change as the history says it."""
    return Line(
        at=one.at,
        what=one.kind.label,
        text=_happened(one, seen),
        how=f"{one.asked_by} · {one.source}",
        amount=_amount(one, seen),
        bill=one.bill is not None,
    )


def preview(found: Preview) -> Told:
    """Return what a change would mean."""
    price = words.price(found.price, found.interval, is_gross=found.is_gross)
    what = words.called(found.title, found.quantity)
    if found.kind == ChangeKind.CANCEL:
        return _ending(found)
    if found.waits:
        told = {"day": _day(found.effective_on)}
        sentences = [
            _("The change begins on %(day)s, when the present period ends. Nothing is billed before that.") % told,
            _("Until then everything stays as it is, and you can call the change off."),
        ]
        return Told(
            sentences=sentences,
            facts=[(_("From %(day)s on") % told, what), (_("It costs"), price)],
            button=_("Order the change and pay %(amount)s from %(day)s on")
            % {**told, "amount": words.money(found.price)},
            costs=True,
        )
    return _at_once(found, what=what, price=price)


def _at_once(found: Preview, *, what: str, price: str) -> Told:
    amount = words.sum_of(found.amount, is_gross=found.is_gross)
    facts: list[tuple[Words, str]] = [(_("From today on"), what), (_("It costs"), price)]
    if not found.amount:
        return Told(sentences=[_("Nothing is billed now.")], facts=facts, button=_("Order the change"), costs=False)
    days = ngettext(
        "You pay the difference for the %(n)s day that is left of the present period.",
        "You pay the difference for the %(n)s days that are left of the present period.",
        found.left,
    ) % {"n": found.left}
    return Told(
        sentences=[days, _("The invoice comes by e-mail, with 14 days to pay.")],
        facts=[*facts, (_("To pay now"), amount)],
        button=_("Order the change and pay %(amount)s") % {"amount": words.money(found.amount)},
        costs=True,
    )


def _ending(found: Preview) -> Told:
    button = _("Cancel the subscription")
    if found.ends_now:
        sentences = [_("The subscription ends today, because it is paused.")]
        if found.amount:
            money = {"amount": words.sum_of(found.amount, is_gross=found.is_gross)}
            sentences.append(_("We return %(amount)s to you for the days that you had paid ahead.") % money)
        return Told(sentences=sentences, facts=[], button=button, costs=False)
    last = {"day": _day(found.effective_on - timedelta(days=1))}
    sentences = [
        _("You can use what you have paid for until %(day)s. Nothing is billed after that.") % last,
        _("You can take the cancellation back until then."),
    ]
    return Told(sentences=sentences, facts=[], button=button, costs=False)


def _facts(seen: Seen) -> list[tuple[Words, str, str]]:
    per = words.per(seen.interval, is_gross=seen.is_gross)
    facts: list[tuple[Words, str, str]] = [(_("Price"), words.money(seen.price), per)]
    if seen.state == State.ENDED:
        return [*facts, (_("Ended"), _day(seen.ended_on) if seen.ended_on else "", "")]
    if seen.state == State.PAUSED and seen.resumes_on:
        facts.append((_("Goes on"), _day(seen.resumes_on), ""))
    else:
        facts.append((_("Paid until"), _day(seen.paid_until), ""))
    if seen.bills_on is not None:
        amount = words.sum_of(seen.bills, is_gross=seen.is_gross)
        facts.append((_("Next bill"), _day(seen.bills_on), amount))
    else:
        facts.append((_("Next bill"), _("none"), ""))
    return facts


def _lead(seen: Seen, *, on: date) -> str:
    day = {"day": _day(seen.paid_until)}
    if seen.state == State.CANCELLED:
        return _("You can use it until %(day)s. Nothing more is billed.") % day
    if seen.state == State.PAUSED and seen.resumes_on:
        told = {"day": _day(seen.resumes_on), "n": seen.left}
        return (
            ngettext(
                "It goes on by itself on %(day)s. The %(n)s day that you have paid for is kept.",
                "It goes on by itself on %(day)s. The %(n)s days that you have paid for are kept.",
                seen.left,
            )
            % told
        )
    if seen.state == State.ENDED or seen.bills_on is None or seen.bills_on <= on:
        return ""
    return _("It is renewed by itself on %(day)s, unless you cancel it before.") % {"day": _day(seen.bills_on)}


def _waiting(seen: Seen) -> str:
    if seen.waiting is None:
        return ""
    told = {
        "day": _day(seen.waiting.on),
        "what": words.called(seen.waiting.title, seen.waiting.quantity),
        "price": words.price(seen.waiting.price, seen.waiting.interval, is_gross=seen.is_gross),
    }
    return _("It changes on %(day)s to: %(what)s, %(price)s.") % told


def _rise(seen: Seen) -> str:
    if seen.rise is None or seen.rise_on is None:
        return ""
    told = {
        "day": _day(seen.rise_on),
        "price": words.price(seen.rise, seen.interval, is_gross=seen.is_gross),
    }
    return _("From the first period that begins on %(day)s or later the price is %(price)s.") % told


def _happened(one: Happening, seen: Seen) -> str:
    price = words.price(one.price, one.interval, is_gross=seen.is_gross)
    told = {"what": words.called(one.title, one.quantity), "price": price, "day": _day(one.effective_on)}
    if one.kind in {ChangeKind.CANCEL, ChangeKind.ENDED, ChangeKind.PAUSE, ChangeKind.RESUME, ChangeKind.KEEP}:
        return _("from %(day)s on") % told
    if one.kind in {ChangeKind.CALLED_OFF, ChangeKind.TOLD, ChangeKind.RETURNED}:
        return ""
    return _("%(what)s, %(price)s, from %(day)s on") % told


def _amount(one: Happening, seen: Seen) -> str:
    if not one.amount:
        return ""
    told = {"amount": words.sum_of(one.amount, is_gross=seen.is_gross)}
    return (_("billed %(amount)s") if one.amount > 0 else _("to be returned %(amount)s")) % told


def _priced(title: str, unit: Decimal, interval: str, seen: Seen) -> dict[str, str]:
    return {"title": title, "price": words.price(unit, interval, is_gross=seen.is_gross)}


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")
