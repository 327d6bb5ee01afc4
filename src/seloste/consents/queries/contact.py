"""May this person be contacted, how, and why (not)? The facts of one person, and what the one rule says of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction

from seloste.audit.actions import record
from seloste.consents.choices import Channel
from seloste.consents.queries.facts import known
from seloste.consents.queries.states import MARKETING, Standing, objects, standings
from seloste.consents.rules.contact import Decision, Situation, may_contact
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.marks import mark_of
from seloste.kernel.refusals import Missing, NotAllowed
from seloste.register.choices import ContactKind
from seloste.register.models import ContactPoint, Person
from seloste.register.queries import check_use

_SHOWN = (Channel.EMAIL, Channel.SMS, Channel.PHONE, Channel.POST)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """Whether and why one way of contacting a person for marketing is open."""

    channel: Channel
    address: str
    decision: Decision


@dataclass(frozen=True, kw_only=True, slots=True)
class Marketing:
    """What a person has said about marketing, and what follows for each channel."""

    answers: Sequence[Answer]
    consents: Sequence[Standing]
    objects: bool


@transaction.atomic
def marketing(*, by: Duty, at: datetime, person_id: UUID) -> Marketing:
    """Return where a person stands with marketing; NotAllowed where the duty does not include it."""
    answers = may_i_contact(by=by, at=at, person_id=person_id)
    return Marketing(
        answers=answers,
        consents=standings(person_id, today=local_date(at)),
        objects=objects(person_id, MARKETING),
    )


@transaction.atomic
def may_i_contact(*, by: Duty, at: datetime, person_id: UUID) -> list[Answer]:
    """Answer for each channel, with the best address known: may this person be contacted for marketing, and why."""
    if not Person.objects.filter(id=person_id).exists():
        raise Missing
    if not by.sees("consent", (MARKETING,)):
        raise NotAllowed("")
    check_use(person_id, by=by)
    record(by=by, at=at, deed="consent.read", subjects=[person_id], categories=["consent"])
    return [_answer(person_id, channel, today=local_date(at)) for channel in _SHOWN]


def _answer(person_id: UUID, channel: Channel, *, today: date) -> Answer:
    found = known(channel, person_id=person_id, today=today)
    best = next((one for one in found if one.decision.allow), found[0] if found else None)
    if best is None:
        return Answer(channel=channel, address="", decision=_nowhere(channel, person_id=person_id, today=today))
    return Answer(channel=channel, address=best.address, decision=best.decision)


def _nowhere(channel: Channel, *, person_id: UUID, today: date) -> Decision:
    """Decide where there is no address: what forbids is told first, and nothing allows."""
    objected = objects(person_id, MARKETING)
    return may_contact(
        Situation(
            channel=channel,
            is_marketing=True,
            today=today,
            erased=False,
            restricted=False,
            suppressed=False,
            objected=objected,
            minor=False,
            bounced=False,
            verified=True,
            informed=True,
        )
    )


def decide(
    *, person_id: UUID | None, channel: Channel, address: str, is_marketing: bool, at: datetime, lock: bool = False
) -> Decision:
    """Return whether a message may leave now. With ``lock``, nobody can change it before the transaction ends.

    Marketing needs a person who is in the register and holds the address; a service message needs only an address
    that works, because it answers her own matter.
    """
    if lock and person_id is not None:
        hold_still(person_id)
    if not is_marketing:
        return may_contact(_service(channel, address, today=local_date(at)))
    found = known(channel, person_id=person_id, today=local_date(at)) if person_id else []
    gone = Situation(channel=channel, is_marketing=True, today=local_date(at))
    return next((one.decision for one in found if one.address == address), may_contact(gone))


def _service(channel: Channel, address: str, *, today: date) -> Situation:
    bounced = ContactPoint.objects.filter(mark=mark_of(address), ended_at=None, bounced_at__isnull=False).exists()
    return Situation(channel=channel, is_marketing=False, today=today, erased=False, bounced=bounced)


def hold_still(person_id: UUID) -> None:
    """Have one event at a time for a person, so that their order is their truth; until the transaction ends."""
    hold_all_still([person_id])


def hold_all_still(person_ids: Iterable[UUID]) -> None:
    """Have one event at a time for each of the persons, always taken in the same order."""
    keys = [f"consent {person_id}" for person_id in sorted(person_ids)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(k, 0)) FROM unnest(%s::text[]) k", [keys])


def persons_with(address: str, kind: str = ContactKind.EMAIL) -> list[UUID]:
    """Return the persons who hold the address, the one known longest first."""
    points = ContactPoint.objects.filter(mark=mark_of(address), kind=kind, ended_at=None)
    return list(points.order_by("collected_at", "id").values_list("person_id", flat=True))
