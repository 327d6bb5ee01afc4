"""May this person be contacted, by this channel, for this purpose? One rule, pure and total; what is unknown denies.

Sources: GDPR arts 14(3), 17, 18, 21; Act 917/2014 on Electronic Communications Services, sections 200, 202 and 203.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from seloste.consents.choices import VALID, AddressKind, Carry, Channel, ConsentState, Rule
from seloste.kernel.periods import Period, add

#: Electronic messages to a natural person need consent or the soft opt-in (200 § 1–3).
ELECTRONIC = frozenset({Channel.EMAIL, Channel.SMS, Channel.SOCIAL})
#: A customer relationship is alive for the soft opt-in this long after the last purchase (our policy, not the law's).
SOFT_OPT_IN_LASTS = Period(months=24)


@dataclass(frozen=True, kw_only=True, slots=True)
class Consent:
    """Where a consent stands for one purpose and channel: the fold of its events, with the last one as evidence."""

    state: ConsentState
    evidence: str
    valid_until: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Purchase:
    """A paid order from us at which the address was given (200 § 3)."""

    evidence: str
    bought_on: date
    same_product_group: bool
    opt_out_offered: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """Everything the rule asks about. ``None`` means that nobody knows, and what nobody knows never allows."""

    channel: Channel
    is_marketing: bool
    today: date
    erased: bool | None = None
    restricted: bool | None = None
    suppressed: bool | None = None
    objected: bool | None = None
    minor: bool | None = None
    bounced: bool | None = None
    verified: bool | None = None
    informed: bool | None = None
    first_contact: bool | None = None
    natural_person: bool | None = None
    sole_trader: bool | None = None
    address_kind: AddressKind | None = None
    consent: Consent | None = None
    purchase: Purchase | None = None
    job_relevance: str | None = None
    phone_prohibition_checked: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """Allow or deny, by which rule, on what evidence, under which paragraph, and what the message must say."""

    allow: bool
    rule: Rule
    law: str
    evidence: str = ""
    must_carry: tuple[Carry, ...] = ()


_LAW = {
    Rule.ERASED: "GDPR 17(1)",
    Rule.RESTRICTED: "GDPR 18(2)",
    Rule.SUPPRESSED: "GDPR 21(3)",
    Rule.OBJECTED: "GDPR 21(2)–(3)",
    Rule.MINOR: "GDPR rec. 38",
    Rule.BOUNCED: "GDPR 5(1)(d)",
    Rule.UNVERIFIED: "GDPR 5(1)(d)",
    Rule.OPTED_OUT: "GDPR 7(3), 917/2014 200 § 4",
    Rule.UNINFORMED: "GDPR 14(3)",
    Rule.CONSENT: "917/2014 200 § 1",
    Rule.SOFT_OPT_IN: "917/2014 200 § 3",
    Rule.ORGANISATION: "917/2014 202 §",
    Rule.JOB: "917/2014 202 §",
    Rule.UNTIL_FORBIDDEN: "917/2014 200 § 2",
    Rule.NO_GROUND: "917/2014 200 § 1",
    Rule.SERVICE: "GDPR 6(1)(b)–(c)",
}


def may_contact(situation: Situation) -> Decision:
    """Return the decision of the first rule that matches (law: M0–M7); with no rule, or no knowledge, it is no."""
    if not situation.is_marketing:
        return next(_service_denials(situation), _allow(Rule.SERVICE, situation))
    return next(_denials(situation), None) or next(_grounds(situation), None) or _deny(Rule.NO_GROUND)


def _service_denials(situation: Situation) -> Iterator[Decision]:
    """A message about the person's own matter needs no consent; it still cannot go to the erased or to nowhere."""
    for rule, known_to_be_fine in (
        (Rule.ERASED, situation.erased is False),
        (Rule.BOUNCED, situation.bounced is not True),
    ):
        if not known_to_be_fine:
            yield _deny(rule)


