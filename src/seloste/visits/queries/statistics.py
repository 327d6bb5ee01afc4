"""The statistics of a span beside those of another, with small counts hidden before they leave this file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from seloste.kernel.clock import HELSINKI
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing
from seloste.visits.choices import What
from seloste.visits.rules import hiding, spans
from seloste.visits.rules.hiding import Breakdown
from seloste.visits.rules.spans import DAY, Span

PURPOSE = "visitor_statistics"
#: A week of bars where days would be too many to see.
MOST_DAYS = 92
#: Those whose parts add up to a total that is shown; of the others no total is.
_OF_TOTAL: Mapping[str, str] = {
    What.PAGE: What.VIEWS,
    What.LANGUAGE: What.VIEWS,
    What.DEVICE: What.VIEWS,
    What.REFERRER: What.VISITS,
}

_TOTALS = """
SELECT what, value, sum(count)::bigint FROM (
    SELECT what, value, count FROM visits_monthcount WHERE month_on = ANY(%s)
    UNION ALL
    SELECT what, value, count FROM visits_daycount WHERE counted_on = ANY(%s)
) AS parts
GROUP BY 1, 2
"""
_DAYS = "SELECT counted_on, count FROM visits_daycount WHERE what = 'views' AND counted_on BETWEEN %s AND %s"
_HOURS = "SELECT hour_at, count FROM visits_hourcount WHERE what = 'views' AND hour_at >= %s AND hour_at < %s"


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A bar of the chart: an hour (since 1970), a day, or some days from ``first`` to ``last``."""

    first: date
    last: date
    hour: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Half:
    """One span of the comparison. A count is None where it is hidden."""

    span: Span
    totals: Mapping[str, int | None]
    parts: Mapping[str, Breakdown]
    course: Sequence[int | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Statistics:
    """A span and what it is compared with, step by step."""

    now: Half
    then: Half | None
    steps: Sequence[Step]
    by_hour: bool


def statistics(*, by: Duty, span: Span, compared: Span | None, today: date) -> Statistics:
    """Return the statistics; Missing where the duty has no part in them."""
    if PURPOSE not in by.purposes:
        raise Missing
    by_hour = span.days <= spans.DRAWN_BY_HOUR and _are_hours_kept(span, today)
    now, then = _half(span, by_hour=by_hour), None
    if compared:
        then = _half(compared, by_hour=by_hour, is_drawn=not by_hour or _are_hours_kept(compared, today))
    return Statistics(now=now, then=then, steps=_steps(span, by_hour=by_hour), by_hour=by_hour)


def _are_hours_kept(span: Span, today: date) -> bool:
    return span.first > today - spans.HOURS_KEPT


def _counted(span: Span) -> dict[str, dict[str, int]]:
    """Return what was counted in the span, by what it is of."""
    months, edges = spans.months_and_days(span)
    found: dict[str, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, [months, [day for edge in edges for day in edge]])
        for what, value, count in cursor.fetchall():
            found.setdefault(what, {})[value] = count
    return found


def _half(span: Span, *, by_hour: bool, is_drawn: bool = True) -> Half:
    counted = _counted(span)
    known = {what: sum(counted.get(what, {}).values()) for what in (What.VIEWS, What.VISITS, What.LOST)}
    totals: dict[str, int | None] = {what: hiding.shown_total(total) for what, total in known.items()}
    return Half(
        span=span,
        totals=totals,
        parts={what: _parts(what, counted.get(what, {}), totals) for what in What if what not in known},
        course=_course(span, totals[What.VIEWS], by_hour=by_hour) if is_drawn else [],
    )


def _parts(what: str, counts: Mapping[str, int], totals: Mapping[str, int | None]) -> Breakdown:
    """Return a breakdown; nothing of it where even its total is too small to be shown."""
    of = _OF_TOTAL.get(what)
    if of is not None and totals[of] is None:
        return Breakdown(shown={}, withheld=True)
    return hiding.hide(counts, has_total=of is not None)


def _course(span: Span, total: int | None, *, by_hour: bool) -> Sequence[int | None]:
    """Return the views of each step, those hidden as None; all of them where the total is."""
    counts = _hours(span) if by_hour else _days(span)
    if total is None:
        return [None] * len(counts)
    shown = hiding.hide({str(number): count for number, count in enumerate(counts)}, has_total=True)
    return [shown.of(str(number)) for number in range(len(counts))]


def _hours(span: Span) -> list[int]:
    hours = [hour for day in span for hour in spans.hours_of(day, HELSINKI)]
    with connection.cursor() as cursor:
        cursor.execute(_HOURS, [spans.moment(hours[0]), spans.moment(hours[-1] + 1)])
        found = {spans.hour_of(at): count for at, count in cursor.fetchall()}
    return [found.get(hour, 0) for hour in hours]


def _days(span: Span) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, [span.first, span.last])
        found = dict(cursor.fetchall())
    return [sum(found.get(day, 0) for day in _step_days(step)) for step in _steps(span, by_hour=False)]


def _step_days(step: Step) -> list[date]:
    return [step.first + number * DAY for number in range((step.last - step.first).days + 1)]


def _steps(span: Span, *, by_hour: bool) -> list[Step]:
    if by_hour:
        return [Step(first=day, last=day, hour=hour) for day in span for hour in spans.hours_of(day, HELSINKI)]
    length = 1 if span.days <= MOST_DAYS else 7
    firsts = [span.first + number * DAY for number in range(0, span.days, length)]
    return [Step(first=first, last=min(first + timedelta(days=length - 1), span.last)) for first in firsts]
