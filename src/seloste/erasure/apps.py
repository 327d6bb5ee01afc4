"""The room's place in Django."""

from django.apps import AppConfig


class ErasureConfig(AppConfig):
    """Erasure: planned, entered in the ledger, done, looked for again."""

    name = "seloste.erasure"
