"""Files that were bought are fetched by links that hold for a few days and a few times, and are easily made anew."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.catalogue.queries import files
from seloste.catalogue.queries.files import File
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.refusals import Missing, Refusal
from seloste.services.models import Deliverable, DownloadLink

#: How long and how often a link fetches the file, and how many links there can be to one.
OPEN_FOR = timedelta(days=7)
MOST_TIMES = 5
MOST_LINKS = 50
#: Within this time the same press again is a download that broke off, and is not counted.
AGAIN_WITHIN = timedelta(minutes=10)


class Gone(Refusal):
    """The link or the file cannot be used any more."""

    status = 410


class TooMany(Refusal):
    """No more links are made to this file without an employee."""

    status = 429


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """A file that may leave now."""

    file: File


@transaction.atomic
def make_link(*, by: Duty, at: datetime, order_id: UUID, deliverable_id: UUID) -> UUID:
    """Return a link of the order's file that can be used: one that is open already, or a new one.

    Missing where the order has no such file; Gone where it was withdrawn; TooMany after fifty links.
    """
    row = Deliverable.objects.select_for_update().filter(id=deliverable_id, order=order_id).first()
    if row is None:
        raise Missing
    if row.withdrawn_at is not None:
        raise Gone(_("This file can no longer be downloaded."))
    unused = row.made.filter(expires_at__gt=at + timedelta(days=1), used=0).values_list("id", flat=True).first()
    if unused is not None:
        return unused
    if row.links >= MOST_LINKS:
        raise TooMany(_("This file has been fetched very often. Write to us, and we see to it."))
    return _make(row, by=by, at=at)


def _make(row: Deliverable, *, by: Duty, at: datetime) -> UUID:
    row.links += 1
    row.save(update_fields=["links"])
    made = DownloadLink.objects.create(
        id=new_id(at),
        deliverable=row,
        number=row.links,
        made_at=at,
        expires_at=at + OPEN_FOR,
        most=MOST_TIMES,
    )
    person = row.order.person_id
    record(
        by=by, at=at, deed="download.link", subjects=[person] if person else [], categories=["delivery"], item=row.id
    )
    return made.id


@transaction.atomic
def fetch(*, by: Duty, at: datetime, link_id: UUID) -> Fetched:
    """Count one download and return the file; Missing or Gone where the link does not open it now.

    The count is a single statement with its limit in it: however many press at once, it is never exceeded.
    """
    link = DownloadLink.objects.filter(id=link_id).select_related("deliverable").first()
    if link is None:
        raise Missing
    if link.deliverable.withdrawn_at is not None or link.expires_at <= at:
        raise Gone(_("This link has run out. Get a new one on the page of your order."))
    found = files.file(link.deliverable.file)
    if found is None:
        raise Gone(_("This file can no longer be downloaded."))
    recently = link.last_used_at is not None and timedelta(0) <= at - link.last_used_at < AGAIN_WITHIN
    if not recently and not _count(link, at):
        raise Gone(_("This link has been used up. Get a new one on the page of your order."))
    person = link.deliverable.order.person_id
    subjects = [person] if person else []
    record(by=by, at=at, deed="download.fetched", subjects=subjects, categories=["delivery"], item=link.deliverable_id)
    return Fetched(file=found)


def _count(link: DownloadLink, at: datetime) -> bool:
    left = DownloadLink.objects.filter(id=link.id, used__lt=F("most"))
    return bool(left.update(used=F("used") + 1, last_used_at=at))
