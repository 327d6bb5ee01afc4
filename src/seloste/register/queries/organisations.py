"""Organisations, and of their people those whom a duty may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from seloste.audit.actions import record
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing
from seloste.register.models import (
    Organisation,
    Position,
)
from seloste.register.queries.lists import names_of


@dataclass(frozen=True, kw_only=True, slots=True)
class OrganisationPage:
    """An organisation and, of its people, those whom the duty may see."""

    id: UUID
    reference: str
    name: str
    business_id: str
    website: str
    email: str
    phone: str
    source: str
    source_detail: str
    collected_at: datetime
    people: Sequence[tuple[UUID, str, str]]


@transaction.atomic
def organisation_page(*, by: Duty, at: datetime, organisation_id: UUID) -> OrganisationPage:
    """Return the organisation; Missing where it does not exist for this duty."""
    row = Organisation.objects.filter(id=organisation_id, ended_at=None).first()
    if row is None or "read" not in by.may or not by.sees("organisation", row.purposes):
        raise Missing
    people = _people(organisation_id, by=by)
    record(
        by=by,
        at=at,
        deed="organisation.read",
        subjects=[person_id for person_id, _name, _title in people],
        categories=["organisation", "identity", "position"],
        item=organisation_id,
    )
    return OrganisationPage(
        id=row.id,
        reference=row.reference,
        name=row.name,
        business_id=row.business_id,
        website=row.website,
        email=row.email,
        phone=row.phone,
        source=row.source,
        source_detail=row.source_detail,
        collected_at=row.collected_at,
        people=people,
    )


def _people(organisation_id: UUID, *, by: Duty) -> list[tuple[UUID, str, str]]:
    if "position" not in by.categories:
        return []
    positions = Position.objects.filter(
        organisation_id=organisation_id, ended_at=None, purposes__overlap=list(by.purposes)
    )
    titles = {row.person_id: row.title for row in positions.order_by("id")[:200]}
    names = names_of(by=by, person_ids=titles)
    return sorted(((person_id, name, titles[person_id]) for person_id, name in names.items()), key=lambda row: row[1])


@transaction.atomic
def organisations(*, by: Duty, at: datetime, limit: int = 200) -> list[tuple[UUID, str]]:
    """Return organisations by name for choosing one in a form."""
    if "organisation" not in by.categories:
        return []
    record(by=by, at=at, deed="organisation.listed", categories=["organisation"])
    rows = Organisation.objects.filter(ended_at=None, purposes__overlap=list(by.purposes)).order_by("key", "id")[:limit]
    return [(row.id, row.name) for row in rows]


@dataclass(frozen=True, kw_only=True, slots=True)
class OrganisationList:
    """A page of organisations by name; ``after`` leads to the next."""

    rows: Sequence[tuple[UUID, str, str, str]]
    after: str


@transaction.atomic
def organisation_list(*, by: Duty, at: datetime, after: str = "", size: int = 50) -> OrganisationList:
    """Return organisations by name (id, name, reference, business id), beginning after the id of the last one seen."""
    mine = Organisation.objects.filter(ended_at=None, purposes__overlap=list(by.purposes)).order_by("key", "id")
    if "organisation" not in by.categories:
        return OrganisationList(rows=(), after="")
    record(by=by, at=at, deed="organisation.listed", categories=["organisation"])
    rows = list(_after(mine, after)[: size + 1])
    shown = [(row.id, row.name, row.reference, row.business_id) for row in rows[:size]]
    return OrganisationList(rows=shown, after=str(shown[-1][0]) if len(rows) > size else "")


def _after(mine: QuerySet[Organisation], after: str) -> QuerySet[Organisation]:
    try:
        last = Organisation.objects.filter(id=UUID(after)).first() if after else None
    except ValueError:
        last = None
    return mine.filter(Q(key__gt=last.key) | Q(key=last.key, id__gt=last.id)) if last else mine
