"""The room's place in Django."""

from datetime import timedelta

from django.apps import AppConfig


class RightsConfig(AppConfig):
    """The rights of the people in the register: requests, who asks, the clock, the answer."""

    name = "seloste.rights"

    def ready(self) -> None:
        """Register what carries out rights today, what comes due by itself and what goes when its time is up."""
        from seloste.access.actions import tell_of_downloads  # noqa: PLC0415 -- ready() is for this
        from seloste.erasure.queries.due import wait_while  # noqa: PLC0415 -- likewise
        from seloste.kernel import holdings, kept, retention, sweeps, timeline  # noqa: PLC0415 -- ready() is for this
        from seloste.rights import actions, jobs  # noqa: PLC0415 -- tables exist only from here on
        from seloste.rights.actions.correcting import EFFECTS as CORRECTING  # noqa: PLC0415 -- likewise
        from seloste.rights.actions.effects import OWN  # noqa: PLC0415 -- likewise
        from seloste.rights.actions.erasing import EFFECTS as ERASING  # noqa: PLC0415 -- likewise
        from seloste.rights.actions.packaging import EFFECTS, tell_downloaded  # noqa: PLC0415 -- likewise
        from seloste.rights.choices import SOURCE_OF  # noqa: PLC0415 -- likewise
        from seloste.rights.forms import FORM  # noqa: PLC0415 -- likewise
        from seloste.rights.kept import STORES as KEPT  # noqa: PLC0415 -- likewise
        from seloste.rights.queries import people  # noqa: PLC0415 -- likewise
        from seloste.rights.queries.history import timeline_entries  # noqa: PLC0415 -- likewise
        from seloste.rights.retention import STORES  # noqa: PLC0415 -- likewise

        for right, effect in {**OWN, **EFFECTS, **ERASING, **CORRECTING}.items():
            actions.carry_out_with(right, effect)
        tell_of_downloads(tell_downloaded)
        sweeps.register(sweeps.Sweep(key=actions.AT_ONCE, every=timedelta(seconds=10), run=jobs.do_at_once))
        wait_while(self.name, people.asks)
        sweeps.register(sweeps.Sweep(key="rights.erasures", every=timedelta(seconds=10), run=jobs.settle_erasures))
        sweeps.register(sweeps.Sweep(key="rights.clock", every=timedelta(minutes=1), run=jobs.watch_the_clock))
        sweeps.register(sweeps.Sweep(key="rights.alarms", every=timedelta(minutes=5), run=jobs.ring))
        for store in STORES:
            retention.register(store)
        kept.keep(*KEPT)
        timeline.answer_with(self.name, timeline_entries)
        holdings.asks(FORM, {"message", "name", "email"})
        holdings.must_be_among("ways in which requests come (rights)", SOURCE_OF.values(), of="source")
