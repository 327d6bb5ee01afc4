"""The fate of a message: the one door through which its state changes, and the event that tells it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from seloste.consents.choices import Carry
from seloste.declaration.load import current
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.mail.choices import ENDED, MessageState
from seloste.mail.models import Message, MessageEvent
from seloste.mail.rules import course
from seloste.register.actions import note_information_given
from seloste.register.rules import keep_until


def change(
    message: Message,
    state: MessageState,
    why: str,
    *,
    by: Duty,
    at: datetime,
    only: Q | None = None,
    verb: str = "",
    **changed: Any,  # noqa: ANN401 -- values of columns
) -> MessageEvent | None:
    """Change the state of one message and return the event that tells it: the one door for a single message.

    ``only`` says as what it must still stand; None where it does not any more.
    """
    values = {"state": state, "why": why, **_times(message, state, by=by, at=at), **changed}
    if not Message.objects.filter(only or Q(), id=message.id).update(**values):
        return None
    if state == MessageState.ACCEPTED:
        _note_informed(message, by=by, at=at)
    return _event(message, state, why, by=by, at=at, verb=verb, reply=str(changed.get("reply", "")))


def settle(message: Message, state: MessageState, why: str, *, by: Duty, at: datetime, **changed: Any) -> None:  # noqa: ANN401 -- likewise
    """Change the state of a message whose row is locked, and note it."""
    if event := change(message, state, why, by=by, at=at, **changed):
        event.save(force_insert=True)


def note(messages: Iterable[Message], state: MessageState, *, by: Duty, at: datetime, why: str = "") -> None:
    """Add the same event for several messages."""
    MessageEvent.objects.bulk_create(_event(one, state, why, by=by, at=at) for one in messages)


def _event(
    message: Message, state: MessageState, why: str, *, by: Duty, at: datetime, verb: str = "", reply: str = ""
) -> MessageEvent:
    return MessageEvent(
        message=message.id,
        at=at,
        state=state,
        why=why,
        verb=verb,
        reply=reply,
        fence=message.fence,
        actor=by.actor,
        keep_until=_last_day(message, at),
    )


def _times(message: Message, state: MessageState, *, by: Duty, at: datetime) -> dict[str, Any]:
    """Return the times that belong to a state; the words of a message that has met its fate get their last day."""
    found: dict[str, Any] = {"lease_until": None, "next_try_at": None, "unknown_since_at": None}
    if state in ENDED:
        return found | end_of(message, by=by, at=at)
    if state == MessageState.UNKNOWN:
        return found | {"unknown_since_at": at, "next_try_at": at + course.SETTLE}
    return found


def end_of(message: Message, *, by: Duty, at: datetime) -> dict[str, Any]:
    """Return what the row says once the message has met its fate: when, by whom, and the last day of its words."""
    last = _last_day(message, at)
    return {
        "ended_at": at,
        "ended_by": by.actor,
        "keep_until": last,
        "body_until": course.body_until(local_date(at), last, message.keep_for),
    }


def _last_day(message: Message, at: datetime) -> date:
    """Return until when the row may be kept from the moment on; as it was told, where the notice lost its purpose."""
    is_declared = message.purpose in current().purpose
    return keep_until(current(), message.purpose, local_date(at)) if is_declared else message.keep_until


def _note_informed(message: Message, *, by: Duty, at: datetime) -> None:
    """A message that carried what art. 14 wants has given it, once a mail server has taken the message for her."""
    if message.person and Carry.ARTICLE_14 in message.carries:
        note_information_given(
            by=by, at=at, person_id=message.person, channel="email", given_at=message.released_at or at
        )
