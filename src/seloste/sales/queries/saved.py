"""Questions about an employee's own views of the lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from seloste.kernel.duty import Duty
from seloste.sales.choices import ListKey
from seloste.sales.models import SavedView


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """A saved view."""

    id: UUID
    name: str
    address: str


def saved_views(*, by: Duty, listing: ListKey) -> Sequence[Saved]:
    """Return the employee's own views of the list, by name."""
    rows = SavedView.objects.filter(user=by.actor, listing=listing).order_by("name", "id")
    return [Saved(id=row.id, name=row.name, address=row.address) for row in rows]
