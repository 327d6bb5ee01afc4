"""The packages of her data that were made and wait to be fetched."""

from datetime import datetime
from uuid import UUID

from seloste.rights.choices import Right
from seloste.rights.models import Request
from seloste.rights.queries.packages import Ready, packages_of

_MOST = 5


def ready(person_id: UUID, *, at: datetime) -> list[Ready]:
    """Return the packages of her newest requests, with the letters that open them. The caller knows that it is she."""
    rights = [Right.ACCESS, Right.PORTABILITY]
    rows = Request.objects.filter(person=person_id, items__right__in=rights).distinct().order_by("-received_at")
    found = [one for row in rows.values_list("id", flat=True)[:_MOST] for one in packages_of(row, at=at)]
    return [one for one in found if one.package.can_download]