def _denials(situation: Situation) -> Iterator[Decision]:
    """M0 and the deny half of M1: anything that forbids, or that nobody knows to be fine."""
    fine = (
        (Rule.ERASED, situation.erased is False),
        (Rule.RESTRICTED, situation.restricted is False),
        (Rule.SUPPRESSED, situation.suppressed is False),
        (Rule.OBJECTED, situation.objected is False),
        (Rule.MINOR, situation.minor is False),
        (Rule.OPTED_OUT, not _opted_out(situation.consent)),
        (Rule.BOUNCED, situation.bounced is False),
        (Rule.UNVERIFIED, situation.verified is True or situation.channel in {Channel.POST, Channel.PHONE}),
        (Rule.UNINFORMED, situation.informed is True or situation.first_contact is True),
    )
    return (_deny(rule) for rule, is_fine in fine if not is_fine)


def _opted_out(consent: Consent | None) -> bool:
    return consent is not None and consent.state in {ConsentState.WITHDRAWN, ConsentState.REFUSED}


def _grounds(situation: Situation) -> Iterator[Decision]:
    """M2–M6: what can allow, the strongest first."""
    if _consents(situation):
        yield _allow(Rule.CONSENT, situation, evidence=situation.consent.evidence if situation.consent else "")
    if _is_soft_opt_in(situation):
        yield _allow(Rule.SOFT_OPT_IN, situation, evidence=situation.purchase.evidence if situation.purchase else "")
    if _is_organisation(situation):
        yield _allow(Rule.ORGANISATION, situation)
    if _is_job(situation):
        yield _allow(Rule.JOB, situation, evidence=situation.job_relevance or "")
    if _is_until_forbidden(situation):
        yield _allow(Rule.UNTIL_FORBIDDEN, situation)


def _consents(situation: Situation) -> bool:
    consent = situation.consent
    if consent is None or consent.state not in VALID:
        return False
    return consent.valid_until is None or situation.today <= consent.valid_until


def _is_soft_opt_in(situation: Situation) -> bool:
    bought = situation.purchase
    if bought is None or situation.channel not in ELECTRONIC:
        return False
    last = add(bought.bought_on, SOFT_OPT_IN_LASTS)
    return bought.same_product_group and bought.opt_out_offered and bought.bought_on <= situation.today <= last


def _is_organisation(situation: Situation) -> bool:
    """An organisation's common address, and no sole trader's: a sole trader is a natural person to this law."""
    return (
        situation.channel is Channel.EMAIL
        and situation.natural_person is False
        and situation.sole_trader is False
        and situation.address_kind is AddressKind.GENERIC
    )


def _is_job(situation: Situation) -> bool:
    """A work address, where it is on record that the matter belongs to the person's duties."""
    return (
        situation.channel is Channel.EMAIL
        and situation.address_kind is AddressKind.WORK
        and situation.sole_trader is False
        and bool(situation.job_relevance)
    )


def _is_until_forbidden(situation: Situation) -> bool:
    """Letters, and calls by a person after the prohibition register has been looked at."""
    if situation.channel is Channel.POST:
        return True
    return situation.channel is Channel.PHONE and situation.phone_prohibition_checked is True


def _deny(rule: Rule) -> Decision:
    return Decision(allow=False, rule=rule, law=_LAW[rule])


def _allow(rule: Rule, situation: Situation, *, evidence: str = "") -> Decision:
    return Decision(allow=True, rule=rule, law=_LAW[rule], evidence=evidence, must_carry=tuple(_must_carry(situation)))


def _must_carry(situation: Situation) -> Iterator[Carry]:
    """203 § and arts 14 and 21(4): what makes an allowed marketing message lawful."""
    if not situation.is_marketing:
        return
    yield from (Carry.LABEL, Carry.SENDER, Carry.REASON, Carry.OPT_OUT)
    if situation.first_contact is not False:
        yield Carry.OBJECTION
    if situation.informed is not True:
        yield Carry.ARTICLE_14
