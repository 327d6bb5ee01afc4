"""What goes because its time is up: the same engine as for a request, for many people at once (I48).

A batch is entered in the ledger person by person and put on disk; then it is erased and looked for again in one
transaction. What fails as a batch is done one by one, and whoever fails alone holds up nobody.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import islice
from uuid import UUID

import structlog
from django.db import transaction

from seloste.audit.actions import record
from seloste.erasure import rules
from seloste.erasure.actions.erasing import erase
from seloste.erasure.actions.execution import Done, announce, execute, give_way, take
from seloste.erasure.choices import Cause
from seloste.erasure.queries import due
from seloste.erasure.queries.planning import Fate, Scope, fates_of, work_out
from seloste.kernel import sweeps
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.ledger import actions as ledger
from seloste.ledger.choices import Kind

_log = structlog.stdlib.get_logger("seloste.erasure")

#: People erased in one transaction: few enough that nobody waits long for one of them.
BATCH = 200
_SCOPE = Scope(cause=Cause.RETENTION)


class StillDueError(RuntimeError):
    """People whose time is up are still there after they were dealt with: somebody must look why."""


def clear(by: Duty, at: datetime, limit: int, *, purpose: str | None) -> int:
    """Erase what is over for at most ``limit`` people held for the purpose (None: for none); return how many.

    In transactions of its own, each recorded. Whoever could not be erased has a job that says so and is tried again.
    """
    persons = due.people(purpose, today=local_date(at), limit=limit)
    chunks = iter(persons)
    done = 0
    while (batch := list(islice(chunks, BATCH))) and not sweeps.ending.is_set():
        _deal_with(batch, by=by, at=at, purpose=purpose)
        done += len(batch)
    return done


def _deal_with(persons: Sequence[UUID], *, by: Duty, at: datetime, purpose: str | None) -> None:
    try:
        _together(persons, by=by, at=at, purpose=purpose)
        left = due.still(persons, purpose, today=local_date(at))
    except (ledger.BehindError, ledger.NotOnDiskError):
        raise  # nobody can be erased while the ledger cannot be written
    except Exception as wrong:  # noqa: BLE001 -- one by one it is found who cannot be erased
        _log.warning("retention.batch_failed", count=len(persons), exc_info=wrong)
        left = list(persons)
    for person in left:
        _alone(person, by=by, at=at)
    stuck = due.still(left, purpose, today=local_date(at)) if left else []
    if stuck and (count := due.without_job(stuck)):
        raise StillDueError(count)


def _together(persons: Sequence[UUID], *, by: Duty, at: datetime, purpose: str | None) -> None:
    entered = _enter(persons, at=at)
    ledger.flush()
    with transaction.atomic(durable=True):
        give_way()
        present = take(sorted(entered))
        fates = fates_of(present, _SCOPE, today=local_date(at))
        same = {person: fate for person, fate in fates.items() if fate.codes == entered[person].codes}
        if same:
            announce(list(same), by=by, at=at)
            work = work_out(list(same), _SCOPE, today=local_date(at), fates=same)
            _conclude(same, execute(work, by=by, at=at), at=at)
        record(by=by, at=at, deed=f"people_{purpose or 'nothing'}.cleared", count=len(same))


def _enter(persons: Collection[UUID], *, at: datetime) -> Mapping[UUID, Fate]:
    """Enter each person in the ledger, committed, before anything is destroyed (I52)."""
    with transaction.atomic(durable=True):
        give_way()
        present = take(sorted(persons))
        fates = fates_of(present, _SCOPE, today=local_date(at))
        ledger.enter_many(at=at, kind=Kind.ERASE, told={person: fate.codes for person, fate in fates.items()})
    return fates


def _conclude(fates: Mapping[UUID, Fate], done: Done, *, at: datetime) -> None:
    """Enter what was proved, for each person."""
    for person, fate in fates.items():
        counts = done.erased[person]
        mark = rules.proof(str(new_id(at)), counts, done.stays[person])
        ledger.enter(at=at, kind=Kind.ERASED, subject=person, codes=fate.codes, mark=mark, counts=counts)


def _alone(person: UUID, *, by: Duty, at: datetime) -> None:
    """Erase one person with a job of her own; where that fails, the job says so and is tried again."""
    try:
        erase(by=by, at=at, person_id=person, cause=Cause.RETENTION)
    except Exception as wrong:  # noqa: BLE001 -- noted with the job, which is an alarm of its own
        _log.error("retention.person_failed", subject=str(person), exc_info=wrong)
