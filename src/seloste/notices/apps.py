"""The room's place in Django."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Notice versions and what follows from the declaration."""

    name = "seloste.notices"
