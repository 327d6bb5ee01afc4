"""The gate: everything that must agree, asked at once. Nothing is passed over in silence."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import DatabaseError, InterfaceError
from pydantic import ValidationError

from seloste.declaration import checks, coherence, lint, load, reviewed
from seloste.declaration.checks import Problem
from seloste.declaration.schema import Declaration
from seloste.kernel.clock import local_date
from seloste.notices.queries import catalog
from seloste.notices.rules import census
from seloste.notices.rules.census import Counts


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What the gate saw and what it found; ``saw`` is None where it could not look."""

    saw: Counts | None
    problems: Sequence[Problem]


def gate(*, folder: Path, at: datetime) -> Report:
    """Compare the declaration of the folder with itself, with the code and with the live database."""
    try:
        declared = load.load(folder)
    except load.DeclarationError as error:
        return Report(saw=None, problems=[_unreadable(line) for line in str(error).splitlines()])
    agreed = [
        problem
        for check in (checks.problems, coherence.problems)
        for problem in check(declared, today=local_date(at), folder=folder)
    ]
    found = [*agreed, *_drift(declared, folder), *_lacking(declared)]
    return _with_database(declared, found)


def _unreadable(line: str) -> Problem:
    place, _, message = line.partition(": ")
    return Problem("N001", place, message)


def _drift(declared: Declaration, folder: Path) -> list[Problem]:
    try:
        return list(reviewed.drift(declared, folder))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return [Problem("N001", reviewed.FILE, str(error))]
    except ValidationError as error:
        mistakes = [(" → ".join(str(step) for step in one["loc"]), one["msg"]) for one in error.errors()]
        return [Problem("N001", f"{reviewed.FILE} {place}", message) for place, message in mistakes]


def _lacking(declared: Declaration) -> list[Problem]:
    """Return what arts 12–14 want and the notice does not say at all; what is only unclear is the linter's."""
    missing = [one for one in lint.lint(declared) if one.severity == "missing"]
    return [Problem("N190", one.where, f"{one.message.en} ({one.article})") for one in missing]


def _with_database(declared: Declaration, found: list[Problem]) -> Report:
    try:
        seen = catalog.seen()
    except (DatabaseError, InterfaceError) as error:
        return Report(saw=None, problems=[*found, unreachable(str(error))])
    return Report(saw=census.counts(declared, seen), problems=[*found, *census.problems(declared, seen)])


def unreachable(why: str) -> Problem:
    """Return the failure of a gate that could not look at the database."""
    return Problem("E098", "database", f"it could not be looked at: {' '.join(why.split())}")
