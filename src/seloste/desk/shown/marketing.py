"""Whether a person may be contacted for marketing, why, and what she has said about it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seloste.consents.actions import LIFTED_BY_STAFF
from seloste.consents.choices import (
    VALID,
    Channel,
    ConsentState,
    ObjectionState,
    Rule,
    SuppressionReason,
    SuppressionState,
)
from seloste.consents.queries import Address, Answer, Line, Marketing, Panel, Standing
from seloste.desk.queries import NO_EMPLOYEE, MarketingSheet, Sheet
from seloste.desk.rules import Reader
from seloste.kernel.duty import Duty
from seloste.register.choices import Language

#: Each rule in plain words: what it means here, and what would change it.
WHY: Mapping[Rule, Any] = {
    Rule.ERASED: gettext_lazy("There is nobody to contact: the data have been erased."),
    Rule.RESTRICTED: gettext_lazy(
        "The data are only kept. Marketing waits until the restriction has ended and the person has been told."
    ),
    Rule.SUPPRESSED: gettext_lazy(
        "Somebody forbade this address, or it belonged to a person who was erased. It opens when the ban is taken back."
    ),
    Rule.OBJECTED: gettext_lazy("The person has forbidden marketing. This binds every channel until it is taken back."),
    Rule.MINOR: gettext_lazy("We do not market to children. The mark goes when the person's age has been proved."),
    Rule.BOUNCED: gettext_lazy("Messages to this address come back. Ask the person for one that works."),
    Rule.UNVERIFIED: gettext_lazy(
        "Anybody could have typed this address. The person confirms it from a message that is sent there."
    ),
    Rule.OPTED_OUT: gettext_lazy("The person said no to this channel. Only a newer yes of the person changes that."),
    Rule.UNINFORMED: gettext_lazy(
        "The person must first be told where the data came from. When that has been noted, look again."
    ),
    Rule.CONSENT: gettext_lazy("The person said yes to these words, and the yes still holds."),
    Rule.SOFT_OPT_IN: gettext_lazy(
        "The person gave the address when buying and could say no then, and the matter is a similar product of ours."
    ),
    Rule.ORGANISATION: gettext_lazy("This is the common address of an organisation, and not a person's own."),
    Rule.JOB: gettext_lazy("This is an address at work, and our matter belongs to the person's duties there."),
    Rule.UNTIL_FORBIDDEN: gettext_lazy("This needs no consent, but it ends as soon as the person forbids it."),
    Rule.SERVICE: gettext_lazy("This is about the person's own matter."),
}
#: What the last rule, that nothing allows it, means on each channel.
NOTHING_ALLOWS: Mapping[Channel, Any] = {
    Channel.EMAIL: gettext_lazy(
        "An e-mail needs the person's consent. At an address at work it is enough that our matter belongs to the "
        "person's duties."
    ),
    Channel.SMS: gettext_lazy("A text message needs the person's consent."),
    Channel.SOCIAL: gettext_lazy("A message in social media needs the person's consent."),
    Channel.PHONE: gettext_lazy("First look the number up among those that forbid marketing calls, and note it here."),
    Channel.POST: gettext_lazy("No postal address is known."),
}
#: What is said once at the head of the page, because it is so on every channel.
SAID_ABOVE = frozenset({Rule.RESTRICTED, Rule.OBJECTED})
#: Signs of what was said, beside its words.
_ICONS = {
    ConsentState.GIVEN: "check",
    ConsentState.RENEWED: "check",
    ConsentState.REQUESTED: "question",
    ConsentState.PENDING: "clock",
    ConsentState.EXPIRED: "clock",
    ConsentState.INVALIDATED: "history",
    ConsentState.SUPERSEDED: "history",
    ObjectionState.LIFTED: "undo",
    SuppressionState.ADDED: "lock",
    SuppressionState.LIFTED: "undo",
}
#: The word in the address of the form that adds what a channel lacks.
_LACKING = {
    Channel.EMAIL: "sahkoposti",
    Channel.SMS: "puhelin",
    Channel.PHONE: "puhelin",
    Channel.POST: "osoite",
    Channel.SOCIAL: "profiili",
}
#: How many lines of the history are shown before it asks.
AT_ONCE = 20


# --- On the person's page ---------------------------------------------------------------------------------------------


def marketing(sheet: Sheet) -> dict[str, Any] | None:
    """Return the panel; None where the duty does not include marketing."""
    told, person_id = sheet.marketing, sheet.person.id
    return None if told is None else _panel(told, person_id)


def _panel(told: Marketing, person_id: UUID) -> dict[str, Any]:
    """Return what both pages show."""
    return {
        "answers": [_answer(answer, told, person_id) for answer in told.answers],
        "consents": [_consent(standing, person_id) for standing in told.consents],
        "objects": told.objects,
    }


def _answer(answer: Answer, told: Marketing, person_id: UUID) -> dict[str, Any]:
    decision = answer.decision
    proof = {str(standing.receipt) for standing in told.consents}
    is_receipt = decision.evidence in proof
    nothing = decision.rule is Rule.NO_GROUND
    return {
        "key": answer.channel.value,
        "channel": capfirst(str(answer.channel.label)),
        "address": answer.address,
        "text": _("yes") if decision.allow else _("no"),
        "tone": "good" if decision.allow else "bad",
        "icon": "check" if decision.allow else "cross",
        "rule": decision.rule.label,
        "why": NOTHING_ALLOWS[answer.channel] if nothing else WHY.get(decision.rule, ""),
        "is_said_above": decision.rule in SAID_ABOVE,
        "law": decision.law,
        "is_known": bool(answer.address),
        "add_url": reverse("desk:add", args=[person_id, _LACKING[answer.channel]]),
        "receipt_url": reverse("desk:receipt", args=[person_id, decision.evidence]) if is_receipt else "",
        "must_carry": [carry.label for carry in decision.must_carry],
    }


def _consent(standing: Standing, person_id: UUID) -> dict[str, Any]:
    return {
        "channel": capfirst(str(standing.channel.label)),
        "state": standing.state.label if standing.state else _("never asked"),
        "tone": "good" if standing.state in VALID else "",
        "holds": standing.state in VALID,
        "at": standing.at,
        "until": standing.valid_until,
        "lang": standing.language,
        "words": standing.text,
        "receipt_url": reverse("desk:receipt", args=[person_id, standing.receipt]) if standing.receipt else "",
    }


# --- On a page of its own ---------------------------------------------------------------------------------------------


def marketing_page(sheet: MarketingSheet, *, by: Duty, whole: bool = False) -> dict[str, Any]:
    """Return everything about marketing to one person; ``whole`` with every line of the history."""
    found, person_id = sheet.panel, sheet.heading.id
    lines = [_line(line, sheet.reader, person_id) for line in found.lines]
    return {
        "person": sheet.heading,
        "can_write": "write" in by.may,
        **_panel(found.marketing, person_id),
        "closed": _closed(found.addresses),
        "can_open": any(reason in LIFTED_BY_STAFF for one in found.addresses for reason in one.reasons),
        "has_addresses": bool(found.addresses),
        "numbers": _numbers(found.addresses, person_id),
        "work": [_work(one, person_id) for one in found.work],
        "restrictions": _restrictions(found, person_id, by=by),
        "lines": lines if whole else lines[:AT_ONCE],
        "more": 0 if whole else max(len(lines) - AT_ONCE, 0),
    }


def _closed(addresses: Iterable[Address]) -> list[dict[str, Any]]:
    return [
        {"channel": capfirst(str(one.channel.label)), "text": one.text, "reasons": _reasons(one.reasons)}
        for one in addresses
        if one.reasons
    ]


def _reasons(reasons: Sequence[SuppressionReason]) -> str:
    return ", ".join(str(reason.label) for reason in reasons)


def _numbers(addresses: Iterable[Address], person_id: UUID) -> list[dict[str, Any]]:
    return [
        {"text": one.text, "on": one.looked_up_on, "url": reverse("desk:prohibition", args=[person_id, one.item_id])}
        for one in addresses
        if one.channel is Channel.PHONE
    ]


def _work(one: Any, person_id: UUID) -> dict[str, Any]:  # noqa: ANN401
    return {
        "title": ", ".join(part for part in (one.title, one.organisation) if part),
        "relevance": one.relevance,
        "url": reverse("desk:relevance", args=[person_id, one.item_id]),
    }


def _restrictions(found: Panel, person_id: UUID, *, by: Duty) -> list[dict[str, Any]]:
    can_end = "rights" in by.purposes and "rights_request" in by.categories
    return [
        {
            "reason": one.reason.label if one.reason else "",
            "since": one.since_at,
            "url": reverse("desk:lift_restriction", args=[person_id, one.id]) if can_end else "",
        }
        for one in found.restrictions
    ]


def _line(line: Line, reader: Reader, person_id: UUID) -> dict[str, Any]:
    whose = reader.colleagues.get(line.actor) or NO_EMPLOYEE.get(line.role) or reader.role(line.role)
    return {
        "at": line.at,
        "what": capfirst(str(line.what.label)),
        "icon": _ICONS.get(line.what, "cross"),
        "channel": capfirst(str(line.channel.label)) if line.channel else _("All marketing"),
        "cause": line.cause.label if line.cause else "",
        "by": capfirst(_("the person") if line.role == "visitor" else str(whose)),
        "source": reader.source(line.source) if line.source else "",
        "evidence": _evidence(line),
        "on": line.evidence_on,
        "text": line.text,
        "lang": line.language,
        "language": Language(line.language).label if line.language else "",
        "receipt_url": reverse("desk:receipt", args=[person_id, line.receipt]) if line.receipt else "",
    }


def _evidence(line: Line) -> str:
    kind = capfirst(str(line.evidence_kind.label)) if line.evidence_kind else ""
    return ": ".join(part for part in (kind, line.evidence) if part)
