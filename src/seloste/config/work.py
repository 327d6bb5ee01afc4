"""The worker: a process beside the web server that runs every registered sweep, each in a thread of its own.

One worker at a time runs a sweep: whoever holds the sweep's advisory lock in PostgreSQL, which ends with its
connection. Intervals are counted on a clock that nobody sets. What a sweep raises is told and tried again; the
database may go away and come back.
"""

import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from types import FrameType

import psycopg
import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from seloste.config import nightly
from seloste.config.children import follow_parent
from seloste.config.database import limit_for_worker
from seloste.kernel import clock, sweeps
from seloste.kernel.sweeps import Sweep

_log = structlog.stdlib.get_logger("seloste.worker")

#: How long a sweep that failed waits: doubled each time, up to the promised time of recovery (P9: 30 s).
SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 25.0
#: A sweep with a longer interval gives its connection back until its next turn.
KEEPS_CONNECTION = timedelta(seconds=30)
#: That a sweep has looked and found nothing is written down this often, not every time.
NOTED_EVERY = 60.0
#: How often the listening connection and the threads are looked at.
LOOKED_AT_EVERY = 15.0
#: How long sweeps may finish what they have in hand when the worker ends.
GRACE = 10.0


class Trust:
    """Whether the clock can be believed by what cannot be undone (T46).

    Somebody who sets it an hour or more forward while we run could have everything erased before its time. Then, or
    where the database's clock says something else, destruction waits: a day, or until the worker is started anew.
    """

    TOLERATED = timedelta(hours=1)
    PAUSE = timedelta(days=1)

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._anchor = (clock.now(), clock.elapsed())
        self._since = float("-inf")

    def is_broken(self) -> bool:
        """Tell whether the clock was set within the last day."""
        with self._lock:
            at, elapsed = clock.now(), clock.elapsed()
            began_at, began = self._anchor
            if abs(at - began_at - timedelta(seconds=elapsed - began)) > self.TOLERATED:
                self._anchor, self._since = (at, elapsed), elapsed
            return elapsed - self._since < self.PAUSE.total_seconds()


