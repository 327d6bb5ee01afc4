"""A mailing is written, its audience chosen and frozen, and sent once. Each step is a deed of its own."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.consents.choices import Channel
from seloste.consents.queries import MARKETING, choose
from seloste.kernel import sweeps
from seloste.kernel.clock import local_date
from seloste.kernel.copies import Change
from seloste.kernel.duty import Duty, system
from seloste.kernel.marks import mark_of
from seloste.kernel.refusals import Missing, NotAllowed, Refusal
from seloste.kernel.text import plain_text
from seloste.mail import actions as mail
from seloste.mail.choices import MessageKind, MessageState, Why
from seloste.mail.models import Message
from seloste.mail.rules import NotSendable as Unsendable
from seloste.mail.rules import OptOut
from seloste.outreach.choices import MailingState
from seloste.outreach.models import Letter, Mailing, Recipient, Tally
from seloste.outreach.queries import links
from seloste.outreach.queries.mailings import LANGUAGES, UNFIT, Words, check_duty, words_of
from seloste.outreach.rules import letters

#: Messages of a mailing that are in the outbox at once: what a stop has to call off.
AT_ONCE = 500
SWEEP = "outreach.mailings"


class _To(TypedDict):
    """Whose links a letter carries."""

    person_id: UUID
    mark: bytes
    language: str
    at: datetime


class NotSendable(Refusal):
    """A letter that may not be sent as it is written."""


class TooLate(Refusal):
    """A step that somebody took already, or that the mailing is past."""

    status = 409


@transaction.atomic
def write(*, by: Duty, at: datetime, mailing_id: UUID, words: Mapping[str, tuple[str, str]]) -> None:
    """Write a mailing, or write it anew while it is a draft. ``words`` maps languages to subject and text.

    The id comes with the form: the same form sent twice is one mailing.
    """
    _check_may_write(by)
    read = {language: _read(language, *said) for language, said in words.items() if any(part.strip() for part in said)}
    if LANGUAGES[0] not in read:
        raise NotSendable(_("Write the letter in Finnish at least."), field=f"subject_{LANGUAGES[0]}")
    told = {"made_at": at, "made_by": by.actor, "changed_at": at, "changed_by": by.actor}
    mailing, made = Mailing.objects.select_for_update().get_or_create(id=mailing_id, defaults=told)
    _must_be(mailing, MailingState.DRAFT)
    Mailing.objects.filter(id=mailing.id).update(changed_at=at, changed_by=by.actor)
    Letter.objects.filter(mailing=mailing).exclude(language__in=read).delete()
    for language, (subject, text) in read.items():
        Letter.objects.update_or_create(mailing=mailing, language=language, defaults={"subject": subject, "text": text})
    record(by=by, at=at, deed="mailing.written" if made else "mailing.rewritten", item=mailing.id)


def _read(language: str, subject: str, text: str) -> tuple[str, str]:
    """Read a letter in one language; whatever could not be sent as it stands is refused at its field."""
    subject = plain_text(subject, field=f"subject_{language}")
    text = plain_text(text, field=f"text_{language}", lines=True)
    if not subject or len(subject) > letters.LONGEST_SUBJECT:
        raise NotSendable(_("A letter needs a subject of at most 150 characters."), field=f"subject_{language}")
    if not text or len(text) > letters.LONGEST_TEXT:
        raise NotSendable(_("A letter needs a text, and it may not be as long as a book."), field=f"text_{language}")
    foreign = letters.foreign_links(f"{subject} {text}", origin=settings.PUBLIC_ORIGIN)
    if foreign:
        words = _("A link may lead to our own site only (%(origin)s), and this does not: %(link)s")
        told = {"origin": settings.PUBLIC_ORIGIN, "link": foreign[0]}
        raise NotSendable(words % told, field=f"text_{language}")
    return subject, text


@transaction.atomic
def choose_audience(*, by: Duty, at: datetime, mailing_id: UUID) -> None:
    """Freeze who gets the mailing: everybody whom the one rule allows at this moment, each with rule and evidence."""
    _check_may_write(by)
    mailing = _locked(mailing_id)
    _must_be(mailing, MailingState.DRAFT)
    chosen = choose(Channel.EMAIL, today=local_date(at))
    with connection.cursor() as cursor:
        cursor.execute(_FREEZE.format(choice=chosen.sql), [*chosen.values, mailing.id])
        counts = cursor.fetchall()
    Tally.objects.bulk_create(
        [Tally(mailing=mailing, allow=allow, rule=rule, count=count) for allow, rule, count in counts]
    )
    told = {"state": MailingState.CHOSEN, "chosen_at": at, "chosen_by": by.actor}
    Mailing.objects.filter(id=mailing.id).update(**told)
    record(by=by, at=at, deed="mailing.audience_chosen", categories=["consent", "contact"], item=mailing.id)


_FREEZE = """
WITH choice AS MATERIALIZED ({choice}), put AS (
    INSERT INTO outreach_recipient (mailing_id, person_id, address, mark, language, rule, evidence, denied)
    SELECT %s, person, address, mark, language, rule, coalesce(evidence::text, ''), '' FROM choice WHERE allow)
