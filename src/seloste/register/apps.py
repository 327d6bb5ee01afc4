"""The room's place in Django."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """The register."""

    name = "seloste.register"

    def ready(self) -> None:
        """Answer for the room on a person's timeline."""
        from seloste.kernel import timeline  # noqa: PLC0415 -- ready() is where rooms register themselves
        from seloste.register.queries import timeline_entries  # noqa: PLC0415 -- tables exist only from here on

        timeline.answer_with(self.name, timeline_entries)
