"""Organisations of one: the name of a sole trader, or her association's address, says as much about her as her own."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from seloste.kernel.kept import About, Record, Whose, erase_rows, values_of
from seloste.register.models import Organisation, Position

FIELDS = {
    "reference": _("Number"),
    "name": _("Name"),
    "business_id": _("Business id"),
    "website": _("Website"),
    "email": _("E-mail"),
    "phone": _("Telephone"),
}


def records(whose: Whose) -> list[Record]:
    """Return the organisations in which nobody else in the register has, or had, a position."""
    mine = Position.objects.filter(person_id__in=whose.persons, organisation_id=OuterRef("pk"))
    others = Position.objects.filter(organisation_id=OuterRef("pk")).exclude(person_id__in=whose.persons)
    first = Subquery(mine.order_by("id").values("person_id")[:1])
    rows = Organisation.objects.filter(Exists(mine), ~Exists(others)).annotate(holder=first).order_by("id")
    purposes = _purposes_of_positions(whose.persons)
    return [
        Record(
            id=row.id,
            person=row.holder,
            values=values_of(row, FIELDS),
            about=About(
                source=row.source,
                source_detail=row.source_detail,
                since_at=row.collected_at,
                purposes=tuple(sorted(purposes.get(row.id, set()))),
                is_current=row.ended_at is None,
            ),
        )
        for row in rows
    ]


def _purposes_of_positions(persons: frozenset[UUID]) -> dict[UUID, set[str]]:
    """Return what each organisation of the people is held for: what their positions in it are held for."""
    found: dict[UUID, set[str]] = {}
    rows = Position.objects.filter(person_id__in=persons)
    for organisation, purposes in rows.values_list("organisation_id", "purposes"):
        found.setdefault(organisation, set()).update(purposes)
    return found


def erase(ids: Sequence[Any]) -> int:
    """Delete organisations that nobody belongs to any more: somebody may have joined one meanwhile."""
    belongs = Position.objects.filter(organisation_id=OuterRef("pk"))
    empty = Organisation.objects.filter(pk__in=ids).filter(~Exists(belongs))
    return erase_rows(Organisation, list(empty.values_list("pk", flat=True)))
