"""Files for spreadsheets: as Finnish ones open them, and with nothing in them that could be run.

A cell that begins like a formula is run by whoever opens the file (CWE-1236; ASVS 1.2.10). So there is one way of
writing cells, and no text reaches a file by another.
"""

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

Cell = str | int | Decimal | date | datetime | None
#: With these a formula can begin, in their wide forms as well.
_BEGINS = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
_SKIPPED = " \t\r\n\0\ufeff\u00a0"
#: Tells a spreadsheet that the file is UTF-8.
_MARK = "\ufeff"


class Written(Protocol):
    """Whatever text is written to."""

    def write(self, text: str, /) -> object:
        """Take the text."""


def inert(text: str) -> str:
    """Return the text so that no spreadsheet reads it as a formula: an apostrophe before it makes it text."""
    bare = text.lstrip(_SKIPPED)
    is_live = bare[:1] in _BEGINS or text[:1] in {"\t", "\r", "\n", "\0"}
    return f"'{text}" if bare and is_live else text


def written(cell: Cell) -> str:
    """Return the cell as a Finnish spreadsheet reads it from text: a comma in amounts, days as 2026-11-23."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:f}".replace(".", ",")
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, date):
        return cell.isoformat()
    return inert(cell) if isinstance(cell, str) else str(cell)


def write(file: Written, rows: Iterable[Iterable[Cell]], *, quoting: int = csv.QUOTE_MINIMAL) -> None:
    """Write the rows as CSV (RFC 4180) with semicolons, which leave the comma to amounts."""
    lines = csv.writer(file, delimiter=";", lineterminator="\r\n", quoting=quoting)  # type: ignore[arg-type]
    lines.writerows([written(cell) for cell in row] for row in rows)


def as_csv(rows: Iterable[Iterable[Cell]], *, quoting: int = csv.QUOTE_MINIMAL) -> str:
    """Return the rows as the text of a file."""
    text = io.StringIO()
    text.write(_MARK)
    write(text, rows, quoting=quoting)
    return text.getvalue()
