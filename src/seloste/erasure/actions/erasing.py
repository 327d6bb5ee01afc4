"""The life of an erasure: planned, entered in the ledger, done and looked for again; stopped only before it began.

Each step is a transaction of its own and can be begun anew after a crash. The first thing that is destroyed is
destroyed in the second of them, when the ledger has the first one in its file outside the database (I52).
"""

import contextlib
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import structlog
from django.db import IntegrityError, OperationalError, transaction
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record as note_deed
from seloste.disclosures import actions as disclosures
from seloste.disclosures.choices import Because
from seloste.erasure import rules
from seloste.erasure.actions.execution import Done, announce, execute, gave_way, give_way, take
from seloste.erasure.choices import UNDER_WAY, Cause, JobState
from seloste.erasure.models import ErasureJob
from seloste.erasure.queries.planning import Fate, Scope, fates_of, work_out
from seloste.kernel import sweeps
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.refusals import Missing, NotAllowed, Refusal
from seloste.ledger import actions as ledger
from seloste.ledger.choices import Kind
from seloste.register.models import Person

_log = structlog.stdlib.get_logger("seloste.erasure")

#: What finishes erasures that were planned for later, or that a crash or a fault left unfinished.
FINISH = "erasure.finish"
#: How often an erasure begins anew because something changed after the ledger was told, or somebody was in the way.
_ATTEMPTS = 10
PURPOSE, CATEGORY = "rights", "rights_request"


class TooLate(Refusal):
    """The erasure has begun, or is over."""

    status = 409


class ChangedMeanwhileError(RuntimeError):
    """What is left of the person changed after the ledger was told: it is told again."""


def check_duty(by: Duty) -> None:
    """Raise Missing where the job role does not answer requests; the person herself and the system may."""
    if by.role in {"visitor", "system", "operator"}:
        return
    if not by.sees(CATEGORY, (PURPOSE,)):
        raise Missing
    if "write" not in by.may:
        raise NotAllowed(_("Your job role does not include this."))


# --- Planning ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def schedule(
    *,
    by: Duty,
    at: datetime,
    person_id: UUID,
    cause: Cause,
    named: Collection[str] = (),
    matter: str = "",
    not_before_at: datetime | None = None,
    item: UUID | None = None,
    answer_to: Sequence[Mapping[str, str]] = (),
) -> UUID:
    """Plan an erasure; return its id. The worker begins it, not before the moment; planned twice, it is one.

    Missing where nobody has this id. Nothing is destroyed yet and nothing is in the ledger: it can be stopped.
    """
    check_duty(by)
    if not Person.objects.filter(id=person_id).exists():
        raise Missing
    try:
        with transaction.atomic():
            job = ErasureJob.objects.create(
                id=new_id(at),
                person=person_id,
                cause=cause,
                named=sorted(set(named)),
                matter=matter,
                planned_at=at,
                planned_by=by.actor,
                not_before_at=not_before_at or at,
                item=item,
                answer_to=[dict(one) for one in answer_to],
            )
    except IntegrityError:
        return ErasureJob.objects.get(person=person_id, cause=cause, matter=matter, state__in=UNDER_WAY).id
    note_deed(by=by, at=at, deed="erasure.planned", subjects=[person_id], categories=[CATEGORY], item=job.id)
    sweeps.wake(FINISH)
    return job.id


@transaction.atomic
def stop(*, by: Duty, at: datetime, job_id: UUID) -> None:
    """Stop an erasure that has not begun; TooLate where it has."""
    check_duty(by)
    job = ErasureJob.objects.select_for_update().filter(id=job_id).first()
    if job is None:
        raise Missing
    if job.state == JobState.STOPPED:
        return
    if job.state != JobState.PLANNED:
        raise TooLate(_("The erasure has begun and cannot be stopped any more."))
    job.state, job.ended_at, job.ended_by = JobState.STOPPED, at, by.actor
    job.save(update_fields=["state", "ended_at", "ended_by"])
    note_deed(by=by, at=at, deed="erasure.stopped", subjects=[job.person], categories=[CATEGORY], item=job.id)


@transaction.atomic
def forget_addresses(*, by: Duty, at: datetime, person_id: UUID, matter: str) -> None:
    """Erase the addresses that were kept to answer the person: the matter is closed."""
    jobs = ErasureJob.objects.filter(person=person_id, matter=matter).exclude(answer_to=[])
    if jobs.update(answer_to=[]):
        note_deed(by=by, at=at, deed="erasure.addresses_forgotten", subjects=[person_id], categories=[CATEGORY])


# --- Doing ------------------------------------------------------------------------------------------------------------


def erase(
    *, by: Duty, at: datetime, person_id: UUID, cause: Cause, named: Collection[str] = (), matter: str = ""
) -> UUID:
    """Erase now: ledger, flush, one transaction for everything with its verification. Return the job's id.

    Not inside a transaction of the caller's. What fails rolls back whole, is noted and raised; the worker tries again.
    """
    job_id = schedule(by=by, at=at, person_id=person_id, cause=cause, named=named, matter=matter)
    carry_on(by=by, at=at, job_id=job_id)
    return job_id


def carry_on(*, by: Duty, at: datetime, job_id: UUID) -> bool:
    """Bring an erasure to its end from wherever it stands; tell whether there was anything left to do."""
    try:
        return _carry_on(by=by, at=at, job_id=job_id)
    except Exception as wrong:
        _note_failure(job_id, wrong, at=at)
        raise


