"""`seloste check`: the gate between what the notice says and what the database holds."""

import click

from seloste.config import preparation


@click.command()
def check() -> None:
    """Fail on anything held that the notice does not say.

    Walks every field of every model and every column of every table, and fails on whatever is not declared, on
    declarations of nothing, on purposes without a basis or an end, and on waivers past their date.

    \b
    Example:
      seloste check
    """
    with preparation.house():
        from django.core.management import call_command  # noqa: PLC0415

        call_command("check")
