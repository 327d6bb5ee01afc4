"""The room's place in Django."""

from datetime import timedelta

from django.apps import AppConfig


class ServicesConfig(AppConfig):
    """The services and files ordered, and each of their changes (S5.3)."""

    name = "seloste.services"

    def ready(self) -> None:
        """Say what follows a payment, what comes due by itself, and what the room keeps about a person."""
        from seloste.catalogue.choices import ProductKind  # noqa: PLC0415 -- ready() is where rooms register themselves
        from seloste.erasure.canary import plant_with  # noqa: PLC0415 -- likewise
        from seloste.kernel import kept, sweeps, timeline  # noqa: PLC0415 -- likewise
        from seloste.services import kept as own  # noqa: PLC0415 -- tables exist only from here
        from seloste.services.actions import fulfilling, renewing, tasks  # noqa: PLC0415 -- likewise
        from seloste.services.actions.returning import returned  # noqa: PLC0415 -- likewise
        from seloste.services.canary import plant  # noqa: PLC0415 -- likewise
        from seloste.services.queries.timeline import timeline_entries  # noqa: PLC0415 -- likewise
        from seloste.services.shown.section import section  # noqa: PLC0415 -- likewise
        from seloste.shop import fulfil, page  # noqa: PLC0415 -- likewise
        from seloste.shop.queries import needed  # noqa: PLC0415 -- likewise

        fulfil.when_paid(ProductKind.ONE_OFF, fulfilling.one_off)
        fulfil.when_paid(ProductKind.SUBSCRIPTION, fulfilling.subscription)
        fulfil.when_paid(ProductKind.LICENCE, fulfilling.licence)
        fulfil.when_paid(ProductKind.PROJECT, fulfilling.project)
        for kind in ProductKind:
            fulfil.when_returned(kind, returned)
        page.section(section)
        timeline.answer_with(self.name, timeline_entries)
        kept.keep(*own.STORES)
        kept.needed_for(self.name, own.still_needed)
        plant_with(self.name, plant)
        needed.while_rests("services.subscriptions", own.goes_on)
        needed.while_rests("services.tasks", own.is_being_done)
        needed.while_rests("services.projects", own.waits_for_project)
        sweeps.register(
            sweeps.Sweep(key="services.due", every=timedelta(minutes=10), run=renewing.sweep, needs_true_clock=True)
        )
        sweeps.register(sweeps.Sweep(key="services.projects", every=timedelta(minutes=1), run=tasks.sweep))
