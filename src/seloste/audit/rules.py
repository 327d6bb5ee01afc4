"""When the day's retention run is due. Plain Python; no table, no clock."""

from datetime import date, datetime, time, timedelta

#: Rows go at night, when nobody waits for a page; wall-clock time in Helsinki.
QUIET_HOUR = time(3, 30)
#: Rows deleted in one transaction: few enough that nobody waits for a lock.
BATCH = 1_000
#: A store whose rows are still there so long after their last day is overdue: the run of the day after should have
#: taken them, and the run of the day after that must have.
OVERDUE_AFTER = timedelta(days=2)


def is_due(local: datetime, last_run: date | None) -> bool:
    """Tell whether the run of the day is due, at a moment told in Helsinki's time.

    Where the night's run is missing it is made up at once. A last run in the future was made under a wrong clock and
    proves nothing.
    """
    today = local.date()
    if last_run is None or last_run > today or last_run < today - timedelta(days=1):
        return True
    return last_run < today and local.time() >= QUIET_HOUR


def next_run(local: datetime, last_run: date | None) -> date:
    """Return the day of the next run: today where it is still to come."""
    return local.date() + timedelta(days=1) if last_run == local.date() else local.date()


def overdue_day(today: date) -> date:
    """Return the day on or before which nothing may end that is still there."""
    return today - OVERDUE_AFTER
