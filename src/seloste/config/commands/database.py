"""`seloste database`: the embedded PostgreSQL by hand."""

import subprocess

import click

from seloste.config import database as databases
from seloste.config import embedded, environment
from seloste.config.trouble import Trouble


@click.group()
def database() -> None:
    """Start, stop and look at the embedded PostgreSQL.

    Seldom needed: each command starts it and the last one to end stops it.

    \b
    Examples:
      seloste database start         start it and leave it up
      seloste database shell         open psql; what is read there is not recorded
      seloste database stop
    """


def _server() -> embedded.Server:
    found = environment.read()
    if found.database_url:
        raise Trouble("DATABASE_URL names another PostgreSQL: start and stop that one by its own means.")
    return embedded.at(found.var)


@database.command()
def start() -> None:
    """Start the server and leave it up."""
    server = _server()
    embedded.start_and_keep(server)
    click.echo(f"PostgreSQL is up; its socket is in {server.socket}")


@database.command()
@click.option("--now", is_flag=True, help="Even while another command uses it.")
def stop(*, now: bool) -> None:
    """Stop the server, unless another command uses it."""
    embedded.stop_unless_used(_server(), even_if_used=now)
    click.echo("PostgreSQL is stopped.")


@database.command()
def status() -> None:
    """Say whether the server is up, and where its data and log are.

    Names too what deleted checkouts left behind on this machine: it may hold people's data, so remove it.
    """
    server = _server()
    state = "up" if embedded.is_running(server) else "stopped"
    click.echo(f"PostgreSQL is {state}\ndata    {server.data}\nsocket  {server.socket}\nlog     {server.log}")
    for folder in embedded.left_behind():
        click.echo(f"left    {folder} (its checkout is gone)")


@database.command()
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def shell(arguments: tuple[str, ...]) -> None:
    """Open psql on the database; what is read there is not recorded."""
    found = environment.read()
    with databases.available(found):
        command = [str(embedded.programs() / "psql"), "-d", databases.conninfo(found), *arguments]
        done = subprocess.run(command, check=False)  # noqa: S603
    raise SystemExit(done.returncode)
