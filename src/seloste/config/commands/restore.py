"""`seloste restore`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seloste.config import environment, preparation
from seloste.config.trouble import Trouble
from seloste.kernel import clock

if TYPE_CHECKING:
    from seloste.config.restore import Loaded

#: The exit code where the rows are there, but the database may not be served yet.
CLOSED = 3


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--identity", type=click.Path(path_type=Path), required=True, help="A file with the secret key.")
@click.option("--into", help="Another empty database (postgresql://…), or another folder like SELOSTE_VAR.")
def restore(file: Path, identity: Path, into: str | None) -> None:
    """Restore a backup, closed until all is done again.

    Takes the backup FILE into an empty database. Every row is compared with the backup's own checksums; nothing is kept
    of a file that differs. Then the ledger (SELOSTE_LEDGER) says who was erased and what was refused since the backup:
    all of it is done again, and nobody who was erased may be found. Until then nothing serves the database, however it
    was restored.

    \b
    Exit codes:
      0  restored, everything later done again: it can be served
      3  restored, but closed: the ledger is missing, cut off or damaged; the message says what to do

    \b
    Examples:
      seloste restore seloste-20261122T021500Z.age --identity key.txt
      seloste restore BACKUP --identity key.txt --into postgresql://seloste@db/new
      seloste mail adopt                           afterwards: let messages leave from here
    """
    if into:
        _lead_to(into)
    found = environment.read()
    from seloste.config import vault  # noqa: PLC0415 -- needs the cipher, which help does not

    key = vault.identity(identity)
    with preparation.house():
        _load(file, key, found.var / "restored")
        _open()


def _lead_to(into: str) -> None:
    """Have every setting lead to the other place; an embedded database brings its own var/."""
    if "://" in into:
        os.environ["DATABASE_URL"] = into
    else:
        os.environ.pop("DATABASE_URL", None)
        os.environ["SELOSTE_VAR"] = into


def _load(file: Path, key: object, lay: Path) -> "Loaded":
    from seloste.config import restore as engine  # noqa: PLC0415 -- tables are known once Django is set up
    from seloste.config.commands.backup import telling  # noqa: PLC0415 -- likewise

    loaded = engine.load(file, key=key, at=clock.now(), lay=lay, tell=telling("loaded"))
    click.echo(
        f"Loaded the backup of {loaded.made_at.astimezone(clock.HELSINKI):%Y-%m-%d %H:%M}: {loaded.rows} rows of "
        f"{loaded.tables} tables. Its {loaded.files} files, such as the notice of that day, lie in {lay}."
    )
    return loaded


def _open() -> None:
    """Do again all that happened since, and open the database; say why where it stays closed."""
    from seloste.config.commands.ledger import repeat  # noqa: PLC0415 -- likewise
    from seloste.kernel.refusals import Refusal  # noqa: PLC0415 -- likewise
    from seloste.ledger.book import DamagedBookError  # noqa: PLC0415 -- likewise

    try:
        repeat()
    except (Refusal, DamagedBookError, Trouble) as wrong:
        click.echo(f"The database is restored, but closed. {wrong}", err=True)
        raise SystemExit(CLOSED) from None
    click.echo("Messages do not leave from a restored database until `seloste mail adopt`.")