def _carry_on(*, by: Duty, at: datetime, job_id: UUID) -> bool:
    for _attempt in range(_ATTEMPTS):
        with contextlib.suppress(_GaveWayError):
            if not _patiently(_enter, by=by, at=at, job_id=job_id):
                return False
            ledger.flush()
            if _patiently(_do, by=by, at=at, job_id=job_id):
                return True
    raise ChangedMeanwhileError(str(job_id))


class _GaveWayError(Exception):
    """Somebody else was in the way: the step was undone and is begun anew."""


def _patiently(step: Callable[..., bool], *, by: Duty, at: datetime, job_id: UUID) -> bool:
    try:
        return step(by=by, at=at, job_id=job_id)
    except OperationalError as wrong:
        if not gave_way(wrong):
            raise
        raise _GaveWayError from wrong


def _enter(*, by: Duty, at: datetime, job_id: UUID) -> bool:
    """Enter the erasure in the ledger, committed, before anything is destroyed; False where it is over."""
    with transaction.atomic(durable=True):
        give_way()
        job = ErasureJob.objects.select_for_update().get(id=job_id)
        if job.state not in UNDER_WAY:
            return False
        codes = list(_fate(job, at=at).codes)
        if job.ledgered_at is None:
            _tell_recipients(job, by=by, at=at)
        if job.ledgered_at is None or job.codes != codes:
            ledger.enter(at=at, kind=Kind.ERASE, subject=job.person, codes=codes)
        job.state, job.codes, job.ledgered_at = JobState.LEDGERED, codes, job.ledgered_at or at
        job.save(update_fields=["state", "codes", "ledgered_at"])
    return True


def _tell_recipients(job: ErasureJob, *, by: Duty, at: datetime) -> None:
    """Have whoever was given the data told (art. 19), while it is still known what they were given."""
    if job.cause != Cause.RETENTION and Person.objects.filter(id=job.person).exists():
        disclosures.tell_recipients(by=by, at=at, person_id=job.person, because=Because.ERASED, matter=str(job.id))


def _scope(job: ErasureJob) -> Scope:
    return Scope(cause=Cause(job.cause), named=frozenset(job.named))


def _fate(job: ErasureJob, *, at: datetime) -> Fate:
    """Return what becomes of the person, under her locks; for somebody who is gone, that everything went."""
    take([job.person])
    return fates_of([job.person], _scope(job), today=local_date(at))[job.person]


def _do(*, by: Duty, at: datetime, job_id: UUID) -> bool:
    """Erase, verify and enter that it is done, in one transaction; False where the ledger must be told anew."""
    with transaction.atomic(durable=True):
        give_way()
        job = ErasureJob.objects.select_for_update().get(id=job_id)
        if job.state not in UNDER_WAY:
            return True
        fate = _fate(job, at=at)
        if list(fate.codes) != job.codes:
            return False
        announce([job.person], by=by, at=at)
        work = work_out([job.person], _scope(job), today=local_date(at), fates={job.person: fate})
        done = execute(work, by=by, at=at)
        _conclude(job, done, by=by, at=at)
    return True


def _conclude(job: ErasureJob, done: Done, *, by: Duty, at: datetime) -> None:
    erased, stays = dict(done.erased[job.person]), done.stays[job.person]
    job.erased = erased
    job.stays = [
        {
            "store": one.store,
            "count": one.count,
            "law": one.law,
            "why": one.why,
            "until": one.until.isoformat() if one.until else None,
        }
        for one in stays
    ]
    job.proof = rules.proof(str(job.id), erased, stays)
    job.state, job.ended_at, job.ended_by, job.error = JobState.VERIFIED, at, by.actor, ""
    job.save()
    ledger.enter(at=at, kind=Kind.ERASED, subject=job.person, codes=job.codes, mark=job.proof, counts=erased)


def _note_failure(job_id: UUID, wrong: Exception, *, at: datetime) -> None:
    """Note the class of the error, never its words; the worker tries again, and the job is never called complete."""
    _log.error("erasure.failed", job=str(job_id), exc_info=wrong)
    with transaction.atomic():
        job = ErasureJob.objects.select_for_update().get(id=job_id)
        if job.state in UNDER_WAY:
            job.tries = min(job.tries + 1, 1000)
            job.state, job.failed_at, job.error = JobState.FAILED, at, type(wrong).__name__
            job.not_before_at = at + rules.retry_after(job.tries)
            job.save(update_fields=["tries", "state", "failed_at", "error", "not_before_at"])


def finish(at: datetime, *, by: Duty) -> int:
    """Bring to their end all erasures whose moment has come; one that fails holds up no other."""
    due = ErasureJob.objects.filter(state__in=UNDER_WAY, not_before_at__lte=at).order_by("not_before_at", "id")
    done = failed = 0
    for job_id in list(due.values_list("id", flat=True)[:500]):
        if sweeps.ending.is_set():
            break
        try:
            done += carry_on(by=by, at=at, job_id=job_id)
        except Exception:  # noqa: BLE001 -- noted with the job; the others must not wait for it
            failed += 1
    if failed:
        raise NotFinishedError(failed)
    return done


class NotFinishedError(RuntimeError):
    """Some erasures failed; they are noted and tried again. The worker shows that on the desk."""
