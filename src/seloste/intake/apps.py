"""The room's place in Django."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The room."""

    name = "seloste.intake"
