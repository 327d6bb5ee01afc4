"""The room's place in Django."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The room."""

    name = "seloste.desk"
