"""Run as a program by the tests of the worker: real sweeps of the tests' own, run by the real worker.

Every run is a line in a table that the test reads: which sweep, by which process, when it began and ended.
"""

import os
import sys
import time
from datetime import datetime, timedelta

from django.db import connection

from seloste.kernel.sweeps import Sweep, register

TABLE = "CREATE TABLE IF NOT EXISTS tries (id bigserial, sweep text, pid int, began float8, ended float8)"


def _note(sweep: str, began: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tries (sweep, pid, began, ended) VALUES (%s, %s, %s, %s)",
            [sweep, os.getpid(), began, time.monotonic()],
        )


def quick(_at: datetime) -> int:
    """Look and find nothing; takes a while, so that two at once would be seen."""
    began = time.monotonic()
    time.sleep(0.05)
    _note("test.quick", began)
    return 0


def called(_at: datetime) -> int:
    """Do something, when called."""
    _note("test.called", time.monotonic())
    return 1


def broken(_at: datetime) -> int:
    """Fail in words that name somebody."""
    _note("test.broken", time.monotonic())
    raise ValueError("Maija Mallikas, maija@example.com")


def leaving(_at: datetime) -> int:
    """Try to end the worker."""
    _note("test.leaving", time.monotonic())
    sys.exit(3)


def destroying(_at: datetime) -> int:
    """Do what cannot be undone."""
    _note("test.destroying", time.monotonic())
    return 1


def main() -> None:
    """Register the sweeps and work, as the started worker does."""
    from seloste.config import preparation, work
    from seloste.kernel import sweeps

    with preparation.house(needs_database=False):
        sweeps._sweeps.clear()  # noqa: SLF001 -- only the tests' own
        register(Sweep(key="test.quick", every=timedelta(seconds=0.1), run=quick))
        register(Sweep(key="test.called", every=timedelta(hours=1), run=called))
        register(Sweep(key="test.broken", every=timedelta(hours=1), run=broken))
        register(Sweep(key="test.leaving", every=timedelta(hours=1), run=leaving))
        if "--shift" in sys.argv:
            _set_clock_soon(float(sys.argv[sys.argv.index("--shift") + 1]))
            register(Sweep(key="test.destroying", every=timedelta(seconds=0.5), run=destroying, needs_true_clock=True))
        work.run()


def _set_clock_soon(hours: float) -> None:
    """Have the clock jump three seconds after the start, as if somebody had set it."""
    from seloste.kernel import clock

    began, read = time.monotonic(), clock.now

    def now() -> datetime:
        shift = timedelta(hours=hours) if time.monotonic() - began > 3 else timedelta()
        return read() + shift

    clock.now = now


if __name__ == "__main__":
    main()
