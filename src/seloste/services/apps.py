"""The room's place in Django."""

from django.apps import AppConfig


class ServicesConfig(AppConfig):
    """The services and files ordered, and each of their changes (S5.3)."""

    name = "seloste.services"
