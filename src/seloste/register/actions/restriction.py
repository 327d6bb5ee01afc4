"""Restriction of processing (art. 18): begun at once, ended only after the person was told."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.kernel import copies
from seloste.kernel.copies import Restricting
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.refusals import Missing, NotAllowed
from seloste.kernel.text import plain_text
from seloste.ledger import actions as ledger
from seloste.ledger.choices import Kind
from seloste.ledger.rules import Entry
from seloste.register import rules
from seloste.register.actions.duties import NotCurrent, check_duty
from seloste.register.choices import Invalid, RestrictionReason
from seloste.register.models import Person, Restriction


@transaction.atomic
def restrict(*, by: Duty, at: datetime, person_id: UUID, reason: str, source: str, detail: str = "") -> UUID:
    """Restrict the processing of the person's data (art. 18), as any employee may; twice changes nothing."""
    if by.role not in {"visitor", "system"} and "write" not in by.may:
        raise NotAllowed(_("Your job role does not include this."))
    if not Person.objects.select_for_update().filter(id=person_id).exists():
        raise Missing
    standing = Restriction.objects.filter(person_id=person_id, reason=reason, ended_at=None).first()
    if standing is not None:
        return standing.id
    begun = Restriction.objects.create(
        id=new_id(at),
        person_id=person_id,
        reason=RestrictionReason(reason),
        source=source,
        detail=plain_text(detail, field="detail"),
        since_at=at,
        since_by=by.actor,
    )
    Person.objects.filter(id=person_id, restricted_at=None).update(restricted_at=at)
    copies.heed(by, at, Restricting(record=begun.id, person=person_id, begun=True))
    ledger.enter(at=at, kind=Kind.RESTRICTED, subject=person_id, codes=[reason])
    record(by=by, at=at, deed="person.restricted", subjects=[person_id], categories=["rights_request"], item=begun.id)
    return begun.id


@transaction.atomic
def lift_restriction(*, by: Duty, at: datetime, restriction_id: UUID, told_at: datetime) -> None:
    """End a restriction, once the person has been told that it ends (art. 18(3)); NotCurrent where it has ended."""
    check_duty(by, category="rights_request", purposes=["rights"])
    found = Restriction.objects.select_for_update().filter(id=restriction_id).first()
    if found is None:
        raise Missing
    if found.ended_at is not None:
        raise NotCurrent(_("This restriction has already ended."))
    if told_at > at:
        raise rules.NotValid(Invalid.NOT_YET, field="told_at")
    Person.objects.select_for_update().filter(
        id=found.person_id
    ).first()  # the flag follows the restrictions one by one
    Restriction.objects.filter(id=restriction_id).update(told_at=told_at, ended_at=at, ended_by=by.actor)
    standing = Restriction.objects.filter(person_id=found.person_id, ended_at=None).order_by("since_at")
    first = standing.values_list("since_at", flat=True).first()
    Person.objects.filter(id=found.person_id).update(restricted_at=first)
    copies.heed(by, at, Restricting(record=found.id, person=found.person_id, begun=False))
    ledger.enter(at=at, kind=Kind.RESTRICTION_LIFTED, subject=found.person_id, codes=[found.reason])
    record(
        by=by,
        at=at,
        deed="person.restriction_lifted",
        subjects=[found.person_id],
        categories=["rights_request"],
        item=restriction_id,
    )


def restrict_again(by: Duty, _at: datetime, entry: Entry) -> None:
    """Restrict again in a database that was put back; nothing where the person is not there (any more)."""
    if entry.subject and Person.objects.filter(id=entry.subject).exists():
        (reason,) = entry.codes
        restrict(by=by, at=entry.at, person_id=entry.subject, reason=reason, source="other")
