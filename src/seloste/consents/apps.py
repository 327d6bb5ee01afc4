"""The room's place in Django."""

from datetime import timedelta

from django.apps import AppConfig


class ConsentsConfig(AppConfig):
    """Consents, objections and suppressions."""

    name = "seloste.consents"

    def ready(self) -> None:
        """Answer for the room on a person's timeline, and end what no longer holds."""
        from seloste.consents import actions  # noqa: PLC0415 -- tables exist only from here on
        from seloste.consents.kept import STORES as KEPT  # noqa: PLC0415 -- likewise
        from seloste.consents.queries import timeline_entries  # noqa: PLC0415 -- likewise
        from seloste.consents.retention import OF_THE_GONE, STORES  # noqa: PLC0415 -- likewise
        from seloste.kernel import kept, retention, sweeps, timeline  # noqa: PLC0415 -- where rooms register themselves
        from seloste.ledger.actions import replay_with  # noqa: PLC0415 -- likewise
        from seloste.ledger.choices import Kind  # noqa: PLC0415 -- likewise

        replay_with(Kind.CONSENT_NO, actions.say_no_again)
        replay_with(Kind.OBJECTED, actions.object_again)
        replay_with(Kind.SUPPRESSED, actions.suppress_again)
        timeline.answer_with(self.name, timeline_entries)
        for store in (*STORES, *OF_THE_GONE):
            retention.register(store)
        kept.keep(*KEPT)
        sweeps.register(
            sweeps.Sweep(key="consents.expire", every=timedelta(minutes=10), run=actions.expire, needs_true_clock=True)
        )
