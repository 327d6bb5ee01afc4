"""Which days are no working days in Finland (Reg. 1182/71 art. 2): Saturdays, Sundays and public holidays.

The eves of Christmas and of Midsummer count as working days: an answer that leaves a day early is never late.
"""

from datetime import date, timedelta
from functools import cache

_DAY = timedelta(days=1)
_FIXED = ((1, 1), (1, 6), (5, 1), (12, 6), (12, 25), (12, 26))
#: Days from Easter Sunday: Good Friday, Easter Sunday, Easter Monday, Ascension Day, Whit Sunday.
_FROM_EASTER = (-2, 0, 1, 39, 49)
SATURDAY = 5


@cache
def public_holidays(year: int) -> frozenset[date]:
    """Return the public holidays of the year."""
    fixed = {date(year, month, day) for month, day in _FIXED}
    moving = {easter(year) + _DAY * days for days in _FROM_EASTER}
    saturdays = {_saturday_from(date(year, 6, 20)), _saturday_from(date(year, 10, 31))}  # Midsummer, All Saints
    return frozenset(fixed | moving | saturdays)


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (Meeus, Astronomical Algorithms, ch. 8)."""
    century, in_century = divmod(year, 100)
    leaps, rest = divmod(century, 4)
    moon = (19 * (year % 19) + century - leaps - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * rest + 2 * (in_century // 4) - moon - in_century % 4) % 7
    late = (year % 19 + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _saturday_from(day: date) -> date:
    return day + _DAY * ((SATURDAY - day.weekday()) % 7)


def is_working_day(day: date) -> bool:
    """Tell whether people work on the day."""
    return day.weekday() < SATURDAY and day not in public_holidays(day.year)


def on_or_after(day: date) -> date:
    """Return the day itself, or the next working day where it is none (art. 3(4))."""
    while not is_working_day(day):
        day += _DAY
    return day


def working_days_before(day: date, count: int) -> date:
    """Return the day that comes so many working days before the day."""
    return _walk(day, count, -_DAY)


def working_days_after(day: date, count: int) -> date:
    """Return the day that comes so many working days after the day; the day itself is not counted."""
    return _walk(day, count, _DAY)


def _walk(day: date, count: int, step: timedelta) -> date:
    while count:
        day += step
        count -= is_working_day(day)
    return day
