"""The plan as people read it: every item by name, and for what stays the law, the reason and the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from seloste.audit.actions import record
from seloste.erasure.choices import Cause
from seloste.erasure.queries.planning import PERSON, Scope, work_out
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.kept import Kept, Record, Stay
from seloste.kernel.refusals import Missing, Words
from seloste.register.models import Person

_CATEGORY, _PURPOSE = "rights_request", "rights"


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """One record: what it says, field by field, and why it stays; ``stay`` is None where it goes."""

    id: Any
    values: Sequence[tuple[Words, Any]]
    purposes: tuple[str, ...]
    stay: Stay | None
    record: Record


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One store with its records."""

    key: str
    name: Words
    store: Kept
    records: Sequence[Planned]

    @property
    def goes(self) -> Sequence[Planned]:
        """Return what goes."""
        return [one for one in self.records if one.stay is None]

    @property
    def stays(self) -> Sequence[Planned]:
        """Return what stays."""
        return [one for one in self.records if one.stay is not None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What an erasure now would take and leave. ``left`` are the purposes that survive it, with the reason.

    ``is_whole`` where nothing of the person stays in the register itself; what only proves that her rights were kept
    (her requests, what she consented to, who looked) may stay all the same.
    """

    person_id: UUID
    cause: Cause
    parts: Sequence[Part]
    left: Sequence[tuple[str, Stay]]
    hold: Stay | None
    is_whole: bool
    is_blocked: bool

    @property
    def going(self) -> int:
        """Return how many records go."""
        return sum(len(part.goes) for part in self.parts)

    @property
    def staying(self) -> int:
        """Return how many records stay."""
        return sum(len(part.stays) for part in self.parts)

    @property
    def until(self) -> date | None:
        """Return the last of the days on which what stays is still there; None where one is not known."""
        days = [stay.until for _purpose, stay in self.left]
        return max((day for day in days if day), default=None) if all(days) else None


@transaction.atomic
def plan(
    *, by: Duty, at: datetime, person_id: UUID, cause: Cause = Cause.REQUEST, named: frozenset[str] = frozenset()
) -> Plan:
    """Return what the erasure would take and leave, record by record; Missing where the person is not there for it."""
    _check(by)
    if not Person.objects.filter(id=person_id).exists():
        raise Missing
    work = work_out([person_id], Scope(cause=cause, named=named), today=local_date(at))
    record(by=by, at=at, deed="erasure.planned", subjects=[person_id], categories=[_CATEGORY])
    fate = work.fates[person_id]
    parts = [_part(line.store, line.goes, line.stays) for line in work.lines if line.goes or line.stays]
    return Plan(
        person_id=person_id,
        cause=cause,
        parts=parts,
        left=sorted(fate.surviving.purposes.items()),
        hold=fate.hold,
        is_whole=any(part.key == PERSON and part.goes for part in parts),
        is_blocked=fate.is_blocked,
    )


def _check(by: Duty) -> None:
    if by.role not in {"visitor", "system", "operator"} and not by.sees(_CATEGORY, (_PURPOSE,)):
        raise Missing


def _part(store: Kept, goes: Sequence[Record], stays: Sequence[tuple[Record, Stay]]) -> Part:
    found = [*((one, None) for one in goes), *stays]
    return Part(
        key=store.key, name=store.name, store=store, records=[_planned(store, one, stay) for one, stay in found]
    )


def _planned(store: Kept, one: Record, stay: Stay | None) -> Planned:
    values = [(name, one.values[field]) for field, name in store.fields.items() if one.values.get(field) not in _EMPTY]
    return Planned(id=one.id, values=values, purposes=one.about.purposes, stay=stay, record=one)


_EMPTY: tuple[Any, ...] = (None, "", [], {})
