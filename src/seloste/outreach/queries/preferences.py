"""What a person sees behind her link: what we may send her and why, what she has said, and what she may say."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from seloste.audit.actions import record
from seloste.consents import queries as consents
from seloste.consents.choices import VALID, Channel, ConsentState
from seloste.consents.models import ConsentEvent, ObjectionEvent
from seloste.consents.queries.states import MARKETING, objects, standings
from seloste.consents.rules.contact import Decision
from seloste.declaration.load import current
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty, visitor
from seloste.kernel.refusals import Missing
from seloste.outreach.choices import Opens
from seloste.outreach.models import Asked
from seloste.outreach.queries.links import opened
from seloste.outreach.rules.asking import masked
from seloste.outreach.rules.links import NOBODY, Kind, Link
from seloste.register.choices import ContactKind
from seloste.register.models import ContactPoint, NoticeDelivery, Person

#: What opens the preference page.
_OPENS = frozenset({Kind.PREFERENCES, Kind.ASKED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """Who came through a link: the person, if the register knows one, and the address the link was sent to."""

    link: Link
    person_id: UUID | None
    address: str
    request_id: UUID | None = None

    @property
    def mark(self) -> bytes:
        """Return the keyed mark of the address."""
        return self.link.mark


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """One declared consent: its words, where it stands, and whether messages may come without it."""

    consent: str
    channel: Channel
    words: str
    is_given: bool
    state: ConsentState | None
    at: datetime | None
    valid_until: date | None
    receipt: UUID | None
    to: str
    can_be_given: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """A channel by which we may write or call without a consent, or may not, and the rule that says so."""

    channel: Channel
    decision: Decision


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """Something the person said before, with its receipt."""

    reference: UUID
    at: datetime
    channel: str
    state: str
    has_receipt: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """A consent that was asked for and waits for the person's word, in the words that were shown."""

    consent: str
    channel: Channel
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Preferences:
    """Everything the page shows."""

    shown_address: str
    is_known: bool
    language: str
    ways: Sequence[Way]
    grounds: Sequence[Ground]
    objects: bool
    is_closed: bool
    said: Sequence[Said]
    wishes: Sequence[Wish]


def herself() -> Duty:
    """Return the duty of a person who holds her own link: she sees her own consents and nothing else."""
    return replace(
        visitor(MARKETING), purposes=frozenset(current().purpose), categories=frozenset({"consent", "identity"})
    )


def reader(letters: str, *, at: datetime) -> Reader:
    """Return who came; Missing, in the same way, for every link that does not work."""
    link = opened(letters, kinds=_OPENS, at=at)
    if link is None:
        raise Missing
    return _by_request(link, at=at) if link.kind is Kind.ASKED else _by_person(link)


def _by_request(link: Link, *, at: datetime) -> Reader:
    asked = Asked.objects.filter(id=link.subject, opens=Opens.PREFERENCES, until_at__gt=at).first()
    if asked is None:
        raise Missing
    persons = consents.persons_with(asked.address)
    return Reader(link=link, person_id=persons[0] if persons else None, address=asked.address, request_id=asked.id)


def _by_person(link: Link) -> Reader:
    points = ContactPoint.objects.filter(person_id=link.subject, kind=ContactKind.EMAIL, ended_at=None)
    address = points.filter(mark=link.mark).order_by("collected_at", "id").values_list("value", flat=True).first()
    is_there = Person.objects.filter(id=link.subject).exists()
    return Reader(link=link, person_id=link.subject if is_there else None, address=address or "")


def persons_of(link: Link) -> list[UUID]:
    """Return everybody whom a no through this link concerns: its person, even if erased, and all with the address."""
    same = ContactPoint.objects.filter(mark=link.mark, kind=ContactKind.EMAIL, ended_at=None)
    persons = dict.fromkeys(same.order_by("collected_at", "id").values_list("person_id", flat=True))
    own = [link.subject] if link.kind is not Kind.ASKED and link.subject != NOBODY else []
    return list(dict.fromkeys([*own, *persons]))