SELECT allow, rule, count(*) FROM choice GROUP BY allow, rule
"""


@transaction.atomic
def let_go(*, by: Duty, at: datetime, mailing_id: UUID) -> None:
    """Make a mailing whose audience was chosen a draft again; the frozen list is forgotten."""
    _check_may_write(by)
    mailing = _locked(mailing_id)
    _must_be(mailing, MailingState.CHOSEN)
    Recipient.objects.filter(mailing=mailing).delete()
    Tally.objects.filter(mailing=mailing).delete()
    Mailing.objects.filter(id=mailing.id).update(state=MailingState.DRAFT, chosen_at=None, chosen_by=None)
    record(by=by, at=at, deed="mailing.audience_forgotten", item=mailing.id)


@transaction.atomic
def send(*, by: Duty, at: datetime, mailing_id: UUID) -> None:
    """Let the mailing go. The same button pressed twice sends once."""
    _check_may_write(by)
    mailing = _locked(mailing_id)
    if mailing.state in {MailingState.SENDING, MailingState.SENT}:
        return
    _must_be(mailing, MailingState.CHOSEN)
    Mailing.objects.filter(id=mailing.id).update(state=MailingState.SENDING, sent_at=at, sent_by=by.actor)
    record(by=by, at=at, deed="mailing.sent", categories=["contact"], item=mailing.id)
    sweeps.wake(SWEEP)


@transaction.atomic
def stop(*, by: Duty, at: datetime, mailing_id: UUID) -> None:
    """Stop a mailing: what has not left is called off. What has left cannot be called back."""
    _check_may_write(by)
    mailing = _locked(mailing_id)
    if mailing.state == MailingState.STOPPED:
        return
    _must_be(mailing, MailingState.SENDING, MailingState.SENT)
    _call_off(mailing.id, by=by, at=at)
    Mailing.objects.filter(id=mailing.id).update(state=MailingState.STOPPED, stopped_at=at, stopped_by=by.actor)
    record(by=by, at=at, deed="mailing.stopped", item=mailing.id)


@transaction.atomic
def discard(*, by: Duty, at: datetime, mailing_id: UUID) -> None:
    """Throw a draft away; of a mailing that was sent, the letter and the list stay until their time is up."""
    _check_may_write(by)
    mailing = _locked(mailing_id)
    _must_be(mailing, MailingState.DRAFT)
    mailing.delete()
    record(by=by, at=at, deed="mailing.discarded", item=mailing_id)


# --- What the worker does


def forward(at: datetime) -> int:
    """Put the next messages of every mailing that is being sent into the outbox; return how many."""
    _call_back(at)
    going = Mailing.objects.filter(state=MailingState.SENDING).order_by("sent_at", "id")
    return sum(_forward(mailing_id, at=at) for mailing_id in going.values_list("id", flat=True))


def _call_back(at: datetime) -> None:
    """Call off what a mail server put off and what has come back to the outbox since its mailing was stopped."""
    waiting = Message.objects.filter(state=MessageState.QUEUED, kind=MessageKind.MARKETING, key__startswith="mailing:")
    waits = {UUID(key.split(":")[1]) for key in waiting.values_list("key", flat=True)}
    for mailing_id in Mailing.objects.filter(id__in=waits, state=MailingState.STOPPED).values_list("id", flat=True):
        _call_off(mailing_id, by=system(MARKETING), at=at)


def _call_off(mailing_id: UUID, *, by: Duty, at: datetime) -> None:
    """Cancel all of a mailing that has not been released, also what a sender holds; one that was quicker has left."""
    for message_id in _not_left(mailing_id):
        with suppress(mail.TooLate):
            mail.cancel(by=by, at=at, message_id=message_id, why=Why.CALLED_OFF)


@transaction.atomic
def _forward(mailing_id: UUID, *, at: datetime) -> int:
    """Queue as many as there is room for. The mailing's row is held: a stop waits, and then finds them all."""
    mailing = Mailing.objects.select_for_update().get(id=mailing_id)
    room = AT_ONCE - len(_not_left(mailing_id))
    if mailing.state != MailingState.SENDING or room <= 0:
        return 0
    rows = list(Recipient.objects.filter(mailing=mailing, id__gt=mailing.reached).order_by("id")[:room])
    words = {one.language: one for one in words_of(mailing_id)}
    for row in rows:
        _forward_to(row, words.get(row.language, words[LANGUAGES[0]]), at=at)
    Recipient.objects.bulk_update(rows, ["message_id", "denied"])
    if rows:
        Mailing.objects.filter(id=mailing.id).update(reached=rows[-1].id)
    if len(rows) < room:
        Mailing.objects.filter(id=mailing.id).update(state=MailingState.SENT, done_at=at)
    return len(rows)


