"""One person, as a duty may see her. Each look leaves a line in the record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from seloste.audit.actions import record
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing
from seloste.register.models import (
    Ground,
    NoticeDelivery,
    Person,
)
from seloste.register.queries.lists import names_of
from seloste.register.queries.values import Value, rows_of, values_of
from seloste.register.queries.withheld import refuse_use


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """A ground: for which purpose and on which basis the person is held, since when and until when."""

    purpose: str
    basis: str
    since_on: date
    runs_from: date
    keep_until: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Informed:
    """The information of art. 13 or 14: owed until a day, or given."""

    article: int
    version: str
    language: str
    due_on: date
    delivered_at: datetime | None
    channel: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonPage:
    """What one duty may see of one person."""

    id: UUID
    reference: str
    kind: str
    language: str
    name: str
    created_at: datetime
    values: Sequence[Value]
    removed: Sequence[Value]
    reasons: Sequence[Reason]
    informed: Sequence[Informed]


@transaction.atomic
def person_page(*, by: Duty, at: datetime, person_id: UUID) -> PersonPage:
    """Return the person as this duty may see her; Missing where she does not exist for it. Costs 8 queries.

    Withheld where the use of her data is restricted, for any other purpose than her rights.
    """
    reasons = _reasons(person_id)
    person = Person.objects.filter(id=person_id).first()
    if person is None or "read" not in by.may or by.purposes.isdisjoint(reason.purpose for reason in reasons):
        raise Missing
    refuse_use(person, by=by)
    ends = {reason.purpose: reason.keep_until for reason in reasons}
    values, removed = values_of(person_id, by=by, ends=ends)
    record(
        by=by,
        at=at,
        deed="person.read",
        subjects=[person_id],
        categories={value.category for value in values} | {"identity"},
    )
    return PersonPage(
        id=person.id,
        reference=person.reference,
        kind=person.kind,
        language=person.language,
        name=next((value.text for value in values if value.kind == "name"), ""),
        created_at=person.created_at,
        values=values,
        removed=removed,
        reasons=[reason for reason in reasons if reason.purpose in by.purposes],
        informed=_informed(person_id) if "provenance" in by.categories else (),
    )


@transaction.atomic
def note_denied(*, by: Duty, at: datetime, person_id: UUID) -> None:
    """Record that a person outside the duty was asked for (S8.3). The asker learns nothing from it."""
    held = Ground.objects.filter(person_id=person_id, ended_at=None, purpose__in=by.purposes).exists()
    if not held and Person.objects.filter(id=person_id).exists():
        record(by=by, at=at, deed="person.read", subjects=[person_id], denied=True)


def _reasons(person_id: UUID) -> list[Reason]:
    rows = Ground.objects.filter(person_id=person_id, ended_at=None).order_by("since_on", "id")
    return [
        Reason(
            purpose=row.purpose,
            basis=row.basis,
            since_on=row.since_on,
            runs_from=row.runs_from,
            keep_until=row.keep_until,
        )
        for row in rows
    ]


def _informed(person_id: UUID) -> list[Informed]:
    rows: Iterable[Any] = rows_of(NoticeDelivery, person_id, order="due_on")
    return [
        Informed(
            article=row.article,
            version=row.version,
            language=row.language,
            due_on=row.due_on,
            delivered_at=row.delivered_at,
            channel=row.get_channel_display(),
        )
        for row in rows
    ]


@transaction.atomic
def value(*, by: Duty, at: datetime, person_id: UUID, kind: str, item_id: UUID) -> Value:
    """Return one current value for correcting it; Missing where it is not there for this duty."""
    page = person_page(by=by, at=at, person_id=person_id)
    found = next((value for value in page.values if value.kind == kind and value.id == item_id), None)
    if found is None:
        raise Missing
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Heading:
    """By what a person is known on a page about something else of hers."""

    id: UUID
    name: str
    reference: str
    purposes: Sequence[str]


@transaction.atomic
def heading(*, by: Duty, at: datetime, person_id: UUID, storing: bool = False) -> Heading:
    """Return name and reference, for the head of a form; Missing where the person does not exist for this duty.

    Withheld where the use of her data is restricted; but for storing something, the reference alone is told.
    """
    held = Ground.objects.filter(person_id=person_id, ended_at=None, purpose__in=by.purposes)
    purposes = list(held.order_by("since_on", "id").values_list("purpose", flat=True))
    person = Person.objects.filter(id=person_id).first()
    if person is None or "read" not in by.may or not purposes:
        raise Missing
    if not storing or person.blocked_at is not None:
        refuse_use(person, by=by)
    record(by=by, at=at, deed="person.read", subjects=[person_id], categories=["identity"])
    name = names_of(by=by, person_ids=[person_id]).get(person_id, "")
    return Heading(id=person_id, name=name, reference=person.reference, purposes=purposes)
