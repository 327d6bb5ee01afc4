"""The address of an order's page, made and read with the installation's key. Whoever holds it sees the order."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from seloste.shop.rules import links


def sign(order_id: UUID) -> str:
    """Return the letters that open the order's page."""
    return links.write(order_id, _key())


def read(letters: str) -> UUID | None:
    """Return the order that the letters open; None where they open nothing, for whatever reason."""
    return links.read(letters, _key())


def path(order_id: UUID, *, language: str) -> str:
    """Return the path of the order's page in the language."""
    with override(language):
        return reverse("shop:order", args=[sign(order_id)])


def address(order_id: UUID, *, language: str) -> str:
    """Return the whole address of the order's page in the language."""
    return f"{settings.PUBLIC_ORIGIN}{path(order_id, language=language)}"


def _key() -> bytes:
    return links.signing_key(settings.SEAL_KEY)
