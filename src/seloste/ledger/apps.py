"""The room's place in Django."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """What must be done again after a restore: erasures and refusals, chained, kept outside the database too."""

    name = "seloste.ledger"