class Turns(threading.Thread):
    """One sweep, turn after turn."""

    def __init__(self, sweep: Sweep, trust: Trust) -> None:
        super().__init__(name=sweep.key, daemon=True)
        self.sweep = sweep
        self._trust = trust
        self._called = threading.Event()
        self._failures = 0
        self._noted = float("-inf")

    def call(self) -> None:
        """Have the sweep run now, or once more if it is running."""
        self._called.set()

    def run(self) -> None:
        """Take turns until the worker ends."""
        while not sweeps.ending.is_set():
            self._called.clear()
            pause = self._turn()
            if self._failures:  # being called must not turn a failing sweep into a hot loop
                sweeps.ending.wait(SHORTEST_PAUSE)
            if not sweeps.ending.is_set():
                self._called.wait(pause)

    def _turn(self) -> float:
        """Run the sweep once and return how long to wait; whatever it raises ends here."""
        began, began_at = clock.elapsed(), clock.now()
        try:
            self._attempt()
            self._failures = 0
        except BaseException as wrong:  # noqa: BLE001 -- nothing a sweep raises may end its thread
            self._failures += 1
            _log.error("sweep.failed", job=self.sweep.key, count=self._failures, exc_info=wrong)
            connection.close()
            self._note_failure(wrong, began_at)
        if self._failures or self.sweep.every > KEEPS_CONNECTION:
            connection.close()
        return self._pause(clock.elapsed() - began)

    def _pause(self, took: float) -> float:
        if self._failures:
            return min(SHORTEST_PAUSE * 2.0 ** min(self._failures - 1, 10), LONGEST_PAUSE)
        return max(0.0, self.sweep.every.total_seconds() - took)

    def _attempt(self) -> None:
        """Run the sweep unless another worker does, or the database was put back and is closed."""
        from seloste.ledger.middleware import gate  # noqa: PLC0415 -- tables are known once Django is set up

        if gate.is_open and self._take():
            try:
                self._run_alone()
            finally:
                self._let_go()

    def _run_alone(self) -> None:
        from seloste.audit.actions import runs  # noqa: PLC0415 -- tables are known once Django is set up
        from seloste.audit.queries import machine  # noqa: PLC0415 -- likewise

        started_at = clock.now()
        if self.sweep.needs_true_clock and (self._trust.is_broken() or not machine.clocks_agree(started_at)):
            self._note_idle("waits_for_clock")
            return
        done = self.sweep.run(started_at)
        if done or self._failures:
            runs.note_done(sweep=self.sweep.key, started_at=started_at, ended_at=clock.now(), done=done)
            self._noted = clock.elapsed()
        else:
            self._note_idle("idle")

    def _note_idle(self, outcome: str) -> None:
        """Note at times that there was nothing to do: a row written each second would wear the disk for nothing."""
        from seloste.audit.actions import runs  # noqa: PLC0415 -- likewise

        if clock.elapsed() - self._noted >= NOTED_EVERY:
            runs.note_idle(sweep=self.sweep.key, at=clock.now(), outcome=outcome)
            self._noted = clock.elapsed()

    def _note_failure(self, wrong: BaseException, began_at: datetime) -> None:
        from seloste.audit.actions import runs  # noqa: PLC0415 -- likewise

        key, error, failures = self.sweep.key, type(wrong).__name__, self._failures
        try:
            runs.note_failed(sweep=key, started_at=began_at, at=clock.now(), error=error, failures=failures)
            self._noted = clock.elapsed()
        except Exception:  # noqa: BLE001 -- most likely the database itself is what failed; the log has it
            return

    def _take(self) -> bool:
        """Take the sweep's lock; False where another worker holds it. A connection that died meanwhile is made anew."""
        try:
            return self._ask("SELECT pg_try_advisory_lock(%s, hashtext(%s))", sweeps.LOCKS, self.sweep.key)
        except OperationalError:
            connection.close()
            return self._ask("SELECT pg_try_advisory_lock(%s, hashtext(%s))", sweeps.LOCKS, self.sweep.key)

    def _let_go(self) -> None:
        try:
            self._ask("SELECT pg_advisory_unlock(%s, hashtext(%s))", sweeps.LOCKS, self.sweep.key)
        except (DatabaseError, InterfaceError):  # the lock ends with its connection
            connection.close()

    def _ask(self, question: str, *values: str | int) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(question, list(values))
            return bool(cursor.fetchone()[0])


