"""What the system does by itself, again and again: a room registers a sweep over its state, the worker runs them all.

A sweep looks at what is there and does what is due. There is no queue beside the tables that could forget a duty or
hold one twice: a lost wake-up costs time and nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

#: Does what is due at the time and returns how much was done.
Run = Callable[[datetime], int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sweep:
    """Work that comes due by itself. ``key`` is ``room.what``; one worker at a time runs it."""

    key: str
    every: timedelta
    run: Run


_sweeps: dict[str, Sweep] = {}


def register(sweep: Sweep) -> None:
    """Register a sweep. Called once, in the room's ``AppConfig.ready``."""
    _sweeps[sweep.key] = sweep


def sweeps() -> list[Sweep]:
    """Return all registered sweeps by their keys."""
    return [_sweeps[key] for key in sorted(_sweeps)]
