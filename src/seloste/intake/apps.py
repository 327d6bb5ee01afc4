"""The room's place in Django."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """What reaches the register from outside."""

    name = "seloste.intake"

    def ready(self) -> None:
        """Answer on a person's timeline, let entries be corrected like any item, and say what the forms can ask."""
        from seloste.erasure.canary import plant_with  # noqa: PLC0415 -- ready() is where rooms register themselves
        from seloste.intake.choices import SOURCES  # noqa: PLC0415 -- ready() is where rooms register themselves
        from seloste.intake.forms import ASKABLE  # noqa: PLC0415 -- likewise
        from seloste.intake.kept import STORES as KEPT  # noqa: PLC0415 -- likewise
        from seloste.intake.kept import plant  # noqa: PLC0415 -- likewise
        from seloste.intake.models import Interaction  # noqa: PLC0415 -- tables exist only from here on
        from seloste.intake.queries import timeline_entries  # noqa: PLC0415 -- tables exist only from here on
        from seloste.intake.retention import STORES  # noqa: PLC0415 -- likewise
        from seloste.kernel import holdings, kept, retention, timeline  # noqa: PLC0415 -- likewise
        from seloste.register.actions import make_correctable  # noqa: PLC0415 -- likewise
        from seloste.register.rules import read_text  # noqa: PLC0415 -- likewise

        for store in STORES:
            retention.register(store)
        kept.keep(*KEPT)
        plant_with(self.name, plant)
        timeline.answer_with(self.name, timeline_entries)
        make_correctable("interaction", Interaction, category="correspondence", read=read_text)
        holdings.can_ask("contact", ASKABLE)
        holdings.can_ask("feedback", ASKABLE)
        sources = (source for kinds in SOURCES.values() for source in kinds)
        holdings.must_be_among("sources of what happened (intake)", sources, of="source")
