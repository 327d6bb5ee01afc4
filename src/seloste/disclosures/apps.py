"""The room's place in Django."""

from django.apps import AppConfig


class DisclosuresConfig(AppConfig):
    """To whom data were given, and what these recipients have to be told (art. 15(1)(c), 19)."""

    name = "seloste.disclosures"

    def ready(self) -> None:
        """Say what the room keeps about a person, and what goes when its time is up."""
        from seloste.disclosures.actions import follow_correction, heed_restriction  # noqa: PLC0415 -- tables exist only from here on
        from seloste.disclosures.kept import STORES as KEPT  # noqa: PLC0415 -- ready() is where rooms register themselves
        from seloste.disclosures.retention import STORES  # noqa: PLC0415 -- likewise
        from seloste.kernel import copies, kept, retention  # noqa: PLC0415 -- likewise

        kept.keep(*KEPT)
        copies.follow_with(self.name, follow_correction)
        copies.heed_with(self.name, heed_restriction)
        for store in STORES:
            retention.register(store)