@transaction.atomic
def preferences(who: Reader, *, by: Duty, at: datetime, language: str) -> Preferences:
    """Return what the page shows. It is recorded as a look at one's own data."""
    person_id = who.person_id
    if person_id is not None:
        record(by=by, at=at, deed="preferences.read", subjects=[person_id], categories=["consent"])
    return Preferences(
        shown_address=masked(who.address) if who.address else "",
        is_known=person_id is not None,
        language=_language(person_id) or language,
        ways=_ways(who, today=local_date(at), language=language),
        grounds=_grounds(person_id, by=by, at=at),
        objects=person_id is not None and objects(person_id, MARKETING),
        is_closed=consents.is_suppressed(Channel.EMAIL, who.address) if who.address else False,
        said=_said(whose(who)),
        wishes=_wishes(who.request_id),
    )


def _language(person_id: UUID | None) -> str:
    return Person.objects.filter(id=person_id or NOBODY).values_list("language", flat=True).first() or ""


def _ways(who: Reader, *, today: date, language: str) -> list[Way]:
    stands = {one.consent: one for one in standings(who.person_id or NOBODY, today=today)}
    reached = {Channel.EMAIL: who.address, Channel.SMS: open_number(who.person_id)}
    return [
        Way(
            consent=key,
            channel=Channel(asked.channel),
            words=asked.text.in_language(language),
            is_given=stands[key].state in VALID,
            state=stands[key].state,
            at=stands[key].at,
            valid_until=stands[key].valid_until,
            receipt=stands[key].receipt,
            to=masked(reached.get(Channel(asked.channel), "")),
            can_be_given=bool(reached.get(Channel(asked.channel), "")),
        )
        for key, asked in current().consent.items()
        if key in stands
    ]


def owes_article_14(person_id: UUID) -> bool:
    """Tell whether we still owe the person the information of art. 14: what we hold that did not come from her."""
    return NoticeDelivery.objects.filter(person_id=person_id, article=14, delivered_at=None).exists()


def open_number(person_id: UUID | None) -> str:
    """Return the telephone number that text messages may be sent to if she wants them; empty where she has none."""
    points = ContactPoint.objects.filter(person_id=person_id, kind=ContactKind.PHONE, ended_at=None)
    numbers = points.order_by("collected_at", "id").values_list("value", flat=True)
    return next((number for number in numbers if not consents.is_suppressed(Channel.SMS, number)), "")


def _grounds(person_id: UUID | None, *, by: Duty, at: datetime) -> list[Ground]:
    if person_id is None:
        return []
    answers = consents.may_i_contact(by=by, at=at, person_id=person_id)
    return [Ground(channel=one.channel, decision=one.decision) for one in answers if one.address]


def _said(person_id: UUID) -> list[Said]:
    events = ConsentEvent.objects.filter(subject=person_id, purpose=MARKETING).order_by("-id")
    objections = ObjectionEvent.objects.filter(subject=person_id, purpose=MARKETING).order_by("-id")
    said = [
        Said(
            reference=row.reference,
            at=row.at,
            channel=row.get_channel_display(),
            state=row.get_state_display(),
            has_receipt=True,
        )
        for row in events
    ]
    said += [
        Said(reference=row.reference, at=row.at, channel="", state=row.get_state_display(), has_receipt=False)
        for row in objections
    ]
    return sorted(said, key=lambda one: one.at, reverse=True)


def _wishes(request_id: UUID | None) -> list[Wish]:
    asked = Asked.objects.filter(id=request_id, confirmed_at=None).first() if request_id else None
    if asked is None:
        return []
    declared = current().consent
    return [
        Wish(
            consent=key,
            channel=Channel(declared[key].channel),
            words=declared[key].text.in_language(asked.language),
        )
        for key in asked.wanted
        if key in declared
    ]


def whose(who: Reader) -> UUID:
    """Return of whom the events are that this link may show: also those of a person who was erased since."""
    return who.person_id or (who.link.subject if who.link.kind is Kind.PREFERENCES else NOBODY)
