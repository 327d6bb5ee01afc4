"""The course of a message: how long it is held, when it is tried again, when it is given up, what follows a silence."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from seloste.kernel.periods import Period, add
from seloste.mail.choices import KeepBody, MessageKind, Why

#: Messages taken at a time. Small: what a killed process held waits until its lease is over.
BATCH = 50
#: A process that died gives its messages back after this; every release of one message takes a new lease for it.
LEASE = timedelta(seconds=60)
#: The whole exchange about one message must end within this, or it is broken off: shorter than the lease, so that
#: nobody else can have taken the message for lost while it is still being handed over.
EXCHANGE = timedelta(seconds=45)
#: What a mail server may still be doing with a message after the connection was lost, before it is asked.
SETTLE = timedelta(seconds=60)
#: A service message of which nobody knows is sent once more after this; by then the first one would have been missed.
RESEND_AFTER = timedelta(minutes=60)
#: Greylisting lets pass what comes back after some minutes; a broken server is not knocked at every minute.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 10, 20, 40, 60, 120, 240))
#: No moment is ever set further ahead than this.
FURTHEST_AHEAD = timedelta(hours=5)
#: Where the mail server itself is in trouble, the message waits so long and is not punished for it (P9).
RELAY_PAUSE = timedelta(seconds=15)
#: Marketing of yesterday is of no use; what concerns the person's own matter is tried for as long as mail servers do.
PATIENCE = {
    MessageKind.MARKETING: timedelta(hours=24),
    MessageKind.SERVICE: timedelta(days=3),
    MessageKind.LEGAL: timedelta(days=5),
}
#: As many as fit into half a day.
FEWEST_ATTEMPTS = 8
#: How often a message of which nobody knows is sent again by itself: marketing never; a service message once; what the
#: law demands carries only a link, so that a second copy harms nobody and a missing one may.
RESENDS = {MessageKind.MARKETING: 0, MessageKind.SERVICE: 1, MessageKind.LEGAL: 3}
#: Words of messages serve to answer "what did you send me?" and to see what went wrong. A month is enough for both, so
#: they go long before the purpose's own period ends; that a message was sent, and why, stays for that period.
BODY_KEPT = Period(days=30)


class Outcome(StrEnum):
    """What is known after an exchange with a mail server."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """How the exchange about one message ended: at which verb, with which reply (without addresses)."""

    outcome: Outcome
    verb: str
    reply: str = ""
    is_dead_address: bool = False


def wait_after(attempts: int, message_id: UUID) -> timedelta:
    """Return how long to wait after so many attempts; up to a fifth more, by the id, so that not all come at once."""
    wait = WAITS[min(max(attempts, 1), len(WAITS)) - 1]
    return wait + wait * (message_id.int % 21) / 100


def gives_up(kind: str, *, attempts: int, queued_at: datetime, at: datetime) -> bool:
    """Tell whether a message has been tried for as long as its kind is worth, and really tried: a clock may jump."""
    return attempts >= FEWEST_ATTEMPTS and at - queued_at >= PATIENCE[MessageKind(kind)]


def after_silence(kind: str, *, resent: int) -> Why:
    """Return what follows when nobody can tell whether a message left."""
    if resent < RESENDS[MessageKind(kind)]:
        return Why.RESENT
    return Why.NEVER_RESENT if kind == MessageKind.MARKETING else Why.LEFT


def body_until(ended_on: date, keep_until: date, keep_for: str) -> date:
    """Return the last day of the words of a message; never later than the message itself."""
    return keep_until if keep_for == KeepBody.PURPOSE else min(add(ended_on, BODY_KEPT), keep_until)
