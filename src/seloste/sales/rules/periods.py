"""Stretches of time for the sales: days, weeks or months, and what they are compared with. Days are Helsinki's."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from seloste.visits.rules.spans import Span

By = Literal["day", "week", "month"]
DAY = timedelta(days=1)
#: Bars by the day and by the week, at most; more would be too many to see.
MOST_DAYS, MOST_WEEKS = 62, 400


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """A bar of the chart: some days from ``first`` to ``last``."""

    first: date
    last: date


def fitting(span: Span) -> By:
    """Return by what a span is drawn unless somebody chooses: so that there are neither few bars nor many."""
    if span.days <= MOST_DAYS:
        return "day"
    return "week" if span.days <= MOST_WEEKS else "month"


def bars(span: Span, by: By) -> list[Bar]:
    """Return the bars of the span: whole weeks (from Monday) and months, cut at its ends."""
    found, first = [], span.first
    while first <= span.last:
        last = min(_end(first, by), span.last)
        found.append(Bar(first=first, last=last))
        first = last + DAY
    return found


def _end(day: date, by: By) -> date:
    if by == "day":
        return day
    if by == "week":
        return day + timedelta(days=6 - day.weekday())
    return (day.replace(day=1) + 32 * DAY).replace(day=1) - DAY


def months_back(day: date, number: int) -> date:
    """Return the first day of the month so many months before that of the day."""
    year, month = divmod(day.year * 12 + day.month - 1 - number, 12)
    return date(year, month + 1, 1)
