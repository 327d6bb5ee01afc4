"""The room's place in Django."""

from datetime import timedelta

from django.apps import AppConfig


class InvoicesConfig(AppConfig):
    """Invoices and credit notes, numbered without a gap, and what was paid of them."""

    name = "seloste.invoices"

    def ready(self) -> None:
        """Say what follows from payments, what is made by itself, what is kept, and what goes when its time is up."""
        from seloste.invoices.actions import following, when_issued  # noqa: PLC0415 -- tables exist only from here on
        from seloste.invoices.actions.documents import make_due  # noqa: PLC0415 -- likewise
        from seloste.invoices.kept import STORES as KEPT  # noqa: PLC0415 -- likewise
        from seloste.invoices.retention import STORES  # noqa: PLC0415 -- likewise
        from seloste.kernel import kept, retention, sweeps  # noqa: PLC0415 -- ready() is where rooms register themselves
        from seloste.payments import actions as payments  # noqa: PLC0415 -- likewise

        payments.register(following.SUBJECT, following.MATTER)
        payments.when("paid", following.follow_paid)
        payments.when("refunded", following.follow_refunded)
        when_issued(self.name, following.begin_payment)
        sweeps.register(sweeps.Sweep(key="invoices.documents", every=timedelta(seconds=20), run=make_due))
        kept.keep(*KEPT)
        for store in STORES:
            retention.register(store)
