"""The room's place in Django."""

from datetime import timedelta

from django.apps import AppConfig


class OutreachConfig(AppConfig):
    """Keeping in touch: preferences, double opt-in, mailings."""

    name = "seloste.outreach"

    def ready(self) -> None:
        """Say what comes due by itself, what goes when its time is up, and what the open form asks."""
        from seloste.kernel import copies, holdings, kept, retention, sweeps  # noqa: PLC0415 -- ready() is where rooms register themselves
        from seloste.outreach.actions import asking, mailings  # noqa: PLC0415 -- tables exist only from here on
        from seloste.outreach.forms import FORM  # noqa: PLC0415 -- likewise
        from seloste.outreach.kept import STORES as KEPT  # noqa: PLC0415 -- likewise
        from seloste.outreach.retention import STORES  # noqa: PLC0415 -- likewise

        for store in STORES:
            retention.register(store)
        kept.keep(*KEPT)
        copies.follow_with(self.name, mailings.follow_correction)
        holdings.asks(FORM, {"email"})
        sweeps.register(sweeps.Sweep(key=mailings.SWEEP, every=timedelta(seconds=1), run=mailings.forward))
        sweeps.register(
            sweeps.Sweep(
                key="outreach.requests",
                every=timedelta(minutes=10),
                run=asking.forget_what_is_over,
                needs_true_clock=True,
            )
        )
