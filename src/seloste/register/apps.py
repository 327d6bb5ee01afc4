"""The room's place in Django."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """The register."""

    name = "seloste.register"

    def ready(self) -> None:
        """Answer for the room on a person's timeline, and have its lists held to the notice."""
        from seloste.kernel import holdings, kept, retention, timeline  # noqa: PLC0415 -- ready() is where rooms register themselves
        from seloste.ledger.actions import replay_with  # noqa: PLC0415 -- where rooms register themselves
        from seloste.ledger.choices import Kind  # noqa: PLC0415 -- likewise
        from seloste.register.actions import restrict_again  # noqa: PLC0415 -- tables exist only from here on
        from seloste.register.choices import CONTACT_CATEGORY  # noqa: PLC0415 -- likewise
        from seloste.register.kept import STORES, needed  # noqa: PLC0415 -- likewise
        from seloste.register.queries import timeline_entries, unusable  # noqa: PLC0415 -- tables exist only from here on
        from seloste.register.retention import STORES as GOING  # noqa: PLC0415 -- likewise

        replay_with(Kind.RESTRICTED, restrict_again)
        timeline.answer_with(self.name, timeline_entries)
        timeline.withhold_with(self.name, lambda by, person_id: bool(unusable(by, [person_id])))
        kept.keep(*STORES)
        for going in GOING:
            retention.register(going)
        kept.needed_for(self.name, needed)
        holdings.must_be_among("categories of contact points (register)", CONTACT_CATEGORY.values(), of="category")
