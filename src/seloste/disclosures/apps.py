"""The room's place in Django."""

from django.apps import AppConfig


class DisclosuresConfig(AppConfig):
    """To whom data were given, and what these recipients have to be told (art. 15(1)(c), 19)."""

    name = "seloste.disclosures"
