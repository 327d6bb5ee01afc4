"""The room's place in Django."""

from importlib import import_module

from django.apps import AppConfig
from django.urls import register_converter


class VersionNumber:
    """A version in an address, as it is printed: two numbers with a point between them."""

    regex = r"\d{1,4}\.\d{1,4}"

    def to_python(self, value: str) -> str:
        """Return the number as it stands."""
        return value

    def to_url(self, value: str) -> str:
        """Return the number as it stands."""
        return value


class NoticesConfig(AppConfig):
    """Notice versions and what follows from the declaration."""

    name = "seloste.notices"

    def ready(self) -> None:
        """Declare the tables that belong to no room, and let addresses carry a version."""
        import_module("seloste.notices.holdings")
        register_converter(VersionNumber, "version")
