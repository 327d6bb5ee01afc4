"""Objections (art. 21): noted by whoever hears them, lifted only by the person."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.consents.actions.events import check_duty, check_may_write, checked
from seloste.consents.actions.suppressions import close_addresses, open_addresses
from seloste.consents.choices import ObjectionState
from seloste.consents.models import ObjectionEvent
from seloste.consents.queries import MARKETING, hold_still, objects
from seloste.consents.rules.evidence import Evidence
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.refusals import Refusal
from seloste.kernel.text import plain_text
from seloste.ledger import actions as ledger
from seloste.ledger.choices import Kind
from seloste.register import actions as register

_ENTERED = {ObjectionState.OBJECTED: Kind.OBJECTED, ObjectionState.LIFTED: Kind.OBJECTION_LIFTED}


class StandingObjection(Refusal):
    """A consent noted by staff although the person has objected: she must lift the objection herself."""


@transaction.atomic
def object_to(*, by: Duty, at: datetime, person_id: UUID, purpose: str, source: str, evidence: str = "") -> None:
    """Note an objection (art. 21), as any employee may. It takes effect at once; noting it twice changes nothing.

    An objection to marketing needs no weighing (art. 21(3)): it ends the purpose, and her addresses are remembered by
    their marks, so that they stay closed when she is erased, imported or entered anew.
    """
    check_may_write(by)
    hold_still(person_id)
    if not objects(person_id, purpose):
        proof = plain_text(evidence, field="evidence")
        _store(ObjectionState.OBJECTED, by=by, at=at, person_id=person_id, purpose=purpose, source=source, kept=proof)
    if purpose == MARKETING:
        close_addresses(by=by, at=at, person_id=person_id)
        register.end_ground(by=by, at=at, person_id=person_id, purpose=purpose)


@transaction.atomic
def lift_objection(*, by: Duty, at: datetime, person_id: UUID, purpose: str, source: str, evidence: Evidence) -> None:
    """Note that the person lifted her objection; it needs evidence that she did it herself. No consent follows."""
    check_duty(by, purpose)
    hold_still(person_id)
    proof = checked(evidence, by=by, at=at)
    if objects(person_id, purpose):
        _lift(purpose, proof, by=by, at=at, person_id=person_id, source=source)
        if purpose == MARKETING:
            open_addresses(proof, by=by, at=at, person_id=person_id)


def lift_by_own_hand(purpose: str, proof: Evidence, *, by: Duty, at: datetime, person_id: UUID) -> None:
    """Lift an objection that the person took back from her own address."""
    if objects(person_id, purpose):
        _lift(purpose, proof, by=by, at=at, person_id=person_id, source="web_form")


def refuse_over_objection(person_id: UUID, purpose: str) -> None:
    """Refuse what the person's objection forbids."""
    if objects(person_id, purpose):
        raise StandingObjection(_("The person has objected to this. Only the person can lift the objection."))


def _lift(purpose: str, proof: Evidence, *, by: Duty, at: datetime, person_id: UUID, source: str) -> None:
    _store(
        ObjectionState.LIFTED,
        by=by,
        at=at,
        person_id=person_id,
        purpose=purpose,
        source=source,
        kept=proof.kept,
        proof=proof,
    )


def _store(
    state: ObjectionState,
    *,
    by: Duty,
    at: datetime,
    person_id: UUID,
    purpose: str,
    source: str,
    kept: str,
    proof: Evidence | None = None,
) -> None:
    event = ObjectionEvent.objects.create(
        reference=new_id(at),
        subject=person_id,
        purpose=purpose,
        state=state,
        source=source,
        evidence_kind=proof.kind if proof else "",
        evidence=kept,
        evidence_on=proof.on if proof else None,
        at=at,
        actor=by.actor,
        role=by.role,
    )
    ledger.enter(at=at, kind=_ENTERED[state], subject=person_id, codes=[purpose])
    deed = f"objection.{state.value}"
    record(by=by, at=at, deed=deed, subjects=[person_id], categories=["consent"], item=event.reference)
