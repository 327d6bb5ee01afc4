"""`seloste backup`."""

import sys
from pathlib import Path

import click

from seloste.config import environment, preparation
from seloste.config.trouble import Trouble
from seloste.kernel import clock

#: The name under which the desk knows when the last backup was made.
SWEEP = "backup.make"


@click.command()
@click.option(
    "--to", type=click.Path(path_type=Path, file_okay=False), help="Another folder than SELOSTE_BACKUP_FOLDER."
)
@click.option("--new-key", is_flag=True, help="Make a pair of keys, print both, and write neither.")
def backup(to: Path | None, *, new_key: bool) -> None:
    """Make an encrypted backup.

    Of the database and of the files that belong to it. It shows one moment, whatever is written meanwhile. It is
    encrypted for SELOSTE_BACKUP_KEY and can be opened only with the secret key, which must not be on this machine.
    Backups older than 35 days are removed. var/secrets and the ledger are not in it. Keep a copy of both elsewhere;
    without them a restore cannot be served.

    \b
    Examples:
      seloste backup --new-key                     once: keep the secret key in a safe
      SELOSTE_BACKUP_KEY=age1… seloste backup --to /mnt/backups
      seloste restore --help                       the way back
    """
    if new_key:
        _print_new_key()
        return
    found = environment.read()
    if not found.backup_key:
        raise Trouble(
            "SELOSTE_BACKUP_KEY is missing: no backup is made that others could read. "
            "`seloste backup --new-key` makes a pair of keys."
        )
    with preparation.house():
        preparation.refuse_unmigrated()
        _make(to.expanduser().absolute() if to else found.backups, found.backup_key)


def _print_new_key() -> None:
    from seloste.config import vault  # noqa: PLC0415 -- needs the cipher, which help does not

    public, secret = vault.new_key()
    click.echo(f"Public key, for SELOSTE_BACKUP_KEY on this machine:\n\n  {public}\n")
    click.echo(f"Secret key, for a safe and never for this machine; it is shown this once:\n\n  {secret}\n")
    click.echo("Whoever has the secret key can read every backup. Without it, no backup can be restored.")


def _make(folder: Path, keys: tuple[str, ...]) -> None:
    from seloste.audit.actions import runs  # noqa: PLC0415 -- tables are known once Django is set up
    from seloste.config import backup as engine  # noqa: PLC0415 -- likewise

    at = clock.now()
    made = engine.make(folder, keys=keys, at=at, tell=telling("packed"))
    runs.note_done(sweep=SWEEP, started_at=at, ended_at=clock.now(), done=1)
    click.echo(f"{made.path}\n{made.rows} rows, {made.size / 1e6:.1f} MB, {made.took.total_seconds():.1f} s")
    click.echo(f"The ledger ended at entry {made.seq}.")


class telling:  # noqa: N801 -- used as a function
    """Tells on a terminal how far a long job has come: one line a table."""

    def __init__(self, what: str) -> None:
        self._what, self._table = what, ""

    def __call__(self, table: str, rows: int) -> None:
        """Tell of a table's rows so far."""
        if sys.stderr.isatty():
            start = "\r" if table == self._table else "\n" if self._table else ""
            click.echo(f"{start}{table}: {rows} rows {self._what}", nl=False, err=True)
            self._table = table
