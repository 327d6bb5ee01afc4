"""Her requests: those under way with their last days, and those that were answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from seloste.rights.choices import OPEN, Outcome, Right, State
from seloste.rights.models import Request
from seloste.rights.queries import links
from seloste.rights.rules.links import Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One thing that was asked, and what became of it."""

    right: Right
    outcome: Outcome | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Matter:
    """One request. ``letters`` lead to its own page, with its answer: it is proved who asks."""

    id: UUID
    reference: str
    received_at: datetime
    state: State
    due_on: date
    answered_at: datetime | None
    asked: Sequence[Asked]
    letters: str

    @property
    def is_open(self) -> bool:
        """Tell whether an answer is still owed."""
        return self.state in OPEN


def matters(person_id: UUID) -> list[Matter]:
    """Return the requests that are about the person, the newest first. The caller has made sure that it is she."""
    rows = Request.objects.filter(person=person_id).prefetch_related("items").order_by("-received_at", "-id")
    return [_matter(row) for row in rows]


def _matter(row: Request) -> Matter:
    items = sorted(row.items.all(), key=lambda item: item.id)
    return Matter(
        id=row.id,
        reference=row.reference,
        received_at=row.received_at,
        state=State(row.state),
        due_on=row.strict_due_on,
        answered_at=row.answered_at,
        asked=[
            Asked(right=Right(item.right), outcome=Outcome(item.outcome) if item.outcome and item.told_at else None)
            for item in items
        ],
        letters=links.letters_of(row.id, Kind.ANSWER),
    )
