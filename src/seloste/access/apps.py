"""The room's place in Django."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Everything about a person as a package of her own (art. 15, 20)."""

    name = "seloste.access"
