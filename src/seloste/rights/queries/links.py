"""Addresses of a request's page, made and read with the installation's key."""

from datetime import datetime
from uuid import UUID

from seloste.kernel.links import Link, RowLinks, page_address
from seloste.rights.models import Request
from seloste.rights.rules.links import Kind, is_over

LINKS = RowLinks("rights.links", Kind)


def letters_of(request_id: UUID, kind: Kind) -> str:
    """Return the letters of a link to the request."""
    return LINKS.write(kind, request_id)


def url_of(request_id: UUID, kind: Kind, *, language: str, page: str = "rights:status") -> str:
    """Return the absolute address of the request's page in the language."""
    return page_address(page, letters_of(request_id, kind), language=language)


def opened(letters: str, *, at: datetime) -> tuple[Link[Kind], Request] | None:
    """Return the link and its request; None where it opens nothing, for whatever reason."""
    link = LINKS.read(letters)
    row = Request.objects.filter(id=link.row).first() if link else None
    if link is None or row is None or is_over(row.ended_at, at):
        return None
    return link, row
