"""What goes when its time is up: a room registers each store that it clears, and one run clears them all.

How long is never said here: a room reads the declared period (``declaration.load.current().purpose[…].retention``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """How many rows come to their end on a day (a Helsinki date)."""

    on: date
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Store:
    """Rows of one kind with an end. ``key`` is ``room.what``; ``purpose`` is the declared one whose period decides.

    ``due(until)`` counts what ends on or before the day, by day. ``clear(by, at, limit)`` deletes at most ``limit``
    rows that have come to their end, records it, and returns how many; it is called again until it returns fewer.
    """

    key: str
    name: Words
    purpose: str
    due: Callable[[date], Sequence[Due]]
    clear: Callable[[Duty, datetime, int], int]


_stores: dict[str, Store] = {}


def register(store: Store) -> None:
    """Register a store. Called once, in the room's ``AppConfig.ready``."""
    _stores[store.key] = store


def stores() -> list[Store]:
    """Return all registered stores by their keys."""
    return [_stores[key] for key in sorted(_stores)]
