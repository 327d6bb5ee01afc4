"""Erasing and looking again, in one transaction: everything goes that the plan says, or nothing does."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils.translation import override
from psycopg.errors import DeadlockDetected, LockNotAvailable

from seloste.audit.actions import record as note_deed
from seloste.consents.queries import hold_all_still
from seloste.erasure import rules
from seloste.erasure.queries.planning import Fate, Line, Work, records_of
from seloste.erasure.rules import Staying
from seloste.kernel.duty import Duty
from seloste.kernel.kept import Record, Whose
from seloste.mail import actions as mail
from seloste.mail.choices import MessageKind, MessageState
from seloste.mail.models import Message
from seloste.register.models import Ground, Person
from seloste.register.queries import whose


class NotVerifiedError(RuntimeError):
    """Something is still there that had to go, or is gone that had to stay: nothing was erased."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What was erased and what stays, for each person by store."""

    erased: Mapping[UUID, Mapping[str, int]] = field(default_factory=dict)
    stays: Mapping[UUID, list[Staying]] = field(default_factory=dict)


def take(persons: Collection[UUID]) -> list[UUID]:
    """Hold the people for the caller's transaction; return those of them who are in the register.

    Whoever wants to add something about one of them waits: a deed about consents for the first lock, a row that
    points to her for the second. After an erasure such a row finds nobody, and its deed is refused.
    """
    hold_all_still(persons)
    rows = Person.objects.filter(id__in=persons).order_by("id").select_for_update()
    return list(rows.values_list("id", flat=True))


#: How long an erasure waits for a lock: less than the second after which the database looks for a circle and ends one
#: of those in it. Whoever serves a page goes on; the erasure gives way, undoes what it did and begins anew.
PATIENCE = "400ms"


def give_way() -> None:
    """Have the caller's transaction end itself rather than wait long for others."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])


def gave_way(wrong: Exception) -> bool:
    """Tell whether a transaction ended because somebody else was in the way."""
    return isinstance(wrong.__cause__, LockNotAvailable | DeadlockDetected)


def execute(work: Work, *, by: Duty, at: datetime) -> Done:
    """Erase what the work says goes, leave what stays for less, and look again; NotVerifiedError rolls all back."""
    for line in work.lines:
        _erase(line)
        _narrow(line, work)
    _end_grounds(work, by=by, at=at)
    _block(work, at=at)
    _verify(work)
    return Done(erased=_erased(work), stays=_stays(work))


def announce(persons: Collection[UUID], *, by: Duty, at: datetime) -> None:
    """Record the deed and stop what is on its way, before the records are counted: both leave records themselves."""
    note_deed(by=by, at=at, deed="person.erased", subjects=sorted(persons))
    to_her = Q(person__in=persons)
    if len(persons) == 1:  # what was written to an address before anybody knew whose it is
        to_her |= Q(person=None, address_mark__in=list(whose(persons).marks))
    waiting = Message.objects.filter(to_her, state__in=[MessageState.QUEUED, MessageState.CLAIMED])
    for message_id in waiting.exclude(kind=MessageKind.LEGAL).values_list("id", flat=True):
        mail.cancel(by=by, at=at, message_id=message_id)


# --- Erasing ----------------------------------------------------------------------------------------------------------


def _erase(line: Line) -> None:
    if line.goes:
        line.store.erase([record.id for record in line.goes])


def _narrow(line: Line, work: Work) -> None:
    """Leave what stays for the purposes that survive, and for no other; what a hold covers stays as it is."""
    if line.store.narrow is None:
        return
    by_purposes: dict[frozenset[str], list[Any]] = defaultdict(list)
    for record, _stay in line.stays:
        fate = work.fate_of(record)
        left = frozenset(fate.surviving.purposes)
        if fate.hold is None and not set(record.about.purposes) <= left:
            by_purposes[left & set(record.about.purposes)].append(record.id)
    for purposes, ids in by_purposes.items():
        if purposes:
            line.store.narrow(ids, purposes)


def _end_grounds(work: Work, *, by: Duty, at: datetime) -> None:
    """End the grounds of whoever is held: the rows stay, their purposes do not. Prolong what outlives its period."""
    for person, fate in work.fates.items():
        if fate.hold is not None:
            live = Ground.objects.filter(person_id=person, purpose__in=fate.ended, ended_at=None)
            live.update(ended_at=at, ended_by=by.actor)
    _ask_again_later(work)


def _ask_again_later(work: Work) -> None:
    """Give grounds that are past their end, but still needed, a day on which they are looked at again."""
    later = work.today + rules.ASKED_AGAIN_AFTER
    for person, fate in work.fates.items():
        if fate.hold is None and fate.surviving.purposes:
            needed = Ground.objects.filter(person_id=person, purpose__in=fate.surviving.purposes)
            needed.filter(ended_at=None, keep_until__lt=work.today).update(keep_until=later)


def _block(work: Work, *, at: datetime) -> None:
    blocked = [person for person, fate in work.fates.items() if fate.is_blocked]
    if blocked:
        Person.objects.filter(id__in=blocked, blocked_at=None).update(blocked_at=at)


# --- Looking again ----------------------------------------------------------------------------------------------------


def _verify(work: Work) -> None:
    """Ask every store again, by the people and by each of their values that lead to them alone.

    What had to go must be gone, what had to stay must be there, and what was not there before (the record of this very
    deed) must be of a kind that stays. Constraints that wait for the end are asked now, while all can be undone.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    again = work.whose.afresh()
    for line in work.lines:
        _verify_line(line, work, again)


