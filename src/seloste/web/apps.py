"""The room's place in Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The room."""

    name = "seloste.web"
