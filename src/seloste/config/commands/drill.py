"""`seloste drill`."""

import click

from seloste.config import preparation
from seloste.kernel import clock


@click.command()
@click.option("--people", default=50, show_default=True, type=click.IntRange(5, 1_000_000), help="How many are made.")
@click.option("--no-serve", is_flag=True, help="Do not start the server on the restored database at the end.")
@click.option("--no-note", is_flag=True, help="Do not tell the desk; needs no database of its own.")
def drill(people: int, *, no_serve: bool, no_note: bool) -> None:
    """Try the way back from a backup.

    In a scratch database: makes people, backs them up, erases some and lets others object; restores the backup
    elsewhere, sees that it is not served, replays the ledger, searches for everybody who was erased, compares the
    databases and serves. Touches no data. The desk shows when the last good drill was. To try a real backup: `seloste
    restore FILE --into FOLDER`.

    \b
    Exit codes:
      0  everything ended as it must
      1  a step did not; the message names it
    """
    if no_note:
        _run(people, serve=not no_serve)
        return
    with preparation.house():
        preparation.refuse_unmigrated()
        from seloste.audit.actions import runs  # noqa: PLC0415 -- tables are known once Django is set up
        from seloste.config.drill import SWEEP  # noqa: PLC0415 -- likewise

        began_at = clock.now()
        try:
            _run(people, serve=not no_serve)
        except Exception as wrong:
            error = type(wrong).__name__
            runs.note_failed(sweep=SWEEP, started_at=began_at, at=clock.now(), error=error, failures=1)
            raise
        runs.note_done(sweep=SWEEP, started_at=began_at, ended_at=clock.now(), done=people)


def _run(people: int, *, serve: bool) -> None:
    from seloste.config import drill as engine  # noqa: PLC0415 -- likewise

    report = engine.run(people, serve=serve)
    for step, took in report.seconds.items():
        click.echo(f"{step:<14} {took:>8.2f} s")
    click.echo(
        f"{report.people} people, {report.rows} rows, {report.backup_bytes / 1e6:.2f} MB; {report.erased} erased and "
        f"{report.refused} objections done again; {report.tables_compared} tables hold what they must."
    )
    click.echo("The way back holds.")
