"""What a link to a file fetches, for whoever holds it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from seloste.catalogue.queries import files
from seloste.kernel.refusals import Missing
from seloste.services.models import DownloadLink


@dataclass(frozen=True, kw_only=True, slots=True)
class Ready:
    """A file behind a link: ``left`` is how often it can still be fetched."""

    title: str
    name: str
    size: int
    sha256: str
    expires_at: datetime
    left: int
    is_open: bool


def ready(link_id: UUID, *, at: datetime) -> Ready:
    """Return what the link fetches; Missing where it is not there any more."""
    link = DownloadLink.objects.filter(id=link_id).select_related("deliverable").first()
    file = files.file(link.deliverable.file) if link else None
    if link is None or file is None:
        raise Missing
    is_open = link.deliverable.withdrawn_at is None and link.expires_at > at and link.used < link.most
    return Ready(
        title=link.deliverable.title,
        name=file.name,
        size=file.size,
        sha256=file.sha256,
        expires_at=link.expires_at,
        left=link.most - link.used,
        is_open=is_open,
    )
