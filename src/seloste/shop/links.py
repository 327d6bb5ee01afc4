"""The address of an order's page, made and read with the installation's key. Whoever holds it sees the order."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from seloste.kernel.links import Link, RowLinks
from seloste.shop.rules.links import Kind

_LINKS = RowLinks("shop.links", Kind)


def sign(order_id: UUID, *, mailed: bool = False) -> str:
    """Return the letters that open the order's page; ``mailed`` ones go to the address of the order alone."""
    return _LINKS.write(Kind.MAILED if mailed else Kind.SHOWN, order_id)


def opened(letters: str) -> Link[Kind] | None:
    """Return what the letters say; None where they open nothing, for whatever reason."""
    return _LINKS.read(letters)


def read(letters: str) -> UUID | None:
    """Return the order that the letters open; None where they open nothing."""
    link = opened(letters)
    return link.row if link else None


def path(order_id: UUID, *, language: str, mailed: bool = False) -> str:
    """Return the path of the order's page in the language."""
    with override(language):
        return reverse("shop:order", args=[sign(order_id, mailed=mailed)])


def address(order_id: UUID, *, language: str, mailed: bool = True) -> str:
    """Return the whole address of the order's page in the language, as messages to the customer carry it."""
    return f"{settings.PUBLIC_ORIGIN}{path(order_id, language=language, mailed=mailed)}"
