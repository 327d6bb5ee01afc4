"""Questions about consents: where each stands, what a person has said, and whether she may be contacted."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.text import capfirst

from seloste.audit.actions import record
from seloste.consents.choices import VALID, AddressKind, Channel, ConsentState, ObjectionState
from seloste.consents.models import ConsentEvent, ObjectionEvent, Suppression
from seloste.consents.rules import contact
from seloste.consents.rules import receipt as receipts
from seloste.declaration.load import current
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing, NotAllowed
from seloste.kernel.timeline import Entry
from seloste.notices.queries.documents import address
from seloste.register.choices import ContactKind, PersonKind
from seloste.register.models import ContactPoint, NoticeDelivery, Person, Position, PostalAddress

MARKETING = "direct_marketing"
#: The contact points that a channel uses.
_REACHED_BY = {Channel.EMAIL: ContactKind.EMAIL, Channel.SMS: ContactKind.PHONE, Channel.PHONE: ContactKind.PHONE}


def consent_of(person_id: UUID, purpose: str, channel: str) -> contact.Consent | None:
    """Return where one consent stands: the fold of its events; None where nothing has happened."""
    last = _last_event(person_id, purpose, channel)
    if last is None:
        return None
    state = _state(last)
    return contact.Consent(state=state, evidence=str(last.reference), valid_until=last.valid_until)


def _state(last: ConsentEvent) -> ConsentState:
    """A consent to words that the notice no longer says does not hold (law: the wording is what was consented to)."""
    state = ConsentState(last.state)
    asked = current().consent.get(last.wording.key)
    said = asked.text.in_language(last.wording.language) if asked else None
    return ConsentState.INVALIDATED if state in VALID and said != last.wording.text else state


def objects(person_id: UUID, purpose: str) -> bool:
    """Tell whether the person's last word on the purpose is an objection."""
    last = ObjectionEvent.objects.filter(subject=person_id, purpose=purpose).order_by("-id").first()
    return last is not None and last.state == ObjectionState.OBJECTED


def mark_of(address: str) -> bytes:
    """Return the keyed mark of an address (HMAC-SHA-256 under a key that is not in the database)."""
    return salted_hmac("seloste.suppression", address.casefold(), secret=settings.SEAL_KEY, algorithm="sha256").digest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """Whether and why one way of contacting a person for marketing is open."""

    channel: Channel
    address: str
    decision: contact.Decision


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where one declared consent of a person stands, by which event, and to which words."""

    consent: str
    channel: Channel
    state: ConsentState | None
    at: datetime | None = None
    valid_until: date | None = None
    language: str = ""
    text: str = ""
    receipt: UUID | None = None


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
    today = local_date(at)
    asked = [(key, asked) for key, asked in current().consent.items() if asked.purpose == MARKETING]
    return Marketing(
        answers=answers,
        consents=[_standing(key, Channel(asked.channel), person_id=person_id, today=today) for key, asked in asked],
        objects=objects(person_id, MARKETING),
    )


def _standing(consent: str, channel: Channel, *, person_id: UUID, today: date) -> Standing:
    last = _last_event(person_id, MARKETING, channel)
    if last is None:
        return Standing(consent=consent, channel=channel, state=None)
    state = _state(last)
    ended = state in VALID and last.valid_until is not None and last.valid_until < today
    return Standing(
        consent=consent,
        channel=channel,
        state=ConsentState.EXPIRED if ended else state,
        at=last.at,
        valid_until=last.valid_until,
        language=last.wording.language,
        text=last.wording.text,
        receipt=last.reference,
    )


def language_to(person_id: UUID, consent: str) -> str:
    """Return the language of the last words that a person answered; her own where she has answered none."""
    asked = current().consent.get(consent)
    last = _last_event(person_id, asked.purpose, asked.channel) if asked else None
    if last is not None:
        return last.wording.language
    return Person.objects.filter(id=person_id).values_list("language", flat=True).first() or "fi"


def _last_event(person_id: UUID, purpose: str, channel: str) -> ConsentEvent | None:
    events = ConsentEvent.objects.filter(subject=person_id, purpose=purpose, channel=channel)
    return events.select_related("wording").order_by("-id").first()


@transaction.atomic
def may_i_contact(*, by: Duty, at: datetime, person_id: UUID) -> list[Answer]:
    """Answer for each channel, with the best address known: may this person be contacted for marketing, and why."""
    person = Person.objects.filter(id=person_id).first()
    if person is None:
        raise Missing
    if not by.sees("consent", (MARKETING,)):
        raise NotAllowed("")
    record(by=by, at=at, deed="consent.read", subjects=[person_id], categories=["consent"])
    return [
        _answer(person, channel, today=local_date(at))
        for channel in (Channel.EMAIL, Channel.SMS, Channel.PHONE, Channel.POST)
    ]


def _answer(person: Person, channel: Channel, *, today: date) -> Answer:
    known = _addresses(person, channel) or [("", False)]
    decided = [
        (address, contact.may_contact(_situation(person, channel, address, verified=verified, today=today)))
        for address, verified in known
    ]
    address, decision = next(((address, one) for address, one in decided if one.allow), decided[0])
    return Answer(channel=channel, address=address, decision=decision)


def _addresses(person: Person, channel: Channel) -> list[tuple[str, bool]]:
    """Return the addresses that the channel reaches, the oldest first, and whether each is known to be the person's."""
    if channel is Channel.POST:
        rows = PostalAddress.objects.filter(person=person, ended_at=None).order_by("collected_at", "id")
        return [(f"{row.street}, {row.postal_code} {row.city}, {row.country}", False) for row in rows]
    points = ContactPoint.objects.filter(person=person, kind=_REACHED_BY.get(channel), ended_at=None)
    return [(point.value, point.verified_at is not None) for point in points.order_by("collected_at", "id")]


