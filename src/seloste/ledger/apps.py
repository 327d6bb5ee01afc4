"""The room's place in Django."""

from datetime import timedelta

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """What must be done again after a restore: erasures and refusals, chained, kept outside the database too."""

    name = "seloste.ledger"

    def ready(self) -> None:
        """Have every entry in the file outside the database within a second, and gone when its time is up."""
        from seloste.kernel import kept, retention, sweeps  # noqa: PLC0415 -- ready() is where rooms register themselves
        from seloste.ledger.actions import flush_all  # noqa: PLC0415 -- tables exist only from here on
        from seloste.ledger.kept import ENTRIES  # noqa: PLC0415 -- likewise
        from seloste.ledger.retention import STORE  # noqa: PLC0415 -- likewise

        kept.keep(ENTRIES)
        retention.register(STORE)
        sweeps.register(sweeps.Sweep(key="ledger.flush", every=timedelta(seconds=1), run=flush_all))
