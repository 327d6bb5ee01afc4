"""Handing a package over: once, by a press of a button, and what it held goes soon after."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from seloste.access.choices import Extent, Stage
from seloste.access.models import Package
from seloste.access.queries.packages import AGAIN, opened, stage
from seloste.access.rules import sealing
from seloste.audit.actions import record
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Refusal

#: How often a download may begin within the quarter of an hour.
TRIES = 20


class Gone(Refusal):
    """A package that was fetched already, or whose time is over."""

    status = 410


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivered:
    """A package as it is handed over; ``is_first``: for the first time."""

    package_id: UUID
    person_id: UUID
    matter: UUID | None
    extent: Extent
    language: str
    name: str
    content: bytes
    is_first: bool


#: Is told of every package when it is handed over for the first time, in the transaction of the deed.
Hearer = Callable[[Duty, datetime, Delivered], None]
_hearers: list[Hearer] = []


def tell_of_downloads(hearer: Hearer) -> None:
    """Register who is told when a package is fetched. Called in the ``AppConfig.ready`` of the room that tells."""
    if hearer not in _hearers:
        _hearers.append(hearer)


@transaction.atomic
def download(*, by: Duty, at: datetime, letters: str) -> Delivered:
    """Hand the package over; Missing where the letters open none, Gone where it was fetched or its time is over.

    An interrupted download may be repeated with the same link for a quarter of an hour.
    """
    ticket, row = opened(letters, Package.objects.select_for_update())
    now = stage(row, at=at, is_sealed=row.sealed is not None)
    if now in {Stage.USED, Stage.EXPIRED} or row.sealed is None or row.downloads >= TRIES:
        raise Gone(_("This package can no longer be downloaded."))
    content = sealing.unseal(bytes(row.sealed), ticket, settings.SEAL_KEY)
    is_first = row.downloaded_at is None
    row.downloaded_at = row.downloaded_at or at
    row.downloads += 1
    row.save(update_fields=["downloaded_at", "downloads"])
    record(by=by, at=at, deed="package.downloaded", subjects=[row.person], categories=["rights_request"], item=row.id)
    delivered = _delivered(row, content, is_first=is_first)
    if is_first:
        for hearer in _hearers:
            hearer(by, at, delivered)
    return delivered


def _delivered(row: Package, content: bytes, *, is_first: bool) -> Delivered:
    return Delivered(
        package_id=row.id,
        person_id=row.person,
        matter=row.matter,
        extent=Extent(row.extent),
        language=row.language,
        name=f"omat-tiedot-{row.made_at:%Y-%m-%d}.zip",
        content=content,
        is_first=is_first,
    )


@transaction.atomic
def empty(*, at: datetime, limit: int) -> int:
    """Take what they hold from packages whose time is over or that were fetched; return how many were emptied."""
    over = Q(expires_at__lte=at) | Q(downloaded_at__lt=at - AGAIN)
    rows = Package.objects.select_for_update(skip_locked=True).filter(over, sealed__isnull=False)
    ids = list(rows.order_by("expires_at").values_list("id", flat=True)[:limit])
    return Package.objects.filter(id__in=ids).update(sealed=None)


def expire(at: datetime) -> int:
    """Empty every package whose time is over; the worker's sweep."""
    return empty(at=at, limit=1_000)
