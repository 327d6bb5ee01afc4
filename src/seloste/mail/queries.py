"""Questions about what leaves: what is due, what became of it, and who may look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
from django.utils.text import capfirst

from seloste.audit.actions import record
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing
from seloste.kernel.timeline import Entry
from seloste.mail import home
from seloste.mail.choices import MessageKind, MessageState
from seloste.mail.models import Home, Message, MessageEvent
from seloste.mail.rules import course
from seloste.mail.rules.envelope import veiled
from seloste.register.queries import without_withheld

#: A page of the list.
PAGE = 50


# --- For the sender ---------------------------------------------------------------------------------------------------


def over(column: str, at: datetime) -> Q:
    """Return what finds the rows whose moment has come, or lies further ahead than any that is ever set.

    A clock that stood days ahead for an hour has left such moments behind: they would hold a message for days.
    """
    return Q(**{f"{column}__lte": at}) | Q(**{f"{column}__gt": at + course.FURTHEST_AHEAD})


def is_anything_due(*, at: datetime) -> bool:
    """Tell whether a message waits to be sent now."""
    return Message.objects.filter(over("next_try_at", at), state=MessageState.QUEUED).exists()


def unknown_due(*, at: datetime, limit: int = 500) -> list[tuple[UUID, str]]:
    """Return the unknown messages that are to be asked after, each with its mark towards mail servers."""
    rows = Message.objects.filter(over("next_try_at", at), state=MessageState.UNKNOWN).order_by("next_try_at", "id")
    return list(rows.values_list("id", "message_id")[:limit])


def relay_trouble() -> str:
    """Return what the mail server last said when it could not be used; nothing where it is well."""
    return Home.objects.values_list("relay_trouble", flat=True).first() or ""


# --- For other rooms --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Fate:
    """What is known of a message, without anything about a person."""

    state: MessageState
    why: str
    reply: str
    at: datetime


def fate(message_id: UUID) -> Fate:
    """Return what is known of a message; Missing where there is none."""
    row = Message.objects.filter(id=message_id).first()
    last = MessageEvent.objects.filter(message=message_id).order_by("-id").values_list("at", flat=True).first()
    if row is None or last is None:
        raise Missing
    return Fate(state=MessageState(row.state), why=row.why, reply=row.reply, at=last)


def fates(message_ids: Sequence[UUID]) -> dict[str, int]:
    """Return how many of the messages are in each state."""
    rows = Message.objects.filter(id__in=message_ids).values_list("state").annotate(count=Count("id"))
    return dict(rows.order_by("state"))


# --- For the desk -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A message in the list."""

    id: UUID
    kind: str
    purpose: str
    address: str
    subject: str
    state: str
    why: str
    queued_at: datetime
    person_id: UUID | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One fate of a message."""

    at: datetime
    state: str
    why: str
    verb: str
    reply: str
    actor: UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A message with everything that is known of it."""

    line: Line
    language: str
    text: str
    files: Sequence[str]
    queued_rule: str
    queued_evidence: str
    released_rule: str
    released_evidence: str
    carries: Sequence[str]
    notice_version: str
    message_id: str
    attempts: int
    resent: int
    next_try_at: datetime | None
    body_until: date | None
    keep_until: date
    queued_by: UUID
    events: Sequence[Event]
    can_cancel: bool
    can_decide: bool
    can_resend: bool


@transaction.atomic
def messages(*, by: Duty, at: datetime, state: str = "", before: UUID | None = None) -> list[Line]:
    """Return a page of messages that the duty may see, newest first; only those in the state where one is given."""
    rows = _within(by)
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(id__lt=before) if before else rows
    found = list(rows.order_by("-id")[:PAGE])
    subjects = {row.person for row in found if row.person}
    record(by=by, at=at, deed="message.listed", subjects=subjects, categories=["contact", "correspondence"])
    return [_line(row) for row in found]


@transaction.atomic
def message(*, by: Duty, at: datetime, message_id: UUID) -> Sheet:
    """Return one message with its fates; Missing where it does not exist for this duty."""
    row = _within(by).select_related("notice_version").filter(id=message_id).first()
    if row is None:
        raise Missing
    subjects = [row.person] if row.person else []
    record(
        by=by, at=at, deed="message.opened", subjects=subjects, categories=["contact", "correspondence"], item=row.id
    )
    return _sheet(row, by)


