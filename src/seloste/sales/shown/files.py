"""A list as a file for spreadsheets: the columns and rows of the page, and nothing in it that could be run."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Any

from django.utils.timezone import localtime
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from seloste.kernel.sheets import Cell, as_csv, inert
from seloste.sales.choices import FileKind
from seloste.sales.rules.columns import Column

TYPES = {
    FileKind.CSV: "text/csv; charset=utf-8",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_EUROS = "#,##0.00"


def made(kind: FileKind, columns: Sequence[Column], lines: Sequence[Any], *, title: str) -> bytes:
    """Return the file."""
    rows = _rows(columns, lines)
    return _csv(columns, rows) if kind is FileKind.CSV else _xlsx(columns, rows, title)


def _rows(columns: Sequence[Column], lines: Sequence[Any]) -> Iterator[list[Cell]]:
    return ([_local(column.value(line)) for column in columns] for line in lines)


def _local(cell: Cell) -> Cell:
    """Return a moment as the clocks here show it; a spreadsheet knows no zones."""
    return localtime(cell).replace(tzinfo=None, microsecond=0) if isinstance(cell, datetime) else cell


def _csv(columns: Sequence[Column], rows: Iterator[list[Cell]]) -> bytes:
    return as_csv(chain([[str(column.label) for column in columns]], rows), quoting=csv.QUOTE_ALL).encode()


def _xlsx(columns: Sequence[Column], rows: Iterator[list[Cell]], title: str) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31].translate(str.maketrans("", "", "[]:*?/\\")) or "1")
    sheet.freeze_panes = "A2"
    for place, column in enumerate(columns):
        sheet.column_dimensions[chr(ord("A") + place)].width = 14 if column.shape == "number" else 24
    sheet.append([_cell(sheet, str(column.label), is_head=True) for column in columns])
    for row in rows:
        sheet.append([_cell(sheet, cell) for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(sheet: Any, cell: Cell, *, is_head: bool = False) -> Any:  # noqa: ANN401 -- the package's own
    """Return a cell; a text is a text even where it begins like a formula, and is marked so for those who export it."""
    value: Any = _safe(cell) if isinstance(cell, str) else cell
    shown = WriteOnlyCell(sheet, value=value)
    if isinstance(cell, str):
        shown.data_type = "s"
    if isinstance(cell, Decimal):
        shown.number_format = _EUROS
    if is_head:
        shown.font = Font(bold=True)
    return shown


def _safe(text: str) -> str:
    """Return the text inert, and without the characters that the format cannot hold."""
    return "".join(character for character in inert(text) if character.isprintable() or character in "\n\t")
