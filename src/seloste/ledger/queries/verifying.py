"""Comparing the whole chain with itself and with every file, and saying exactly where something is wrong."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings

from seloste.ledger import book, rules
from seloste.ledger.book import DamagedBookError
from seloste.ledger.models import LedgerEntry, Link
from seloste.ledger.queries.standing import database_head, entry_of
from seloste.ledger.rules import BrokenChainError, Head, Linked


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Something that is wrong: where, and what."""

    where: str
    what: str


def verify() -> list[Finding]:
    """Return everything that is wrong with the chain: in the database, in each file, and between them."""
    return [*_database(), *_unplaced(), *_files(), *_seen()]


def chain() -> Iterator[Linked]:
    """Yield the links of the database."""
    for one in Link.objects.select_related("entry").order_by("seq").iterator(chunk_size=2_000):
        yield Linked(seq=one.seq, entry=entry_of(one.entry), previous=bytes(one.previous), hash=bytes(one.hash))


def _database() -> Iterator[Finding]:
    before: Linked | None = None
    for one in chain():
        try:
            if before is None:
                rules.check([one])
            else:
                rules.check_follows(Head(seq=before.seq, hash=before.hash), one)
                rules.check_own(one)
        except BrokenChainError as wrong:
            yield Finding(where=f"database, after entry {wrong.after}", what=wrong.what)
        before = one


def _unplaced() -> Iterator[Finding]:
    lost = LedgerEntry.objects.filter(link=None, waiting=None).order_by("id").values_list("id", flat=True)
    for number in lost[:10]:
        yield Finding(where=f"database, row {number}", what="the entry has no place in the chain and waits for none")


def _files() -> Iterator[Finding]:
    for path in settings.LEDGER_FILES:
        mine = {one.seq: one.hash for one in chain()}
        if not path.exists():
            if mine:
                yield Finding(where=str(path), what="the file is missing")
            continue
        try:
            for line, one in enumerate(book.read(path), 1):
                if mine and one.seq in mine and mine[one.seq] != one.hash:
                    yield Finding(where=f"{path}, line {line}", what=f"entry {one.seq} is another than the database's")
                    break
            last = book.head(path) or Head()
        except DamagedBookError as wrong:
            yield Finding(where=f"{path}, line {wrong.line}", what=wrong.what)
            continue
        if last.seq != database_head().seq:
            what = f"the file ends at entry {last.seq}, the database at {database_head().seq}"
            yield Finding(where=str(path), what=what)


def _seen() -> Iterator[Finding]:
    seen, mine = book.remembered(settings.LEDGER_MARK) or Head(), database_head()
    if seen.seq > mine.seq:
        what = f"entry {seen.seq} was once written, but the database ends at {mine.seq}"
        yield Finding(where=str(settings.LEDGER_MARK), what=what)
