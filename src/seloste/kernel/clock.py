"""The one place that reads the clock. Everywhere else time is an argument."""

import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

#: The law counts days where the controller is: the date in Helsinki decides, whatever the server's zone.
HELSINKI = ZoneInfo("Europe/Helsinki")


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(tz=UTC)


def local_date(at: datetime) -> date:
    """Return the calendar date of the moment in Helsinki."""
    return at.astimezone(HELSINKI).date()


def elapsed() -> float:
    """Return seconds since some fixed moment; setting the clock does not change it, and sleep of the machine counts."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))  # BOOTTIME: Linux alone
