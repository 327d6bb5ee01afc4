"""Who is owed something, whose time ends, and who is reached by an address: lists within a duty, each recorded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from seloste.audit.actions import record
from seloste.kernel.duty import Duty
from seloste.register.choices import CONTACT_CATEGORY, ContactKind
from seloste.register.models import (
    ContactPoint,
    Ground,
    Name,
    NoticeDelivery,
    Person,
)
from seloste.register.queries.withheld import unusable, withheld_from, without_withheld

#: Nobody works off more in a day; to count on among a million would make the first page wait.
COUNTED = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Owed:
    """A person who has not yet been given the information of art. 13 or 14."""

    person_id: UUID
    name: str
    reference: str
    article: int
    due_on: date


@transaction.atomic
def information_owed(*, by: Duty, at: datetime, limit: int = 50) -> list[Owed]:
    """Return who has not been informed, the most urgent first, within this duty."""
    if "provenance" not in by.categories:
        return []
    rows = list(_owed(by=by).select_related("person").order_by("due_on", "id")[:limit])
    names = names_of(by=by, person_ids=[row.person_id for row in rows])
    shown = {row.person_id for row in rows}
    record(by=by, at=at, deed="person.listed", subjects=shown, categories=["identity", "provenance"])
    return [
        Owed(
            person_id=row.person_id,
            name=names.get(row.person_id, ""),
            reference=row.person.reference,
            article=row.article,
            due_on=row.due_on,
        )
        for row in rows
    ]


def owed_count(*, by: Duty) -> int:
    """Return how many have not been informed, at most ``COUNTED``, within this duty. No personal data, no record."""
    return _owed(by=by)[:COUNTED].count() if "provenance" in by.categories else 0


def _owed(*, by: Duty) -> QuerySet[NoticeDelivery]:
    visible = Ground.objects.filter(ended_at=None, purpose__in=by.purposes).values("person_id")
    return without_withheld(NoticeDelivery.objects.filter(delivered_at=None, person_id__in=visible), by)


def names_of(*, by: Duty, person_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the current names of the persons this duty may see. The caller records the read."""
    rows = Name.objects.filter(person_id__in=list(person_ids), ended_at=None, purposes__overlap=list(by.purposes))
    if "identity" not in by.categories:
        return {}
    rows = without_withheld(rows, by)
    return {row.person_id: f"{row.given_name} {row.family_name}".strip() for row in rows}


def references_of(*, by: Duty, person_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the references of those who are in the register; who was erased has none. The caller records the read."""
    if "identity" not in by.categories:
        return {}
    hidden = withheld_from(by) & Q(blocked_at__isnull=False)  # of who is restricted, the number may be told
    return dict(Person.objects.filter(id__in=list(person_ids)).exclude(hidden).values_list("id", "reference"))


@transaction.atomic
def holders_of(*, by: Duty, at: datetime, contacts: Iterable[tuple[str, str]]) -> dict[UUID, str]:
    """Return the persons within the duty who are reached by any of the (kind, normal value) pairs, with their names.

    Of a person whose data are restricted, the number stands for the name: what came in can be stored with her.
    """
    found: set[UUID] = set()
    for kind, text in contacts:
        rows = ContactPoint.objects.filter(kind=kind, value=text, ended_at=None, purposes__overlap=list(by.purposes))
        found |= {row.person_id for row in rows if by.sees(CONTACT_CATEGORY[ContactKind(kind)], row.purposes)}
    names = {**references_of(by=by, person_ids=unusable(by, found)), **names_of(by=by, person_ids=found)}
    if names:
        record(by=by, at=at, deed="person.matched", subjects=names, categories=["identity", "contact"])
    return names


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """A person whose last day for a purpose is near."""

    person_id: UUID
    name: str
    reference: str
    purpose: str
    keep_until: date


def ending_count(*, by: Duty, until: date) -> int:
    """Return how many grounds end by the day, at most ``COUNTED``, within this duty. No personal data, no record."""
    return _ending(by=by, until=until)[:COUNTED].count() if "provenance" in by.categories else 0


@dataclass(frozen=True, kw_only=True, slots=True)
class PastEnd:
    """How many grounds are past their last day, and how many persons have no other left; each at most COUNTED."""

    grounds: int
    persons: int


def past_end(*, today: date) -> PastEnd:
    """Return what waits to be erased. Counts only, of everybody: no personal data, no record."""
    past = Ground.objects.filter(ended_at=None, keep_until__lt=today)
    live = Ground.objects.filter(ended_at=None, keep_until__gte=today, person_id=OuterRef("person_id"))
    whole = past.filter(~Exists(live)).values("person_id").distinct()
    return PastEnd(grounds=past[:COUNTED].count(), persons=whole[:COUNTED].count())


@transaction.atomic
def ending(*, by: Duty, at: datetime, until: date, limit: int = 100) -> list[Ending]:
    """Return whose grounds end by the day, the first to end first, within this duty."""
    if "provenance" not in by.categories:
        return []
    rows = list(_ending(by=by, until=until).select_related("person").order_by("keep_until", "id")[:limit])
    names = names_of(by=by, person_ids=[row.person_id for row in rows])
    record(
        by=by,
        at=at,
        deed="person.listed",
        subjects={row.person_id for row in rows},
        categories=["identity", "provenance"],
    )
    return [
        Ending(
            person_id=row.person_id,
            name=names.get(row.person_id, ""),
            reference=row.person.reference,
            purpose=row.purpose,
            keep_until=row.keep_until,
        )
        for row in rows
    ]


def _ending(*, by: Duty, until: date) -> QuerySet[Ground]:
    rows = Ground.objects.filter(ended_at=None, purpose__in=by.purposes, keep_until__lte=until)
    return without_withheld(rows, by)
