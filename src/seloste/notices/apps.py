"""The room's place in Django."""

from importlib import import_module

from django.apps import AppConfig
from django.urls import register_converter

from seloste.kernel.holdings import must_be_among

#: What other rooms' code says by name: staff looking after their own login, IP addresses (S5.4), publishing.
PURPOSES = ("staff_access", "web_security", "rights")
#: The start page's promises, identity and no profiling in the documents for machines, the device page.
SENTENCES = ("S4.10", "S5.3", "S7.2", "S8.3", "S9.1", "S9.4", "L205")


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
        must_be_among("purposes that the code names", PURPOSES, of="purpose")
        must_be_among("sentences that the code quotes", SENTENCES, of="sentence")
        register_converter(VersionNumber, "version")
