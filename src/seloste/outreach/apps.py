"""The room's place in Django."""

from django.apps import AppConfig


class OutreachConfig(AppConfig):
    """Keeping in touch: preferences, double opt-in, mailings."""

    name = "seloste.outreach"
