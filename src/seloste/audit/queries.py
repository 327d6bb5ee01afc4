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


def who_saw(*, by: Duty, at: datetime, person_id: UUID, before: int | None = None) -> list[Event]:
    """Return the newest events about the person, at most ``PAGE``, older than event ``before``."""
    return _asked(
        by, at, "audit.who_saw", subjects=[person_id], filters={"subjects__contains": [person_id]}, before=before
    )


def what_touched(*, by: Duty, at: datetime, actor: UUID, before: int | None = None) -> list[Event]:
    """Return the newest events of the account, at most ``PAGE``, older than event ``before``."""
    return _asked(by, at, "audit.what_touched", subjects=[], filters={"actor": actor}, before=before)


def latest(*, by: Duty, at: datetime, before: int | None = None) -> list[Event]:
    """Return the newest events of all accounts, at most ``PAGE``, older than event ``before``."""
    return _asked(by, at, "audit.read", subjects=[], filters={}, before=before)


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
    )
