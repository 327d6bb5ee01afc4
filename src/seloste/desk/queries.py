"""What the desk asks of the rooms, each page in one transaction with its line in the record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from seloste.accounts import queries as accounts
from seloste.audit import queries as audit
from seloste.audit.actions import record
from seloste.audit.queries import machine
from seloste.consents import queries as consents
from seloste.declaration.load import current
from seloste.desk.rules import Held, Reader
from seloste.intake import queries as intake
from seloste.kernel import timeline
from seloste.kernel.clock import local_date
from seloste.kernel.duty import NOBODY, Duty
from seloste.kernel.refusals import Missing, Words
from seloste.ledger import queries as ledger
from seloste.mail import queries as mail
from seloste.register import queries as register
from seloste.register import search as found
from seloste.register.actions import NotCurrent
from seloste.register.queries import PersonPage
from seloste.sales.queries import finding
from seloste.sales.queries.waiting import Wait, waits

One = TypeVar("One")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """Everything one duty may see of one person, on one page."""

    person: PersonPage
    entries: Sequence[timeline.Entry]
    held: Mapping[str, Held]
    reader: Reader
    marketing: consents.Marketing | None = None
    opens_seals: bool = False


@transaction.atomic
def sheet(*, by: Duty, at: datetime, person_id: UUID, language: str, notice_url: str) -> Sheet:
    """Return the person with her timeline; Missing where she does not exist for this duty."""
    person = register.person_page(by=by, at=at, person_id=person_id)
    entries = timeline.entries(by, person_id)
    if entries:
        categories = {entry.category for entry in entries}
        record(by=by, at=at, deed="timeline.read", subjects=[person_id], categories=categories)
    return Sheet(
        person=person,
        entries=entries,
        held={reason.purpose: Held(basis=reason.basis, keep_until=reason.keep_until) for reason in person.reasons},
        reader=reader(by=by, at=at, language=language, notice_url=notice_url),
        marketing=_marketing(by=by, at=at, person_id=person_id),
        opens_seals=register.may_open_sealed(by),
    )


def sheet_for_storing(
    *, by: Duty, at: datetime, person_id: UUID, language: str, notice_url: str
) -> "Sheet | register.Heading":
    """Return the person; of one whose data are restricted the number alone, for storing what came in (art. 18(2))."""
    try:
        with transaction.atomic():
            return sheet(by=by, at=at, person_id=person_id, language=language, notice_url=notice_url)
    except register.Withheld:
        return register.heading(by=by, at=at, person_id=person_id, storing=True)


def _marketing(*, by: Duty, at: datetime, person_id: UUID) -> consents.Marketing | None:
    if not by.sees("consent", (consents.MARKETING,)):
        return None
    return consents.marketing(by=by, at=at, person_id=person_id)


@dataclass(frozen=True, kw_only=True, slots=True)
class MarketingSheet:
    """Everything about marketing to one person, on one page."""

    heading: register.Heading
    panel: consents.Panel
    reader: Reader


@transaction.atomic
def marketing_sheet(*, by: Duty, at: datetime, person_id: UUID, language: str) -> MarketingSheet:
    """Return the page about marketing; Missing where person or consents are not there for this duty."""
    return MarketingSheet(
        heading=register.heading(by=by, at=at, person_id=person_id),
        panel=consents.marketing_panel(by=by, at=at, person_id=person_id),
        reader=reader(by=by, at=at, language=language, notice_url=""),
    )


@transaction.atomic
def work(*, by: Duty, at: datetime, person_id: UUID, item_id: UUID) -> consents.Work:
    """Return one position as the panel knows it; Missing where it is not the person's."""
    found_work = consents.marketing_panel(by=by, at=at, person_id=person_id).work
    return _one(one for one in found_work if one.item_id == item_id)


@transaction.atomic
def restriction(*, by: Duty, at: datetime, person_id: UUID, restriction_id: UUID) -> consents.Restricted:
    """Return a standing restriction; Missing where it is not the person's or not this duty's to end."""
    if "rights_request" not in by.categories:
        raise Missing
    standing = consents.marketing_panel(by=by, at=at, person_id=person_id).restrictions
    return _one(one for one in standing if one.id == restriction_id)


def _one(found_ones: Iterable[One]) -> One:
    """Return the first; Missing where there is none."""
    for one in found_ones:
        return one
    raise Missing


@transaction.atomic
def receipt_page(
    *, by: Duty, at: datetime, person_id: UUID, reference: UUID, language: str
) -> tuple[register.Heading, consents.Receipt]:
    """Return the receipt to read, with whose it is; Missing where person or receipt is not there for this duty."""
    heading = register.heading(by=by, at=at, person_id=person_id)
    told = consents.receipt_page(by=by, at=at, person_id=person_id, reference=reference, language=language)
    return heading, told


