"""The room's place in Django."""

from datetime import timedelta

from django.apps import AppConfig


class SalesConfig(AppConfig):
    """The staff's pages over orders, payments and services."""

    name = "seloste.sales"

    def ready(self) -> None:
        """Have the figures of days that are over kept, and orders told on a person's timeline."""
        from seloste.kernel import sweeps, timeline  # noqa: PLC0415 -- ready() is where rooms register themselves
        from seloste.sales.actions.figures import keep_figures  # noqa: PLC0415 -- tables exist only from here on
        from seloste.sales.queries.history import timeline_entries  # noqa: PLC0415 -- likewise

        hourly = sweeps.Sweep(key="sales.figures", every=timedelta(hours=1), run=keep_figures, needs_true_clock=True)
        sweeps.register(hourly)
        timeline.answer_with(self.name, timeline_entries)
