"""Deeds about whether a person may and can be reached: what was found out about addresses, numbers and positions."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Func, Value

from seloste.audit.actions import record
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.marks import mark_of
from seloste.kernel.refusals import Missing
from seloste.register import rules
from seloste.register.actions.items import current_item
from seloste.register.choices import ContactKind
from seloste.register.models import ContactPoint, Name, Position


@transaction.atomic
def hold_for(*, by: Duty, at: datetime, person_id: UUID, purpose: str, kind: str, address: str | None = None) -> None:
    """Hold what reaches the person by this kind, or the one address named, and her name for one purpose more.

    For a person who lets us use for a purpose what she gave for another; the person's ground for it is another deed.
    """
    points = ContactPoint.objects.filter(person_id=person_id, kind=kind, ended_at=None)
    points = points.filter(mark=mark_of(address)) if address is not None else points
    names = Name.objects.filter(person_id=person_id, ended_at=None)
    held = [items.exclude(purposes__contains=[purpose]).update(purposes=_with(purpose)) for items in (points, names)]
    if any(held):
        record(by=by, at=at, deed="item.held_for", subjects=[person_id], categories=["provenance"])


def _with(purpose: str) -> Func:
    return Func(F("purposes"), Value(purpose), function="array_append")


@transaction.atomic
def verify_contact_point(*, by: Duty, at: datetime, person_id: UUID, address: str) -> None:
    """Note that whoever reads mail at the address confirmed that it is hers; a bounce before that is forgotten."""
    mark = mark_of(address)  # whoever typed it may have written capitals where the register has none
    points = ContactPoint.objects.filter(person_id=person_id, kind=ContactKind.EMAIL, mark=mark, ended_at=None)
    if not points.update(verified_at=at, bounced_at=None):
        raise Missing
    record(by=by, at=at, deed="contactpoint.verified", subjects=[person_id], categories=["contact"])


@transaction.atomic
def note_bounce(*, by: Duty, at: datetime, address: str) -> None:
    """Note that mail to the address comes back for good; it is not tried again until somebody confirms the address."""
    points = ContactPoint.objects.filter(mark=mark_of(address), kind=ContactKind.EMAIL, ended_at=None, bounced_at=None)
    subjects = list(points.values_list("person_id", flat=True))
    if points.update(bounced_at=at):
        record(by=by, at=at, deed="contactpoint.bounced", subjects=subjects, categories=["contact"])


@transaction.atomic
def note_prohibition_check(
    *, by: Duty, at: datetime, person_id: UUID, item_id: UUID, forbidden: bool, on: date | None = None
) -> None:
    """Note that a number was looked up among those that forbid marketing calls; a forbidden one is not checked."""
    current_item(ContactPoint, item_id, by=by, person_id=person_id)
    checked = None if forbidden else on or local_date(at)
    if not ContactPoint.objects.filter(id=item_id, kind=ContactKind.PHONE).update(prohibition_checked_on=checked):
        raise Missing
    deed = "contactpoint.calls_forbidden" if forbidden else "contactpoint.calls_allowed"
    record(by=by, at=at, deed=deed, subjects=[person_id], categories=["contact"], item=item_id)


@transaction.atomic
def note_relevance(*, by: Duty, at: datetime, person_id: UUID, item_id: UUID, relevance: str) -> None:
    """Note which of our matters belong to the person's duties in the position (917/2014 202 §); empty takes it back."""
    current_item(Position, item_id, by=by, person_id=person_id)
    text = rules.read_relevance({"relevance": relevance})["relevance"]
    Position.objects.filter(id=item_id).update(relevance=text)
    record(by=by, at=at, deed="position.relevance_noted", subjects=[person_id], categories=["position"], item=item_id)