@transaction.atomic
def receipt_pdf(*, by: Duty, at: datetime, person_id: UUID, reference: UUID) -> bytes:
    """Return the receipt on paper; Missing where person or receipt is not there for this duty."""
    register.heading(by=by, at=at, person_id=person_id)
    return consents.receipt_pdf(by=by, at=at, person_id=person_id, reference=reference)


@transaction.atomic
def receipt(*, by: Duty, at: datetime, person_id: UUID, reference: UUID) -> bytes:
    """Return the signed receipt of what a person said; Missing where person or receipt is not there for this duty."""
    register.heading(by=by, at=at, person_id=person_id)
    return consents.receipt(by=by, at=at, person_id=person_id, reference=reference)


def reader(*, by: Duty, at: datetime, language: str, notice_url: str) -> Reader:
    """Return who reads: the language, the day, and the colleagues' names for "collected by"."""
    return Reader(
        declaration=current(),
        language=language,
        today=local_date(at),
        colleagues={user_id: name for user_id, name in accounts.names(by=by).items() if user_id != NOBODY},
        notice_url=notice_url,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What the search found: persons and organisations, then waiting messages."""

    sought: str
    hits: Sequence[found.Hit]
    messages: Sequence[intake.Message]
    more: bool
    numbered: Sequence[finding.Hit] = ()


@transaction.atomic
def search(*, by: Duty, at: datetime, typed: str) -> Found:
    """Look in the register and among the waiting messages."""
    registered = found.search(by=by, at=at, typed=typed)
    waiting = intake.search_waiting(by=by, at=at, typed=typed)
    numbered = finding.by_number(by=by, at=at, typed=typed)
    return Found(
        sought=registered.sought or (typed.strip() if numbered else ""),
        hits=registered.hits,
        messages=waiting,
        more=registered.more,
        numbered=numbered,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """What waits for this duty."""

    messages: int
    oldest_at: datetime | None
    owed: Sequence[register.Owed]
    owed_count: int
    ending: int
    shop: Sequence[Wait] = ()


@transaction.atomic
def waiting(*, by: Duty, at: datetime, ending_by: date) -> Waiting:
    """Return what waits: messages, information owed, grounds that end by the day."""
    count, oldest_at = intake.waiting_count(by=by)
    return Waiting(
        messages=count,
        oldest_at=oldest_at,
        owed=register.information_owed(by=by, at=at, limit=5),
        owed_count=register.owed_count(by=by),
        ending=register.ending_count(by=by, until=ending_by),
        shop=waits(by=by, at=at),
    )


@transaction.atomic
def entry(*, by: Duty, at: datetime, person_id: UUID, item_id: UUID) -> timeline.Entry:
    """Return one entry of the person's timeline, for correcting it; Missing where it is not there for this duty."""
    register.heading(by=by, at=at, person_id=person_id)
    found_entry = next((entry for entry in timeline.entries(by, person_id) if entry.id == item_id), None)
    if found_entry is None:
        raise Missing
    record(by=by, at=at, deed="timeline.read", subjects=[person_id], categories=[found_entry.category], item=item_id)
    return found_entry


@dataclass(frozen=True, kw_only=True, slots=True)
class Correctable:
    """An item that is about to be corrected, as it stands."""

    heading: register.Heading
    kind: str
    id: UUID
    label: str
    category: str
    purposes: Sequence[str]
    values: Mapping[str, str]


@transaction.atomic
def correctable(*, by: Duty, at: datetime, person_id: UUID, kind: str, item_id: UUID) -> Correctable:
    """Return an item as it stands; NotCurrent where it is no more, Missing where there is no such person."""
    heading = register.heading(by=by, at=at, person_id=person_id)
    try:
        label, category, purposes, values = _standing(by=by, at=at, person_id=person_id, kind=kind, item_id=item_id)
    except Missing:
        raise NotCurrent(_("This was already corrected or removed. Go back to see how it stands.")) from None
    return Correctable(
        heading=heading,
        kind=kind,
        id=item_id,
        label=capfirst(str(label)),
        category=category,
        purposes=purposes,
        values=values,
    )


def _standing(
    *, by: Duty, at: datetime, person_id: UUID, kind: str, item_id: UUID
) -> tuple[Words, str, Sequence[str], Mapping[str, str]]:
    if kind in {"name", "contact", "address", "position"}:
        value = register.value(by=by, at=at, person_id=person_id, kind=kind, item_id=item_id)
        return value.label, value.category, value.purposes, value.fields
    item = entry(by=by, at=at, person_id=person_id, item_id=item_id)
    return item.title, item.category, item.purposes, _entry_values(kind, item)


def _entry_values(kind: str, item: timeline.Entry) -> dict[str, str]:
    if kind == "project":
        name, _line, description = item.text.partition("\n")
        return {"name": name, "description": description}
    if kind not in {"note", "feedback", "interaction"}:
        raise Missing
    return {"text": item.text}


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """A person from whom a message may be, and by what."""

    id: UUID
    name: str
    reference: str
    detail: str
    by_contact: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageFound:
    """A message and the people it may be from. Which of them it is, a person decides."""

    message: intake.Message
    matches: Sequence[Match]


@transaction.atomic
def message(*, by: Duty, at: datetime, message_id: UUID) -> MessageFound:
    """Return a message, and whom the register knows by its address, its number or its writer's name."""
    told = intake.message(by=by, at=at, submission_id=message_id)
    return MessageFound(message=told, matches=_matches(told, by=by, at=at) if told.state == "waiting" else ())


def _matches(told: intake.Message, *, by: Duty, at: datetime) -> list[Match]:
    contacts = [(kind, told.value(kind)) for kind in ("email", "phone") if told.value(kind)]
    holders = register.holders_of(by=by, at=at, contacts=contacts)
    matches = {
        person_id: Match(id=person_id, name=name, reference="", detail="", by_contact=True)
        for person_id, name in holders.items()
    }
    for hit in _named_alike(told, by=by, at=at):
        if hit.kind == "person":
            matches[hit.id] = Match(
                id=hit.id,
                name=hit.name or hit.reference,
                reference=hit.reference,
                detail=hit.detail,
                by_contact=hit.id in holders,
            )
    return sorted(matches.values(), key=lambda match: (not match.by_contact, match.name))[:6]


def _named_alike(told: intake.Message, *, by: Duty, at: datetime) -> Sequence[found.Hit]:
    name = told.value("name")
    return found.search(by=by, at=at, typed=name).hits if name else ()


#: Who did a deed that no employee did.
NO_EMPLOYEE: Mapping[str, Words] = {
    "visitor": _("visitor"),
    "system": _("the system itself"),
    "operator": _("on the command line"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class EventLine:
    """A line of the record, in words."""

    number: int
    at: datetime
    actor: UUID
    actor_name: str
    role: str
    purpose: str
    deed: str
    subjects: Sequence[tuple[UUID, str]]
    categories: Sequence[str]
    denied: bool
    count: int | None


def events(
    *,
    by: Duty,
    at: datetime,
    person_id: UUID | None = None,
    account_id: UUID | None = None,
    before: int | None,
    within: audit.Window,
    language: str,
) -> list[EventLine]:
    """Return the newest events about a person, of an account, or of all."""
    words = reader(by=by, at=at, language=language, notice_url="")
    told = {"by": by, "at": at, "before": before, "within": within}
    found_events = _asked(person_id, account_id, told)
    subjects = {subject for event in found_events for subject in event.subjects}
    references = register.references_of(by=by, person_ids=subjects)
    return [_line(event, words, references) for event in found_events]


def _asked(person_id: UUID | None, account_id: UUID | None, told: dict[str, Any]) -> list[audit.Event]:
    if person_id is not None:
        return audit.who_saw(person_id=person_id, **told)
    if account_id is not None:
        return audit.what_touched(actor=account_id, **told)
    return audit.latest(**told)


def _line(event: audit.Event, words: Reader, references: Mapping[UUID, str]) -> EventLine:
    return EventLine(
        number=event.number,
        at=event.at,
        actor=event.actor,
        actor_name=words.colleagues.get(event.actor, ""),
        role=str(NO_EMPLOYEE.get(event.role) or words.role(event.role)),
        purpose=words.purpose(event.purpose),
        deed=event.deed,
        subjects=[(subject, references.get(subject, "")) for subject in event.subjects],
        categories=[words.category(category) for category in event.categories],
        denied=event.denied,
        count=event.count,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Going:
    """What goes and when: every store, and the people whose grounds are over and who wait to be erased."""

    fates: Sequence[machine.Fate]
    past_grounds: int
    past_persons: int
    reader: Reader


@transaction.atomic
def going(*, by: Duty, at: datetime, until: date, language: str, notice_url: str) -> Going:
    """Return every store with what ends by the day. Counts only: no person is read."""
    past = register.past_end(today=local_date(at))
    return Going(
        fates=machine.fates(at=at, until=until),
        past_grounds=past.grounds,
        past_persons=past.persons,
        reader=reader(by=by, at=at, language=language, notice_url=notice_url),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class MachineRoom:
    """What the system does by itself, and how it fares."""

    workers: int
    sweepings: Sequence[machine.Sweeping]
    runs: Sequence[machine.RunLine]
    mail: mail.Condition
    mail_counts: Mapping[str, int]
    safety: ledger.Safety


@transaction.atomic
def machine_room(*, at: datetime, runs: int) -> MachineRoom:
    """Return how the worker fares. Nothing here is about a person."""
    return MachineRoom(
        workers=machine.worker_count(),
        sweepings=machine.sweepings(at=at),
        runs=machine.recent_runs(limit=runs),
        mail=mail.condition(),
        mail_counts=mail.whole_counts(),
        safety=ledger.safety(at=at),
    )
