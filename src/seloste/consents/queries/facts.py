"""What is known of persons and their addresses, gathered by the database, as the rule of contact asks for it.

One question serves one person and a million: the facts about an address are packed into one number, its *class*. The
rule is pure, so it is asked once for each class that occurs and not once for each person; one rule decides both a
single letter and an audience, and they cannot differ.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection

from seloste.consents.choices import AddressKind, Channel, ConsentState
from seloste.consents.queries.states import MARKETING, wordings_said
from seloste.consents.rules.contact import Consent, Decision, Situation, may_contact
from seloste.register.choices import ContactKind
from seloste.register.rules import GENERIC_MAILBOXES

#: The contact points that a channel uses; a letter goes to a postal address.
_REACHED_BY = {
    Channel.EMAIL: ContactKind.EMAIL,
    Channel.SMS: ContactKind.PHONE,
    Channel.PHONE: ContactKind.PHONE,
    Channel.SOCIAL: ContactKind.SOCIAL,
}
#: A look into the register of those who forbid marketing calls holds this long (our policy, not the law's).
_LOOKED_UP_FOR = timedelta(days=30)

#: The facts that are true or false, each a bit of the class, the lowest first. The SQL below gives them in this order.
_FLAGS = (
    "restricted",
    "suppressed",
    "objected",
    "minor",
    "bounced",
    "verified",
    "informed",
    "may_still_inform",
    "sole_trader",
    "at_work",
    "generic",
    "legal_person",
    "relevant",
    "looked_up",
)
_STATES = ("", *ConsentState.values)

#: Words that only the name of a legal person may bear (Finnish company law and its neighbours).
_LEGAL_FORMS = r"\m(oy|oyj|ab|abp|ky|kb|ry|rf|osk|osuuskunta|andelslag|säätiö|stiftelse|gmbh|ltd|inc|as|asa|aps)\M"

_POINTS = """
    SELECT id, person_id, value AS address, mark, collected_at, verified_at IS NOT NULL AS verified,
           bounced_at IS NOT NULL AS bounced,
           coalesce(prohibition_checked_on >= %(looked_up_since)s, false) AS looked_up
    FROM register_contactpoint WHERE kind = %(kind)s AND ended_at IS NULL"""
_PLACES = """
    SELECT id, person_id, street || ', ' || postal_code || ' ' || city || ', ' || country AS address, mark,
           collected_at, false AS verified, false AS bounced, false AS looked_up
    FROM register_postaladdress WHERE ended_at IS NULL"""

#: An address at work is at the employer's own domain; what we cannot tell is a private address.
_QUESTION = """
WITH point AS NOT MATERIALIZED ({points} {of_persons}),
consent AS (
    SELECT DISTINCT ON (subject) subject, reference,
        CASE WHEN state NOT IN ('given', 'renewed') THEN state
             WHEN NOT wording_id = ANY(%(said)s) THEN 'invalidated'
             WHEN valid_until < %(today)s THEN 'expired'
             ELSE state END AS state
    FROM consents_consentevent WHERE purpose = %(purpose)s AND channel = %(channel)s {of_subjects}
    ORDER BY subject, id DESC),
objection AS (
    SELECT DISTINCT ON (subject) subject, state = 'objected' AS stands
    FROM consents_objectionevent WHERE purpose = %(purpose)s {of_subjects}
    ORDER BY subject, id DESC),
closed AS (
    SELECT mark, bool_or(reason NOT IN ('minor', 'bounced')) AS suppressed, bool_or(reason = 'minor') AS minor,
        bool_or(reason = 'bounced') AS bounced
    FROM (
        SELECT DISTINCT ON (mark, reason) mark, reason, state
        FROM consents_suppression WHERE channel = %(channel)s {of_marks} ORDER BY mark, reason, id DESC
    ) said WHERE state = 'added' GROUP BY mark),
owed AS (
    SELECT person_id, bool_and(article = 14 AND due_on >= %(today)s) AS may_still_inform
    FROM register_noticedelivery WHERE delivered_at IS NULL {of_persons} GROUP BY person_id),
employer AS MATERIALIZED (
    SELECT id, name ~* %(legal_forms)s AS legal_person, array_remove(ARRAY[lower(split_part(email, '@', 2)),
        lower(regexp_replace(website, '^https?://(www\\.)?([^/:?#]*).*$', '\\2'))], '') AS domains
    FROM register_organisation WHERE ended_at IS NULL {of_employers}),
work AS (
    SELECT DISTINCT ON (place.person_id, domain) place.person_id, domain, place.id AS position,
        place.relevance <> '' AS relevant, employer.legal_person
    FROM register_position place JOIN employer ON employer.id = place.organisation_id, unnest(employer.domains) domain
    WHERE place.ended_at IS NULL {of_persons}
    ORDER BY place.person_id, domain, place.relevance = '', place.id)
SELECT point.id, point.person_id, point.address, point.mark, point.collected_at, person.language,
    consent.reference AS consent, work.position,
    array_position(%(states)s, coalesce(consent.state, '')) * (1 << {flags}) + {bits} AS class
