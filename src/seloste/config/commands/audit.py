"""`seloste audit`: the record of reads and writes."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import click

from seloste.config import preparation
from seloste.kernel import clock, duty

if TYPE_CHECKING:
    from seloste.audit.queries import Event

#: Whoever may start this command may read the database anyway; the look is recorded as the operator's.
PURPOSE = "rights"


@click.group()
def audit() -> None:
    """Tell who saw a person, and what an account touched.

    Times are Helsinki's. Looking into the record is itself recorded.

    \b
    Examples:
      seloste audit person 0196b1c2-7d3e-7a41-9f0e-1c2d3e4f5a6b
      seloste audit account owner@example.com
      seloste audit latest
    """


@audit.command()
@click.argument("person", type=click.UUID)
@click.option("--before", type=int, help="Only events older than the one of this number.")
def person(person: UUID, before: int | None) -> None:
    """Show who saw or changed PERSON (an id), when, in which role and for which purpose."""
    with preparation.house():
        from seloste.audit import queries  # noqa: PLC0415

        _tell(lambda by: queries.who_saw(by=by, at=clock.now(), person_id=person, before=before))


@audit.command()
@click.argument("email")
@click.option("--before", type=int, help="Only events older than the one of this number.")
def account(email: str, before: int | None) -> None:
    """Show what the staff account with the address EMAIL saw and changed."""
    with preparation.house():
        from seloste.accounts.queries import account_at  # noqa: PLC0415
        from seloste.audit import queries  # noqa: PLC0415

        found = account_at(email.lower())
        if found is None:
            raise click.ClickException(f"No staff account has the address {email}.")
        _tell(lambda by: queries.what_touched(by=by, at=clock.now(), actor=found, before=before))


@audit.command()
@click.option("--before", type=int, help="Only events older than the one of this number.")
def latest(before: int | None) -> None:
    """Show the newest events of all accounts."""
    with preparation.house():
        from seloste.audit import queries  # noqa: PLC0415

        _tell(lambda by: queries.latest(by=by, at=clock.now(), before=before))


def _tell(question: "Callable[[duty.Duty], Sequence[Event]]") -> None:
    events = question(duty.operator(PURPOSE, may=frozenset({"audit"})))
    for event in events:
        click.echo(_line(event))
    click.echo("No events." if not events else f"{len(events)} events; older ones: --before {events[-1].number}")


def _line(event: "Event") -> str:
    at = event.at.astimezone(clock.HELSINKI).strftime("%Y-%m-%d %H:%M:%S")
    denied = "  DENIED" if event.denied else ""
    categories = ",".join(event.categories)
    return f"{event.number:>8}  {at}  {event.actor}  {event.role}  {event.purpose}  {event.deed}  {categories}{denied}"
