"""The room's place in Django."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    """Visitor statistics without identifiers, and the security log."""

    name = "seloste.visits"
