"""Addresses of a request's page, made and read with the installation's key."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from seloste.rights.models import Request
from seloste.rights.rules import links
from seloste.rights.rules.links import Kind, Link


def letters_of(request_id: UUID, kind: Kind) -> str:
    """Return the letters of a link to the request."""
    return links.write(Link(kind=kind, request=request_id), _key())


def url_of(request_id: UUID, kind: Kind, *, language: str, page: str = "rights:status") -> str:
    """Return the absolute address of the request's page in the language."""
    with override(language):
        return f"{settings.PUBLIC_ORIGIN}{reverse(page, args=[letters_of(request_id, kind)])}"


def opened(letters: str, *, at: datetime) -> tuple[Link, Request] | None:
    """Return the link and its request; None where it opens nothing, for whatever reason."""
    link = links.read(letters, _key())
    row = Request.objects.filter(id=link.request).first() if link else None
    if link is None or row is None or links.is_over(row.ended_at, at):
        return None
    return link, row


def _key() -> bytes:
    return links.signing_key(settings.SEAL_KEY)
