"""Deeds of the outbox: a message is queued once, taken, released, and meets its fate. One door for each step.

A process first takes messages for a time (`claim`), then releases one in a transaction that asks again whether it may
leave (`step`), and only then hands it over. What it learns is written together with the next release.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.consents.choices import Carry, Channel
from seloste.consents.queries import decide
from seloste.consents.rules.contact import Decision
from seloste.declaration.load import current
from seloste.kernel.clock import local_date
from seloste.kernel.copies import Change
from seloste.kernel.duty import NOBODY, Duty
from seloste.kernel.ids import new_id
from seloste.kernel.marks import mark_of
from seloste.kernel.refusals import Missing, Refusal
from seloste.mail import home, queries
from seloste.mail.choices import ENDED, HELD, KeepBody, MessageKind, MessageState, Unfit, Why
from seloste.mail.letter import domain, letter, words
from seloste.mail.models import Enclosure, Home, Message, MessageEvent
from seloste.mail.rules import Attachment, NotSendable, OptOut, course, envelope, markup
from seloste.mail.rules.course import Outcome, Result
from seloste.mail.transport import Letter
from seloste.notices.queries import current_version_id
from seloste.register.actions import note_bounce, note_information_given
from seloste.register.choices import ContactKind, Language
from seloste.register.queries.whose import stays_here
from seloste.register.rules import keep_until

#: The only purpose for which marketing is sent (S4.9).
MARKETING = "direct_marketing"


class MayNotContact(Refusal):
    """Nothing allows this message; the decision says by which rule."""

    status = 409

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision.rule.label, field="address")
        self.decision = decision


class TooLate(Refusal):
    """The message has met another fate meanwhile."""

    status = 409


# --- Into the outbox --------------------------------------------------------------------------------------------------


@transaction.atomic
def queue(
    *,
    by: Duty,
    at: datetime,
    key: str,
    kind: MessageKind,
    purpose: str,
    person_id: UUID | None,
    address: str,
    language: str,
    subject: str,
    text: str,
    html: str = "",
    opt_out: OptOut | None = None,
    attachments: Sequence[Attachment] = (),
    keep_for: str = KeepBody.SHORT,
) -> UUID:
    """Queue one message to one address and return its id, in the caller's transaction.

    The same key again returns the same id and adds nothing. NotSendable tells what is wrong with the message,
    MayNotContact that the person may not be written to. ``html`` is plain markup of the text; it gets its frame later.
    """
    known = Message.objects.filter(key=envelope.one_key(key)).values_list("id", flat=True).first()
    if known is not None:
        return known
    _refuse_wrong_kind(kind, purpose, language, opt_out, attachments)
    to = envelope.one_address(address)
    if person_id is not None:
        stays_here(person_id)  # an erasure waits until this message can be found; who is gone may still be answered
    decision = _decision(kind, person_id=person_id, address=to, at=at)
    if not decision.allow:
        raise MayNotContact(decision)
    message = Message(
        id=new_id(at),
        key=key,
        kind=kind,
        purpose=purpose,
        person=person_id,
        address=to,
        address_mark=mark_of(to),
        language=language,
        subject=envelope.one_subject(subject),
        text=envelope.body(text),
        html=markup.own_markup(html, settings.PUBLIC_ORIGIN) if html else "",
        is_automatic=by.actor == NOBODY,
        notice_version_id=current_version_id(),
        queued_at=at,
        queued_by=by.actor,
        queued_rule=decision.rule,
        queued_evidence=decision.evidence,
        next_try_at=at,
        keep_for=KeepBody(keep_for),
        keep_until=keep_until(current(), purpose, local_date(at)),
        **_ways_out(opt_out),
    )
    return _add(message, attachments, by=by, at=at)


def _add(message: Message, attachments: Sequence[Attachment], *, by: Duty, at: datetime) -> UUID:
    """Store the message, unless its twin of the same moment was first."""
    message.message_id = f"<{message.id.hex}@{domain()}>"
    _refuse_unwritable(message, at=at)
    home.ensure(by=by, at=at)
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        return Message.objects.values_list("id", flat=True).get(key=message.key)
    Enclosure.objects.bulk_create(
        Enclosure(message=message, name=one.name, content_type=one.content_type, content=one.content)
        for one in attachments
    )
    _note([message], MessageState.QUEUED, by=by, at=at)
    record(
        by=by,
        at=at,
        deed="message.queued",
        subjects=[message.person] if message.person else [],
        categories=["contact", "correspondence"],
        item=message.id,
    )
    return message.id


def _refuse_wrong_kind(
    kind: MessageKind, purpose: str, language: str, opt_out: OptOut | None, attachments: Sequence[Attachment]
) -> None:
    """Keep apart what the law keeps apart: only marketing is marketing, and it always has its way out."""
    if purpose not in current().purpose or (kind == MessageKind.MARKETING and purpose != MARKETING):
        raise NotSendable(Unfit.PURPOSE, field="purpose")
    if language not in Language.values:
        raise NotSendable(Unfit.LANGUAGE, field="language")
    if (kind == MessageKind.MARKETING) != (opt_out is not None):
        reason = Unfit.NO_OPT_OUT if opt_out else Unfit.OPT_OUT
        raise NotSendable(reason, field="opt_out")
    if attachments and kind == MessageKind.LEGAL:
        raise NotSendable(Unfit.LINK_ONLY, field="attachments")
    envelope.files(attachments)


def _ways_out(opt_out: OptOut | None) -> dict[str, str]:
    if opt_out is None:
        return {}
    own = envelope.own_opt_out(opt_out, settings.PUBLIC_ORIGIN)
    return {"one_click_url": own.one_click_url, "preferences_url": own.preferences_url}


def _refuse_unwritable(message: Message, *, at: datetime) -> None:
    """Write the message once with all that it may have to carry: what cannot be written is found now, not at night."""
    carries = list(Carry) if message.kind == MessageKind.MARKETING else []
    said = words(message, rule=message.queued_rule, carries=carries)
    letter(message, said, at=at).as_bytes()
    if faults := markup.faults(said.html, settings.PUBLIC_ORIGIN):
        raise NotSendable(Unfit.MARKUP, field="html", what=faults[0][:40])


def _decision(kind: str, *, person_id: UUID | None, address: str, at: datetime, lock: bool = False) -> Decision:
    return decide(
        person_id=person_id,
        channel=Channel.EMAIL,
        address=address,
        is_marketing=kind == MessageKind.MARKETING,
        at=at,
        lock=lock,
    )


# --- Taking -----------------------------------------------------------------------------------------------------------


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
    _note(taken, MessageState.CLAIMED, by=by, at=at)
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
    return _decision(row.kind, person_id=row.person, address=row.address, at=at, lock=True)


def _release(
    claim: Claim, decision: Decision, *, by: Duty, at: datetime, lease: timedelta
) -> tuple[Letter | None, MessageEvent | None]:
    """Let a message go that is still held and still allowed; return it, and what is to be noted of it."""
    row = claim.row
    told: dict[str, Any] = {"by": by, "at": at, "only": _still_held(claim, at)}
    if not decision.allow:
        denied = _change(row, MessageState.CANCELLED, Why.NOT_ALLOWED, **told, released_rule=decision.rule)
        return None, denied
    carries = [str(one) for one in decision.must_carry]
    said = words(row, rule=decision.rule, carries=carries)
    event = _change(
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


# --- Fates ------------------------------------------------------------------------------------------------------------


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
            return _change(row, MessageState.ACCEPTED, "", **told)
        case Outcome.REFUSED:
            return _change(row, MessageState.FAILED, Why.REFUSED, **told)
        case Outcome.UNKNOWN:
            return _change(row, MessageState.UNKNOWN, Why.NO_ANSWER, **told)
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
        return _change(row, MessageState.FAILED, Why.GAVE_UP, **told)
    if outcome is Outcome.UNREACHABLE:  # the fault is not the message's: it is no attempt of its own
        again: dict[str, Any] = {"next_try_at": at + course.RELAY_PAUSE, "attempts": max(row.attempts - 1, 0)}
        return _change(row, MessageState.QUEUED, Why.UNREACHABLE, **told, **again)
    wait = course.wait_after(row.attempts, row.id)
    return _change(row, MessageState.QUEUED, Why.DEFERRED, **told, next_try_at=at + wait)


def _change(
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


def _note_informed(message: Message, *, by: Duty, at: datetime) -> None:
    """A message that carried what art. 14 wants has given it, once a mail server has taken the message for her."""
    if message.person and Carry.ARTICLE_14 in message.carries:
        note_information_given(
            by=by, at=at, person_id=message.person, channel="email", given_at=message.released_at or at
        )


def _settle(message: Message, state: MessageState, why: str, *, by: Duty, at: datetime, **changed: Any) -> None:  # noqa: ANN401 -- likewise
    """Change the state of a message whose row is locked, and note it."""
    if event := _change(message, state, why, by=by, at=at, **changed):
        event.save(force_insert=True)


def _times(message: Message, state: MessageState, *, by: Duty, at: datetime) -> dict[str, Any]:
    """Return the times that belong to a state; the words of a message that has met its fate get their last day."""
    found: dict[str, Any] = {"lease_until": None, "next_try_at": None, "unknown_since_at": None}
    if state in ENDED:
        return found | _end(message, by=by, at=at)
    if state == MessageState.UNKNOWN:
        return found | {"unknown_since_at": at, "next_try_at": at + course.SETTLE}
    return found


def _end(message: Message, *, by: Duty, at: datetime) -> dict[str, Any]:
    last = _last_day(message, at)
    return {
        "ended_at": at,
        "ended_by": by.actor,
        "keep_until": last,
        "body_until": course.body_until(local_date(at), last, message.keep_for),
    }


def _note(messages: Iterable[Message], state: MessageState, *, by: Duty, at: datetime, why: str = "") -> None:
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


def _last_day(message: Message, at: datetime) -> date:
    """Return until when the row may be kept from the moment on; as it was told, where the notice lost its purpose."""
    is_declared = message.purpose in current().purpose
    return keep_until(current(), message.purpose, local_date(at)) if is_declared else message.keep_until


@transaction.atomic
def give_back(*, by: Duty, at: datetime, claims: Sequence[Claim], again_at: datetime | None = None) -> None:
    """Give back messages that the process holds and is sure not to have sent."""
    for one in claims:
        held = Message.objects.select_for_update().filter(id=one.message, fence=one.fence, state__in=HELD)
        if message := held.first():
            _settle(message, MessageState.QUEUED, Why.UNREACHABLE, by=by, at=at, next_try_at=again_at or at)


@transaction.atomic
def set_aside(*, by: Duty, at: datetime, claim: Claim) -> None:
    """Fail a message of which no letter can be made any more, so that it does not stand in the others' way."""
    held = Message.objects.select_for_update().filter(id=claim.message, fence=claim.fence, state=MessageState.CLAIMED)
    if message := held.first():
        _settle(message, MessageState.FAILED, Why.UNFIT, by=by, at=at)