def _verify_line(line: Line, work: Work, whose: Whose) -> None:
    stayed = {record.id for record, _stay in line.stays}
    found = {record.id: record for record in records_of(work, line.store, whose)}
    lost = stayed - found.keys() if len(found) < len(stayed) else set()  # what is counted by days changes its number
    left = [record for key, record in found.items() if key not in stayed and not _may_be_new(line, record, work)]
    if lost or left:
        message = f"{line.store.key}: {len(left)} left that had to go, {len(lost)} gone that had to stay"
        raise NotVerifiedError(message)


def _may_be_new(line: Line, record: Record, work: Work) -> bool:
    """Tell whether a record that was not there before may be: it was made meanwhile and stays by its own rule."""
    went = {one.id for one in line.goes}
    return record.id not in went and work.stay(line.store, record) is not None


# --- Counting ---------------------------------------------------------------------------------------------------------


def _owner(record: Record, fates: Mapping[UUID, Fate]) -> UUID:
    return record.person if record.person in fates and record.person is not None else next(iter(fates))


def _erased(work: Work) -> dict[UUID, dict[str, int]]:
    found: dict[UUID, Counter[str]] = {person: Counter() for person in work.fates}
    for line in work.lines:
        for record in line.goes:
            found[_owner(record, work.fates)][line.store.key] += 1
    return {person: dict(counted) for person, counted in found.items()}


def _stays(work: Work) -> dict[UUID, list[Staying]]:
    found: dict[UUID, Counter[tuple[str, str, str, Any]]] = {person: Counter() for person in work.fates}
    for line in work.lines:
        for record, stay in line.stays:
            found[_owner(record, work.fates)][(line.store.key, stay.law, source_words(stay.why), stay.until)] += 1
    return {person: list(_told(counted.items())) for person, counted in found.items()}


def _told(counted: Iterable[tuple[tuple[str, str, str, Any], int]]) -> Iterable[Staying]:
    for (store, law, why, until), count in counted:
        yield Staying(store=store, count=count, law=law, why=why, until=until)


def source_words(words: object) -> str:
    """Return the words in the language of the source, so that they can be said in any other later."""
    with override("en"):
        return str(words)


__all__ = ["Done", "NotVerifiedError", "announce", "execute", "gave_way", "give_way", "take"]
