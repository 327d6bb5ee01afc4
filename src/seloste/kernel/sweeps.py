"""What the system does by itself, again and again: a room registers a sweep over its state, the worker runs them all.

A sweep looks at what is there and does what is due. There is no queue beside the tables that could forget a duty or
hold one twice: a lost wake-up costs time and nothing else.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

#: Does what is due at the time and returns how much was done.
Run = Callable[[datetime], int]

#: The database's channel on which a sweep is called before its time; what is sent is the key.
CHANNEL = "seloste_wake"

#: The name under which the database knows a worker's connections; the number of its process follows.
WORKER_NAME = "seloste work"

#: The first number of the sweeps' advisory locks, whatever it is; the second is ``hashtext`` of the key.
LOCKS = 0x5E105E

#: Set when the worker is told to end: a long run looks at it and stops after what it has in hand.
ending = threading.Event()


@dataclass(frozen=True, kw_only=True, slots=True)
class Sweep:
    """Work that comes due by itself. ``key`` is ``room.what``; one worker at a time runs it.

    ``run`` may be ended between any two of its transactions and is then begun anew: it must find by itself what is
    left. With ``needs_true_clock`` it waits while the clock cannot be trusted, since what it does cannot be undone.
    """

    key: str
    every: timedelta
    run: Run
    needs_true_clock: bool = False


_sweeps: dict[str, Sweep] = {}


def register(sweep: Sweep) -> None:
    """Register a sweep. Called once, in the room's ``AppConfig.ready``."""
    _sweeps[sweep.key] = sweep


def sweeps() -> list[Sweep]:
    """Return all registered sweeps by their keys."""
    return [_sweeps[key] for key in sorted(_sweeps)]


def wake(key: str) -> None:
    """Have the worker run the sweep as soon as the caller's transaction is committed; KeyError for an unknown key.

    Only a hint: nothing may depend on it, for it is lost while no worker listens.
    """
    sweep = _sweeps[key]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, sweep.key])


@contextlib.contextmanager
def alone(key: str) -> Iterator[None]:
    """Keep every worker from running the sweep while the block runs; waits for one that is running it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [LOCKS, key])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [LOCKS, key])
