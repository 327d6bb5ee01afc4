"""Out of the outbox: a process takes messages for a time, releases one after another, and writes what came of them.

Releasing asks again, in the transaction that lets the message go, whether it may leave (`step`); only then it is handed
over. What the process learns is written together with the next release.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from seloste.consents.rules.contact import Decision
from seloste.kernel.duty import Duty
from seloste.mail import home, queries
from seloste.mail.actions.fates import change, note, settle
from seloste.mail.actions.queueing import decision_on
from seloste.mail.choices import HELD, MessageState, Why
from seloste.mail.letter import letter, words
from seloste.mail.models import Enclosure, Message, MessageEvent
from seloste.mail.rules import course
from seloste.mail.rules.course import Outcome, Result
from seloste.mail.transport import Letter
from seloste.register.actions import note_bounce


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A message that a process holds, as it was when taken; the fence tells it from whoever holds it later.

    While it is held nobody changes its words: only its state may have changed, and each step looks at that again.
    """

    message: UUID
    fence: int
    row: Message = field(compare=False, repr=False)
    files: Sequence[Enclosure] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What came of a message that was handed over."""

    claim: Claim
    result: Result


@transaction.atomic
def claim(*, by: Duty, at: datetime, limit: int = course.BATCH, lease: timedelta = course.LEASE) -> list[Claim]:
    """Take messages that are due, for the time of the lease. NotHome where this database is not where they leave from.

    Another process that takes at the same moment gets others (SKIP LOCKED).
    """
    home.count_claim(by=by, at=at)
    waiting = Message.objects.select_for_update(skip_locked=True).filter(state=MessageState.QUEUED)
    due = waiting.filter(queries.over("next_try_at", at))
    taken = list(due.order_by("next_try_at", "id")[:limit])
    ids = [message.id for message in taken]
    for message in taken:
        message.fence += 1
    Message.objects.filter(id__in=ids).update(
        state=MessageState.CLAIMED, fence=F("fence") + 1, lease_until=at + lease, next_try_at=None
    )
    note(taken, MessageState.CLAIMED, by=by, at=at)
    files = list(Enclosure.objects.filter(message_id__in=ids).order_by("id"))
    return [_held(message, files) for message in taken]


def _held(row: Message, files: Sequence[Enclosure]) -> Claim:
    return Claim(message=row.id, fence=row.fence, row=row, files=[one for one in files if one.message_id == row.id])


@transaction.atomic
def step(
    *, by: Duty, at: datetime, done: Done | None = None, release: Claim | None = None, lease: timedelta = course.LEASE
) -> Letter | None:
    """Write what came of one message and release the next, in one transaction; return it as it goes over the wire.

    None where there is none to send: it may not leave any more, or somebody else has it. Once this is committed, the
    message counts as handed over, whatever happens.
    """
    decision = _ask_again(release, at=at) if release else None
    events = [*_conclude(done, by=by, at=at)] if done else []
    finished = None
    if release is not None and decision is not None:
        finished, event = _release(release, decision, by=by, at=at, lease=lease)
        events += [event] if event else []
    MessageEvent.objects.bulk_create(events)
    return finished


def _ask_again(claim: Claim, *, at: datetime) -> Decision:
    """Decide under the lock that every consent deed takes, before any row of ours is locked: one order, no deadlock."""
    row = claim.row
    return decision_on(row.kind, person_id=row.person, address=row.address, at=at, lock=True)


def _release(
    claim: Claim, decision: Decision, *, by: Duty, at: datetime, lease: timedelta
) -> tuple[Letter | None, MessageEvent | None]:
    """Let a message go that is still held and still allowed; return it, and what is to be noted of it."""
    row = claim.row
    told: dict[str, Any] = {"by": by, "at": at, "only": _still_held(claim, at)}
    if not decision.allow:
        denied = change(row, MessageState.CANCELLED, Why.NOT_ALLOWED, **told, released_rule=decision.rule)
        return None, denied
    carries = [str(one) for one in decision.must_carry]
    said = words(row, rule=decision.rule, carries=carries)
    event = change(
        row,
        MessageState.HANDED_OVER,
        "",
        **told,
        released_at=at,
        released_rule=decision.rule,
        released_evidence=decision.evidence,
        carries=carries,
        content_hash=said.hash,
        attempts=row.attempts + 1,
        lease_until=at + lease,
    )
    row.attempts, row.carries, row.released_at = row.attempts + 1, carries, at
    return letter(row, said, claim.files, at=at) if event else None, event


def _still_held(claim: Claim, at: datetime) -> Q:
    return Q(fence=claim.fence, state=MessageState.CLAIMED, lease_until__gt=at)


def _conclude(done: Done, *, by: Duty, at: datetime) -> list[MessageEvent]:
    """Write what is known of a message, and return what is to be noted of it.

    Where it is no more as this process left it, late knowledge counts as long as nobody else has taken it since.
    """
    row, result = done.claim.row, done.result
    still = Q(fence=done.claim.fence, state=MessageState.HANDED_OVER)
    event = _know(row, result, by=by, at=at, only=still) or _know_late(done, by=by, at=at)
    if event and result.is_dead_address:
        note_bounce(by=by, at=at, address=row.address)
    return [event] if event else []


def _know_late(done: Done, *, by: Duty, at: datetime) -> MessageEvent | None:
    mine = Message.objects.select_for_update().filter(id=done.claim.message, fence=done.claim.fence)
    row = mine.first()
    return _know(row, done.result, by=by, at=at) if row and _is_news(row, done.result) else None


def _know(row: Message, result: Result, *, by: Duty, at: datetime, only: Q | None = None) -> MessageEvent | None:
    told: dict[str, Any] = {"by": by, "at": at, "only": only, "reply": result.reply, "verb": result.verb}
    match result.outcome:
        case Outcome.ACCEPTED:
            return change(row, MessageState.ACCEPTED, "", **told)
        case Outcome.REFUSED:
            return change(row, MessageState.FAILED, Why.REFUSED, **told)
        case Outcome.UNKNOWN:
            return change(row, MessageState.UNKNOWN, Why.NO_ANSWER, **told)
        case Outcome.DEFERRED | Outcome.UNREACHABLE:
            return _put_off(row, result.outcome, told)


def _is_news(message: Message, result: Result) -> bool:
    """Tell whether the result of a hand-over says more than the row knows by now."""
    if message.state == MessageState.HANDED_OVER:
        return True
    if result.outcome is Outcome.ACCEPTED:  # a process that slept: what was taken must not be sent a second time
        return message.state in {MessageState.UNKNOWN, MessageState.QUEUED}
    return message.state == MessageState.UNKNOWN and message.ended_at is None and result.outcome is not Outcome.UNKNOWN


def _put_off(row: Message, outcome: Outcome, told: Mapping[str, Any]) -> MessageEvent | None:
    """Try a message again later, which is sure not to have left; give it up when its time is over."""
    at: datetime = told["at"]
    if course.gives_up(row.kind, attempts=row.attempts, queued_at=row.queued_at, at=at):
        return change(row, MessageState.FAILED, Why.GAVE_UP, **told)
    if outcome is Outcome.UNREACHABLE:  # the fault is not the message's: it is no attempt of its own
        again: dict[str, Any] = {"next_try_at": at + course.RELAY_PAUSE, "attempts": max(row.attempts - 1, 0)}
        return change(row, MessageState.QUEUED, Why.UNREACHABLE, **told, **again)
    wait = course.wait_after(row.attempts, row.id)
    return change(row, MessageState.QUEUED, Why.DEFERRED, **told, next_try_at=at + wait)


@transaction.atomic
def give_back(*, by: Duty, at: datetime, claims: Sequence[Claim], again_at: datetime | None = None) -> None:
    """Give back messages that the process holds and is sure not to have sent."""
    for one in claims:
        held = Message.objects.select_for_update().filter(id=one.message, fence=one.fence, state__in=HELD)
        if message := held.first():
            settle(message, MessageState.QUEUED, Why.UNREACHABLE, by=by, at=at, next_try_at=again_at or at)


@transaction.atomic
def set_aside(*, by: Duty, at: datetime, claim: Claim) -> None:
    """Fail a message of which no letter can be made any more, so that it does not stand in the others' way."""
    held = Message.objects.select_for_update().filter(id=claim.message, fence=claim.fence, state=MessageState.CLAIMED)
    if message := held.first():
        settle(message, MessageState.FAILED, Why.UNFIT, by=by, at=at)


@transaction.atomic
def expire(*, by: Duty, at: datetime, limit: int = 1000) -> int:
    """Take messages from processes that have died: back to the queue, or unknown where one was being handed over."""
    over = Message.objects.select_for_update(skip_locked=True).filter(queries.over("lease_until", at), state__in=HELD)
    found = list(over.order_by("lease_until", "id")[:limit])
    for message in found:
        if message.state == MessageState.CLAIMED:
            settle(message, MessageState.QUEUED, Why.LEASE_LOST, by=by, at=at, next_try_at=at)
        else:
            settle(message, MessageState.UNKNOWN, Why.LEASE_LOST, by=by, at=at)
    return len(found)
