"""Values of the shop as they are read: amounts, days and moments."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from seloste.kernel import money
from seloste.kernel.sheets import Cell
from seloste.sales.queries.listing import COUNTED
from seloste.sales.rules.columns import Column


def euros(amount: Decimal) -> str:
    """Return the amount as the reader writes it."""
    return money.shown(amount, get_language() or "fi")


def text(cell: Cell) -> str:
    """Return the value in words."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, Decimal):
        return euros(cell)
    if isinstance(cell, datetime):
        local = localtime(cell)
        return f"{date_format(local, 'SHORT_DATE_FORMAT')} {date_format(local, 'TIME_FORMAT')}"
    if isinstance(cell, date):
        return date_format(cell, "SHORT_DATE_FORMAT")
    return number_format(cell, force_grouping=True) if isinstance(cell, int) else cell


def count(number: int) -> str:
    """Return how many there are; of very many, only that."""
    if number > COUNTED:
        return _("over %(most)s") % {"most": number_format(COUNTED, force_grouping=True)}
    return number_format(number, force_grouping=True)


def cells(line: Any, columns: list[Column]) -> list[dict[str, Any]]:  # noqa: ANN401 -- a line of any list
    """Return what stands in the columns of one line."""
    return [_cell(line, column, is_first=place == 0) for place, column in enumerate(columns)]


def _cell(line: Any, column: Column, *, is_first: bool) -> dict[str, Any]:  # noqa: ANN401 -- likewise
    value = column.value(line)
    return {
        "label": column.label,
        "text": text(value),
        "url": column.url(line) if column.url else "",
        "badge": column.badge(line) if column.badge else None,
        "note": column.note(line) if column.note else "",
        "is_number": column.shape == "number",
        "is_plain": column.is_plain,
        "is_time": isinstance(value, date),
        "is_first": is_first,
    }
