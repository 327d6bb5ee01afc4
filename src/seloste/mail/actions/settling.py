"""What nobody knows, what is called off, and what goes: the end of a message by other hands than the sender's."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing, Refusal
from seloste.mail.actions.fates import end_of, settle
from seloste.mail.choices import MessageKind, MessageState, Why
from seloste.mail.models import Enclosure, Message
from seloste.mail.rules import course


class TooLate(Refusal):
    """The message has met another fate meanwhile."""

    status = 409


@transaction.atomic
def reconcile(*, by: Duty, at: datetime, message_id: UUID, was_accepted: bool | None) -> None:
    """Settle an unknown message by what the mail server says, or by the policy of its kind where it cannot say."""
    rows = Message.objects.select_for_update().filter(id=message_id, state=MessageState.UNKNOWN, ended_at=None)
    message = rows.first()
    if message is None:
        return
    if was_accepted is True:
        settle(message, MessageState.ACCEPTED, Why.RELAY_KNOWS, by=by, at=at)
    elif was_accepted is False:
        settle(message, MessageState.QUEUED, Why.RELAY_LACKS, by=by, at=at, next_try_at=at)
    else:
        _follow_policy(message, by=by, at=at)


def _follow_policy(message: Message, *, by: Duty, at: datetime) -> None:
    after = course.after_silence(message.kind, resent=message.resent)
    if after != Why.RESENT:
        _close_unknown(message, after, by=by, at=at)
        return
    since = message.unknown_since_at or at
    if at < since + course.RESEND_AFTER:  # a late bounce or the person's own answer may tell meanwhile
        Message.objects.filter(id=message.id).update(next_try_at=since + course.RESEND_AFTER)
        return
    settle(message, MessageState.QUEUED, Why.RESENT, by=by, at=at, next_try_at=at, resent=message.resent + 1)


def _close_unknown(message: Message, why: Why, *, by: Duty, at: datetime) -> None:
    """Leave it at that: it stays unknown, and is shown so."""
    end = end_of(message, by=by, at=at) | {"unknown_since_at": message.unknown_since_at, "next_try_at": None}
    settle(message, MessageState.UNKNOWN, why, by=by, at=at, **end)


@transaction.atomic
def decide_unknown(*, by: Duty, at: datetime, message_id: UUID, arrived: bool | None) -> None:
    """Settle an unknown message by what an employee knows; None where nobody does and it is left at that.

    Marketing is not sent again: who got it twice would be right to complain, who missed it misses nothing.
    """
    message = Message.objects.select_for_update().filter(id=message_id).first()
    if message is None:
        raise Missing
    if message.state != MessageState.UNKNOWN or (arrived is False and message.kind == MessageKind.MARKETING):
        raise TooLate(_("This can no longer be decided about the message."))
    if arrived is None:
        _close_unknown(message, Why.LEFT, by=by, at=at)
    elif arrived:
        settle(message, MessageState.ACCEPTED, Why.STAFF_ARRIVED, by=by, at=at)
    else:
        again: dict[str, Any] = {"next_try_at": at, "ended_at": None, "ended_by": None, "body_until": None}
        _refuse_without_words(message)
        settle(message, MessageState.QUEUED, Why.STAFF_RESENDS, by=by, at=at, resent=message.resent + 1, **again)
    subjects = [message.person] if message.person else []
    record(by=by, at=at, deed="message.decided", subjects=subjects, item=message.id)


def _refuse_without_words(message: Message) -> None:
    if not message.text:
        raise TooLate(_("The words of this message have been erased; it cannot be sent again."))


@transaction.atomic
def cancel(*, by: Duty, at: datetime, message_id: UUID, why: str = Why.STAFF) -> None:
    """Cancel a message that has not been released; TooLate where it has."""
    message = Message.objects.select_for_update().filter(id=message_id).first()
    if message is None:
        raise Missing
    if message.state not in {MessageState.QUEUED, MessageState.CLAIMED}:
        raise TooLate(_("This message can no longer be cancelled."))
    settle(message, MessageState.CANCELLED, Why(why), by=by, at=at)
    subjects = [message.person] if message.person else []
    record(by=by, at=at, deed="message.cancelled", subjects=subjects, item=message.id)


@transaction.atomic
def forget(*, message_ids: Sequence[UUID]) -> int:
    """Delete messages that have met their fate, with their files; what became of them is told by events of nobody."""
    ended = Message.objects.select_for_update().filter(id__in=message_ids, ended_at__isnull=False)
    ids = list(ended.values_list("id", flat=True))
    Enclosure.objects.filter(message_id__in=ids).delete()
    Message.objects.filter(id__in=ids).delete()
    return len(ids)
