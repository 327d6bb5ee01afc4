"""The addresses that a provider sends the payer, and its own messages, back to."""

from django.conf import settings
from django.urls import reverse

from seloste.kernel.links import page_address


def back(reference: str, language: str, *, cancelled: bool = False) -> str:
    """Return the address of the page to which the payer comes back, in her language."""
    return page_address(f"payments:{'cancelled' if cancelled else 'back'}", reference, language=language)


def told(way: str) -> str:
    """Return the address to which the provider sends its messages."""
    return settings.PUBLIC_ORIGIN + reverse("webhooks:told", args=[way])