class Worker:
    """All sweeps, and the connection on which they are called before their time."""

    def __init__(self, registered: Sequence[Sweep], *, parent: int) -> None:
        self._trust = Trust()
        self._turns = {sweep.key: Turns(sweep, self._trust) for sweep in registered}
        self._parent = parent
        self._bell, self._rope = socket.socketpair()
        self._rope.setblocking(False)

    def run(self) -> None:
        """Run every sweep until SIGINT, SIGTERM or SIGHUP, or until the parent is gone."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._end)
        for turns in self._turns.values():
            turns.start()
        self._look_around()  # the parent may have gone before the kernel was asked to tell
        while not sweeps.ending.is_set():
            self._listen()
        self._finish()

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        sweeps.ending.set()
        try:
            self._rope.send(b"!")
        except OSError:  # it has rung often enough
            return

    def _listen(self) -> None:
        """Wait for calls until the connection breaks or the worker ends."""
        try:
            connection.close()
            connection.ensure_connection()
            raw = connection.connection
            raw.add_notify_handler(lambda call: self._call(call.payload))
            raw.execute(f"LISTEN {sweeps.CHANNEL}")
            self._call_all()  # who knows what was missed
            while self._waited(raw.fileno()):
                raw.execute("SELECT 1")  # takes in what came, or finds that nobody is there
        except (DatabaseError, InterfaceError, OSError, ValueError, psycopg.Error) as wrong:
            _log.warning("worker.deaf", error=type(wrong).__name__)
            self._rest(SHORTEST_PAUSE)
        finally:
            connection.close()

    def _waited(self, connection: int) -> bool:
        """Wait for a call or for the time to look around; False when the worker ends."""
        select.select([connection, self._bell], [], [], LOOKED_AT_EVERY)
        self._look_around()
        return not sweeps.ending.is_set()

    def _rest(self, seconds: float) -> None:
        select.select([self._bell], [], [], seconds)
        self._look_around()

    def _look_around(self) -> None:
        """End where the parent is gone; begin anew a thread that died all the same."""
        if os.getppid() != self._parent:
            sweeps.ending.set()
        for key, turns in self._turns.items():
            if not turns.is_alive() and not sweeps.ending.is_set():
                _log.error("worker.thread_died", job=key)
                self._turns[key] = Turns(turns.sweep, self._trust)
                self._turns[key].start()

    def _call(self, key: str) -> None:
        if key in self._turns:
            self._turns[key].call()

    def _call_all(self) -> None:
        for turns in self._turns.values():
            turns.call()

    def _finish(self) -> None:
        deadline = clock.elapsed() + GRACE
        self._call_all()
        for key, turns in self._turns.items():
            turns.join(max(0.0, deadline - clock.elapsed()))
            if turns.is_alive():
                _log.warning("sweep.cut_off", job=key)


def run(*, parent: int | None = None) -> None:
    """Run all sweeps until told to end, or until ``parent`` is gone. Django is set up; the database may be away."""
    limit_for_worker(settings.DATABASES["default"])
    from seloste.ledger.middleware import watch  # noqa: PLC0415 -- likewise

    nightly.register()
    watch()
    Worker(sweeps.sweeps(), parent=parent or os.getppid()).run()


class Beside:
    """Keeps a worker running beside the web server: started when the site answers, started anew when it dies."""

    #: One that dies within so many seconds is not started anew at once.
    SHORT_LIFE = 10.0

    def __init__(self) -> None:
        self._over = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        # The thread lives as long as this process: the kernel ends the child when the thread that made it is gone.
        self._thread = threading.Thread(target=self._keep, name="worker", daemon=True)

    def start(self) -> None:
        """Begin to keep a worker."""
        self._thread.start()

    def stop(self) -> None:
        """End the worker and wait for it; does nothing where none was started."""
        self._over.set()
        if self._thread.is_alive():
            if self._process is not None:
                self._process.terminate()
            self._thread.join(GRACE + 2)
            if self._thread.is_alive() and self._process is not None:
                self._process.kill()
                self._thread.join()

    def _keep(self) -> None:
        pause = SHORTEST_PAUSE
        while not self._over.is_set():
            began = clock.elapsed()
            self._process = self._begin()
            if self._over.is_set():  # told to stop between the two
                self._process.terminate()
            code = self._process.wait()
            if self._over.is_set():
                return
            pause = SHORTEST_PAUSE if clock.elapsed() - began > self.SHORT_LIFE else min(pause * 2, LONGEST_PAUSE)
            _log.warning("worker.died", code=code)
            self._over.wait(pause)

    def _begin(self) -> subprocess.Popen[bytes]:
        # A process group of its own: the terminal's Ctrl+C is for the server, which then ends the worker.
        command = [sys.executable, "-m", "seloste.config.work", str(os.getpid())]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, process_group=0)  # noqa: S603 -- our own program


def _run_beside(parent: int) -> None:
    from seloste.config import preparation  # noqa: PLC0415 -- imports nothing of ours until it is run

    follow_parent()
    with preparation.house(needs_database=False):
        run(parent=parent)


if __name__ == "__main__":
    _run_beside(int(sys.argv[1]))
