"""The room's place in Django."""

from datetime import timedelta

from django.apps import AppConfig


class ShopConfig(AppConfig):
    """Buying: cart, quote, order, and what happens to an order afterwards (S4.2, S4.4)."""

    name = "seloste.shop"

    def ready(self) -> None:
        """Say what the checkout can ask, what is kept of whom, what follows from payments, and what goes by itself."""
        from seloste.audit.kept import items_with  # noqa: PLC0415 -- likewise
        from seloste.consents.kept import matters_with  # noqa: PLC0415 -- likewise
        from seloste.erasure.canary import plant_with  # noqa: PLC0415 -- likewise
        from seloste.invoices.actions import when_settled  # noqa: PLC0415 -- likewise
        from seloste.kernel import copies, holdings, kept, retention, sweeps  # noqa: PLC0415 -- likewise
        from seloste.payments import actions as payments  # noqa: PLC0415 -- likewise
        from seloste.payments.http import lead_with  # noqa: PLC0415 -- likewise
        from seloste.shop import kept as ours  # noqa: PLC0415 -- likewise
        from seloste.shop.actions import following, forward, paying, states  # noqa: PLC0415 -- likewise
        from seloste.shop.canary import plant  # noqa: PLC0415 -- likewise
        from seloste.shop.forms.checkout import ASKABLE  # noqa: PLC0415 -- likewise
        from seloste.shop.forms.order import FORM as WITHDRAWAL  # noqa: PLC0415 -- likewise
        from seloste.shop.http import path_of_paid  # noqa: PLC0415 -- likewise
        from seloste.shop.retention import STORES  # noqa: PLC0415 -- likewise

        holdings.can_ask("order", ASKABLE)
        holdings.asks(WITHDRAWAL, {"name", "reference", "email", "message"})
        unknown = "a cart is somebody's whom nobody knows: whoever has its cookie has it (art. 11)"
        for label in ("shop.Quote",):
            kept.not_of_a_person(label, unknown)
        kept.keep(*ours.STORES)
        items_with(self.name, ours.looked_at)
        kept.needed_for(self.name, ours.still_needed)
        matters_with(self.name, ours.references_of)
        plant_with(self.name, plant)
        for store in STORES:
            retention.register(store)
        copies.follow_with(self.name, following.follow)
        copies.heed_with(self.name, following.heed)
        look = payments.Matter(look=paying.look, persons=paying.persons, keys_of=paying.keys_of)
        payments.register("order", look)
        for kind in ("order", "invoice"):
            payments.send_links_with(kind, paying.send_link)
            lead_with(kind, path_of_paid)
        for kind in ("paid", "failed", "refunded", "disputed"):
            payments.when(kind, getattr(paying, kind))
        when_settled(self.name, paying.settled)
        sweeps.register(sweeps.Sweep(key=states.FORWARD, every=timedelta(seconds=10), run=forward.forward))
