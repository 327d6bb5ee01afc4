"""The room's place in Django."""

from django.apps import AppConfig


class OnceConfig(AppConfig):
    """Forms of the staff that do their deed once."""

    name = "seloste.once"

    def ready(self) -> None:
        """Have the marks of sent forms go when their time is up."""
        from seloste.kernel import retention  # noqa: PLC0415 -- ready() is where rooms register themselves
        from seloste.once.retention import SENT_FORMS  # noqa: PLC0415 -- tables exist only from here on

        retention.register(SENT_FORMS)
