"""`seloste settings`."""

import textwrap

import click

from seloste.config import environment


@click.command()
def settings() -> None:
    """List every setting with what it does.

    A setting is an environment variable; with _FILE at its end it names a file that holds the value.
    """
    for name, words in environment.variables().items():
        click.echo(f"{name}\n{textwrap.indent(words, '    ')}")
