"""The sender and the one who finds out: what the worker runs over the outbox.

No transaction is open while a mail server is spoken to. Whatever the process dies of, each message is then in one of
three states: not yet released (it goes back to the queue), handed over with nothing known (unknown), or settled.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError, connection

from seloste.kernel import clock, sweeps
from seloste.kernel.duty import Duty, system
from seloste.mail import actions, home, queries
from seloste.mail.actions import Claim, Done
from seloste.mail.rules import course
from seloste.mail.transport import Step, Transport, no_step, way_out

_log = structlog.stdlib.get_logger("seloste.mail")

#: One run ends after so long, so that the worker can note what was done and take its lock anew.
RUN_SECONDS = 20.0
#: How long what a mail server has answered is tried to be written down while the database is away.
INSIST_SECONDS = 30.0
#: While the mail server is away, it is knocked at this often: doubled each time, up to the promised recovery (P9).
SHORTEST_KNOCK, LONGEST_KNOCK = 1.0, 25.0


class Clock:
    """The time of one run: what it was told at its beginning, and what has gone by since. Set clocks move nothing."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._began = clock.elapsed()

    def now(self) -> datetime:
        """Return the time."""
        return self._at + timedelta(seconds=clock.elapsed() - self._began)

    def is_over(self) -> bool:
        """Tell whether the run has lasted long enough, or is told to end."""
        return sweeps.ending.is_set() or clock.elapsed() - self._began > RUN_SECONDS


class Sender:
    """Sends what is due over one way out, message after message."""

    def __init__(
        self,
        out: Transport,
        *,
        batch: int = course.BATCH,
        lease: timedelta = course.LEASE,
        exchange: timedelta = course.EXCHANGE,
        step: Step = no_step,
    ) -> None:
        self._out = out
        self._batch, self._lease, self._exchange, self._step = batch, lease, exchange, step
        self._by: Duty = system("customer_care")
        #: What a mail server said twice running that concerns every message: then the rest is left in peace.
        self._refuses_us: course.Result | None = None

    def run(self, at: datetime) -> int:
        """Send everything that is due at the time and comes due during the run; return how many were handed over."""
        watch, sent = Clock(at), 0
        try:
            while not watch.is_over() and queries.is_anything_due(at=watch.now()):
                if not self._is_open(watch):
                    break
                sent += self._send_some(watch)
            if self._refuses_us:
                self._is_open(watch)
        finally:
            self._out.close()
        return sent

    def _is_open(self, watch: Clock) -> bool:
        """Have the way out ready before anything is taken: with none, the messages are left in peace."""
        trouble = self._refuses_us or self._out.open()
        actions.note_relay(at=watch.now(), trouble=f"{trouble.verb}: {trouble.reply}" if trouble else "")
        if trouble:
            _log.warning("mail.no_way_out", step=trouble.verb)
        return trouble is None

    def _send_some(self, watch: Clock) -> int:
        """Take a batch and send it; what is left when the way out breaks goes back at once."""
        self._step("claim")
        claims = actions.claim(by=self._by, at=watch.now(), limit=self._batch, lease=self._lease)
        home.remember()
        self._step("claimed")
        return self._send_all(claims, watch)

    def _send_all(self, claims: Sequence[Claim], watch: Clock) -> int:
        done: Done | None = None
        sent = broken = 0
        for number, claim in enumerate(claims):
            if sweeps.ending.is_set() or broken > 1 or not self._is_open_still(done):
                self._leave(claims[number:], done, watch)
                return sent
            done = self._one(claim, done, watch)
            sent += done is not None
            broken = broken + 1 if _is_relays_fault(done) else 0
            self._refuses_us = done.result if done and broken > 1 else None
        self._leave([], done, watch)
        return sent

    def _is_open_still(self, done: Done | None) -> bool:
        """Make the connection anew where the last message broke it, before the next one is released."""
        broke = done is not None and done.result.outcome in {course.Outcome.UNREACHABLE, course.Outcome.UNKNOWN}
        return not broke or self._out.open() is None

    def _one(self, claim: Claim, done: Done | None, watch: Clock) -> Done | None:
        """Write down what came of the last message, release this one and send it."""
        deadline = clock.elapsed() + self._exchange.total_seconds()
        self._step("release")
        try:
            letter = actions.step(by=self._by, at=watch.now(), done=done, release=claim, lease=self._lease)
        except (OperationalError, InterfaceError):  # perhaps committed, perhaps not; nothing was sent in either case
            self._leave([claim], done, watch)
            raise
        except Exception:  # noqa: BLE001 -- whatever is wrong with one message must stop nobody else's
            _log.exception("mail.unfit", id=str(claim.message))
            self._leave([], done, watch)
            actions.set_aside(by=self._by, at=watch.now(), claim=claim)
            return None
        self._step("released")
        if letter is None:
            return None
        return Done(claim=claim, result=self._out.send(letter, deadline=deadline, step=self._step))

    def _leave(self, claims: Sequence[Claim], done: Done | None, watch: Clock) -> None:
        """Write down what is known and give back what was not sent, even if the database has to come back first."""
        self._step("conclude")
        if done is not None:
            _insist(lambda: actions.step(by=self._by, at=watch.now(), done=done))
        if claims:
            _insist(lambda: actions.give_back(by=self._by, at=watch.now(), claims=claims))
        self._step("concluded")


def _is_relays_fault(done: Done | None) -> bool:
    return done is not None and done.result.outcome is course.Outcome.UNREACHABLE


def _insist(deed: Callable[[], object]) -> None:
    """Do it, again and again while the database is away: what a mail server said is known nowhere else."""
    until = clock.elapsed() + INSIST_SECONDS
    while True:
        try:
            deed()
        except (OperationalError, InterfaceError):
            connection.close()
            if clock.elapsed() > until:
                raise
            time.sleep(0.5)
        else:
            return


# --- The sweeps -------------------------------------------------------------------------------------------------------


class _Knocking:
    """When the mail server is tried next, after it could not be reached."""

    def __init__(self) -> None:
        self._next, self._pause = float("-inf"), SHORTEST_KNOCK

    def is_time(self) -> bool:
        return clock.elapsed() >= self._next

    def note(self, *, is_well: bool) -> None:
        self._pause = SHORTEST_KNOCK if is_well else min(self._pause * 2, LONGEST_KNOCK)
        self._next = float("-inf") if is_well else clock.elapsed() + self._pause


_knocking = _Knocking()


def send(at: datetime) -> int:
    """Send what is due, unless the mail server was away a moment ago. Registered as the sweep `mail.send`."""
    if not _knocking.is_time():
        return 0
    sent = send_now(at)
    _knocking.note(is_well=not queries.relay_trouble())
    return sent


def send_now(at: datetime) -> int:
    """Take back what the dead held, and send what is due; nothing where messages do not leave from this database."""
    actions.expire(by=system("customer_care"), at=at)
    if home.standing() in {home.Standing.COPIED, home.Standing.PUT_BACK}:
        return 0
    return Sender(way_out()).run(at)


def resolve(at: datetime) -> int:
    """Ask after messages of which nobody knows, and settle them. Registered as the sweep `mail.resolve`."""
    if home.standing() is not home.Standing.HOME:
        return 0
    return settle_unknown(way_out(), at)


def settle_unknown(out: Transport, at: datetime) -> int:
    """Settle each unknown message whose time has come, by the mail server's word or by the policy of its kind."""
    found = queries.unknown_due(at=at)
    for message_id, mark in found:
        actions.reconcile(by=system("customer_care"), at=at, message_id=message_id, was_accepted=out.was_accepted(mark))
    return len(found)
