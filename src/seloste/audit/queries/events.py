"""The two questions the record answers: who saw this person, and what did this account touch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from seloste.audit.actions import record
from seloste.audit.models import AuditEvent
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import NotAllowed

PAGE = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One line of the record."""

    number: int
    at: datetime
    actor: UUID
    role: str
    purpose: str
    deed: str
    subjects: Sequence[UUID]
    categories: Sequence[str]
    denied: bool
    count: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """Which part of the record: not before ``since``, before ``until``, and with ``denied`` only what was refused."""

    since: datetime | None = None
    until: datetime | None = None
    denied: bool = False

    def filters(self) -> dict[str, object]:
        """Return the window as the table is asked for it."""
        bounds = {"at__gte": self.since, "at__lt": self.until, "denied": True if self.denied else None}
        return {name: bound for name, bound in bounds.items() if bound is not None}


WHOLE = Window()


def who_saw(
    *, by: Duty, at: datetime, person_id: UUID, before: int | None = None, within: Window = WHOLE
) -> list[Event]:
    """Return the newest events about the person in the time, at most ``PAGE``, older than event ``before``."""
    filters = {"subjects__contains": [person_id], **within.filters()}
    return _asked(by, at, "audit.who_saw", subjects=[person_id], filters=filters, before=before)


def what_touched(
    *, by: Duty, at: datetime, actor: UUID, before: int | None = None, within: Window = WHOLE
) -> list[Event]:
    """Return the newest events of the account in the time, at most ``PAGE``, older than event ``before``."""
    filters = {"actor": actor, **within.filters()}
    return _asked(by, at, "audit.what_touched", subjects=[], filters=filters, before=before)


def latest(*, by: Duty, at: datetime, before: int | None = None, within: Window = WHOLE) -> list[Event]:
    """Return the newest events of all accounts in the time, at most ``PAGE``, older than event ``before``."""
    return _asked(by, at, "audit.read", subjects=[], filters=within.filters(), before=before)


@transaction.atomic
def _asked(
    by: Duty, at: datetime, deed: str, *, subjects: list[UUID], filters: dict[str, object], before: int | None
) -> list[Event]:
    """Look into the record, which is itself recorded: it tells about persons and about employees."""
    if "audit" not in by.may:
        raise NotAllowed("")
    older = {} if before is None else {"id__lt": before}
    rows = AuditEvent.objects.filter(**filters, **older).order_by("-id")[:PAGE]
    events = [_event(row) for row in rows]
    record(by=by, at=at, deed=deed, subjects=subjects, categories=["read_log"])
    return events


def _event(row: AuditEvent) -> Event:
    return Event(
        number=row.id,
        at=row.at,
        actor=row.actor,
        role=row.role,
        purpose=row.purpose,
        deed=row.deed,
        subjects=row.subjects,
        categories=row.categories,
        denied=row.denied,
        count=row.count,
    )
