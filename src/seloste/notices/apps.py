"""The room's place in Django."""

from importlib import import_module

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Notice versions and what follows from the declaration."""

    name = "seloste.notices"

    def ready(self) -> None:
        """Declare the tables that belong to no room."""
        import_module("seloste.notices.holdings")
