"""The queue of requests and one request, for those who answer them. Each look leaves a line in the record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from seloste.audit.actions import record
from seloste.declaration.load import current
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing
from seloste.mail.queries import fate
from seloste.register import queries as register
from seloste.rights.choices import (
    OPEN,
    Channel,
    Happened,
    Identity,
    Letter,
    Method,
    Outcome,
    Reason,
    Result,
    Right,
    State,
    Unfit,
    Way,
)
from seloste.rights.models import ClockEvent, Correspondence, IdentityCheck, Request, RequestItem
from seloste.rights.queries import people
from seloste.rights.rules import clock, course, identity
from seloste.rights.rules.clock import Alarm, Due
from seloste.rights.rules.course import Next, Standing
from seloste.rights.rules.identity import OnFile

CATEGORY, PURPOSE = "rights_request", "rights"


def may_see(by: Duty) -> bool:
    """Tell whether the duty answers requests."""
    return by.sees(CATEGORY, (PURPOSE,))


def check_duty(by: Duty) -> None:
    """Raise Missing where it does not: for others requests do not exist."""
    if not may_see(by):
        raise Missing


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A request in the queue."""

    id: UUID
    reference: str
    rights: Sequence[Right]
    state: State
    received_at: datetime
    strict: date
    alarm: Alarm | None
    next: Next
    has_person: bool


def open_count(*, by: Duty) -> int:
    """Return how many requests wait for an answer. No personal data, no record."""
    return Request.objects.filter(state__in=OPEN).count() if may_see(by) else 0


@transaction.atomic
def queue(*, by: Duty, at: datetime, is_open: bool = True, limit: int = 200) -> list[Line]:
    """Return the requests that need an answer, the one due first first; or those that have ended, newest first."""
    check_duty(by)
    rows = Request.objects.filter(state__in=OPEN) if is_open else Request.objects.exclude(state__in=OPEN)
    found = list(rows.order_by("strict_due_on", "id") if is_open else rows.order_by("-answered_at", "-id"))[:limit]
    items = _items([row.id for row in found])
    events = _events([row.id for row in found])
    record(by=by, at=at, deed="request.listed", categories=[CATEGORY])
    return [_line(row, items.get(row.id, []), events.get(row.id, []), at=at) for row in found]


def _items(ids: Sequence[UUID]) -> dict[UUID, list[RequestItem]]:
    found: dict[UUID, list[RequestItem]] = {}
    for item in RequestItem.objects.filter(request_id__in=ids).order_by("id"):
        found.setdefault(item.request_id, []).append(item)
    return found


def _events(ids: Sequence[UUID]) -> dict[UUID, list[clock.Event]]:
    found: dict[UUID, list[clock.Event]] = {}
    for row in ClockEvent.objects.filter(request__in=ids).order_by("id"):
        event = clock.Event(what=Happened(row.what), at=row.at, doubt=row.doubt, reasons=row.reasons)
        found.setdefault(row.request, []).append(event)
    return found


def _line(row: Request, items: Sequence[RequestItem], events: Sequence[clock.Event], *, at: datetime) -> Line:
    return Line(
        id=row.id,
        reference=row.reference,
        rights=[Right(item.right) for item in items],
        state=State(row.state),
        received_at=row.received_at,
        strict=row.strict_due_on,
        alarm=clock.ringing(row.strict_due_on, at) if row.state in OPEN else None,
        next=course.next_step(_standing(row, items, events)),
        has_person=row.person is not None,
    )


def _standing(row: Request, items: Sequence[RequestItem], events: Sequence[clock.Event]) -> Standing:
    questions = clock.questions(events, since=row.runs_from_at)
    granted = [item for item in items if item.outcome in {Outcome.GRANTED, Outcome.PARTLY}]
    return Standing(
        state=State(row.state),
        identity=Identity(row.identity),
        has_person=row.person is not None,
        waits=any(question.answered_at is None for question in questions),
        undecided=sum(not item.outcome for item in items),
        unseconded=sum(item.reason_code == Reason.EXCESSIVE and item.seconded_at is None for item in items),
        not_carried_out=sum(item.carried_out_at is None for item in granted),
    )


