"""How an erasure stands, and what keeps people's data now. Nothing here says who anybody is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from seloste.audit.actions import record
from seloste.disclosures.queries import unsettled
from seloste.erasure.choices import Cause, HoldKind, JobState
from seloste.erasure.models import ErasureJob, Hold
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where an erasure stands: since when it may begin, when it ended, why it failed last."""

    id: UUID
    person_id: UUID
    state: JobState
    not_before_at: datetime
    ended_at: datetime | None
    tries: int
    error: str
    matter: str
    item: UUID | None
    unsettled: int

    @property
    def is_done(self) -> bool:
        """Tell whether it is verified and every recipient was told, or cannot be (art. 19)."""
        return self.state == JobState.VERIFIED and not self.unsettled


def standing(job_id: UUID) -> Standing:
    """Return where the erasure stands; Missing where there is none."""
    job = ErasureJob.objects.filter(id=job_id).first()
    if job is None:
        raise Missing
    return _standing(job)


def newest_for(item: UUID) -> Standing | None:
    """Return the newest erasure that was begun for one thing asked in a request."""
    job = ErasureJob.objects.filter(item=item).order_by("-planned_at", "-id").first()
    return _standing(job) if job else None


def planned_for(person_id: UUID) -> list[Standing]:
    """Return the erasures that were asked for the person and have not begun, the one that begins first first."""
    jobs = ErasureJob.objects.filter(person=person_id, cause=Cause.REQUEST, state=JobState.PLANNED)
    return [_standing(job) for job in jobs.order_by("not_before_at", "id")]


def answer_to(person_id: UUID, matter: str) -> list[tuple[str, str]]:
    """Return where the answer to the person's request may go once her addresses are erased: kind and address."""
    job = (
        ErasureJob.objects.filter(person=person_id, matter=matter).exclude(answer_to=[]).order_by("-planned_at").first()
    )
    return [(one["kind"], one["value"]) for one in job.answer_to] if job else []


def _standing(job: ErasureJob) -> Standing:
    return Standing(
        id=job.id,
        person_id=job.person,
        state=JobState(job.state),
        not_before_at=job.not_before_at,
        ended_at=job.ended_at,
        tries=job.tries,
        error=job.error,
        matter=job.matter,
        item=job.item,
        unsettled=unsettled(job.person, str(job.id)),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A hold as whoever answers requests sees it."""

    id: UUID
    kind: HoldKind
    reason: str
    review_on: date
    until: date | None
    placed_at: datetime
    is_overdue: bool


@transaction.atomic
def holds_on(*, by: Duty, at: datetime, person_id: UUID, today: date) -> Sequence[Held]:
    """Return the holds on a person's data that stand; Missing for other job roles."""
    if not by.sees("rights_request", ("rights",)):
        raise Missing
    record(by=by, at=at, deed="hold.read", subjects=[person_id], categories=["rights_request"])
    return [
        Held(
            id=row.id,
            kind=HoldKind(row.kind),
            reason=row.reason,
            review_on=row.review_on,
            until=row.until,
            placed_at=row.placed_at,
            is_overdue=row.review_on < today,
        )
        for row in Hold.objects.filter(person_id=person_id, released_at=None).order_by("placed_at", "id")
    ]
