"""`seloste audit`: the record of reads and writes."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from itertools import chain
from typing import TYPE_CHECKING
from uuid import UUID

import click

from seloste.config import preparation
from seloste.kernel import clock, duty, sheets

if TYPE_CHECKING:
    from seloste.audit.queries import Event, Window

#: Whoever may start this command may read the database anyway; the look is recorded as the operator's.
PURPOSE = "rights"
#: The names of the columns are those of a spreadsheet that an authority may be given.
HEADER = ("number", "at", "who", "account", "role", "purpose", "deed", "persons", "categories", "denied")

DAY = click.DateTime(["%Y-%m-%d"])
SINCE = click.option("--since", type=DAY, help="Only from this day on.")
UNTIL = click.option("--until", type=DAY, help="Only up to this day, which is included.")
AS_CSV = click.option("--csv", "as_csv", is_flag=True, help="For a spreadsheet: UTF-8, semicolons.")

#: A question of the record: the events older than the one of the number, newest first.
Question = Callable[[int | None], "Sequence[Event]"]


@click.group()
def audit() -> None:
    """Tell who saw a person, and what an account touched.

    Times are Helsinki's. Looking into the record is itself recorded.

    \b
    Examples:
      seloste audit person H-7K3M-9QXD
      seloste audit person 0196b1c2-7d3e-7a41-9f0e-1c2d3e4f5a6b --since 2026-11-01
      seloste audit account owner@example.com --csv > touched.csv
      seloste audit latest
    """


@audit.command()
@click.argument("person")
@SINCE
@UNTIL
@AS_CSV
def person(person: str, since: datetime | None, until: datetime | None, *, as_csv: bool) -> None:
    """Show who saw or changed PERSON, when, in which role and for which purpose.

    PERSON is a reference or an id. The id of someone who has been erased is answered too: the record stays.
    """
    with preparation.house():
        from seloste.audit.queries import who_saw  # noqa: PLC0415

        who, within = _person(person), _window(since, until)
        _print(
            _pages(lambda before: who_saw(by=_operator(), at=clock.now(), person_id=who, before=before, within=within)),
            as_csv=as_csv,
        )


@audit.command()
@click.argument("account")
@SINCE
@UNTIL
@AS_CSV
def account(account: str, since: datetime | None, until: datetime | None, *, as_csv: bool) -> None:
    """Show what the staff account ACCOUNT saw and changed; ACCOUNT is its login or its id."""
    with preparation.house():
        from seloste.audit.queries import what_touched  # noqa: PLC0415

        who, within = _account(account), _window(since, until)
        _print(
            _pages(
                lambda before: what_touched(by=_operator(), at=clock.now(), actor=who, before=before, within=within)
            ),
            as_csv=as_csv,
        )


@audit.command()
@click.option("--before", type=int, help="Only events older than the one of this number.")
@AS_CSV
def latest(before: int | None, *, as_csv: bool) -> None:
    """Show the newest events of all accounts, a hundred at a time."""
    with preparation.house():
        from seloste.audit import queries  # noqa: PLC0415

        page = queries.latest(by=_operator(), at=clock.now(), before=before)
        _print(iter(page), as_csv=as_csv)
        if len(page) == queries.PAGE and not as_csv:
            click.echo(f"Older ones: --before {page[-1].number}")


# --- Whom it is about -------------------------------------------------------------------------------------------------


def _operator() -> duty.Duty:
    return duty.operator(PURPOSE, may=frozenset({"audit"}))


def _window(since: datetime | None, until: datetime | None) -> "Window":
    """Return the time from the beginning of the one day to the end of the other, as Helsinki counts days."""
    from seloste.audit.queries import Window  # noqa: PLC0415

    return Window(since=_midnight(since), until=_midnight(until + timedelta(days=1)) if until else None)


def _midnight(day: datetime | None) -> datetime | None:
    return datetime.combine(day.date(), time(), tzinfo=clock.HELSINKI) if day else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _person(said: str) -> UUID:
    from seloste.kernel.ids import read_reference  # noqa: PLC0415
    from seloste.register.models import Person  # noqa: PLC0415

    known = _uuid(said)
    found = known or Person.objects.filter(reference=read_reference(said) or said).values_list("id", flat=True).first()
    if found is None:
        raise click.ClickException(f"No person has the reference {said}. For someone erased, give the id.")
    return found


def _account(said: str) -> UUID:
    from seloste.accounts.queries import account_at  # noqa: PLC0415

    found = _uuid(said) or account_at(said)
    if found is None:
        raise click.ClickException(f"No staff account has the address {said}.")
    return found


# --- The answer -------------------------------------------------------------------------------------------------------


def _pages(question: Question) -> "Iterator[Event]":
    """Yield the answers page by page, newest first; each page is a look that is recorded."""
    from seloste.audit.queries import PAGE  # noqa: PLC0415

    page = question(None)
    yield from page
    while len(page) == PAGE:
        page = question(page[-1].number)
        yield from page


def _print(found: "Iterator[Event]", *, as_csv: bool) -> None:
    from seloste.accounts.queries import names  # noqa: PLC0415

    known = names(by=_operator())
    if as_csv:
        sheets.write(sys.stdout, chain([HEADER], (_cells(event, known) for event in found)))
        return
    count = 0
    for count, event in enumerate(found, start=1):  # noqa: B007 -- the last number is how many there were
        click.echo(_line(_cells(event, known)))
    click.echo(f"{count} events." if count else "No events.")


def _cells(event: "Event", known: Mapping[UUID, str]) -> tuple[str, ...]:
    return (
        str(event.number),
        event.at.astimezone(clock.HELSINKI).strftime("%Y-%m-%d %H:%M:%S"),
        _name(event.actor, known),
        str(event.actor),
        event.role,
        event.purpose,
        event.deed,
        " ".join(map(str, event.subjects)),
        " ".join(event.categories),
        "denied" if event.denied else "",
    )


def _name(actor: UUID, known: Mapping[UUID, str]) -> str:
    """Return who it was: an account that is gone has no name any more, and nobody is the system or a visitor."""
    return known.get(actor, "")


def _line(cells: tuple[str, ...]) -> str:
    number, at, who, _account, role, purpose, deed, persons, categories, denied = cells
    counted = len(persons.split())
    about = "" if counted == 0 else "  1 person" if counted == 1 else f"  {counted} persons"
    marked = "  DENIED" if denied else ""
    return f"{number:>8}  {at}  {who or '-':<20}  {role:<16}  {purpose:<16}  {deed:<22}{about}  {categories}{marked}"
