"""`seloste demo`: the product with invented people."""

import os

import click

from seloste.config import environment, preparation
from seloste.config import serve as server
from seloste.config.commands.serve import tell


@click.group(invoke_without_command=True)
@click.pass_context
def demo(context: click.Context) -> None:
    """Try Seloste with invented people (`make run`).

    \b
    Examples:
      seloste demo                   set up, load invented people once, and serve
      PORT=8001 seloste demo
      seloste demo accounts          the logins, one per job role
      seloste demo code LOGIN        the login's second factor, now
    """
    os.environ["SELOSTE_DEMO"] = "true"
    if context.invoked_subcommand is None:
        _serve()


def _serve() -> None:
    found = environment.read()
    server.refuse_busy_port(found)
    with preparation.house():
        preparation.migrate()
        preparation.collect_static_files()
        preparation.close_connections()
        server.serve(found, when_ready=lambda: tell(found))
