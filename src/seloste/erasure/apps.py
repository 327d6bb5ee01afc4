"""The room's place in Django."""

from datetime import timedelta

from django.apps import AppConfig


class ErasureConfig(AppConfig):
    """Erasure: planned, entered in the ledger, done, looked for again."""

    name = "seloste.erasure"

    def ready(self) -> None:
        """Register what the room keeps, what goes by itself, what finishes erasures and what does them again."""
        from seloste.erasure import actions, canary, jobs  # noqa: PLC0415 -- tables exist only from here on
        from seloste.erasure.kept import STORES as KEPT  # noqa: PLC0415 -- likewise
        from seloste.erasure.retention import STORES  # noqa: PLC0415 -- likewise
        from seloste.kernel import kept, retention, sweeps  # noqa: PLC0415 -- ready() is for this
        from seloste.ledger.actions import replay_with  # noqa: PLC0415 -- likewise
        from seloste.ledger.choices import Kind  # noqa: PLC0415 -- likewise

        kept.keep(*KEPT)
        for store in STORES:
            retention.register(store)
        finish = sweeps.Sweep(key=actions.FINISH, every=timedelta(seconds=10), run=jobs.finish, needs_true_clock=True)
        sweeps.register(finish)
        sweeps.register(sweeps.Sweep(key="erasure.holds", every=timedelta(minutes=5), run=jobs.ring))
        sweeps.register(
            sweeps.Sweep(key="erasure.nightly", every=timedelta(minutes=10), run=canary.nightly, needs_true_clock=True)
        )
        replay_with(Kind.ERASE, actions.erase_again)
