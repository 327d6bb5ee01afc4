"""Django's own commands that a maintainer needs, passed through as they are."""

import click

from seloste.config import preparation

PASS_ON = {"ignore_unknown_options": True, "help_option_names": []}


def _run(*arguments: str) -> None:
    with preparation.house():
        from django.core.management import execute_from_command_line  # noqa: PLC0415

        execute_from_command_line(["seloste", *arguments])


@click.command(context_settings=PASS_ON)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def migrate(arguments: tuple[str, ...]) -> None:
    """Bring the tables up to date (Django's migrate)."""
    _run("migrate", *arguments)
    if not arguments:
        _run("createcachetable")


@click.command(context_settings=PASS_ON)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def makemigrations(arguments: tuple[str, ...]) -> None:
    """Write migrations for changed models (Django's)."""
    _run("makemigrations", *arguments)


@click.command(context_settings=PASS_ON)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def shell(arguments: tuple[str, ...]) -> None:
    """Open Python with the models at hand; reads go unrecorded."""
    _run("shell", *arguments)
