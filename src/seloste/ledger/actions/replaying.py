"""Doing again, in a database that was put back, what happened since."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext as _

from seloste.audit.actions import record
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty, system
from seloste.kernel.refusals import Refusal
from seloste.ledger import book, rules
from seloste.ledger.actions.entering import add
from seloste.ledger.actions.flushing import CHAIN, BehindError
from seloste.ledger.actions.state import is_replaying, repeating
from seloste.ledger.choices import REPEATED, Kind, Standing
from seloste.ledger.models import LedgerEntry, Link, Restoration, Waiting
from seloste.ledger.queries.leftovers import erased_persons, leftovers
from seloste.ledger.queries.standing import Condition, database_head, standing, words
from seloste.ledger.rules import Entry, Linked

#: Does again what an entry says: the same where it is done already, nothing where the person is not there.
Apply = Callable[[Duty, datetime, Entry], None]
_applied: dict[Kind, Apply] = {}


class CannotRepeatError(Refusal):
    """Something that happened since cannot be done again, so the database must not be used."""

    status = 503


@dataclass(frozen=True, kw_only=True, slots=True)
class Replayed:
    """What a replay did: how many entries it took in, and how many of these it did again."""

    taken_in: int
    repeated: int


def replay_with(kind: Kind | str, apply: Apply) -> None:
    """Register what does again what entries of the kind say. Called in the room's ``AppConfig.ready``.

    ``apply(by, at, entry)`` runs in the transaction that takes the entry in; ``at`` is the present moment, the entry
    has its own. It may be called for something that is done already, and for people who are not there.
    """
    _applied[Kind(kind)] = apply


def replay(*, at: datetime, tell: Callable[[int], None] = lambda _count: None) -> Replayed:
    """Do again everything the file knows and the database does not; ends with the database where the file ends.

    One entry a transaction: who is interrupted goes on where it stopped. The whole file is checked first.
    """
    found = standing(settled_only=False)
    if found.state is Standing.WHOLE:
        return Replayed(taken_in=0, repeated=0)
    if found.state is not Standing.BEHIND or found.path is None:
        raise BehindError(words(found))
    later = _later(found.path)
    again = rules.to_repeat(later)
    for one in later:
        _take_in(one, again=one.seq in again, at=at)
        tell(1)
    return Replayed(taken_in=len(later), repeated=len(again))


def _later(path: Path) -> list[Linked]:
    """Return what the database lacks, once the whole file has been found unbroken and to be this database's."""
    last = database_head()
    links = list(book.read(path, after=last.seq - 1))
    same = [one for one in links if one.seq == last.seq]
    if same and same[0].hash != last.hash:
        raise BehindError(words(Condition(state=Standing.FORKED, path=path)))
    later = [one for one in links if one.seq > last.seq]
    if later and last.seq:
        rules.check_follows(last, later[0])
    return later


@transaction.atomic
def _take_in(one: Linked, *, again: bool, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN])
    known = LedgerEntry.objects.filter(key=one.entry.key).values_list("id", flat=True).first()
    number = known or add(one.entry)
    if again and not known:  # an entry that is there came with its deed
        _repeat(one, number, at=at)
    Link.objects.create(seq=one.seq, entry_id=number, at=one.entry.at, previous=one.previous, hash=one.hash)
    Waiting.objects.filter(entry_id=number).delete()


def _repeat(one: Linked, number: int, *, at: datetime) -> None:
    kind = one.entry.kind
    if kind not in _applied:
        raise CannotRepeatError(
            _("Entry %(seq)s (%(kind)s) cannot be done again: nothing is registered for it.")
            % {"seq": one.seq, "kind": kind.value}
        )
    by = system("rights")
    with repeating(number):
        _applied[kind](by, at, one.entry)
    subjects = [one.entry.subject] if one.entry.subject else []
    record(by=by, at=at, deed="ledger.repeated", subjects=subjects, categories=["rights_request"])


# --- When it may be served again --------------------------------------------------------------------------------------

#: Looks for what must not be there any more, and names each place.
Search = Callable[[datetime], Sequence[str]]
_searches: dict[str, Search] = {}


class LeftOverError(Refusal):
    """Something of people who were erased is still there, so the database must not be used."""

    status = 503


def search_with(name: str, search: Search) -> None:
    """Register a search that must find nothing before a restored database is used. Called in ``AppConfig.ready``."""
    _searches[name] = search


def settle(*, at: datetime) -> int:
    """Open a restored database for use: all that happened since is done again, and no search finds anything.

    Returns how many erased people were looked for. BehindError or LeftOverError where it stays closed.
    """
    found = standing(settled_only=False)
    if found.state is not Standing.WHOLE:
        raise BehindError(words(found))
    looked_for = erased_persons()
    places = [
        *leftovers(looked_for, today=local_date(at)),
        *(place for look in _searches.values() for place in look(at)),
    ]
    if places:
        raise LeftOverError(
            _("Erased people are still found, so nothing is served: %(places)s.") % {"places": ", ".join(places[:5])}
        )
    Restoration.objects.filter(settled_at=None).update(settled_at=at)
    return len(looked_for)


def cannot_repeat() -> Sequence[Kind]:
    """Return the kinds that must be done again and that no room has registered for."""
    return sorted(REPEATED - set(_applied))


__all__ = [
    "CannotRepeatError",
    "LeftOverError",
    "Replayed",
    "cannot_repeat",
    "is_replaying",
    "replay",
    "replay_with",
    "search_with",
    "settle",
]
