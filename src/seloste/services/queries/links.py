"""Addresses of the customer's pages, made and read with the installation's key."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from seloste.services.rules import links
from seloste.services.rules.links import Kind

_PAGES = {Kind.SUBSCRIPTION: "services:subscription", Kind.DOWNLOAD: "services:download"}


def letters_of(kind: Kind, row: UUID) -> str:
    """Return the letters of a link to the row."""
    return links.write(kind, row, _key())


def opened(kind: Kind, letters: str) -> UUID | None:
    """Return what the letters open; None where they open nothing, for whatever reason."""
    return links.read(kind, letters, _key())


def address(kind: Kind, row: UUID, *, language: str) -> str:
    """Return the whole address of the page in the language."""
    with override(language):
        return f"{settings.PUBLIC_ORIGIN}{reverse(_PAGES[kind], args=[letters_of(kind, row)])}"


def _key() -> bytes:
    return links.signing_key(settings.SEAL_KEY)