FROM point
JOIN register_person person ON person.id = point.person_id
LEFT JOIN closed ON closed.mark = point.mark
LEFT JOIN objection ON objection.subject = point.person_id
LEFT JOIN owed ON owed.person_id = point.person_id
LEFT JOIN work ON work.person_id = point.person_id AND work.domain = split_part(point.address, '@', 2)
LEFT JOIN consent ON consent.subject = point.person_id
"""

_RESTRICTED = "SELECT person_id FROM register_restriction WHERE ended_at IS NULL {of_persons}"
_TOLD = "SELECT person_id FROM register_noticedelivery WHERE delivered_at IS NOT NULL {of_persons}"

_BITS = {
    "restricted": f"person.blocked_at IS NOT NULL OR point.person_id IN ({_RESTRICTED})",
    "suppressed": "coalesce(closed.suppressed, false)",
    "objected": "coalesce(objection.stands, false)",
    "minor": "coalesce(closed.minor, false)",
    "bounced": "point.bounced OR coalesce(closed.bounced, false)",
    "verified": "point.verified",
    "informed": f"owed.person_id IS NULL AND point.person_id IN ({_TOLD})",
    "may_still_inform": "coalesce(owed.may_still_inform, false)",
    "sole_trader": "person.kind = 'sole_trader'",
    "at_work": "work.person_id IS NOT NULL",
    "generic": "work.person_id IS NOT NULL AND lower(split_part(point.address, '@', 1)) = ANY(%(generic)s)",
    "legal_person": "coalesce(work.legal_person, false)",
    "relevant": "coalesce(work.relevant, false)",
    "looked_up": "point.looked_up",
}


#: What narrows the question to the persons named.
_OF = {
    "of_persons": "AND person_id = ANY(%(persons)s)",
    "of_subjects": "AND subject = ANY(%(persons)s)",
    "of_marks": "AND mark IN (SELECT mark FROM point)",
    "of_employers": "AND id IN (SELECT organisation_id FROM register_position WHERE person_id = ANY(%(persons)s))",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """SQL that gives, for each address of each person, what is known; and the values it is asked with."""

    sql: str
    values: dict[str, Any]


def question(channel: Channel, *, today: date, persons: Sequence[UUID] | None = None) -> Question:
    """Return the question for a channel on a Helsinki date; about everyone, or about the persons named."""
    sql = _sql(is_post=channel is Channel.POST, is_of_some=persons is not None)
    values = {
        "kind": _REACHED_BY.get(channel),
        "channel": channel,
        "purpose": MARKETING,
        "today": today,
        "looked_up_since": today - _LOOKED_UP_FOR,
        "said": wordings_said(),
        "states": list(_STATES),
        "legal_forms": _LEGAL_FORMS,
        "generic": list(GENERIC_MAILBOXES),
        "persons": list(persons or ()),
    }
    return Question(sql=sql, values=values)


@cache
def _sql(*, is_post: bool, is_of_some: bool) -> str:
    bits = " + ".join(f"({_BITS[flag]})::int * {1 << place}" for place, flag in enumerate(_FLAGS))
    points = _PLACES if is_post else _POINTS
    sql = _QUESTION.replace("{points}", points).replace("{bits}", bits).replace("{flags}", str(len(_FLAGS)))
    for name, words in _OF.items():
        sql = sql.replace(f"{{{name}}}", words if is_of_some else "")
    return sql


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """One address of a person and what follows from what is known of them."""

    person_id: UUID
    address: str
    decision: Decision


def known(channel: Channel, *, person_id: UUID, today: date) -> list[Known]:
    """Return each address that the channel reaches the person at, the oldest first, with its decision."""
    asked = question(channel, today=today, persons=[person_id])
    with connection.cursor() as cursor:
        cursor.execute(asked.sql + "ORDER BY point.collected_at, point.id", asked.values)
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [_decided(row, channel=channel, today=today) for row in rows]


def _decided(row: dict[str, Any], *, channel: Channel, today: date) -> Known:
    evidence = {"consent": str(row["consent"] or ""), "position": str(row["position"] or "")}
    situation = unpack(row["class"], channel=channel, today=today, **evidence)
    return Known(person_id=row["person_id"], address=row["address"], decision=may_contact(situation))


def unpack(
    packed: int, *, channel: Channel, today: date, consent: str = "consent", position: str = "position"
) -> Situation:
    """Return the situation that a class stands for; consent and position name the evidence in it."""
    flags = {flag: bool(packed >> place & 1) for place, flag in enumerate(_FLAGS)}
    state = _STATES[(packed >> len(_FLAGS)) - 1]
    return Situation(
        channel=channel,
        is_marketing=True,
        today=today,
        erased=False,  # who has a row is not erased
        restricted=flags["restricted"],
        suppressed=flags["suppressed"],
        objected=flags["objected"],
        minor=flags["minor"],
        bounced=flags["bounced"],
        verified=flags["verified"],
        informed=flags["informed"],
        first_contact=True if flags["may_still_inform"] else None,
        natural_person=not (flags["generic"] and flags["legal_person"]),
        sole_trader=flags["sole_trader"],
        address_kind=_address_kind(flags),
        consent=Consent(state=ConsentState(state), evidence=consent) if state else None,
        job_relevance=position if flags["relevant"] else None,
        phone_prohibition_checked=flags["looked_up"],
    )


def _address_kind(flags: dict[str, bool]) -> AddressKind:
    if flags["generic"]:
        return AddressKind.GENERIC
    return AddressKind.WORK if flags["at_work"] else AddressKind.PRIVATE


def decide_classes(packed: Iterable[int], *, channel: Channel, today: date) -> dict[int, Decision]:
    """Return the rule's decision for each class that occurs."""
    return {one: may_contact(unpack(one, channel=channel, today=today)) for one in packed}
