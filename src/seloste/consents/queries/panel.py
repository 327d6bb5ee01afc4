"""All about marketing and one person, on one page: what may be done, what was said, and what can be noted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import TypedDict
from uuid import UUID

from django.db import transaction

from seloste.audit.actions import record
from seloste.consents.choices import (
    Cause,
    Channel,
    ConsentState,
    EvidenceKind,
    ObjectionState,
    SuppressionReason,
    SuppressionState,
)
from seloste.consents.models import ConsentEvent, ObjectionEvent, Suppression
from seloste.consents.queries.contact import Marketing, marketing
from seloste.consents.queries.states import MARKETING, suppressions
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing
from seloste.register.choices import ContactKind, RestrictionReason
from seloste.register.models import ContactPoint, Organisation, Position, PostalAddress, Restriction
from seloste.register.queries import check_use
from seloste.register.rules import address_line

#: The channels that lead to an address of a kind, as a reader thinks of them.
_LEADS_TO = {ContactKind.EMAIL: (Channel.EMAIL,), ContactKind.PHONE: (Channel.SMS, Channel.PHONE)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """One way to one address, and for which reasons it is closed."""

    channel: Channel
    text: str
    mark: bytes
    item_id: UUID
    verified: bool
    bounced: bool
    looked_up_on: date | None
    reasons: Sequence[SuppressionReason]


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """A position of the person, and which of our matters belong to its duties."""

    item_id: UUID
    title: str
    organisation: str
    relevance: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Restricted:
    """A standing restriction of processing; the reason is told only to those whose job it is."""

    id: UUID
    since_at: datetime
    reason: RestrictionReason | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """Something that was said or happened, with what proves it; ``receipt`` where there is one."""

    at: datetime
    what: ConsentState | ObjectionState | SuppressionState
    channel: Channel | None
    cause: Cause | SuppressionReason | None
    source: str
    evidence_kind: EvidenceKind | None
    evidence: str
    evidence_on: date | None
    actor: UUID
    role: str
    text: str = ""
    language: str = ""
    receipt: UUID | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """Everything one duty may know of marketing to one person."""

    marketing: Marketing
    addresses: Sequence[Address]
    work: Sequence[Work]
    restrictions: Sequence[Restricted]
    lines: Sequence[Line]


@transaction.atomic
def marketing_panel(*, by: Duty, at: datetime, person_id: UUID) -> Panel:
    """Return the whole panel; Missing where the person or the consents are not this duty's."""
    if not by.sees("consent", (MARKETING,)):
        raise Missing
    check_use(person_id, by=by)
    told = marketing(by=by, at=at, person_id=person_id)
    reached = addresses(by=by, at=at, person_id=person_id)
    return Panel(
        marketing=told,
        addresses=reached,
        work=list(_work(person_id)) if "position" in by.categories else (),
        restrictions=list(_restrictions(person_id, by=by)),
        lines=_lines(person_id, reached),
    )


@transaction.atomic
def addresses(*, by: Duty, at: datetime, person_id: UUID) -> list[Address]:
    """Return every way to the person's addresses, the oldest first; Missing where they are not this duty's to see."""
    if not by.sees("consent", (MARKETING,)) or "contact" not in by.categories:
        raise Missing
    check_use(person_id, by=by)
    record(by=by, at=at, deed="person.read", subjects=[person_id], categories=["contact", "position"])
    return [*_points(person_id), *_places(person_id)]


def _points(person_id: UUID) -> Iterator[Address]:
    points = ContactPoint.objects.filter(person_id=person_id, kind__in=_LEADS_TO, ended_at=None)
    for point in points.order_by("kind", "collected_at", "id"):
        for channel in _LEADS_TO[ContactKind(point.kind)]:
            yield Address(
                channel=channel,
                text=point.value,
                mark=bytes(point.mark),
                item_id=point.id,
                verified=point.verified_at is not None,
                bounced=point.bounced_at is not None,
                looked_up_on=point.prohibition_checked_on if channel is Channel.PHONE else None,
                reasons=_reasons(channel, bytes(point.mark)),
            )


