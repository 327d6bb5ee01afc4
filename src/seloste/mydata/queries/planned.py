"""An erasure that she has asked for and that has not begun."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from seloste.erasure.choices import JobState
from seloste.erasure.queries.jobs import newest_for
from seloste.rights.choices import OPEN, Right
from seloste.rights.models import RequestItem


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """An erasure that can still be stopped, and when it begins."""

    item_id: UUID
    request_id: UUID
    begins_at: datetime


def of(person_id: UUID) -> Planned | None:
    """Return the erasure that the person can still stop, if any."""
    items = RequestItem.objects.filter(right=Right.ERASURE, request__person=person_id, request__state__in=OPEN)
    for item in items.order_by("-id"):
        standing = newest_for(item.id)
        if standing is not None and standing.state == JobState.PLANNED:
            return Planned(item_id=item.id, request_id=item.request_id, begins_at=standing.not_before_at)
    return None
