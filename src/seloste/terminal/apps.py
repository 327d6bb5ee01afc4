"""The room's place in Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TerminalConfig(AppConfig):
    """What is stored on a visitor's device, and what the visitor chose."""

    name = "seloste.terminal"

    def ready(self) -> None:
        """Have answers whose time of proof is over go with everything else."""
        from seloste.kernel import kept, retention  # noqa: PLC0415 -- ready() is where rooms register themselves
        from seloste.terminal import actions, queries  # noqa: PLC0415 -- tables exist only from here on
        from seloste.terminal.kept import OF_NOBODY  # noqa: PLC0415 -- likewise

        for label, reason in OF_NOBODY.items():
            kept.not_of_a_person(label, reason)
        retention.register(
            retention.Store(
                key="terminal.answers",
                name=_("Answers about cookies"),
                purpose="rights",
                due=queries.due,
                clear=actions.clear,
                held=queries.held,
            )
        )
