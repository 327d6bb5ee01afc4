"""The books of one web process: requests note their counts here, and about once a second a clerk enters them all.

One commit for a second's requests instead of one for each costs hardly anything; what is not yet entered stands in the
journal. While the database is away, counts gather in bounded memory; what finds no room is counted as lost, and told.
The security log gathers in memory alone: an address is never written to a file.
"""

import atexit
import contextlib
import multiprocessing.util
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import structlog
from django.db import DatabaseError, DataError, InterfaceError, connection

from seloste.kernel import clock
from seloste.visits.actions import entering, journal
from seloste.visits.actions.entering import Key
from seloste.visits.rules.hits import OTHER, Counts
from seloste.visits.rules.security import Line, gathered

#: How often gathered counts are entered, how often the books look for processes that are gone, and how soon they look
#: again where that failed; seconds.
EVERY, LOOK_ROUND, LOOK_AGAIN = 1.0, 60.0, 3.0
#: How many different counts may wait while the database is away: about 2 MB.
MOST_KEYS = 20_000
#: How many different sets of counts are remembered before they are taken apart.
MOST_ALIKE = 2_000
#: How many different referrers and campaigns one process takes up in an hour; further ones are ``other``.
MOST_NAMES = 200
FREE = frozenset({"referrer", "campaign"})
#: How many lines of the security log may wait.
MOST_LINES = 5_000

_log = structlog.stdlib.get_logger("seloste.visits")


@dataclass(kw_only=True)
class Leaf:
    """A part of the journal and what it counts. Requests that count alike are added up as ``alike`` first."""

    number: int
    counts: Counter[Key] = field(default_factory=Counter)
    alike: Counter[tuple[int, Counts]] = field(default_factory=Counter)
    names: set[tuple[int, str, str]] = field(default_factory=set)

    def add_up(self) -> None:
        """Take what is alike apart into its counts."""
        for (hour, counts), number in self.alike.items():
            for what, value in counts:
                self.counts[hour, what, value] += number
        self.alike.clear()


