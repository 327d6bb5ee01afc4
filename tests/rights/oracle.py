"""The reckoning of Reg. 1182/71 done another way: by walking the calendar day by day, from a printed almanac."""

from datetime import UTC, date, datetime, timedelta

#: Easter Sundays, copied from a table and not computed.
EASTERS = {
    2024: (3, 31), 2025: (4, 20), 2026: (4, 5), 2027: (3, 28), 2028: (4, 16), 2029: (4, 1), 2030: (4, 21),
    2031: (4, 13), 2032: (3, 28), 2033: (4, 17), 2034: (4, 9), 2035: (3, 25), 2036: (4, 13), 2037: (4, 5),
    2038: (4, 25), 2039: (4, 10), 2040: (4, 1), 2041: (4, 21),
}  # fmt: skip
ALWAYS = {"01-01", "01-06", "05-01", "12-06", "12-25", "12-26"}


def is_free(day: date) -> bool:
    """Tell whether nobody works: by name of the day, one rule after the other."""
    if day.strftime("%a") in {"Sat", "Sun"} or day.strftime("%m-%d") in ALWAYS:
        return True
    since_easter = (day - date(day.year, *EASTERS[day.year])).days
    return since_easter in {-2, 1, 39}  # the others fall on a Saturday or a Sunday by themselves


def month_end(day: date, months: int) -> date:
    """Return the same date so many months on, or the last there is: by walking until the month is the right one."""
    wanted = (day.year * 12 + day.month + months - 1) % 12 + 1
    walked, turns = day, 0
    while turns < months:
        after = walked + timedelta(days=1)
        turns += after.month != walked.month
        walked = after
    assert (walked.day, walked.month) == (1, wanted)
    while walked.day < day.day and (walked + timedelta(days=1)).month == wanted:
        walked += timedelta(days=1)
    return walked


def due(received_on: date, *, months: int) -> date:
    """Return the last day."""
    last = month_end(received_on, months)
    while is_free(last):
        last += timedelta(days=1)
    return last


def helsinki_date(at: datetime) -> date:
    """Return the date in Helsinki by the directive on summer time, without a database of time zones.

    Two hours before UTC, three from the last Sunday of March to the last Sunday of October, both at 01:00 UTC.
    """
    begins, ends = (_last_sunday(at.astimezone(UTC).year, month) for month in (3, 10))
    hours = 3 if begins <= at < ends else 2
    return (at.astimezone(UTC) + timedelta(hours=hours)).date()


def _last_sunday(year: int, month: int) -> datetime:
    day = date(year, month, 31)
    while day.strftime("%a") != "Sun":
        day -= timedelta(days=1)
    return datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
