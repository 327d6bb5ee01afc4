"""One value of hers, to be corrected."""

from datetime import datetime
from uuid import UUID

from seloste.mydata.queries.entrance import herself
from seloste.mydata.rules import Opened
from seloste.register.queries import Value, value


def own_value(opened: Opened, *, kind: str, item_id: UUID, at: datetime) -> Value:
    """Return the value as it stands; Missing where it is somebody else's, or not there any more."""
    return value(by=herself(), at=at, person_id=opened.person_id, kind=kind, item_id=item_id)
