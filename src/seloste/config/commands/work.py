"""`seloste work`."""

import click

from seloste.config import environment, preparation


@click.command()
def work() -> None:
    """Do what comes due by itself, until Ctrl+C.

    Sends mail, counts visits, clears what has come to its end, and whatever else the rooms have registered.
    `seloste serve` and `seloste demo` run this beside the web server. Start it alone on a further machine: any number
    of workers may run on one database, and each piece of work is done by one of them at a time.

    \b
    Example:
      DATABASE_URL=postgresql://seloste@db/seloste SELOSTE_ORIGIN=https://example.com seloste work
    """
    found = environment.read()
    environment.require_for_production(found)
    with preparation.house():
        preparation.refuse_unmigrated()
        preparation.refuse_unreplayed()
        preparation.refuse_unpublished_notice()
        preparation.close_connections()
        from seloste.config import work as worker  # noqa: PLC0415 -- its settings are known once Django is set up

        click.echo("Working. Ctrl+C stops it.")
        worker.run()
