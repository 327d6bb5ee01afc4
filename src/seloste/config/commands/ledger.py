"""`seloste ledger`: what must be done again after a restore."""

import click

from seloste.config import preparation
from seloste.config.trouble import Trouble
from seloste.kernel import clock

#: The exit code where the ledger does not fit the database.
UNFIT = 3


@click.group()
def ledger() -> None:
    """Check what a restore must do again, or do it.

    The ledger of erasures and refusals. Each entry is in the database and in a file outside it (SELOSTE_LEDGER,
    SELOSTE_LEDGER_COPY), chained by SHA-256. It names nobody: a random number or a keyed mark, and codes.

    \b
    Examples:
      seloste ledger status          may the database be served?
      seloste ledger verify          is every entry as it was written, here and there?
      seloste ledger replay          after a restore by other means than `seloste restore`
    """


@ledger.command()
def status() -> None:
    """Say whether the database fits the files outside it."""
    with preparation.house():
        preparation.refuse_unmigrated()
        from seloste.ledger import queries  # noqa: PLC0415 -- tables are known once Django is set up
        from seloste.ledger.choices import Standing  # noqa: PLC0415 -- likewise

        found = queries.standing()
        click.echo(f"Database      entry {found.database}\nOutside       entry {found.file} ({found.path})")
        if found.state is not Standing.WHOLE:
            click.echo(queries.words(found), err=True)
            raise SystemExit(UNFIT)
        click.echo("The database may be served.")


@ledger.command()
def verify() -> None:
    """Check every entry, here and in each file.

    Says exactly where one is not as it was written.
    """
    with preparation.house():
        preparation.refuse_unmigrated()
        from seloste.ledger import queries  # noqa: PLC0415 -- likewise

        findings = queries.verify()
        for finding in findings:
            click.echo(f"{finding.where}: {finding.what}")
        if findings:
            raise SystemExit(UNFIT)
        click.echo(f"All {queries.database_head().seq} entries are as they were written.")


@ledger.command()
def replay() -> None:
    """Do again what happened since the backup.

    Then opens the database for use. May be broken off and begun anew. Nothing is done twice.
    """
    with preparation.house():
        preparation.refuse_unmigrated()
        repeat()


def repeat() -> None:
    """Take in every later entry, look for everybody who was erased, and open the database."""
    from seloste.ledger import actions  # noqa: PLC0415 -- likewise
    from seloste.ledger.book import DamagedBookError  # noqa: PLC0415 -- likewise

    at = clock.now()
    try:
        done = actions.replay(at=at)
    except DamagedBookError as wrong:
        raise Trouble(f"{wrong}. Put the file back from its copy (SELOSTE_LEDGER_COPY).") from None
    click.echo(f"{done.taken_in} later entries, {done.repeated} of them done again.")
    searched = actions.settle(at=at)
    actions.flush()
    click.echo(f"{searched} erased people were looked for; nothing was found. The database may be served.")
