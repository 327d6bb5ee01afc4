"""The room's place in Django."""

from datetime import timedelta

from django.apps import AppConfig


class SalesConfig(AppConfig):
    """The staff's pages over orders, payments and services."""

    name = "seloste.sales"

    def ready(self) -> None:
        """Have sent forms go when their time is up, and the figures of days that are over kept."""
        from seloste.kernel import retention, sweeps, timeline  # noqa: PLC0415 -- ready() is where rooms register themselves
        from seloste.sales.actions.figures import keep_figures  # noqa: PLC0415 -- tables exist only from here on
        from seloste.sales.queries.history import timeline_entries  # noqa: PLC0415 -- likewise
        from seloste.sales.retention import STORES  # noqa: PLC0415 -- tables exist only from here on

        for store in STORES:
            retention.register(store)
        hourly = sweeps.Sweep(key="sales.figures", every=timedelta(hours=1), run=keep_figures, needs_true_clock=True)
        sweeps.register(hourly)
        timeline.answer_with(self.name, timeline_entries)
