"""What goes when its time is up: a room registers each store that it clears, and one run a day clears them all.

How long is never said here: a room reads the declared period (``declaration.load.current().purpose[…].retention``).
A last day is a date in Helsinki: on it the row may still be there, from the next day on it may not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models

from seloste.kernel.clock import HELSINKI, local_date
from seloste.kernel.duty import Duty
from seloste.kernel.periods import Period
from seloste.kernel.refusals import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """How many rows come to their end on a day (a Helsinki date)."""

    on: date
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Store:
    """Rows of one kind with an end. ``key`` is ``room.what``; ``purpose`` is the declared one whose period decides.

    ``due(until)`` counts what ends on or before the day, by day. ``clear(by, at, limit)`` deletes at most ``limit``
    rows whose last day is over at the moment, and returns how many; it is called again until it returns fewer. The run
    gives each call a transaction of its own and records the count in it. ``held`` counts all rows, up to ``COUNTED``.
    ``shorter`` says in words why rows go before the period of the purpose is over, where they do. With ``by_itself``
    a call of ``clear`` has transactions of its own and records in them what it did: where something outside the
    database must be written before the first row goes.
    """

    key: str
    name: Words
    purpose: str
    due: Callable[[date], Sequence[Due]]
    clear: Callable[[Duty, datetime, int], int]
    held: Callable[[], int] | None = None
    shorter: Words = ""
    by_itself: bool = False


#: How far the rows of a store are counted: beyond that the exact number tells nobody anything and takes its time.
COUNTED = 100_000

_stores: dict[str, Store] = {}


def register(store: Store) -> None:
    """Register a store. Called once, in the room's ``AppConfig.ready``."""
    _stores[store.key] = store


def stores() -> list[Store]:
    """Return all registered stores by their keys."""
    return [_stores[key] for key in sorted(_stores)]


# --- For stores whose last day follows from a column ------------------------------------------------------------------


def last_day(moment: str | models.expressions.Combinable, period: Period | None = None) -> models.Func:
    """Return the last day as the database reckons it: the moment's date in Helsinki plus the period.

    The same sum as ``periods.add``: months first, on the last day of the month where the day does not exist.
    """
    plus = period or Period()
    start = models.F(moment) if isinstance(moment, str) else moment
    return models.Func(
        start,
        template=f"((%(expressions)s AT TIME ZONE 'Europe/Helsinki')::date"
        f" + interval '{plus.months} months {plus.days} days')::date",
        output_field=models.DateField(),
    )


def _months_on(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def begun_before(until: date, period: Period) -> datetime:
    """Return a moment before which everything began that ends by the day: what an index can look up quickly."""
    month = (until - timedelta(days=period.days)).replace(day=1)
    return datetime.combine(_months_on(month, 1 - period.months), time(), tzinfo=HELSINKI)


def held(rows: models.QuerySet[Any]) -> int:
    """Count the rows there are, at most one more than ``COUNTED``."""
    return rows.order_by()[: COUNTED + 1].count()


def due_by_day(rows: models.QuerySet[Any], last: Any, until: date) -> list[Due]:  # noqa: ANN401 -- any expression of a date
    """Count the rows whose last day is on or before ``until``, by day."""
    counted = (
        rows.order_by()
        .annotate(over_after=last)
        .filter(over_after__lte=until)
        .values("over_after")
        .annotate(in_all=models.Count("pk"))
        .order_by("over_after")
    )
    return [Due(on=row["over_after"], count=row["in_all"]) for row in counted]


def delete_over(rows: models.QuerySet[Any], last: Any, at: datetime, limit: int) -> int:  # noqa: ANN401 -- likewise
    """Delete at most ``limit`` rows whose last day is over; return how many of these rows."""
    over = rows.order_by().annotate(over_after=last).filter(over_after__lt=local_date(at)).values_list("pk", flat=True)
    keys = list(over.select_for_update(of=("self",))[:limit])
    _all, by_model = rows.model._base_manager.filter(pk__in=keys).delete()  # noqa: SLF001 -- Django's own door
    return int(by_model.get(rows.model._meta.label, 0))
