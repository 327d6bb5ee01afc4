"""Who in the register an order could be of. Which of them it is, a person decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing
from seloste.register import queries as register
from seloste.register import search as found
from seloste.sales.queries.order import Sheet

#: So many are proposed; whoever is not among them is looked for with the search.
MOST = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """A person from whom the order may be, and by what."""

    id: UUID
    name: str
    reference: str
    detail: str
    by_address: bool


@transaction.atomic
def matches(*, by: Duty, at: datetime, sheet: Sheet) -> Sequence[Match]:
    """Return whom the register knows by the order's address, its number or the buyer's name."""
    values = sheet.values
    contacts = [(kind, values[kind].lower() if kind == "email" else values[kind]) for kind in _reached(sheet)]
    holders = register.holders_of(by=by, at=at, contacts=contacts)
    name = f"{values.get('given_name', '')} {values.get('family_name', '')}".strip()
    named = [hit for hit in found.search(by=by, at=at, typed=name).hits if hit.kind == "person"] if name else []
    known = {
        person: Match(id=person, name=words, reference="", detail="", by_address=True)
        for person, words in holders.items()
    }
    known |= {
        hit.id: Match(
            id=hit.id,
            name=hit.name or hit.reference,
            reference=hit.reference,
            detail=hit.detail,
            by_address=hit.id in holders,
        )
        for hit in named
    }
    return sorted(known.values(), key=lambda match: (not match.by_address, match.name))[:MOST]


def _reached(sheet: Sheet) -> list[str]:
    return [kind for kind in ("email", "phone") if sheet.values.get(kind)]


def name_of(*, by: Duty, person_id: UUID | None) -> str:
    """Return what the person is called where the duty may see it. The caller records the read."""
    return register.names_of(by=by, person_ids=[person_id]).get(person_id, "") if person_id else ""


@transaction.atomic
def chosen(*, by: Duty, at: datetime, person_id: UUID) -> None:
    """Raise Missing where the person does not exist for the duty."""
    if "write" not in by.may:
        raise Missing
    register.heading(by=by, at=at, person_id=person_id, storing=True)
