"""The room's place in Django."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    """Visitor statistics without identifiers, and the security log."""

    name = "seloste.visits"

    def ready(self) -> None:
        """Tell what of the room comes to its end."""
        from seloste.kernel import kept, retention  # noqa: PLC0415 -- ready() is where rooms register themselves
        from seloste.visits.kept import OF_NOBODY  # noqa: PLC0415 -- likewise
        from seloste.visits.retention import STORES  # noqa: PLC0415 -- tables exist only from here on

        for store in STORES:
            retention.register(store)
        for label, reason in OF_NOBODY.items():
            kept.not_of_a_person(label, reason)
