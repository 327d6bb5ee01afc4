"""Stretches of days, what they are compared with, and the hours and days they are made of. Days are Helsinki's.

A day has 23, 24 or 25 hours. An hour is the moment it begins, told as hours since 1970 (UTC): Helsinki's clock is
always whole hours away, so every hour belongs to one day, and the hour that comes twice in October is two.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

DAY = timedelta(days=1)
#: Counts by the hour are kept so long, counts by the day so long; what is older is deleted, not thinned out.
HOURS_KEPT, DAYS_KEPT = timedelta(days=35), timedelta(days=760)
#: Up to so many days are drawn by the hour.
DRAWN_BY_HOUR = 2
SECONDS = 3600


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """Whole days, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """Return how many days there are."""
        return (self.last - self.first).days + 1

    def __iter__(self) -> Iterator[date]:
        return (self.first + number * DAY for number in range(self.days))


def before(span: Span) -> Span:
    """Return as many days just before."""
    return Span(first=span.first - span.days * DAY, last=span.first - DAY)


def year_before(span: Span) -> Span:
    """Return the same weekdays a year ago: 52 weeks, or 104 where the span is longer than that."""
    weeks = 52 * 7 * DAY if span.days <= 52 * 7 else 104 * 7 * DAY
    return Span(first=span.first - weeks, last=span.last - weeks)


def months_and_days(span: Span) -> tuple[list[date], list[Span]]:
    """Return the whole calendar months of the span, as their first days, and the days before and after them."""
    month, months = span.first if span.first.day == 1 else _next_month(span.first), []
    while (after := _next_month(month)) - DAY <= span.last:
        months.append(month)
        month = after
    if not months:
        return [], [span]
    edges = [Span(first=span.first, last=months[0] - DAY), Span(first=month, last=span.last)]
    return months, [edge for edge in edges if edge.days > 0]


def _next_month(day: date) -> date:
    return (day.replace(day=1) + 32 * DAY).replace(day=1)


def hour_of(at: datetime) -> int:
    """Return the hour of the moment, as hours since 1970."""
    return int(at.timestamp()) // SECONDS


def moment(hour: int) -> datetime:
    """Return when the hour begins, in UTC."""
    return datetime.fromtimestamp(hour * SECONDS, tz=UTC)


def day_of(hour: int, zone: tzinfo) -> date:
    """Return the day of the hour."""
    return moment(hour).astimezone(zone).date()


def hours_of(day: date, zone: tzinfo) -> range:
    """Return the hours of the day: 23 in March, 25 in October when the clocks are moved."""
    first, after = (datetime.combine(one, time(0), tzinfo=zone) for one in (day, day + DAY))
    return range(hour_of(first), hour_of(after))


def clock_time(hour: int, zone: tzinfo) -> str:
    """Return the hour as clocks show it, such as 03."""
    return f"{moment(hour).astimezone(zone):%H}"
