"""Adding to the record. Called inside the transaction of the deed or look-up that it records."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection

from seloste.audit.models import AuditEvent
from seloste.kernel.duty import Duty


class OutsideTransactionError(RuntimeError):
    """A programming error: an event must stand or fall with what it records."""


def record(
    *,
    by: Duty,
    at: datetime,
    deed: str,
    subjects: Iterable[UUID] = (),
    categories: Iterable[str] = (),
    item: UUID | None = None,
    denied: bool = False,
    count: int | None = None,
) -> None:
    """Add one event: ``deed`` is ``<what>.<did>``, such as ``person.read``; ``subjects`` are the persons concerned.

    ``count`` tells of a deed over many rows, such as a retention run, how many they were.
    """
    if not connection.in_atomic_block:
        raise OutsideTransactionError(deed)
    AuditEvent.objects.create(
        at=at,
        actor=by.actor,
        role=by.role,
        purpose=by.purpose,
        deed=deed,
        subjects=list(subjects),
        categories=sorted(set(categories)),
        item=item,
        denied=denied,
        count=count,
    )
