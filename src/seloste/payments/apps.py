"""The room's place in Django."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """How orders are paid: providers, what they tell us, and what follows from all of it."""

    name = "seloste.payments"

    def ready(self) -> None:
        """Say what runs by itself, what the room keeps about a person, and what goes when its time is up."""
        from seloste.kernel import kept, retention, sweeps  # noqa: PLC0415 -- ready() is where rooms register themselves
        from seloste.payments.jobs import SWEEPS  # noqa: PLC0415 -- tables exist only from here on
        from seloste.payments.kept import OF_NOBODY  # noqa: PLC0415 -- likewise
        from seloste.payments.kept import STORES as KEPT  # noqa: PLC0415 -- likewise
        from seloste.payments.retention import STORES  # noqa: PLC0415 -- likewise

        kept.keep(*KEPT)
        for label, reason in OF_NOBODY.items():
            kept.not_of_a_person(label, reason)
        for store in STORES:
            retention.register(store)
        for sweep in SWEEPS:
            sweeps.register(sweep)
