"""Adding what is known of a person: one deed for each kind of item."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from seloste.audit.actions import record
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing
from seloste.register import rules
from seloste.register.actions.grounds import hold
from seloste.register.actions.items import add_item, current_item, given_again, same_address
from seloste.register.choices import CONTACT_CATEGORY, ContactKind, Invalid, ProjectState
from seloste.register.models import ContactPoint, Feedback, Name, Note, Organisation, Position, PostalAddress, Project
from seloste.register.rules import Origin


@transaction.atomic
def name_person(
    *, by: Duty, at: datetime, person_id: UUID, origin: Origin, family_name: str, given_name: str = ""
) -> UUID:
    """Give the person her name; return the item's id."""
    values = rules.read_name({"family_name": family_name, "given_name": given_name})
    return add_item(Name, "identity", by=by, at=at, person_id=person_id, origin=origin, values=values)


@transaction.atomic
def add_contact_point(
    *, by: Duty, at: datetime, person_id: UUID, origin: Origin, kind: str, value: str, network: str = ""
) -> UUID:
    """Add a way to reach the person, normalised by its kind; the value as given is kept beside it."""
    values = rules.read_contact({"kind": kind, "value": value, "network": network})
    category = CONTACT_CATEGORY[ContactKind(kind)]
    return add_item(ContactPoint, category, by=by, at=at, person_id=person_id, origin=origin, values=values)


@transaction.atomic
def add_address(
    *,
    by: Duty,
    at: datetime,
    person_id: UUID,
    origin: Origin,
    street: str,
    postal_code: str,
    city: str,
    country: str = "FI",
) -> UUID:
    """Add a postal address whose postal code is right for its country; return its id.

    One that the person has already is not added again: that it was given once more, when and whence, stands in the
    record, and it is held for what it is needed for now as well.
    """
    values = rules.read_address({"street": street, "postal_code": postal_code, "city": city, "country": country})
    known = same_address(person_id, values)
    if known is not None:
        return given_again(known, "contact", by=by, at=at, origin=origin)
    return add_item(PostalAddress, "contact", by=by, at=at, person_id=person_id, origin=origin, values=values)


@transaction.atomic
def add_position(
    *, by: Duty, at: datetime, person_id: UUID, origin: Origin, organisation_id: UUID, title: str = ""
) -> UUID:
    """Say what the person is in an organisation."""
    if not Organisation.objects.filter(id=organisation_id, ended_at=None).exists():
        raise Missing
    values = {"organisation_id": organisation_id, **rules.read_position({"title": title})}
    return add_item(Position, "position", by=by, at=at, person_id=person_id, origin=origin, values=values)


@transaction.atomic
def add_feedback(
    *, by: Duty, at: datetime, person_id: UUID, origin: Origin, text: str, given_at: datetime, storing: bool = False
) -> UUID:
    """Enter what the person thought of us; ``storing`` says that it came in from her (see `add_item`)."""
    values = {**rules.read_text({"text": text}), "given_at": given_at}
    return add_item(
        Feedback, "feedback", by=by, at=at, person_id=person_id, origin=origin, values=values, storing=storing
    )


@transaction.atomic
def add_note(*, by: Duty, at: datetime, person_id: UUID, origin: Origin, text: str) -> UUID:
    """Note what a colleague needs to know to serve the person."""
    return add_item(
        Note, "correspondence", by=by, at=at, person_id=person_id, origin=origin, values=rules.read_text({"text": text})
    )


@transaction.atomic
def open_project(
    *, by: Duty, at: datetime, person_id: UUID, origin: Origin, name: str, description: str = "", started_on: date
) -> UUID:
    """Open a project done for the person."""
    values = {**rules.read_project({"name": name, "description": description}), "started_on": started_on}
    return add_item(Project, "project", by=by, at=at, person_id=person_id, origin=origin, values=values)


@transaction.atomic
def close_project(*, by: Duty, at: datetime, item_id: UUID, closed_on: date, person_id: UUID | None = None) -> None:
    """Close a project; its storage period runs from the closing. Missing where it is not that person's."""
    project = current_item(Project, item_id, by=by, person_id=person_id)
    if closed_on < project.started_on:
        raise rules.NotValid(Invalid.CLOSES_EARLY, field="closed_on")
    Project.objects.filter(id=item_id).update(state=ProjectState.CLOSED, closed_on=closed_on)
    hold(project.person_id, project.purposes, by=by, at=at, on=closed_on)
    record(by=by, at=at, deed="project.closed", subjects=[project.person_id], categories=["project"], item=item_id)
