"""`seloste version`."""

import platform
from importlib.metadata import version as version_of

import click


@click.command()
def version() -> None:
    """Print the versions of Seloste, Python and Django."""
    click.echo(f"Seloste {version_of('seloste')}, Python {platform.python_version()}, Django {version_of('django')}")
