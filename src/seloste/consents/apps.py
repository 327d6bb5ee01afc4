"""The room's place in Django."""

from django.apps import AppConfig


class ConsentsConfig(AppConfig):
    """Consents, objections and suppressions."""

    name = "seloste.consents"

    def ready(self) -> None:
        """Answer for the room on a person's timeline."""
        from seloste.consents.queries import timeline_entries  # noqa: PLC0415 -- tables exist only from here on
        from seloste.kernel import timeline  # noqa: PLC0415 -- ready() is where rooms register themselves

        timeline.answer_with(self.name, timeline_entries)
