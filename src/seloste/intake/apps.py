"""The room's place in Django."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """What reaches the register from outside."""

    name = "seloste.intake"

    def ready(self) -> None:
        """Answer for the room on a person's timeline, and let its entries be corrected like any item."""
        from seloste.intake.models import Interaction  # noqa: PLC0415 -- tables exist only from here on
        from seloste.intake.queries import timeline_entries  # noqa: PLC0415 -- tables exist only from here on
        from seloste.kernel import timeline  # noqa: PLC0415 -- ready() is where rooms register themselves
        from seloste.register.actions import make_correctable  # noqa: PLC0415 -- likewise
        from seloste.register.rules import read_text  # noqa: PLC0415 -- likewise

        timeline.answer_with(self.name, timeline_entries)
        make_correctable("interaction", Interaction, category="correspondence", read=read_text)
