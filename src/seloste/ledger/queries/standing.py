"""Whether the database fits the files outside it. Asked at every start and every few seconds, so it must be cheap."""

from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from seloste.ledger import book
from seloste.ledger.book import DamagedBookError
from seloste.ledger.choices import Kind, Standing
from seloste.ledger.models import LedgerEntry, Link, Restoration
from seloste.ledger.rules import Entry, Head


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """How the database stands to the files: its last number, theirs, and the file that tells."""

    state: Standing
    database: int = 0
    file: int = 0
    path: Path | None = None
    detail: str = ""


def entry_of(row: LedgerEntry) -> Entry:
    """Return what a row says."""
    return Entry(
        key=row.key,
        at=row.at,
        kind=Kind(row.kind),
        subject=row.subject,
        codes=tuple(row.codes),
        mark=bytes(row.mark),
        counts=dict(zip(row.stores, row.counts, strict=True)),
    )


def database_head() -> Head:
    """Return the last link in the database."""
    last = Link.objects.order_by("-seq").values_list("seq", "hash").first()
    return Head(seq=last[0], hash=bytes(last[1])) if last else Head()


def standing(*, settled_only: bool = True) -> Condition:
    """Tell whether the database may be used: it knows all that the files know, and no restore is under way.

    The files are looked at first: they follow the database, so they can never be ahead of what is read afterwards.
    """
    seen = book.remembered(settings.LEDGER_MARK)
    try:
        heads = _heads(was_laid_here=seen is not None)
    except DamagedBookError as wrong:
        return Condition(state=Standing.DAMAGED, path=wrong.path, detail=wrong.what)
    restored = Restoration.objects.filter(settled_at=None).order_by("-seq").first()
    found = _compare(heads, seen or Head(), restored)
    if found.state is Standing.WHOLE and settled_only and restored is not None:
        return replace(found, state=Standing.UNSETTLED)
    return found


def _heads(*, was_laid_here: bool) -> dict[Path, Head]:
    """Return how far each file goes; a damaged one counts only where no other is whole.

    An empty one is as good as none, unless it was laid here for a first entry that never came to be written.
    """
    found, damaged = {}, []
    for path in settings.LEDGER_FILES:
        try:
            last = book.head(path)
        except (DamagedBookError, OSError) as wrong:
            damaged.append(wrong if isinstance(wrong, DamagedBookError) else DamagedBookError(path, 0, str(wrong)))
            continue
        if last is not None and (last.seq or was_laid_here):
            found[path] = last
    if damaged and not found:
        raise damaged[0]
    return found


def _compare(heads: dict[Path, Head], seen: Head, restored: Restoration | None) -> Condition:
    """A backup that has just been restored knows of its entries: a file with fewer is another one, or was cut off."""
    mine = database_head()
    if not heads:
        known = max(mine.seq, seen.seq)
        state = Standing.MISSING if known or restored else Standing.WHOLE
        return Condition(state=state, database=mine.seq, file=known, path=settings.LEDGER_FILES[0])
    path, last = max(heads.items(), key=lambda item: item[1].seq)
    if restored is not None and last.seq < restored.seq:
        return Condition(state=Standing.SHORTENED, database=mine.seq, file=restored.seq, path=path)
    state = _state(mine, last, seen)
    return Condition(state=state, database=mine.seq, file=max(last.seq, seen.seq), path=path)


def _state(mine: Head, last: Head, seen: Head) -> Standing:
    if last.seq > mine.seq:
        return Standing.SHORTENED if seen.seq > last.seq else Standing.BEHIND
    if seen.seq > mine.seq:
        return Standing.SHORTENED
    same = mine.hash if last.seq == mine.seq else _hash_at(last.seq)
    return Standing.WHOLE if same in {last.hash, None} else Standing.FORKED


def _hash_at(seq: int) -> bytes | None:
    found = Link.objects.filter(seq=seq).values_list("hash", flat=True).first()
    return bytes(found) if found is not None else None


def words(found: Condition) -> str:
    """Say what is wrong and what to do, to whoever sits at the server."""
    told = {
        Standing.WHOLE: "",
        Standing.BEHIND: _(
            "The database ends at entry %(database)s of the ledger, but %(path)s goes on to %(file)s: it was put back "
            "to an earlier day. Run `seloste ledger replay`."
        ),
        Standing.FORKED: _(
            "The database and %(path)s tell different stories after the same number: one of them belongs to another "
            "installation, or was changed. Run `seloste ledger verify`; give back the file that belongs to this "
            "database."
        ),
        Standing.MISSING: _(
            "The ledger %(path)s is missing; it held at least %(file)s entries. Nobody can say who was erased since. "
            "Put the file back from its copy (SELOSTE_LEDGER_COPY), then run `seloste ledger replay`."
        ),
        Standing.SHORTENED: _(
            "The ledger %(path)s was cut off: it once went on to entry %(file)s. Nobody can say who was erased since. "
            "Put the file back from its copy (SELOSTE_LEDGER_COPY), then run `seloste ledger replay`."
        ),
        Standing.DAMAGED: _(
            "The ledger %(path)s is damaged: %(detail)s. Run `seloste ledger verify` to see where, and put the file "
            "back from its copy (SELOSTE_LEDGER_COPY)."
        ),
        Standing.UNSETTLED: _(
            "This database was restored from a backup, and what happened since has not been done again. Run "
            "`seloste ledger replay`."
        ),
    }
    said = {"database": found.database, "path": found.path, "file": found.file, "detail": found.detail}
    return told[found.state] % said