@transaction.atomic
def expire(*, by: Duty, at: datetime, limit: int = 1000) -> int:
    """Take messages from processes that have died: back to the queue, or unknown where one was being handed over."""
    over = Message.objects.select_for_update(skip_locked=True).filter(queries.over("lease_until", at), state__in=HELD)
    found = list(over.order_by("lease_until", "id")[:limit])
    for message in found:
        if message.state == MessageState.CLAIMED:
            _settle(message, MessageState.QUEUED, Why.LEASE_LOST, by=by, at=at, next_try_at=at)
        else:
            _settle(message, MessageState.UNKNOWN, Why.LEASE_LOST, by=by, at=at)
    return len(found)


# --- What nobody knows ------------------------------------------------------------------------------------------------


@transaction.atomic
def reconcile(*, by: Duty, at: datetime, message_id: UUID, was_accepted: bool | None) -> None:
    """Settle an unknown message by what the mail server says, or by the policy of its kind where it cannot say."""
    rows = Message.objects.select_for_update().filter(id=message_id, state=MessageState.UNKNOWN, ended_at=None)
    message = rows.first()
    if message is None:
        return
    if was_accepted is True:
        _settle(message, MessageState.ACCEPTED, Why.RELAY_KNOWS, by=by, at=at)
    elif was_accepted is False:
        _settle(message, MessageState.QUEUED, Why.RELAY_LACKS, by=by, at=at, next_try_at=at)
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
    _settle(message, MessageState.QUEUED, Why.RESENT, by=by, at=at, next_try_at=at, resent=message.resent + 1)


