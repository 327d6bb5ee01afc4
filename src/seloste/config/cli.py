"""`seloste`: the one command line.

Each command is a click command in a module of `seloste.config.commands`; `COMMANDS` names them. A module is imported
only when its command is used, so help answers at once and nothing needs a database to be explained.

A command that works with Django's models wraps its body in `with house():` (see `preparation`) and imports the rooms
inside it. An expected refusal is raised as `Trouble`, or is a room's `Refusal`: one line, exit code 1.
"""

import importlib
import signal
import sys
from types import FrameType

import click

from seloste.config.trouble import Trouble

#: Name of the command, and where it is.
COMMANDS = {
    "serve": "serve:serve",
    "demo": "demo:demo",
    "work": "work:work",
    "check": "check:check",
    "notice": "notice:notice",
    "audit": "audit:audit",
    "retention": "retention:retention",
    "consent": "consent:consent",
    "access": "access:access",
    "backup": "backup:backup",
    "restore": "restore:restore",
    "ledger": "ledger:ledger",
    "drill": "drill:drill",
    "invoices": "invoices:invoices",
    "mail": "mail:mail",
    "staff": "staff:staff",
    "database": "database:database",
    "settings": "settings:settings",
    "migrate": "django:migrate",
    "makemigrations": "django:makemigrations",
    "shell": "django:shell",
    "version": "version:version",
}


class Commands(click.Group):
    """Finds a command by its name when it is asked for, and tells expected trouble in one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        """Name the commands in the order help shows them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the command's module now, not before."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(f"seloste.config.commands.{module}"), name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; an expected refusal becomes one line and exit code 1."""
        try:
            return super().invoke(ctx)
        except Trouble as trouble:
            raise click.ClickException(str(trouble)) from None
        except Exception as wrong:
            if _is_expected(wrong):
                raise click.ClickException(str(wrong)) from None
            raise


def _is_expected(wrong: Exception) -> bool:
    """Say whether a room refused or the notice cannot be read; their classes are known only if they were imported."""
    expected = [("seloste.kernel.refusals", "Refusal"), ("seloste.declaration.load", "DeclarationError")]
    return any(name in sys.modules and isinstance(wrong, getattr(sys.modules[name], kind)) for name, kind in expected)


@click.group(
    name="seloste", cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
def main() -> None:
    """Seloste: a customer and marketing register that keeps the promise its own privacy notice makes.

    \b
    Examples:
      seloste demo                   try it with invented people, on http://localhost:8000
      seloste serve                  serve real people; needs SELOSTE_ORIGIN
      seloste check                  does everything the database holds stand in the notice?
      seloste audit --help           who saw this person, when and why
      seloste consent verify FILE    is this receipt of a consent whole?
      seloste drill                  does the way back from a backup hold?
      seloste access verify FILE     is this package of somebody's data whole?

    Settings come from the environment; `seloste settings` lists them.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)


def _end(number: int, _frame: FrameType | None) -> None:
    """Leave by way of every `finally`, so that the database is stopped too."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    main()