# --- One request ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One thing that was asked, what may become of it and what did."""

    id: UUID
    right: Right
    scope: str
    outcome: Outcome | None
    reason: Reason | None
    law: str
    reasons: str
    evidence: str
    decided_by: UUID | None
    is_seconded: bool
    carried_out_at: datetime | None
    outcomes: Sequence[Outcome]
    grounds: Sequence[Reason]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reached:
    """A way to reach the person, and why it is not fit to prove or receive anything, where it is not."""

    point: OnFile
    unfit: Unfit | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """A letter in the matter, and what became of its message."""

    letter: Letter
    way: Way
    address: str
    at: datetime
    text: str
    fate: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """An attempt to find out who asks."""

    id: UUID
    method: Method
    result: Result
    reason: str
    evidence: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One thing that happened."""

    what: Happened
    at: datetime
    noted_at: datetime
    actor: UUID
    role: str
    reasons: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """Everything about one request."""

    id: UUID
    reference: str
    channel: Channel
    language: str
    received_at: datetime
    entered_at: datetime
    name: str
    email: str
    phone: str
    address: str
    message: str
    state: State
    identity: Identity
    email_confirmed_at: datetime | None
    due: Due
    alarm: Alarm | None
    is_extended: bool
    may_extend: bool
    next: Next
    items: Sequence[Asked]
    person_id: UUID | None
    person_name: str
    reached: Sequence[Reached]
    candidates: Mapping[UUID, str]
    checks: Sequence[Checked]
    letters: Sequence[Sent]
    events: Sequence[Told]

    @property
    def is_open(self) -> bool:
        """Tell whether an answer is still owed."""
        return self.state in OPEN


@transaction.atomic
def sheet(*, by: Duty, at: datetime, request_id: UUID) -> Sheet:
    """Return one request with its history and what may be done; Missing where it does not exist for this duty."""
    check_duty(by)
    row = Request.objects.filter(id=request_id).first()
    if row is None:
        raise Missing
    items = list(row.items.order_by("id"))
    events = _events([row.id]).get(row.id, [])
    due = _due(row, events, at=at)
    subjects = [row.person] if row.person else []
    record(by=by, at=at, deed="request.read", subjects=subjects, categories=[CATEGORY, "contact"], item=row.id)
    return Sheet(
        id=row.id,
        reference=row.reference,
        channel=Channel(row.channel),
        language=row.language,
        received_at=row.received_at,
        entered_at=row.entered_at,
        name=row.name,
        email=row.email,
        phone=row.phone,
        address=row.address,
        message=row.message,
        state=State(row.state),
        identity=Identity(row.identity),
        email_confirmed_at=row.email_confirmed_at,
        due=due,
        alarm=clock.ringing(due.strict, at) if row.state in OPEN else None,
        is_extended=row.extended_at is not None,
        may_extend=row.state in OPEN and not row.extended_at and clock.may_extend(at, first=due.first, reasons="x"),
        next=course.next_step(_standing(row, items, events)),
        items=[_asked(row, item) for item in items],
        person_id=row.person,
        person_name=_name(row, by=by),
        reached=_reached(row),
        candidates=_candidates(row, by=by, at=at),
        checks=[_checked(one) for one in row.checks.order_by("asked_at")],
        letters=[_sent(one) for one in row.letters.order_by("sent_at", "id")],
        events=[_told(one) for one in ClockEvent.objects.filter(request=row.id).order_by("-id")],
    )


def _due(row: Request, events: Sequence[clock.Event], *, at: datetime) -> Due:
    """Return the last days; a question that waits for its answer has stopped the clock until now."""
    return clock.due(
        row.runs_from_at,
        law=clock.figures(current(), local_date(row.runs_from_at)),
        extended=row.extended_at is not None,
        questions=clock.questions(events, since=row.runs_from_at),
        at=at if row.state in OPEN else None,
    )


def _asked(row: Request, item: RequestItem) -> Asked:
    right, who = Right(item.right), Identity(row.identity)
    is_proved = course.needs_no_proof(right) or who in {Identity.VERIFIED, Identity.NOT_NEEDED}
    grounds = [one for one in course.grounds_of(right) if is_proved or one in course.reasons_without_proof()]
    return Asked(
        id=item.id,
        right=right,
        scope=item.scope,
        outcome=Outcome(item.outcome) if item.outcome else None,
        reason=Reason(item.reason_code) if item.reason_code else None,
        law=item.law,
        reasons=item.reasons,
        evidence=item.evidence,
        decided_by=item.decided_by,
        is_seconded=item.seconded_at is not None,
        carried_out_at=item.carried_out_at,
        outcomes=course.outcomes_of(right, identity=who, address_confirmed=row.email_confirmed_at is not None),
        grounds=grounds,
    )


def _name(row: Request, *, by: Duty) -> str:
    return register.names_of(by=by, person_ids=[row.person]).get(row.person, "") if row.person else ""


def _reached(row: Request) -> list[Reached]:
    if row.person is None or row.state not in OPEN:
        return []
    cooling = people.cooling(local_date(row.received_at))
    return [
        Reached(point=point, unfit=identity.unfit(point, received_at=row.received_at, cooling=cooling))
        for point in people.on_file(row.person)
    ]


def _candidates(row: Request, *, by: Duty, at: datetime) -> Mapping[UUID, str]:
    """Return who may be meant: whoever has the address or number that was given. Names decide nothing here."""
    if row.person is not None or row.state not in OPEN:
        return {}
    given = [(kind, value) for kind, value in (("email", row.email), ("phone", row.phone)) if value]
    return register.holders_of(by=by, at=at, contacts=given)


def _checked(row: IdentityCheck) -> Checked:
    return Checked(
        id=row.id,
        method=Method(row.method),
        result=Result(row.result),
        reason=row.reason,
        evidence=row.evidence,
        at=row.asked_at,
    )


def _sent(row: Correspondence) -> Sent:
    return Sent(
        letter=Letter(row.letter),
        way=Way(row.way),
        address=row.address,
        at=row.sent_at,
        text=row.text,
        fate=_fate(row.message_id),
    )


def _fate(message_id: UUID | None) -> str:
    if message_id is None:
        return ""
    try:
        return str(fate(message_id).state.label)
    except Missing:  # its own time in the outbox is up
        return ""


def _told(row: ClockEvent) -> Told:
    return Told(
        what=Happened(row.what),
        at=row.at,
        noted_at=row.noted_at,
        actor=row.actor,
        role=row.role,
        reasons=row.reasons,
    )