def _close_unknown(message: Message, why: Why, *, by: Duty, at: datetime) -> None:
    """Leave it at that: it stays unknown, and is shown so."""
    end = _end(message, by=by, at=at) | {"unknown_since_at": message.unknown_since_at, "next_try_at": None}
    _settle(message, MessageState.UNKNOWN, why, by=by, at=at, **end)


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
        _settle(message, MessageState.ACCEPTED, Why.STAFF_ARRIVED, by=by, at=at)
    else:
        again: dict[str, Any] = {"next_try_at": at, "ended_at": None, "ended_by": None, "body_until": None}
        _refuse_without_words(message)
        _settle(message, MessageState.QUEUED, Why.STAFF_RESENDS, by=by, at=at, resent=message.resent + 1, **again)
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
    _settle(message, MessageState.CANCELLED, Why(why), by=by, at=at)
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


# --- The home ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def adopt(*, by: Duty, at: datetime, cancel_waiting: bool) -> int:
    """Have messages leave from this database from now on; return how many that waited were cancelled.

    What was being handed over when the copy was made is unknown. What waited may have left from the other database:
    with ``cancel_waiting`` it is cancelled, without it everything that waits will be sent from here.
    """
    held = Message.objects.select_for_update().filter(state=MessageState.HANDED_OVER)
    for message in held:
        _settle(message, MessageState.UNKNOWN, Why.LEASE_LOST, by=by, at=at)
    waiting = Message.objects.select_for_update().filter(state__in=[MessageState.QUEUED, MessageState.CLAIMED])
    cancelled = list(waiting) if cancel_waiting else []
    for message in cancelled:
        _settle(message, MessageState.CANCELLED, Why.COPIED, by=by, at=at)
    home.move_in(by=by, at=at)
    record(by=by, at=at, deed="outbox.adopted")
    return len(cancelled)


@transaction.atomic
def note_relay(*, at: datetime, trouble: str) -> None:
    """Note for the desk that the mail server is in trouble, or that it is well again (no words)."""
    changed = Home.objects.filter(~Q(relay_trouble=trouble))
    changed.update(relay_trouble=trouble, relay_trouble_at=at if trouble else None)


# --- Copies of an address ---------------------------------------------------------------------------------------------


def follow_correction(_by: Duty, _at: datetime, change: Change) -> int:
    """Lead what waits for a person to her corrected address; what the law demands goes where it was proved to go."""
    before, after = change.before.get("value"), change.after.get("value")
    if change.kind != "contact" or change.before.get("kind") != ContactKind.EMAIL or not before or before == after:
        return 0
    waiting = Message.objects.filter(person=change.person, state=MessageState.QUEUED, address_mark=mark_of(before))
    waiting = waiting.exclude(kind=MessageKind.LEGAL)
    return int(waiting.update(address=after, address_mark=mark_of(str(after))))