def _situation(person: Person, channel: Channel, address: str, *, verified: bool, today: date) -> contact.Situation:
    """Gather what is known. What the register cannot know yet (restriction, bounces) it cannot hold against anyone."""
    delivered = NoticeDelivery.objects.filter(person=person).order_by("due_on")
    return contact.Situation(
        channel=channel,
        is_marketing=True,
        today=today,
        erased=False,
        restricted=False,
        suppressed=is_suppressed(channel, address) if address else False,
        objected=objects(person.id, MARKETING),
        minor=False,
        bounced=False,
        verified=verified,
        informed=all(one.delivered_at is not None for one in delivered),
        first_contact=None,
        natural_person=True,
        sole_trader=person.kind == PersonKind.SOLE_TRADER,
        address_kind=_address_kind(person),
        consent=consent_of(person.id, MARKETING, channel),
    )


def _address_kind(person: Person) -> AddressKind:
    at_work = Position.objects.filter(person=person, ended_at=None).exists()
    return AddressKind.WORK if at_work else AddressKind.PRIVATE


def is_suppressed(channel: str, address: str) -> bool:
    """Tell whether the address is on the list of those not to be contacted by the channel."""
    return Suppression.objects.filter(channel=channel, mark=mark_of(address)).exists()


def timeline_entries(_by: Duty, person_id: UUID) -> list[Entry]:
    """Return the consents and objections on a person's timeline."""
    return [*_consent_entries(person_id), *_objection_entries(person_id)]


def _consent_entries(person_id: UUID) -> Iterable[Entry]:
    for row in ConsentEvent.objects.filter(subject=person_id).select_related("wording").order_by("id"):
        yield Entry(
            id=row.reference,
            kind="consent",
            at=row.at,
            title=capfirst(f"{row.get_channel_display()}: {row.get_state_display()}"),
            text=row.wording.text,
            source=row.source,
            source_detail=row.evidence,
            purposes=[row.purpose],
            category="consent",
            collected_by=row.actor,
        )


def _objection_entries(person_id: UUID) -> Iterable[Entry]:
    for row in ObjectionEvent.objects.filter(subject=person_id).order_by("id"):
        yield Entry(
            id=row.reference,
            kind="objection",
            at=row.at,
            title=capfirst(row.get_state_display()),
            source=row.source,
            source_detail=row.evidence,
            purposes=[row.purpose],
            category="consent",
            collected_by=row.actor,
        )


@transaction.atomic
def receipt(*, by: Duty, at: datetime, reference: UUID, person_id: UUID | None = None) -> bytes:
    """Return the signed receipt of one event (JSON); Missing where it does not exist for this duty or this person."""
    row = ConsentEvent.objects.select_related("wording", "notice_version").filter(reference=reference).first()
    if row is None or not by.sees("consent", (row.purpose,)) or person_id not in {None, row.subject}:
        raise Missing
    record(by=by, at=at, deed="consent.receipt", subjects=[row.subject], categories=["consent"], item=reference)
    content = receipts.document(_said(row), current(), notice_address=address(row.wording.language))
    return json.dumps(
        receipts.sign(content, receipts.signing_key(settings.SEAL_KEY)), ensure_ascii=False, indent=1
    ).encode()


def _said(row: ConsentEvent) -> receipts.Said:
    return receipts.Said(
        reference=row.reference,
        subject=row.subject,
        purpose=row.purpose,
        channel=row.channel,
        state=ConsentState(row.state),
        language=row.wording.language,
        text=row.wording.text,
        text_hash=row.wording.text_hash,
        notice_version=row.notice_version.version,
        notice_hash=row.notice_version.text_hash,
        source=row.source,
        at=row.at,
        valid_until=row.valid_until,
    )
