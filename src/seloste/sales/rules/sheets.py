"""Cells of files for spreadsheets: what a person typed is never read as a formula."""

from datetime import date, datetime
from decimal import Decimal

Cell = str | int | Decimal | date | datetime | None
#: With these a formula can begin, in their wide forms as well (OWASP, CSV injection; ASVS 1.2.10).
_BEGINS = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
_SKIPPED = " \t\r\n\0\ufeff\u00a0"


def inert(text: str) -> str:
    """Return the text so that no spreadsheet reads it as a formula."""
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
