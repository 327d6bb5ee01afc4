"""Making a package: what it holds is gathered, written, signed and sealed, and waits for its link."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from seloste.access.choices import Extent
from seloste.access.models import Package
from seloste.access.queries import documents
from seloste.access.queries.contents import contents
from seloste.access.rules import sealing
from seloste.access.rules.sealing import Ticket
from seloste.audit.actions import record
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id

#: How long a package waits for its link to be used.
WAITS = timedelta(days=7)


@dataclass(frozen=True, kw_only=True, slots=True)
class Built:
    """A package that waits. ``letters`` open it, once, and stand nowhere else; ``waiting`` records follow later."""

    package_id: UUID
    letters: str
    expires_at: datetime
    entries: int
    waiting: int


@transaction.atomic
def build(
    *,
    by: Duty,
    at: datetime,
    person_id: UUID,
    right: str,
    language: str,
    matter: UUID | None = None,
    secret: bytes | None = None,
) -> Built:
    """Make a package of everything (``access``) or of what she may move (``portability``); Missing as for contents.

    An earlier one of the same matter is emptied: one link opens one package. ``secret`` is the link's own; without one
    it is drawn, and only whoever gets ``letters`` now can ever open the package.
    """
    extent, package_id = Extent(right), new_id(at)
    found = contents(by=by, at=at, person_id=person_id, language=language)
    parcel = documents.parcel(found, extent=extent, package_id=package_id)
    ticket = Ticket(package=package_id, secret=secret or sealing.new_secret())
    if matter is not None:
        Package.objects.filter(matter=matter, extent=extent, person=person_id).update(sealed=None)
    Package.objects.create(
        id=package_id,
        person=person_id,
        matter=matter,
        extent=extent,
        language=found.language,
        opener=sealing.opener(ticket),
        sealed=sealing.seal(parcel.archive, ticket, settings.SEAL_KEY),
        sha256=hashlib.sha256(parcel.archive).digest(),
        size=len(parcel.archive),
        entries=parcel.entries,
        waiting=parcel.waiting,
        made_at=at,
        made_by=by.actor,
        expires_at=at + WAITS,
    )
    record(by=by, at=at, deed="package.built", subjects=[person_id], categories=["rights_request"], item=package_id)
    return Built(
        package_id=package_id,
        letters=sealing.write(ticket),
        expires_at=at + WAITS,
        entries=parcel.entries,
        waiting=parcel.waiting,
    )
