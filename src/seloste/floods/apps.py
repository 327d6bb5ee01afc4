"""The room's place in Django."""

from django.apps import AppConfig


class FloodsConfig(AppConfig):
    """Counts of what strangers do, against floods."""

    name = "seloste.floods"

    def ready(self) -> None:
        """Have yesterday's counts go with everything else whose time is up, and say that they are nobody's."""
        from seloste.floods.kept import OF_NOBODY  # noqa: PLC0415 -- ready() is where rooms register themselves
        from seloste.floods.retention import KNOCKS  # noqa: PLC0415 -- tables exist only from here on
        from seloste.kernel import kept, retention  # noqa: PLC0415 -- likewise

        retention.register(KNOCKS)
        for label, reason in OF_NOBODY.items():
            kept.not_of_a_person(label, reason)
