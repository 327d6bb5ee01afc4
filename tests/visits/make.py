"""Visitors, counts and lines for tests."""

from datetime import UTC, date, datetime
from typing import Any

from django.test import Client

from seloste.kernel.clock import HELSINKI
from seloste.visits.actions import entering
from seloste.visits.models import DayCount
from seloste.visits.rules.security import Line
from seloste.visits.rules.spans import hours_of

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
BROWSER = {"HTTP_USER_AGENT": FIREFOX, "HTTP_ACCEPT": "text/html,*/*;q=0.8"}


def visitor(**headers: str) -> Client:
    """Return an ordinary reader's browser."""
    told: dict[str, Any] = BROWSER | headers
    return Client(**told)


def day(on: date, what: str, hour: int = 12, **counts: int) -> None:
    """Enter counts at an hour of the day; the name ``_`` stands for no value."""
    at = hours_of(on, HELSINKI)[hour]
    entering.enter({(at, what, "" if value == "_" else value): count for value, count in counts.items()})


def counted(what: str) -> dict[str, int]:
    """Return what has been entered, over all days."""
    found: dict[str, int] = {}
    for value, count in DayCount.objects.filter(what=what).values_list("value", "count"):
        found[value] = found.get(value, 0) + count
    return found


def line(**told: Any) -> Line:  # noqa: ANN401 -- any part of a line
    """Return a line of the security log."""
    usual: dict[str, Any] = {
        "at": datetime(2026, 11, 22, 10, tzinfo=UTC).timestamp(),
        "address": "192.0.2.7",
        "method": "POST",
        "path": "/tili/kirjaudu/",
        "status": 200,
        "ms": 4,
        "request": "0" * 16,
        "agent": "x",
        "reason": "sign_in",
    }
    return Line(**(usual | told))
