"""The room's place in Django."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The room."""

    name = "seloste.desk"

    def ready(self) -> None:
        """Have the marks of sent forms go when their time is up."""
        from seloste.desk.retention import SENT_FORMS  # noqa: PLC0415 -- ready() is where rooms register themselves
        from seloste.kernel import retention  # noqa: PLC0415 -- likewise

        retention.register(SENT_FORMS)
