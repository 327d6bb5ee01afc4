"""A copy of the notice that a test may spoil, and the gate's answer to it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection

from seloste.declaration.checks import Problem
from seloste.notices.queries.gate import gate

#: Noon in Helsinki on a Wednesday.
AT = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


def problems(folder: Path, at: datetime = AT) -> list[Problem]:
    """Ask the gate about the folder, the code and the test database."""
    return list(gate(folder=folder, at=at).problems)


def sql(*statements: str) -> None:
    """Have the database's owner do something to it."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def found(folder: Path, code: str, at: datetime = AT) -> list[str]:
    """Return the places of the problems of one code."""
    return [problem.place for problem in problems(folder, at) if problem.code == code]


def replace(folder: Path, file: str, old: str, new: str) -> None:
    """Change the first place in a file that reads so; a test must not spoil nothing."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{file} does not hold {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def add(folder: Path, file: str, text: str) -> None:
    """Add lines at the end of a file."""
    path = folder / file
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def table(folder: Path, file: str, header: str) -> str:
    """Return the lines of one table of a file, its header included."""
    text = (folder / file).read_text(encoding="utf-8")
    return next(part for part in _tables(text) if part.startswith(header))


def _tables(text: str) -> Iterator[str]:
    starts = [match.start() for match in re.finditer(r"^\[", text, re.MULTILINE)]
    yield from (text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True))