def _forward_to(row: Recipient, words: Words, *, at: datetime) -> None:
    """Queue one message, or note by which rule it is no longer allowed: she may have said no since."""
    try:
        row.message_id = _queue(row, words, at=at)
    except mail.MayNotContact as refusal:
        row.denied = refusal.decision.rule.value
    except Unsendable:  # an address in letters that mail does not carry: one of them must not hold up the others
        row.denied = UNFIT


def _queue(row: Recipient, words: Words, *, at: datetime) -> UUID:
    mark, language = bytes(row.mark), words.language
    to: _To = {"person_id": row.person_id, "mark": mark, "language": language, "at": at}
    return mail.queue(
        by=system(MARKETING),
        at=at,
        key=f"mailing:{row.mailing_id}:{row.person_id}",
        kind=MessageKind.MARKETING,
        purpose=MARKETING,
        person_id=row.person_id,
        address=row.address,
        language=language,
        subject=words.subject,
        text=words.text,
        opt_out=OptOut(
            one_click_url=links.one_click_url(channel=Channel.EMAIL, **to),
            preferences_url=links.preferences_url(**to),
        ),
    )


def _not_left(mailing_id: UUID) -> list[UUID]:
    """Return the messages of the mailing that are in the outbox and have not been released."""
    is_here = [MessageState.QUEUED, MessageState.CLAIMED]
    rows = Message.objects.filter(state__in=is_here, key__startswith=f"mailing:{mailing_id}:")
    return list(rows.values_list("id", flat=True))


def _locked(mailing_id: UUID) -> Mailing:
    mailing = Mailing.objects.select_for_update().filter(id=mailing_id).first()
    if mailing is None:
        raise Missing
    return mailing


def _must_be(mailing: Mailing, *states: MailingState) -> None:
    if mailing.state not in states:
        words = _("The letter is past this step: it is now “%(state)s”.")
        raise TooLate(words % {"state": MailingState(mailing.state).label})


def _check_may_write(by: Duty) -> None:
    check_duty(by)
    if "write" not in by.may:
        raise NotAllowed(_("Your job role does not include this."))


# --- Copies of an address ---------------------------------------------------------------------------------------------


def follow_correction(_by: Duty, _at: datetime, change: Change) -> None:
    """Write the corrected address into lists that are not written to yet; whether it may be used is asked at sending.

    Where a mailing goes to the corrected address already, it goes there once.
    """
    before, after = change.before.get("value"), change.after.get("value")
    if change.kind != "contact" or change.before.get("kind") != "email" or not before or before == after:
        return
    waiting = Recipient.objects.filter(person_id=change.person, mark=mark_of(before), message_id=None, denied="")
    taken = Recipient.objects.filter(mark=mark_of(str(after))).values("mailing_id")
    waiting.filter(mailing_id__in=taken).delete()
    waiting.update(address=after, mark=mark_of(str(after)))
