"""The grounds on which a person is held: they begin, are prolonged by what happens, and end."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.declaration.load import current
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.register import rules
from seloste.register.actions.duties import OutsideTheNotice
from seloste.register.models import Ground
from seloste.register.rules import Origin


@transaction.atomic
def touch(
    *,
    by: Duty,
    at: datetime,
    person_id: UUID,
    purposes: Iterable[str],
    on: date,
    basis: Mapping[str, str] | None = None,
) -> None:
    """Note that something happened with the person on the day: periods that run from the last activity run from it."""
    hold(person_id, purposes, by=by, at=at, on=on, basis=basis)


@transaction.atomic
def end_ground(*, by: Duty, at: datetime, person_id: UUID, purpose: str) -> None:
    """End the ground of one purpose, because its consent was withdrawn or its objection upheld."""
    held = Ground.objects.filter(person_id=person_id, purpose=purpose, ended_at=None)
    if held.update(ended_at=at, ended_by=by.actor):
        record(by=by, at=at, deed="ground.ended", subjects=[person_id], categories=["provenance"])


def hold(
    person_id: UUID,
    purposes: Iterable[str],
    *,
    by: Duty,
    at: datetime,
    on: date,
    basis: Mapping[str, str] | None = None,
) -> None:
    """Begin or prolong the grounds on which the person is held; a period never becomes shorter by this."""
    for purpose in purposes:
        ground = Ground.objects.select_for_update().filter(person_id=person_id, purpose=purpose, ended_at=None).first()
        if ground is None:
            _begin(person_id, purpose, by=by, at=at, on=on, basis=(basis or {}).get(purpose))
        elif ground.runs_from < on:
            until = rules.keep_until(current(), purpose, on)
            Ground.objects.filter(id=ground.id).update(runs_from=on, keep_until=until)


def hold_no_longer(person_id: UUID, origin: Origin, *, by: Duty, at: datetime) -> None:
    """Begin what has no ground yet and prolong nothing: making a value right is no reason to keep it longer."""
    there = Ground.objects.filter(person_id=person_id, purpose__in=origin.purposes, ended_at=None)
    begun = set(origin.purposes) - set(there.values_list("purpose", flat=True))
    hold(person_id, sorted(begun), by=by, at=at, on=local_date(origin.collected_at), basis=origin.basis)


def _begin(person_id: UUID, purpose: str, *, by: Duty, at: datetime, on: date, basis: str | None) -> None:
    declared = current().purpose[purpose]
    if basis is not None and basis not in declared.bases:
        raise OutsideTheNotice(_("The notice does not name this basis for this purpose."))
    Ground.objects.create(
        id=new_id(at),
        person_id=person_id,
        purpose=purpose,
        basis=basis or declared.basis,
        since_on=on,
        runs_from=on,
        keep_until=rules.keep_until(current(), purpose, on),
        started_by=by.actor,
    )
    record(by=by, at=at, deed="ground.began", subjects=[person_id], categories=["provenance"])
