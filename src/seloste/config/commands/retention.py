"""`seloste retention`: what goes and when."""

import sys
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import click

from seloste.config import preparation
from seloste.kernel import clock, sweeps
from seloste.kernel.duty import operator
from seloste.kernel.retention import COUNTED, Store, stores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seloste.audit.queries.machine import Fate

#: How far ahead the table looks unless it is told a day.
AHEAD = timedelta(days=30)
#: The exit code where something is still there more than a day after it had to go.
OVERDUE = 3


@click.command()
@click.option("--really", is_flag=True, help="Delete what has come to its end, now. Without it nothing is changed.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Look ahead to this day, such as 2027-01-31.")
def retention(until: datetime | None, *, really: bool) -> None:
    """Show what goes and when; only with --really does it go.

    The worker clears every store once a night. The periods are those of the notice; days are Helsinki's.

    \b
    Exit codes:
      0  everything is in time (with --really: everything was cleared)
      1  a store could not be cleared
      3  something is still there more than a day after it had to go

    \b
    Examples:
      seloste retention                        what goes tonight, within a week and within a month
      seloste retention --until 2027-01-31     … and by that day
      seloste retention --really               do not wait for the night
    """
    if really and until:
        raise click.UsageError("--until looks ahead: what has not come to its end cannot be deleted.")
    with preparation.house():
        preparation.refuse_unmigrated()
        if really:
            _clear()
        else:
            _show(until.date() if until else None)


def _show(until: date | None) -> None:
    from seloste.audit.queries import machine  # noqa: PLC0415 -- tables are known once Django is set up

    at = clock.now()
    today = clock.local_date(at)
    if until and until < today:
        raise click.UsageError(f"{until} is over: give a day from {today} on.")
    fates = machine.fates(at=at, until=max(until or today, today + AHEAD))
    _table(fates, until)
    overdue = [fate for fate in fates if fate.overdue]
    if overdue:
        names = ", ".join(fate.store.key for fate in overdue)
        click.echo(
            f"\nOverdue by more than a day: {names}. Does a worker run? `seloste retention --really` clears now."
        )
        raise SystemExit(OVERDUE)
    click.echo("\nNothing was changed. Nothing is overdue.")


def _table(fates: "Sequence[Fate]", until: date | None) -> None:
    far = f"by {until}" if until else "30 days"
    head = ("store", "purpose", "held", "next run", "7 days", far, "last cleared")
    rows = [head, *(_row(fate, until) for fate in fates)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    for row in rows:
        words = [cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True)]
        figures = [cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True)]
        click.echo("  ".join(words + figures))


def _row(fate: "Fate", until: date | None) -> tuple[str, ...]:
    days = (until - fate.today).days + 1 if until else AHEAD.days
    held = "" if fate.held is None else f">{COUNTED}" if fate.held > COUNTED else str(fate.held)
    last = f"{fate.last_day}" if fate.last_day else "never"
    goes = (fate.coming, fate.goes_within(7), fate.goes_within(days))
    return (fate.store.key, fate.store.purpose, held, *map(str, goes), f"{last}{' !' if fate.error else ''}")


def _clear() -> None:
    """Clear every store, batch by batch; a store that fails holds up no other and ends the command with 1."""
    from seloste.audit.queries import machine  # noqa: PLC0415 -- likewise

    at = clock.now()
    if not machine.clocks_agree(at):
        raise click.ClickException("The database's clock tells another time than this machine's: nothing was deleted.")
    with sweeps.alone("retention.run"):
        went_well = [_cleared(store, at) for store in stores()]
    if not all(went_well):
        raise SystemExit(1)


def _cleared(store: Store, at: datetime) -> bool:
    from seloste.audit.actions import retention as engine  # noqa: PLC0415 -- likewise

    try:
        waiting = sum(due.count for due in store.due(clock.local_date(at) - timedelta(days=1)))
        with click.progressbar(length=waiting, label=store.key, show_pos=True, hidden=not sys.stdout.isatty()) as bar:
            went = engine.clear(store, by=operator(store.purpose, may=frozenset()), at=at, tell=bar.update)
    except Exception as wrong:  # noqa: BLE001 -- whatever it is, the other stores must not wait for this one
        engine.note_failure(store, wrong, at=at)
        click.echo(f"{store.key}: not cleared ({type(wrong).__name__}); the log tells where", err=True)
        return False
    click.echo(f"{store.key}: {went}")
    return True
