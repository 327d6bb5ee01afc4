"""The preference page in plain words: what may come, why, and what was just done."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from seloste.consents.choices import OPTED_OUT, Channel, ConsentState, Rule
from seloste.outreach.queries.preferences import Ground, Preferences, Way
from seloste.register.choices import Language


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownWay:
    """One consent on the page, with the one button that changes it."""

    consent: str
    title: str
    words: str
    to: str
    badge: str
    tone: str
    icon: str
    way: Way
    can_be_given: bool

    @property
    def to_a_number(self) -> bool:
        """Tell whether it reaches a telephone."""
        return self.way.channel in {Channel.SMS, Channel.PHONE}


@dataclass(frozen=True, kw_only=True, slots=True)
class Plain:
    """A channel and what goes for it, in a sentence."""

    title: str
    words: str
    may: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """What the template shows beside the plain facts."""

    ways: Sequence[ShownWay]
    grounds: Sequence[Plain]
    languages: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What was just done, and the button that undoes it."""

    words: str
    undo: str = ""
    consent: str = ""


#: The languages by their own names.
_OWN_NAMES = {Language.FI: "Suomi", Language.SV: "Svenska", Language.EN: "English"}


def page(seen: Preferences) -> Page:
    """Return the page's parts."""
    asked_for = {wish.consent for wish in seen.wishes}
    return Page(
        ways=[_way(one, seen) for one in seen.ways if one.is_given or one.consent not in asked_for],
        grounds=[_plain(one) for one in seen.grounds if not _is_consents(one)],
        languages=[(code.value, name) for code, name in _OWN_NAMES.items()],
    )


def _way(way: Way, seen: Preferences) -> ShownWay:
    badge, tone, icon = _stand(way, seen)
    return ShownWay(
        consent=way.consent,
        title=capfirst(str(way.channel.label)),
        words=way.words,
        to=way.to,
        badge=badge,
        tone=tone,
        icon=icon,
        way=way,
        can_be_given=way.can_be_given and not seen.objects,
    )


def _stand(way: Way, seen: Preferences) -> tuple[str, str, str]:
    if seen.objects:
        return _("forbidden"), "", "lock"
    if way.is_given:
        return _("you have consented"), "good", "check"
    if way.state is ConsentState.WITHDRAWN:
        return _("you have withdrawn your consent"), "", "undo"
    if way.state in OPTED_OUT:
        return _("you have said no"), "", "cross"
    if way.state is ConsentState.EXPIRED:
        return _("your consent has expired"), "", "clock"
    return _("you have not consented"), "", ""


def _is_consents(ground: Ground) -> bool:
    """Tell whether the consents above say it already."""
    return ground.decision.rule in {Rule.CONSENT, Rule.OPTED_OUT, Rule.OBJECTED}


def _plain(ground: Ground) -> Plain:
    words = _grounds().get(ground.decision.rule) if ground.decision.allow else _("We send you nothing this way.")
    return Plain(title=capfirst(str(ground.channel.label)), words=words or "", may=ground.decision.allow)


def _grounds() -> dict[Rule, str]:
    return {
        Rule.SOFT_OPT_IN: _(
            "You are our customer: we may tell you about products like those you have bought, until you forbid it."
        ),
        Rule.ORGANISATION: _("This is an organisation's common address: we may write to it until somebody forbids it."),
        Rule.JOB: _(
            "This is your address at work: we may write about what belongs to your duties, until you forbid it."
        ),
        Rule.UNTIL_FORBIDDEN: _("The law lets us do this without asking first, until you forbid it."),
    }


def done(seen: Preferences, what: str, consent: str) -> Done | None:
    """Return what was done, where it is so: an address that somebody made up tells nothing that is not true."""
    given = {way.consent for way in seen.ways if way.is_given}
    refused = {way.consent for way in seen.ways if way.state in OPTED_OUT}
    if what in {"give", "confirm"} and given and consent in {*given, ""}:
        return Done(words=_("Thank you. You have given your consent."), undo="withdraw", consent=consent or min(given))
    if what == "withdraw" and (consent in refused or (not seen.is_known and seen.is_closed)):
        undo = "give" if seen.is_known else ""
        return Done(words=_("Done. You have withdrawn your consent."), undo=undo, consent=consent)
    if what == "object" and (seen.objects or (not seen.is_known and seen.is_closed)):
        return Done(words=_("Done. We send you no marketing at all."), undo="lift" if seen.objects else "")
    if what == "lift" and seen.is_known and not seen.objects:
        return Done(words=_("You have lifted your ban on marketing. No consent follows from it."), undo="object")
    if what == "language" and seen.is_known:
        return Done(words=_("We write to you in the language you chose."))
    return None
