"""The room's place in Django."""

from datetime import timedelta

from django.apps import AppConfig


class MailConfig(AppConfig):
    """The outbox: every message that leaves, with its fate."""

    name = "seloste.mail"

    def ready(self) -> None:
        """Answer on a person's timeline, and have the worker send and find out."""
        from seloste.kernel import copies, kept, retention, sweeps, timeline  # noqa: PLC0415 -- ready() is where rooms register themselves
        from seloste.mail import actions, jobs  # noqa: PLC0415 -- tables exist only from here on
        from seloste.mail.kept import OF_NOBODY  # noqa: PLC0415 -- likewise
        from seloste.mail.kept import STORES as KEPT  # noqa: PLC0415 -- likewise
        from seloste.mail.queries import timeline_entries  # noqa: PLC0415 -- likewise
        from seloste.mail.retention import STORES  # noqa: PLC0415 -- likewise

        for store in STORES:
            retention.register(store)
        kept.keep(*KEPT)
        for label, reason in OF_NOBODY.items():
            kept.not_of_a_person(label, reason)
        copies.follow_with(self.name, actions.follow_correction)
        timeline.answer_with(self.name, timeline_entries)
        sweeps.register(sweeps.Sweep(key="mail.send", every=timedelta(seconds=1), run=jobs.send))
        sweeps.register(sweeps.Sweep(key="mail.resolve", every=timedelta(seconds=30), run=jobs.resolve))
