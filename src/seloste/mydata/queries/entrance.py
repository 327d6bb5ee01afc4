"""Whether an address opens a person's page; and whose page a browser has open."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from seloste.declaration.load import current
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.marks import mark_of
from seloste.kernel.periods import add
from seloste.mydata import rules
from seloste.mydata.choices import Standing
from seloste.mydata.models import Session
from seloste.mydata.rules import Opened
from seloste.register.choices import ContactKind
from seloste.register.models import ContactPoint
from seloste.rights.choices import Unfit
from seloste.rights.queries import people
from seloste.rights.rules import identity
from seloste.rights.rules.identity import OnFile

_UNFIT = {Unfit.TOO_NEW: Standing.TOO_NEW, Unfit.SHARED: Standing.SHARED, Unfit.BOUNCES: Standing.BOUNCES}


@dataclass(frozen=True, kw_only=True, slots=True)
class Door:
    """How an address stands; where it opens a page, whose, and the address as the register has it.

    ``opens_on`` is the day from which an address that is too new will open it.
    """

    standing: Standing
    person_id: UUID | None = None
    point: OnFile | None = None
    opens_on: date | None = None


def door(address: str, *, at: datetime) -> Door:
    """Return how the address stands: it opens a page where it was on file long enough and is one person's alone."""
    rows = ContactPoint.objects.filter(kind=ContactKind.EMAIL, mark=mark_of(address), ended_at=None)
    holders = list(rows.order_by("id").values_list("person_id", flat=True).distinct())
    if len(holders) != 1:
        return Door(standing=Standing.SHARED if holders else Standing.NOBODY)
    points = {point.id: point for point in people.on_file(holders[0])}
    point = points[rows.values_list("id", flat=True)[0]]
    cooling = people.cooling(local_date(at))
    unfit = identity.unfit(point, received_at=at, cooling=cooling)
    if unfit is None:
        return Door(standing=Standing.OPENS, person_id=holders[0], point=point)
    opens_on = add(local_date(point.since_at), cooling) if unfit is Unfit.TOO_NEW else None
    return Door(standing=_UNFIT[unfit], opens_on=opens_on)


def opened(token: str, *, at: datetime) -> Opened | None:
    """Return whose page the browser with the token has open; None where it has none, for whatever reason.

    An address that was taken out of use closes the page that it opened. One that she herself has just corrected does
    not: what she may still do ends with the proof.
    """
    row = Session.objects.filter(seal=rules.sealed(token), until_at__gt=at).first() if token else None
    return _opened(row) if row and _still_there(row) else None


def _still_there(row: Session) -> bool:
    points = ContactPoint.objects.filter(Q(id=row.point) | Q(replaces=row.point), person_id=row.person, ended_at=None)
    return points.exists()


def _opened(row: Session) -> Opened:
    return Opened(
        id=row.id,
        person_id=row.person,
        point_id=row.point,
        address=row.address,
        proved_at=row.proved_at,
        until_at=row.until_at,
    )


def herself() -> Duty:
    """Return the duty of whoever has her own page open."""
    declared = current()
    return rules.herself(purposes=frozenset(declared.purpose), categories=frozenset(declared.category))
