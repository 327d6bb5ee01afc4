"""The room's place in Django."""

from django.apps import AppConfig


class MyDataConfig(AppConfig):
    """My data: the person's own page."""

    name = "seloste.mydata"

    def ready(self) -> None:
        """Say what the open form asks."""
        from seloste.kernel import holdings  # noqa: PLC0415 -- ready() is where rooms register themselves

        holdings.asks("mydata", {"email"})
