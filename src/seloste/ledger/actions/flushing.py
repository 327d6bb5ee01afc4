"""Giving entries their places in the chain, and writing them to the files outside the database."""

import contextlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import structlog
from django.conf import settings
from django.db import connection, transaction

from seloste.kernel.refusals import Refusal
from seloste.ledger import book, rules
from seloste.ledger.actions.state import is_replaying
from seloste.ledger.book import DamagedBookError
from seloste.ledger.choices import Standing
from seloste.ledger.models import LedgerEntry, Link, Waiting
from seloste.ledger.queries.standing import database_head, entry_of, standing, words
from seloste.ledger.rules import BrokenChainError, Head, Linked

_log = structlog.stdlib.get_logger("seloste.ledger")

#: The key of the lock under which places in the chain are given; any number, the same in every process.
CHAIN = 0x5E105EC
#: So many are placed in one transaction.
BATCH = 5_000


class BehindError(Refusal):
    """The database does not fit the file outside it: it was put back, or is another one's."""

    status = 503


class NotOnDiskError(RuntimeError):
    """The entries could not be written to every file outside the database."""


def flush() -> int:
    """Put every committed entry into the chain and on disk, in the files outside the database; return how many.

    Call it outside of any transaction, before what cannot be undone: when it returns, a restore knows of the entry.
    BehindError where the database was put back; NotOnDiskError where no file could be written. A copy that alone
    fails is told in the log and by the sweep.
    """
    if is_replaying():
        return 0
    placed, _failed = _flush()
    return placed


def flush_all(_at: datetime) -> int:
    """Do the same as a sweep: NotOnDiskError where any of the files could not be written."""
    if not Waiting.objects.exists() and not _is_behind():
        return 0
    placed, failed = _flush()
    if failed:
        raise NotOnDiskError(", ".join(str(path) for path in failed))
    return placed


def _is_behind() -> bool:
    """Tell whether a file lacks what the database has placed already."""
    last = database_head()
    return any((found := book.head(path)) is None or found.seq < last.seq for path in files())


def files() -> list[Path]:
    """Return the files outside the database, the main one first."""
    return list(settings.LEDGER_FILES)


def _flush() -> tuple[int, list[Path]]:
    placed = 0
    _lay_files()
    while batch := _place():
        placed += batch
    failed = _write()
    if len(failed) == len(files()):
        raise NotOnDiskError(", ".join(str(path) for path in failed))
    return placed, failed


def _lay_files() -> None:
    """Lay the files before the first entry: one that is missing later is missed."""
    if not database_head().seq and standing(settled_only=False).state is Standing.WHOLE:
        for path in files():
            with contextlib.suppress(OSError):  # told where it is to be written
                book.begin(path, settings.LEDGER_MARK)


@transaction.atomic(durable=True)
def _place() -> int:
    """Give places to what waits, one process at a time; the order is that of the entries' numbers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN])
    refuse_unfit()
    waiting = list(Waiting.objects.order_by("entry_id").values_list("entry_id", flat=True)[:BATCH])
    if waiting:
        place([entry_of(row) for row in LedgerEntry.objects.filter(id__in=waiting).order_by("id")], sorted(waiting))
    return len(waiting)


def refuse_unfit() -> None:
    """Raise BehindError where the file knows more than the database, or something else."""
    found = standing(settled_only=False)
    if found.state is not Standing.WHOLE:
        raise BehindError(words(found))


def place(entries: Sequence[rules.Entry], numbers: Sequence[int]) -> None:
    """Link entries that are stored, in this order, behind the last link."""
    last = database_head()
    links = []
    for entry, number in zip(entries, numbers, strict=True):
        one = rules.link(entry, last)
        last = Head(seq=one.seq, hash=one.hash)
        links.append(Link(seq=one.seq, entry_id=number, at=entry.at, previous=one.previous, hash=one.hash))
    Link.objects.bulk_create(links)
    Waiting.objects.filter(entry_id__in=numbers).delete()


def _write() -> list[Path]:
    """Bring every file up to the database, and return those that could not be."""
    failed = []
    for path in files():
        try:
            _bring_up(path)
        except (OSError, DamagedBookError, BrokenChainError) as wrong:
            _log.error("ledger.not_written", error=type(wrong).__name__)
            failed.append(path)
    if len(failed) < len(files()):
        book.remember(settings.LEDGER_MARK, database_head())
    return failed


def _bring_up(path: Path) -> None:
    found = book.head(path) or Head()
    while lacking := _links_after(found.seq):
        book.append(path, lacking)
        found = Head(seq=lacking[-1].seq, hash=lacking[-1].hash)


def _links_after(seq: int) -> list[Linked]:
    links = Link.objects.filter(seq__gt=seq).select_related("entry").order_by("seq")[:BATCH]
    return [
        Linked(seq=one.seq, entry=entry_of(one.entry), previous=bytes(one.previous), hash=bytes(one.hash))
        for one in links
    ]
