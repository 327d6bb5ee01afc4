"""Addresses of the customer's pages, made and read with the installation's key."""

from uuid import UUID

from seloste.kernel.links import RowLinks, page_address
from seloste.services.rules.links import Kind

_LINKS = RowLinks("services.links", Kind)
_PAGES = {Kind.SUBSCRIPTION: "services:subscription", Kind.DOWNLOAD: "services:download"}


def letters_of(kind: Kind, row: UUID) -> str:
    """Return the letters of a link to the row."""
    return _LINKS.write(kind, row)


def opened(kind: Kind, letters: str) -> UUID | None:
    """Return what the letters open; None where they open nothing, for whatever reason."""
    link = _LINKS.read(letters)
    return link.row if link and link.kind is kind else None


def address(kind: Kind, row: UUID, *, language: str) -> str:
    """Return the whole address of the page in the language."""
    return page_address(_PAGES[kind], letters_of(kind, row), language=language)
