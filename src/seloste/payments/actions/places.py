"""The addresses that a provider sends the payer, and its own messages, back to."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation


def back(reference: str, language: str, *, cancelled: bool = False) -> str:
    """Return the address of the page to which the payer comes back, in her language."""
    with translation.override(language):
        return settings.PUBLIC_ORIGIN + reverse(f"payments:{'cancelled' if cancelled else 'back'}", args=[reference])


def told(way: str) -> str:
    """Return the address to which the provider sends its messages."""
    return settings.PUBLIC_ORIGIN + reverse("webhooks:told", args=[way])
