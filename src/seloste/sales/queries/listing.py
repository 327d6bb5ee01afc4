"""One page of a list: the rows after or before a row. The last page costs what the first does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from seloste.kernel.clock import HELSINKI
from seloste.sales.rules.listing import PAGE, Asked, Cursor, Order

Row = TypeVar("Row", bound=Model)
#: How far rows are counted: a larger number tells nobody anything and takes its time.
COUNTED = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Page(Generic[Row]):
    """The rows of a page, and the rows behind which the pages beside it begin."""

    rows: Sequence[Row]
    newer: Cursor | None
    older: Cursor | None


def page(rows: "QuerySet[Row]", order: Order, asked: Asked, *, size: int = PAGE) -> Page[Row]:
    """Return the page of the rows that is asked for; its query touches no more rows than it shows, and one."""
    backwards = asked.before is not None
    place = asked.before or asked.after
    found = list(_ordered(_beyond(rows, order, place, backwards=backwards), order, backwards=backwards)[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_newer, has_older = (more, True) if backwards else (place is not None, more)
    return Page(
        rows=found,
        newer=_cursor(found[0], order) if found and has_newer else None,
        older=_cursor(found[-1], order) if found and has_older else None,
    )


def _ordered(rows: "QuerySet[Row]", order: Order, *, backwards: bool) -> "QuerySet[Row]":
    sign = "-" if order.descends != backwards else ""
    return rows.order_by(f"{sign}{order.column}", f"{sign}id")


def _beyond(rows: "QuerySet[Row]", order: Order, place: Cursor | None, *, backwards: bool) -> "QuerySet[Row]":
    """Return the rows that follow the place; the first condition is what an index can look up."""
    if place is None:
        return rows
    side = "lt" if order.descends != backwards else "gt"
    column, key = order.column, place.key
    return rows.filter(
        Q(**{f"{column}__{side}e": key})
        & (Q(**{f"{column}__{side}": key}) | Q(**{column: key, f"id__{side}": place.id}))
    )


def _cursor(row: Any, order: Order) -> Cursor:  # noqa: ANN401 -- a row of any table
    return Cursor(key=getattr(row, order.column), id=row.id)


def ordered(rows: "QuerySet[Row]", order: Order) -> "QuerySet[Row]":
    """Return all rows in the order of the list, for a file of them."""
    return _ordered(rows, order, backwards=False)


def counted(rows: "QuerySet[Any]") -> int:
    """Return how many rows there are, at most one more than ``COUNTED``."""
    return rows.order_by()[: COUNTED + 1].count()


def moments(asked: Asked) -> tuple[datetime | None, datetime | None]:
    """Return the moments between which the asked days lie, the second no longer in them. Days are Helsinki's."""
    first = datetime.combine(asked.since, time(0), tzinfo=HELSINKI) if asked.since else None
    after = datetime.combine(asked.until + timedelta(days=1), time(0), tzinfo=HELSINKI) if asked.until else None
    return first, after


def during(rows: "QuerySet[Row]", column: str, asked: Asked, *, is_moment: bool = True) -> "QuerySet[Row]":
    """Return the rows whose day in the column is among the asked days."""
    if not is_moment:
        rows = rows.filter(**{f"{column}__gte": asked.since}) if asked.since else rows
        return rows.filter(**{f"{column}__lte": asked.until}) if asked.until else rows
    first, after = moments(asked)
    rows = rows.filter(**{f"{column}__gte": first}) if first else rows
    return rows.filter(**{f"{column}__lt": after}) if after else rows
