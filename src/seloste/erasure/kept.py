"""What the room itself keeps about a person: that she was erased, and what keeps her data for now."""

from datetime import date
from functools import partial

from django.utils.translation import gettext_lazy as _

from seloste.declaration.load import current
from seloste.erasure.models import ErasureJob, Hold
from seloste.kernel.clock import local_date
from seloste.kernel.kept import BY_STAFF, About, Kept, Record, Stay, Surviving, Whose, erase_rows, values_of
from seloste.kernel.periods import add

_PURPOSE = "rights"
_JOB_FIELDS = {
    "cause": _("Reason"),
    "named": _("Purposes"),
    "matter": _("Matter"),
    "answer_to": _("Where the answer goes"),
    "state": _("State"),
    "planned_at": _("Planned"),
    "not_before_at": _("Not before"),
    "ledgered_at": _("Entered in the ledger"),
    "ended_at": _("Done"),
    "erased": _("What was erased"),
    "stays": _("What stays"),
    "codes": _("As the ledger says it"),
}
_HOLD_FIELDS = {
    "kind": _("Kind"),
    "reason": _("Reason"),
    "review_on": _("To be looked at again by"),
    "until": _("Until"),
    "placed_at": _("Since"),
    "reviewed_at": _("Looked at again"),
    "released_at": _("Ended"),
}
_WHY = _("It proves that the erasure was done. It holds counts, and nothing of what was erased.")


def _jobs(whose: Whose) -> list[Record]:
    rows = ErasureJob.objects.filter(person__in=whose.persons).order_by("planned_at", "id")
    return [Record(id=row.id, person=row.person, values=values_of(row, _JOB_FIELDS), about=_about(row)) for row in rows]


def _about(row: ErasureJob) -> About:
    until = add(local_date(row.ended_at), current().purpose[_PURPOSE].retention.period) if row.ended_at else None
    return About(since_at=row.planned_at, purposes=(_PURPOSE,), until=until)


def _job_stays(record: Record, _surviving: Surviving) -> Stay:
    return Stay(law="GDPR 5(2), 17(3)(e)", why=_WHY, until=record.about.until, blocks=False)


def _holds(whose: Whose) -> list[Record]:
    rows = Hold.objects.filter(person_id__in=whose.persons).order_by("placed_at", "id")
    return [
        Record(
            id=row.id,
            person=row.person_id,
            values=values_of(row, _HOLD_FIELDS),
            about=About(
                since_at=row.placed_at,
                purposes=(_PURPOSE,),
                until=row.until,
                is_current=row.released_at is None,
                names_others=True,
            ),
        )
        for row in rows
    ]


def _hold_stays(_record: Record, surviving: Surviving) -> Stay | None:
    """Let a hold that has ended go with the person, and stay while something of her does."""
    return max(surviving.purposes.values(), key=lambda stay: stay.until or date.max, default=None)


STORES = (
    Kept(
        key="erasure.jobs",
        name=_("Erasures"),
        model=ErasureJob,
        categories=frozenset({"rights_request", "contact"}),
        fields=_JOB_FIELDS,
        inner={"planned_by": BY_STAFF, "ended_by": BY_STAFF},
        records=_jobs,
        stays=_job_stays,
        erase=partial(erase_rows, ErasureJob),
    ),
    Kept(
        key="erasure.holds",
        name=_("What keeps the data for now"),
        model=Hold,
        categories=frozenset({"rights_request"}),
        fields=_HOLD_FIELDS,
        inner={"placed_by": BY_STAFF, "reviewed_by": BY_STAFF, "released_by": BY_STAFF},
        records=_holds,
        stays=_hold_stays,
        erase=partial(erase_rows, Hold),
        order=60,
    ),
)

__all__ = ["STORES"]
