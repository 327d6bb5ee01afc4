"""What of this room goes when its time is up: lines after the declared period, counts after the times that we chose."""

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from seloste.declaration.load import current
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.periods import add
from seloste.kernel.refusals import Words
from seloste.kernel.retention import Due, Store
from seloste.visits.models import DayCount, HourCount, MonthCount, SecurityLine
from seloste.visits.rules.spans import DAYS_KEPT, HOURS_KEPT


def lines_last_day(day: date) -> date:
    """Return the last day of lines of the day: the declared period of the purpose after they were made."""
    return add(day, current().purpose["web_security"].retention.period)


def hours_last_day(day: date) -> date:
    """Return the last day of the hours of the day; the day's own counts stay."""
    return day + HOURS_KEPT


def days_last_day(day: date) -> date:
    """Return the last day of the counts of the day."""
    return day + DAYS_KEPT


def months_last_day(first: date) -> date:
    """Return the last day of the counts of the month, which is that of its last day."""
    return days_last_day(first.replace(day=monthrange(first.year, first.month)[1]))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rows:
    """A table whose rows end by the day they were made on. ``order`` is the column of time, ``day`` its day."""

    model: type[models.Model]
    order: str
    day: str
    last_day: Callable[[date], date]

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    def due(self, until: date) -> Sequence[Due]:
        """Count the rows that end by the day, by day."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {self.day}, count(*) FROM {self.table} GROUP BY 1 ORDER BY 1")  # noqa: S608 -- ours
            counted = [Due(on=self.last_day(made), count=count) for made, count in cursor.fetchall()]
        return [one for one in counted if one.on <= until]

    def clear(self, _by: Duty, at: datetime, limit: int) -> int:
        """Delete the oldest rows whose last day is over, found by the index of their time."""
        ended = local_date(at)
        while self.last_day(ended) >= local_date(at):
            ended -= timedelta(days=1)
        statement = (
            f"DELETE FROM {self.table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM {self.table}"  # noqa: S608 -- ours
            f" WHERE {self.order} < (%s::date + 1)::timestamp AT TIME ZONE 'Europe/Helsinki' AND {self.day} <= %s"
            f" ORDER BY {self.order} LIMIT %s FOR UPDATE SKIP LOCKED))"
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, [ended, ended, limit])
            return int(cursor.rowcount)

    def held(self) -> int:
        """Count all rows."""
        return int(self.model._default_manager.count())  # noqa: SLF001 -- Django's own door


def _store(key: str, name: Words, purpose: str, rows: _Rows, shorter: Words = "") -> Store:
    return Store(key=key, name=name, purpose=purpose, due=rows.due, clear=rows.clear, held=rows.held, shorter=shorter)


LINES = _store(
    "visits.security_log", _("Security log"), "web_security",
    _Rows(model=SecurityLine, order="at", day="(at AT TIME ZONE 'Europe/Helsinki')::date", last_day=lines_last_day),
)  # fmt: skip
HOURS = _store(
    "visits.hours", _("Statistics by the hour"), "visitor_statistics",
    _Rows(model=HourCount, order="hour_at", day="(hour_at AT TIME ZONE 'Europe/Helsinki')::date",
          last_day=hours_last_day),
    _("Counts with nobody in them: the hours go after 35 days, their sums by the day stay."),
)  # fmt: skip
DAYS = _store(
    "visits.days", _("Statistics by the day"), "visitor_statistics",
    _Rows(model=DayCount, order="counted_on", day="counted_on", last_day=days_last_day),
    _("Counts with nobody in them: kept for 25 months, so that a year can be compared with the one before."),
)  # fmt: skip
MONTHS = _store(
    "visits.months", _("Statistics by the month"), "visitor_statistics",
    _Rows(model=MonthCount, order="month_on", day="month_on", last_day=months_last_day),
    _("Counts with nobody in them: they go with the last day of their month."),
)  # fmt: skip
STORES = (LINES, HOURS, DAYS, MONTHS)
