"""How often is too often. Plain Python; no table, no clock."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """How often something may be done; ``a_day`` where a day (in Helsinki) has a limit of its own."""

    an_hour: int
    a_day: int | None = None

    def allows(self, *, this_hour: int, today: int) -> bool:
        """Tell whether so many times, this one included, are few enough."""
        return this_hour <= self.an_hour and (self.a_day is None or today <= self.a_day)


def hour_of(at: datetime) -> datetime:
    """Return the beginning of the hour."""
    return at.replace(minute=0, second=0, microsecond=0)
