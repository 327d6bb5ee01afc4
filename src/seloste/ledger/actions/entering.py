"""Entering: in the transaction of the deed, so that both are there or neither."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.db import connection

from seloste.ledger.actions.state import now_repeating
from seloste.ledger.choices import Kind
from seloste.ledger.models import LedgerEntry, Waiting
from seloste.ledger.rules import Entry, checked


class OutsideTransactionError(RuntimeError):
    """A programming error: an entry must stand or fall with the deed it tells of."""


#: Rows in one statement; PostgreSQL takes 65,535 values.
_BATCH = 5_000
_ENTER = """
WITH entered AS (
    INSERT INTO ledger_ledgerentry (key, at, kind, subject, codes, mark, stores, counts)
    VALUES (%s, %s, %s, %s, %s::varchar[], %s, %s::varchar[], %s::bigint[]) RETURNING id
)
INSERT INTO ledger_waiting (entry_id) SELECT id FROM entered RETURNING entry_id
"""


def enter(
    *,
    at: datetime,
    kind: Kind | str,
    subject: UUID | None = None,
    codes: Sequence[str] = (),
    mark: bytes = b"",
    counts: Mapping[str, int] | None = None,
) -> int:
    """Enter what happened, in the caller's transaction, and return the entry's number in this database.

    Waits for nobody. It is in the file outside the database within a second, or when :func:`flush` returns. ``codes``
    are of closed lists (letters and underscores), ``counts`` tell how many rows went from which store (``room.what``).
    While a restore does something again, nothing is entered: the old entry stands for it, and its number is returned.
    """
    if not connection.in_atomic_block:
        raise OutsideTransactionError(kind)
    if (repeated := now_repeating()) is not None:
        return repeated
    told = Entry(
        key=uuid4(), at=at, kind=Kind(kind), subject=subject, codes=tuple(codes), mark=mark, counts=dict(counts or {})
    )
    return add(checked(told))


def enter_many(*, at: datetime, kind: Kind | str, told: Mapping[UUID, Sequence[str]]) -> None:
    """Enter the same of many people, each with her codes, thousands in one statement."""
    if not connection.in_atomic_block:
        raise OutsideTransactionError(kind)
    if now_repeating() is None:
        entries = [
            checked(Entry(key=uuid4(), at=at, kind=Kind(kind), subject=subject, codes=tuple(codes)))
            for subject, codes in told.items()
        ]
        rows = LedgerEntry.objects.bulk_create([_row(one) for one in entries], batch_size=_BATCH)
        Waiting.objects.bulk_create([Waiting(entry=row) for row in rows], batch_size=_BATCH)


def _row(told: Entry) -> LedgerEntry:
    return LedgerEntry(
        key=told.key,
        at=told.at,
        kind=told.kind,
        subject=told.subject,
        codes=list(told.codes),
        mark=told.mark,
        stores=list(told.counts),
        counts=list(told.counts.values()),
    )


def add(told: Entry) -> int:
    """Store the entry, with its place in the chain still to be given."""
    values = (told.key, told.at, told.kind.value, told.subject, list(told.codes), told.mark)
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, (*values, list(told.counts), list(told.counts.values())))
        (number,) = cursor.fetchone()
    return int(number)
