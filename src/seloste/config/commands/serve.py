"""`seloste serve`."""

import click

from seloste.config import environment, preparation
from seloste.config import serve as server


@click.command()
def serve() -> None:
    """Serve the site to real people, until Ctrl+C.

    Starts the embedded PostgreSQL unless DATABASE_URL names another one. Needs SELOSTE_ORIGIN, the public address.

    \b
    Examples:
      SELOSTE_ORIGIN=https://example.com SELOSTE_TRUSTED_PROXIES=127.0.0.1 seloste serve
      SELOSTE_ORIGIN=http://localhost:8000 seloste serve
    """
    found = environment.read()
    environment.require_for_production(found)
    server.refuse_busy_port(found)
    with preparation.house():
        preparation.refuse_unmigrated()
        preparation.refuse_unreplayed()
        preparation.refuse_invented_accounts()
        preparation.refuse_unpublished_notice()
        preparation.refuse_unnamed_providers()
        with preparation.one_at_a_time():
            preparation.collect_static_files()
        preparation.close_connections()
        server.serve(found, when_ready=lambda: tell(found))


def tell(found: environment.Environment) -> None:
    """Print where the site is."""
    from django.urls import reverse  # noqa: PLC0415 -- the addresses are known once Django is set up

    click.echo(f"Public site   {found.public_origin}{reverse('home')}")
    click.echo(f"Desk          {found.public_origin}{reverse('desk:home')}")
    click.echo("Ctrl+C stops it.")
