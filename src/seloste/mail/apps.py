"""The room's place in Django."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    """The outbox: every message that leaves, with its fate."""

    name = "seloste.mail"
