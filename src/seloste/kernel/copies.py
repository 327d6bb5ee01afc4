"""A corrected value is corrected wherever it stands: rooms register how they change their copies (art. 16, I42).

What was said and done stays as it was said and done: a letter that left, a request in the person's own words. A copy is
what would still be used: a message that waits, a list of addresses that was chosen but not written to yet.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from seloste.kernel.duty import Duty


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What was corrected: ``kind`` as in ``register.actions.correct``, the values before and after by their names.

    ``record`` is the id of the sealed record; ``reference`` that of the request it follows from, if any.
    """

    record: UUID
    person: UUID
    kind: str
    category: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reference: str = ""


#: Changes a room's copies, in the transaction of the correction.
Follow = Callable[[Duty, datetime, Change], object]
_following: dict[str, Follow] = {}


def follow_with(room: str, follow: Follow) -> None:
    """Register how a room follows a correction. Called once, in the room's ``AppConfig.ready``."""
    _following[room] = follow


def follow(by: Duty, at: datetime, change: Change) -> None:
    """Have every room follow the correction."""
    for one in _following.values():
        one(by, at, change)


# --- Restrictions -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Restricting:
    """The use of a person's data was restricted, or the restriction ended (``begun`` is false)."""

    record: UUID
    person: UUID
    begun: bool


#: Does what a restriction asks of the room, in the same transaction.
Heed = Callable[[Duty, datetime, Restricting], object]
_heeding: dict[str, Heed] = {}


def heed_with(room: str, heed: Heed) -> None:
    """Register what a room does when the use of data is restricted. Called once, in ``AppConfig.ready``."""
    _heeding[room] = heed


def heed(by: Duty, at: datetime, restricting: Restricting) -> None:
    """Have every room do what the restriction, or its end, asks."""
    for one in _heeding.values():
        one(by, at, restricting)