def is_within(*, by: Duty, message_id: UUID) -> bool:
    """Tell whether a message exists for this duty. Nothing of it is read, no record."""
    return bool(_within(by).filter(id=message_id).exists())


def unknown_count(*, by: Duty) -> int:
    """Return how many messages of the duty wait for somebody to know what became of them. No record."""
    return int(_within(by).filter(state=MessageState.UNKNOWN, ended_at=None).count())


def counts(*, by: Duty) -> dict[str, int]:
    """Return how many messages the duty may see in each state. Nothing about a person, no record."""
    rows = _within(by).order_by().values_list("state").annotate(count=Count("id"))
    return dict(rows)


def may_see(by: Duty) -> bool:
    """Tell whether the duty includes what messages are made of: where they go and what they say."""
    return "read" in by.may and {"contact", "correspondence"} <= by.categories


def _within(by: Duty):  # type: ignore[no-untyped-def]  # noqa: ANN202 -- a query set
    mine = Message.objects.filter(purpose__in=by.purposes) if may_see(by) else Message.objects.none()
    return without_withheld(mine, by, person="person")


def _line(row: Message) -> Line:
    return Line(
        id=row.id,
        kind=row.kind,
        purpose=row.purpose,
        address=row.address,
        subject=row.subject,
        state=row.state,
        why=row.why,
        queued_at=row.queued_at,
        person_id=row.person,
    )


def _sheet(row: Message, by: Duty) -> Sheet:
    may_write = "write" in by.may
    is_unknown = row.state == MessageState.UNKNOWN and may_write
    return Sheet(
        line=_line(row),
        language=row.language,
        text=veiled(row.text),
        files=list(row.enclosures.order_by("id").values_list("name", flat=True)),
        queued_rule=row.queued_rule,
        queued_evidence=row.queued_evidence,
        released_rule=row.released_rule,
        released_evidence=row.released_evidence,
        carries=row.carries,
        notice_version=row.notice_version.version,
        message_id=row.message_id,
        attempts=row.attempts,
        resent=row.resent,
        next_try_at=row.next_try_at,
        body_until=row.body_until,
        keep_until=row.keep_until,
        queued_by=row.queued_by,
        events=[_event(one) for one in MessageEvent.objects.filter(message=row.id).order_by("id")],
        can_cancel=may_write and row.state in {MessageState.QUEUED, MessageState.CLAIMED},
        can_decide=is_unknown,
        can_resend=is_unknown and row.kind != MessageKind.MARKETING and bool(row.text),
    )


def _event(row: MessageEvent) -> Event:
    return Event(at=row.at, state=row.state, why=row.why, verb=row.verb, reply=row.reply, actor=row.actor)


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """Whether anything leaves at all."""

    standing: home.Standing
    relay_trouble: str
    relay_trouble_at: datetime | None


def condition() -> Condition:
    """Return whether messages leave from here, and what the mail server last said."""
    row = Home.objects.first()
    return Condition(
        standing=home.standing(),
        relay_trouble=row.relay_trouble if row else "",
        relay_trouble_at=row.relay_trouble_at if row else None,
    )


def whole_counts() -> dict[str, int]:
    """Return how many messages there are in each state; for whoever runs the server. Nothing about a person."""
    return dict(Message.objects.order_by().values_list("state").annotate(count=Count("id")))


# --- The timeline -----------------------------------------------------------------------------------------------------


def timeline_entries(_by: Duty, person_id: UUID) -> list[Entry]:
    """Return the messages sent to a person."""
    rows = Message.objects.filter(person=person_id).order_by("queued_at", "id")
    return [_entry(row) for row in rows]


def _entry(row: Message) -> Entry:
    return Entry(
        id=row.id,
        kind="message_out",
        at=row.queued_at,
        title=row.get_kind_display(),
        text=row.subject,
        source="email",
        purposes=[row.purpose],
        category="correspondence",
        collected_by=row.queued_by,
        marks=(capfirst(str(row.get_state_display())),),
    )
