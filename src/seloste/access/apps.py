"""The room's place in Django."""

from datetime import timedelta

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Everything about a person as a package of her own (art. 15, 20)."""

    name = "seloste.access"

    def ready(self) -> None:
        """Register what the room keeps, and have packages emptied when they were fetched or their time is over."""
        from seloste.access.actions import delivering  # noqa: PLC0415 -- tables exist only from here on
        from seloste.access.kept import STORES as KEPT  # noqa: PLC0415 -- likewise
        from seloste.access.retention import STORES  # noqa: PLC0415 -- likewise
        from seloste.kernel import kept, retention, sweeps  # noqa: PLC0415 -- ready() is for this

        for table in KEPT:
            kept.keep(table)
        for store in STORES:
            retention.register(store)
        sweeps.register(sweeps.Sweep(key="access.expire", every=timedelta(minutes=1), run=delivering.expire))