class Books:
    """The counts of this process. ``folder`` is where its journal lies; without one a killed process loses a second."""

    def __init__(self, folder: Path | None, *, now: Callable[[], datetime] = clock.now, each: bool = False) -> None:
        self.process = uuid4()
        self.folder = folder
        self.now = now
        self.each = each
        self.lost = 0
        self._journal = self._open_journal(folder)
        self._gathering = Leaf(number=1)
        self._waiting: Leaf | None = None
        self._written: dict[tuple[int, Counts], bytes] = {}
        self._lines: deque[Line] = deque(maxlen=MOST_LINES)
        self._noting, self._entering = threading.Lock(), threading.Lock()
        self._begin_leaf(1)

    # --- What requests do

    def note(self, hour: int, counts: Counts) -> None:
        """Add one to each of the counts; once this returns, a killed process does not lose them."""
        if self.each:
            self._enter_at_once(hour, counts)
            return
        with self._noting:
            self._gather((hour, self._named(hour, counts)))

    def _enter_at_once(self, hour: int, counts: Counts) -> None:
        try:
            entering.enter({(hour, what, value): 1 for what, value in counts})
        except (DatabaseError, InterfaceError):  # the page is answered all the same
            self.lost += 1
            connection.close()

    def keep(self, line: Line) -> None:
        """Have the security log hold the line; the oldest go where too many wait."""
        self._lines.append(line)

    def _named(self, hour: int, counts: Counts) -> Counts:
        """Return the counts with names beyond the many we take up as ``other``."""
        for what, value in counts:
            if what in FREE and self._name(hour, what, value) != value:
                return tuple((what, self._name(hour, what, value)) for what, value in counts)
        return counts

    def _name(self, hour: int, what: str, value: str) -> str:
        names = self._gathering.names
        if what not in FREE or not value or (hour, what, value) in names:
            return value
        if len(names) >= MOST_NAMES:
            return OTHER
        names.add((hour, what, value))
        return value

    def _gather(self, noted: tuple[int, Counts]) -> None:
        leaf = self._gathering
        if len(leaf.alike) >= MOST_ALIKE:
            leaf.add_up()
        if len(leaf.counts) >= MOST_KEYS:
            self.lost += 1
            return
        leaf.alike[noted] += 1
        if self._journal is not None:
            self._write(self._journal, noted)

    def _write(self, to: journal.Journal, noted: tuple[int, Counts]) -> None:
        line = self._written.get(noted)
        if line is None:
            if len(self._written) >= MOST_ALIKE:
                self._written.clear()
            line = self._written[noted] = journal.line(*noted)
        try:
            to.write(line)
            if to.size > journal.LARGEST:
                self._gathering.add_up()
                to.write_anew(self._gathering.number, self._gathering.counts)
        except OSError as wrong:  # the disk is full: this leaf's counts are in memory alone; the next one tries again
            _log.warning("journal.stopped", error=type(wrong).__name__)
            to.stop()

    # --- What the clerk does

    def enter(self) -> bool:
        """Enter everything that has gathered; return whether the database took it."""
        with self._entering:
            try:
                while (leaf := self._next_leaf()) is not None:
                    entering.enter_leaf(process=self.process, leaf=leaf.number, counts=leaf.counts, at=self.now())
                    self._done(leaf)
                self._enter_lines()
            except (DatabaseError, InterfaceError) as wrong:
                _log.warning("counts.waiting", error=type(wrong).__name__, count=len(self._gathering.counts))
                connection.close()
                return False
            return True

    def _next_leaf(self) -> Leaf | None:
        """Return the leaf that waits, or turn to a new one and return what has gathered; None where nothing has."""
        if self._waiting is None:
            with self._noting:
                self._gathering.add_up()
                self._own_up()
                if self._gathering.counts:
                    self._waiting = self._gathering
                    self._gathering = Leaf(number=self._waiting.number + 1, names=self._names_of_this_hour())
                    self._begin_leaf(self._gathering.number)
        return self._waiting

    def _names_of_this_hour(self) -> set[tuple[int, str, str]]:
        hours = {hour for hour, _what, _value in self._gathering.names}
        return {name for name in self._gathering.names if name[0] == max(hours)} if hours else set()

    def _own_up(self) -> None:
        """Count what was lost like everything else, so that the statistics tell how much they lack."""
        if self.lost and len(self._gathering.counts) < MOST_KEYS:
            hour = int(self.now().timestamp()) // 3600
            self._gathering.counts[hour, "lost", ""] += self.lost
            self.lost = 0

    def _done(self, leaf: Leaf) -> None:
        """Let go of a leaf that is entered. Where its file cannot be deleted, its number says that it is."""
        self._waiting = None
        if self._journal is not None:
            with contextlib.suppress(OSError):
                self._journal.place(leaf.number).unlink()

    def _enter_lines(self) -> None:
        lines = [self._lines.popleft() for _number in range(len(self._lines))]
        try:
            if lines:
                entering.enter_lines(gathered(lines))
        except DataError as wrong:  # a line that no table takes would come again and again, and stop all others
            _log.error("lines.dropped", error=type(wrong).__name__, count=len(lines))
        except (DatabaseError, InterfaceError):
            self._lines.extendleft(reversed(lines[-MOST_LINES // 2 :]))
            raise

    # --- Beginning and end

    def _open_journal(self, folder: Path | None) -> journal.Journal | None:
        if folder is None:
            return None
        try:
            return journal.Journal(folder, self.process)
        except OSError as wrong:
            _log.warning("journal.refused", error=type(wrong).__name__)
            return None

    def _begin_leaf(self, number: int) -> None:
        if self._journal is None:
            return
        try:
            self._journal.begin(number)
        except OSError as wrong:
            _log.warning("journal.stopped", error=type(wrong).__name__)

    def take_over(self) -> int:
        """Enter what processes that are gone left in their journals; return how many of them there were."""
        found = 0
        for process, place in journal.left_behind(self.folder) if self.folder else ():
            for number, leaf in journal.leaves(place):
                entering.enter_leaf(process=process, leaf=number, counts=journal.read(leaf), at=self.now())
                leaf.unlink()
            entering.forget_process(process)
            journal.remove(place)
            found += 1
        return found

    def close(self) -> None:
        """Enter the last of it, and forget the process where nothing of it is left."""
        if self.enter():
            entering.forget_process(self.process)
            if self._journal is not None:
                self._journal.place(self._gathering.number).unlink(missing_ok=True)
        if self._journal is not None:
            self._journal.end()
            self._journal = None


# --- The books of the running web process -----------------------------------------------------------------------------


class _Open:
    """Which books are open in this process, if any: only a web process counts, no command and no test."""

    books: Books | None = None


def opened() -> Books | None:
    """Return the books of this process."""
    return _Open.books


def open_books(books: Books | None) -> None:
    """Have requests note in these books, or in none."""
    _Open.books = books


def open_for_web(folder: Path, *, counting: str) -> None:
    """Begin to count in this web process: ``grouped``, ``each`` request by itself, or not at all (``off``)."""
    if counting == "off":
        return
    open_books(Books(folder, each=counting == "each"))
    ending = threading.Event()
    clerk = threading.Thread(target=_clerk, args=(ending,), name="clerk of counts", daemon=True)
    clerk.start()
    closing = threading.Lock()

    def close() -> None:
        if closing.acquire(blocking=False):  # whichever way the process ends, once
            ending.set()
            clerk.join(10)
            _close()

    atexit.register(close)
    multiprocessing.util.Finalize(None, close, exitpriority=100)


def _clerk(ending: threading.Event) -> None:
    """Enter the counts once a second until the process ends; at first and now and then look for what others left."""
    looks_at = 0.0
    while not ending.wait(EVERY):
        books = opened()
        try:
            if books is not None and books.enter() and time.monotonic() >= looks_at:
                looks_at = time.monotonic() + LOOK_AGAIN
                books.take_over()
                looks_at = time.monotonic() + LOOK_ROUND
        except Exception as wrong:  # noqa: BLE001 -- whatever it was, the next second's counts must be entered
            _log.error("clerk.failed", error=type(wrong).__name__)
            connection.close()


def _close() -> None:
    books = opened()
    if books is not None:
        try:
            books.close()
        finally:
            connection.close()
