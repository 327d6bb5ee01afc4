"""The room's place in Django."""

from datetime import timedelta

from django.apps import AppConfig


class ConsentsConfig(AppConfig):
    """Consents, objections and suppressions."""

    name = "seloste.consents"

    def ready(self) -> None:
        """Answer for the room on a person's timeline, and end what no longer holds."""
        from seloste.consents.actions import expire  # noqa: PLC0415 -- tables exist only from here on
        from seloste.consents.kept import STORES as KEPT  # noqa: PLC0415 -- likewise
        from seloste.consents.queries import timeline_entries  # noqa: PLC0415 -- likewise
        from seloste.consents.retention import STORES  # noqa: PLC0415 -- likewise
        from seloste.kernel import kept, retention, sweeps, timeline  # noqa: PLC0415 -- where rooms register themselves

        timeline.answer_with(self.name, timeline_entries)
        for store in STORES:
            retention.register(store)
        kept.keep(*KEPT)
        sweeps.register(
            sweeps.Sweep(key="consents.expire", every=timedelta(minutes=10), run=expire, needs_true_clock=True)
        )
