"""How a package stands, for whoever holds its link. Looking consumes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from seloste.access.choices import Extent, Stage
from seloste.access.models import Package
from seloste.access.rules import sealing
from seloste.access.rules.sealing import Ticket
from seloste.kernel.refusals import Missing

#: For so long an interrupted download may be repeated.
AGAIN = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A package as its page shows it: nothing of what it holds."""

    id: UUID
    extent: Extent
    language: str
    stage: Stage
    made_at: datetime
    expires_at: datetime
    downloaded_at: datetime | None
    repeat_until: datetime | None
    size: int
    entries: int
    waiting: int

    @property
    def can_download(self) -> bool:
        """Tell whether a press of the button would bring it."""
        return self.stage in {Stage.READY, Stage.AGAIN}


def stage(row: Package, *, at: datetime, is_sealed: bool) -> Stage:
    """Return how the package stands."""
    is_open = is_sealed and at < row.expires_at
    if row.downloaded_at is not None:
        return Stage.AGAIN if is_open and at <= row.downloaded_at + AGAIN else Stage.USED
    return Stage.READY if is_open else Stage.EXPIRED


def opened(letters: str, rows: QuerySet[Package]) -> tuple[Ticket, Package]:
    """Return the package of the link, and what the link holds; Missing where the letters open none."""
    ticket = sealing.read(letters)
    row = rows.filter(id=ticket.package).first() if ticket else None
    if ticket is None or row is None or not sealing.opens(ticket, bytes(row.opener)):
        raise Missing
    return ticket, row


def look(letters: str, *, at: datetime) -> Waiting:
    """Return how the package of the link stands; Missing where the letters open none."""
    _ticket, row = opened(letters, _light())
    return _waiting(row, at=at)


def of_matter(matter: UUID, *, at: datetime) -> Sequence[Waiting]:
    """Return the packages of a matter, the newest first; the caller has made sure who asks."""
    return [_waiting(row, at=at) for row in _light().filter(matter=matter).order_by("-made_at", "-id")]


def newest(matter: UUID, extent: str) -> Waiting | None:
    """Return the newest package of a kind in the matter, as it stood when it was made."""
    row = _light().filter(matter=matter, extent=extent).order_by("-made_at", "-id").first()
    return _waiting(row, at=row.made_at) if row else None


def _light() -> QuerySet[Package]:
    """Return packages without what they hold."""
    return Package.objects.defer("sealed").annotate(is_sealed=Q(sealed__isnull=False))


def _waiting(row: Package, *, at: datetime) -> Waiting:
    return Waiting(
        id=row.id,
        extent=Extent(row.extent),
        language=row.language,
        stage=stage(row, at=at, is_sealed=row.is_sealed),  # type: ignore[attr-defined]  # annotated
        made_at=row.made_at,
        expires_at=row.expires_at,
        downloaded_at=row.downloaded_at,
        repeat_until=row.downloaded_at + AGAIN if row.downloaded_at else None,
        size=row.size,
        entries=row.entries,
        waiting=row.waiting,
    )
