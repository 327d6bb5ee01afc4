"""Lengths of time as the declaration writes them: ISO 8601 durations of whole years, months, weeks or days."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

_PATTERN = re.compile(r"P(?=\d)(?:(\d{1,3})Y)?(?:(\d{1,3})M)?(?:(\d{1,3})W)?(?:(\d{1,4})D)?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """Whole months and whole days; months are calendar months, never thirty days."""

    months: int = 0
    days: int = 0

    def __str__(self) -> str:
        years, months = divmod(self.months, 12)
        if self.months % 12 or self.months == 24:  # 24 months is how people say it, not two years
            years, months = 0, self.months
        parts = [(years, "Y"), (months, "M"), (self.days, "D")]
        return "P" + "".join(f"{count}{unit}" for count, unit in parts if count)


def parse_period(text: str) -> Period:
    """Read ``P24M``, ``P6Y`` or ``P30D``; ValueError for anything else, including nothing at all."""
    match = _PATTERN.fullmatch(text)
    if match is None:
        message = f"'{text}' is not a period such as P24M, P6Y or P30D"
        raise ValueError(message)
    years, months, weeks, days = (int(group or 0) for group in match.groups())
    period = Period(months=years * 12 + months, days=weeks * 7 + days)
    if period == Period():
        message = f"'{text}' is a period of no length"
        raise ValueError(message)
    return period


def add(day: date, period: Period) -> date:
    """Return the same day of the later month, or its last day where that day does not exist, plus the days.

    Regulation (EEC, Euratom) 1182/71 art. 3(2)(c). Weekends and holidays are the caller's business.
    """
    months = day.year * 12 + day.month - 1 + period.months
    year, month = divmod(months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)) + timedelta(days=period.days)
