"""Requests on a person's timeline, for the duty that answers them."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from seloste.kernel.duty import Duty
from seloste.kernel.timeline import Entry
from seloste.rights.choices import SOURCE_OF, Channel, Right, State
from seloste.rights.models import Request


def timeline_entries(by: Duty, person_id: UUID) -> list[Entry]:
    """Return the requests of the person; to other duties they do not exist."""
    if not by.sees("rights_request", ("rights",)):
        return []
    rows = Request.objects.filter(person=person_id).prefetch_related("items").order_by("received_at", "id")
    return [_entry(row) for row in rows]


def _entry(row: Request) -> Entry:
    return Entry(
        id=row.id,
        kind="rights_request",
        at=row.received_at,
        title=_("Data protection request"),
        text="\n".join(str(Right(item.right).label) for item in row.items.all()),
        source=SOURCE_OF[Channel(row.channel)],
        purposes=["rights"],
        category="rights_request",
        collected_by=row.entered_by,
        reference=row.reference,
        marks=(str(State(row.state).label),),
    )
