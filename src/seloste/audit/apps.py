"""The room's place in Django."""

from datetime import timedelta

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The record of reads and writes, and of what the machine did by itself."""

    name = "seloste.audit"

    def ready(self) -> None:
        """Have every store of the house cleared once a day."""
        from seloste.audit.actions.retention import run_day  # noqa: PLC0415 -- ready() is where rooms register themselves
        from seloste.audit.kept import STORES  # noqa: PLC0415 -- likewise
        from seloste.audit.retention import RUNS  # noqa: PLC0415 -- likewise
        from seloste.kernel import kept, retention, sweeps  # noqa: PLC0415 -- likewise

        retention.register(RUNS)
        kept.keep(*STORES)
        looks = timedelta(minutes=1)  # cheap: one question, but for once a day
        sweeps.register(sweeps.Sweep(key="retention.run", every=looks, run=run_day, needs_true_clock=True))