def _places(person_id: UUID) -> Iterator[Address]:
    for place in PostalAddress.objects.filter(person_id=person_id, ended_at=None).order_by("collected_at", "id"):
        yield Address(
            channel=Channel.POST,
            text=address_line(place.street, place.postal_code, place.city, place.country),
            mark=bytes(place.mark),
            item_id=place.id,
            verified=False,
            bounced=False,
            looked_up_on=None,
            reasons=_reasons(Channel.POST, bytes(place.mark)),
        )


def _reasons(channel: Channel, mark: bytes) -> list[SuppressionReason]:
    return [SuppressionReason(reason) for reason in sorted(suppressions(channel, mark))]


def _work(person_id: UUID) -> Iterator[Work]:
    rows = Position.objects.filter(person_id=person_id, ended_at=None).order_by("collected_at", "id")
    names = dict(Organisation.objects.filter(id__in=rows.values("organisation_id")).values_list("id", "name"))
    for row in rows:
        name = names.get(row.organisation_id, "")
        yield Work(item_id=row.id, title=row.title, organisation=name, relevance=row.relevance)


def _restrictions(person_id: UUID, *, by: Duty) -> Iterator[Restricted]:
    tells_why = "rights_request" in by.categories
    for row in Restriction.objects.filter(person_id=person_id, ended_at=None).order_by("since_at", "id"):
        reason = RestrictionReason(row.reason) if tells_why else None
        yield Restricted(id=row.id, since_at=row.since_at, reason=reason)


# --- What was said ----------------------------------------------------------------------------------------------------


def _lines(person_id: UUID, reached: Sequence[Address]) -> list[Line]:
    """Return all that was said, newest first; of the same moment, an objection before the addresses it closed.

    Shown is when it was noted. Which of two words counts is another question: the order of storing decides it.
    """
    lines = [*_consents(person_id), *_objections(person_id), *chain.from_iterable(map(_closings, reached))]
    ranked = sorted(enumerate(lines), key=lambda pair: (pair[1].at, pair[0]))
    return [line for _rank, line in reversed(ranked)]


def _consents(person_id: UUID) -> Iterator[Line]:
    for row in ConsentEvent.objects.filter(subject=person_id).select_related("wording").order_by("id"):
        yield Line(
            at=row.at,
            what=ConsentState(row.state),
            channel=Channel(row.channel),
            cause=Cause(row.cause) if row.cause else None,
            source=row.source,
            text=row.wording.text,
            language=row.wording.language,
            receipt=row.reference,
            **_proof(row),
        )


def _objections(person_id: UUID) -> Iterator[Line]:
    for row in ObjectionEvent.objects.filter(subject=person_id).order_by("id"):
        yield Line(
            at=row.at,
            what=ObjectionState(row.state),
            channel=None,
            cause=None,
            source=row.source,
            **_proof(row),
        )


def _closings(one: Address) -> Iterator[Line]:
    for row in Suppression.objects.filter(channel=one.channel, mark=one.mark).order_by("id"):
        yield Line(
            at=row.at,
            what=SuppressionState(row.state),
            channel=one.channel,
            cause=SuppressionReason(row.reason),
            source="",
            text=one.text,
            **_proof(row),
        )


class _Proof(TypedDict):
    evidence_kind: EvidenceKind | None
    evidence: str
    evidence_on: date | None
    actor: UUID
    role: str


def _proof(row: ConsentEvent | ObjectionEvent | Suppression) -> _Proof:
    return {
        "evidence_kind": EvidenceKind(row.evidence_kind) if row.evidence_kind else None,
        "evidence": row.evidence,
        "evidence_on": row.evidence_on,
        "actor": row.actor,
        "role": row.role,
    }
