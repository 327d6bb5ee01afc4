"""`seloste check`: the gate between what the notice says and what the code and the database hold."""

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seloste.config import environment, preparation
from seloste.config.trouble import Trouble

if TYPE_CHECKING:
    from seloste.declaration.checks import Problem
    from seloste.notices.queries.gate import Report
    from seloste.notices.rules.census import Counts


@click.command()
@click.option("--record", is_flag=True, help="After success, write into census.toml how much was seen.")
@click.option("--fresh", is_flag=True, help="Look at a new database made from this code, and throw it away.")
def check(*, record: bool, fresh: bool) -> None:
    """Fail on anything held that the notice does not say.

    Walks every field of every model and every column of every table and view of the database, and fails on whatever
    is not declared, on declarations of nothing, on purposes without a basis or an end, on guards of the database that
    are gone, on translations that stayed behind, and on waivers past their date. Each line has a code and a place.

    \b
    Examples:
      seloste check
      seloste check --record         also raise the least that the check must see
      seloste check --fresh          touches no data; what `make check` runs
    """
    folder = environment.read().notice
    report = look(folder, fresh=fresh)
    tell(report)
    if report.problems or report.saw is None:
        raise SystemExit(1)
    if record:
        click.echo(f"Recorded in {_record(folder, report.saw)}")


def look(folder: Path, *, fresh: bool = False) -> "Report":
    """Have the house up and ask the gate; a house that cannot be brought up is a finding, not a crash."""
    refuse_unreadable(folder)
    try:
        with preparation.fresh_house() if fresh else preparation.house():
            from seloste.kernel.clock import now  # noqa: PLC0415
            from seloste.notices.queries.gate import gate  # noqa: PLC0415

            report = gate(folder=folder, at=now())
            return replace(report, problems=[*report.problems, *_unnamed_providers()])
    except Trouble as trouble:
        click.echo(f"E098 database: it could not be looked at: {trouble}")
        raise SystemExit(1) from None


def _unnamed_providers() -> "list[Problem]":
    """Return the payment providers that are switched on although the notice does not name them (S7.2)."""
    from seloste.declaration.checks import Problem  # noqa: PLC0415 -- the rooms are known once the house is up
    from seloste.payments.actions import undeclared  # noqa: PLC0415 -- likewise

    why = "it has keys, but no recipient of the purpose order with a contract_date has its name (S7.2; art. 13(1)(e))"
    return [Problem("E070", f"recipient.{way}", why) for way in undeclared()]


def refuse_unreadable(folder: Path) -> None:
    """Look at the declaration before the rooms do: they read it while Django starts."""
    from seloste.declaration.load import DeclarationError, load  # noqa: PLC0415

    try:
        load(folder)
    except DeclarationError as error:
        click.echo("\n".join(f"N001 {line}" for line in str(error).splitlines()))
        click.echo("The declaration cannot be read, so nothing else was looked at.")
        raise SystemExit(1) from None


def tell(report: "Report") -> None:
    """Print each problem on a line of its own, then what was seen."""
    for problem in report.problems:
        click.echo(str(problem))
    if report.saw:
        click.echo(_summary(report.saw))
    found = len(report.problems)
    click.echo("Everything held is declared, and everything declared is held." if not found else f"{found} problem(s).")


def _summary(saw: "Counts") -> str:
    return (
        f"Looked at {saw.models} models with {saw.fields} fields, {saw.tables} tables with {saw.columns} columns, "
        f"{saw.purposes} purposes, {saw.categories} categories and {saw.sentences} sentences of the notice."
    )


def _record(folder: Path, saw: "Counts") -> Path:
    """Write the figures into census.toml and leave its other lines as they are."""
    from seloste.notices.rules.census import RECORDED  # noqa: PLC0415

    path = folder / "census.toml"
    text = path.read_text(encoding="utf-8")
    for name in RECORDED:
        figure = getattr(saw, name)
        text, found = re.subn(rf"^({name}\s*=\s*)\d+", rf"\g<1>{figure}", text, flags=re.MULTILINE)
        text += "" if found else f"{name} = {figure}\n"
    path.write_text(text, encoding="utf-8")
    return path
