"""The room's place in Django."""

from datetime import timedelta

from django.apps import AppConfig


class MyDataConfig(AppConfig):
    """My data: the person's own page."""

    name = "seloste.mydata"

    def ready(self) -> None:
        """Say what the open form asks, what comes due by itself, what is kept and what goes."""
        from seloste.kernel import holdings, kept, retention, sweeps  # noqa: PLC0415 -- ready() is for this
        from seloste.mydata import jobs  # noqa: PLC0415 -- tables exist only from here on
        from seloste.mydata.actions.entering import LETTERS  # noqa: PLC0415 -- likewise
        from seloste.mydata.forms import FORM  # noqa: PLC0415 -- likewise
        from seloste.mydata.http import whose  # noqa: PLC0415 -- likewise
        from seloste.mydata.kept import STORES as KEPT  # noqa: PLC0415 -- likewise
        from seloste.mydata.retention import STORES  # noqa: PLC0415 -- likewise
        from seloste.shop.http import recognise_with  # noqa: PLC0415 -- likewise

        holdings.asks(FORM, {"email"})
        recognise_with(whose)
        for one in KEPT:
            kept.keep(one)
        for store in STORES:
            retention.register(store)
        sweeps.register(sweeps.Sweep(key=LETTERS, every=timedelta(seconds=10), run=jobs.write_letters))
        sweeps.register(
            sweeps.Sweep(
                key="mydata.sessions",
                every=timedelta(minutes=5),
                run=jobs.forget_what_is_over,
                needs_true_clock=True,
            )
        )
