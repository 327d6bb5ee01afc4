"""Deeds: noting to whom data were given, and having the recipients told of what became of them (art. 19)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.declaration.load import current
from seloste.disclosures import letter, queries, rules
from seloste.disclosures.choices import Because, How, Impossible, NoticeState
from seloste.disclosures.models import Disclosure, RecipientNotice
from seloste.disclosures.queries import PURPOSE, seal_of
from seloste.kernel.clock import local_date
from seloste.kernel.copies import Change, Restricting
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.periods import add
from seloste.kernel.refusals import Missing, NotAllowed, Refusal
from seloste.kernel.seal import seal
from seloste.mail import actions as mail
from seloste.mail.choices import MessageKind
from seloste.mail.rules import NotSendable
from seloste.register import queries as register
from seloste.register.models import Person
from seloste.register.queries.corrections import text_of

_BY_ITSELF = {"visitor", "system"}


class NotNamed(Refusal):
    """The notice does not name the recipient, or not for this purpose or these data (art. 13(1)(e))."""


class NotNotable(Refusal):
    """Something about the disclosure cannot be."""


class Settled(Refusal):
    """The recipient has been told meanwhile."""

    status = 409


# --- What was given ---------------------------------------------------------------------------------------------------


@transaction.atomic
def note_disclosure(
    *,
    by: Duty,
    at: datetime,
    person_id: UUID,
    recipient: str,
    categories: Iterable[str],
    purpose: str,
    how: How,
    given_at: datetime | None = None,
    reference: str = "",
) -> UUID:
    """Note that data of the person were given to a recipient that the notice names; return the id of the entry.

    ``reference`` is a number under which what was given can be shown: never words. Whatever else is not as the notice
    says is refused: NotNamed, or NotNotable with the field.
    """
    _check_giver(by, at=at, person_id=person_id)
    given, when = sorted(set(categories)), given_at or at
    mechanism = _lawful(by, recipient=recipient, purpose=purpose, categories=given, when=when)
    if when > at:
        raise NotNotable(_("This is in the future."), field="given_at")
    if reference and not rules.FILED.fullmatch(reference):
        raise NotNotable(_("A number or code without spaces, and no words."), field="reference")
    noted = Disclosure.objects.create(
        id=new_id(at),
        person=person_id,
        recipient=recipient,
        categories=given,
        purpose=purpose,
        basis=current().purpose[purpose].basis,
        mechanism=mechanism,
        given_at=when,
        how=How(how),
        reference=reference,
        noted_at=at,
        noted_by=by.actor,
        keep_until=_last_day(when),
    )
    record(by=by, at=at, deed="disclosure.noted", subjects=[person_id], categories=given, item=noted.id)
    return noted.id


def _check_giver(by: Duty, *, at: datetime, person_id: UUID) -> None:
    if by.role in _BY_ITSELF:
        if not Person.objects.filter(id=person_id).exists():
            raise Missing
        return
    register.heading(by=by, at=at, person_id=person_id)
    if "write" not in by.may:
        raise NotAllowed(_("Your job role does not include this."))


def _lawful(by: Duty, *, recipient: str, purpose: str, categories: Sequence[str], when: datetime) -> str:
    """Return the mechanism of the transfer; refuse what the notice does not say."""
    declared = current()
    if not categories:
        raise NotNotable(_("Choose what was given."), field="categories")
    if not rules.is_declared(declared, recipient, purpose=purpose, categories=categories):
        raise NotNamed(_("The notice does not name this recipient for this purpose and these data."), field="recipient")
    if by.role not in _BY_ITSELF and not all(by.sees(category, (purpose,)) for category in categories):
        raise NotAllowed(_("Your job role does not include this."))
    mechanism = rules.mechanism(declared.recipient[recipient], on=local_date(when))
    if mechanism is None:
        raise NotNamed(
            _("The recipient is outside the EEA, and the notice named no mechanism for it on that day."),
            field="recipient",
        )
    return mechanism


def _last_day(moment: datetime) -> date:
    return add(local_date(moment), current().purpose[PURPOSE].retention.period)


# --- Who has to be told -----------------------------------------------------------------------------------------------


@transaction.atomic
def tell_recipients(
    *,
    by: Duty,
    at: datetime,
    person_id: UUID,
    because: Because,
    matter: str,
    what: str = "",
    categories: Iterable[str] = (),
) -> list[UUID]:
    """Have every recipient told that was given the person's data, or of these categories; return the notices' ids.

    ``matter`` tells one occasion from another (a correction, an erasure, a restriction): asked twice for one, it adds
    nothing. ``what`` says in words what changed; it goes to those alone who were given such data. The deed must come
    before an erasure: afterwards nobody knows by what a recipient finds the person. A recipient with an address in the
    notice gets a message at once; the others wait for an employee.
    """
    concerned, notices = set(categories), []
    for given in queries.recipients_of(person_id):
        if not concerned or concerned & set(given.categories):
            shown = what if not concerned or concerned <= set(given.categories) else ""
            notices.append(_tell(by, at, person_id, given, because=Because(because), matter=matter, what=shown))
    if notices:
        record(by=by, at=at, deed="disclosure.to_be_told", subjects=[person_id], categories=["rights_request"])
    return notices


def _tell(
    by: Duty, at: datetime, person_id: UUID, given: queries.Given, *, because: Because, matter: str, what: str
) -> UUID:
    declared = current().recipient.get(given.recipient)
    language = declared.language if declared else "fi"
    entries = Disclosure.objects.filter(person=person_id, recipient=given.recipient).order_by("given_at", "id")
    words = letter.words(
        known_by=queries.known_by(person_id, given.categories),
        given=list(entries.values_list("given_at", "reference")),
        what=what,
        language=language,
    )
    notice_id = new_id(at)
    row, is_new = RecipientNotice.objects.get_or_create(
        person=person_id,
        recipient=given.recipient,
        because=because,
        matter=matter,
        defaults={
            "id": notice_id,
            "language": language,
            "words": seal(words, row=seal_of(notice_id, person_id)),
            "created_at": at,
            "created_by": by.actor,
        },
    )
    if is_new and declared and declared.email:
        _mail(row, to=declared.email, by=by, at=at)
    return row.id


def _mail(row: RecipientNotice, *, to: str, by: Duty, at: datetime) -> None:
    """Send the recipient a link to its notice. Where that cannot be, it waits for an employee."""
    link = queries.link_of(row.id, language=row.language)
    name = queries.name_of(row.recipient, row.language)
    written = letter.message(Because(row.because), recipient=name, link=link, language=row.language)
    try:
        with transaction.atomic():
            message = mail.queue(
                by=by,
                at=at,
                key=f"recipient.notice:{row.id}",
                kind=MessageKind.LEGAL,
                purpose=PURPOSE,
                person_id=None,
                address=to,
                language=row.language,
                subject=written.subject,
                text=written.text,
            )
    except (mail.MayNotContact, NotSendable):
        return
    RecipientNotice.objects.filter(id=row.id).update(message=message, mailed_at=at)


def follow_correction(by: Duty, at: datetime, change: Change) -> None:
    """Have those told who were given what was corrected (art. 19), in the transaction of the correction."""
    before, after = text_of(change.before), text_of(change.after)
    tell_recipients(
        by=by,
        at=at,
        person_id=change.person,
        because=Because.RECTIFIED,
        matter=str(change.record),
        what=f"{before} → {after}",
        categories=[change.category],
    )


def heed_restriction(by: Duty, at: datetime, restricting: Restricting) -> None:
    """Have those told who were given data whose use is now restricted, or no longer is."""
    because = Because.RESTRICTED if restricting.begun else Because.RELEASED
    tell_recipients(by=by, at=at, person_id=restricting.person, because=because, matter=str(restricting.record))


@transaction.atomic
def note_told(*, by: Duty, at: datetime, notice_id: UUID, how: How) -> None:
    """Note that an employee told the recipient; the words that name the person go. Settled where that was done."""
    _check_duty(by)
    _settle(notice_id, by=by, at=at, state=NoticeState.SENT, how=How(how))


@transaction.atomic
def note_impossible(*, by: Duty, at: datetime, notice_id: UUID, reason: Impossible) -> None:
    """Note why the recipient cannot be told; the person is told who it was if she asks (art. 19)."""
    _check_duty(by)
    _settle(notice_id, by=by, at=at, state=NoticeState.IMPOSSIBLE, reason=Impossible(reason))


@transaction.atomic
def confirm_read(*, by: Duty, at: datetime, notice_id: UUID) -> None:
    """Note that the recipient opened its link and confirmed that it has read the notice."""
    _settle(notice_id, by=by, at=at, state=NoticeState.SENT, how=How.EMAIL)


def _check_duty(by: Duty) -> None:
    if not queries.may_see(by):
        raise Missing
    if "write" not in by.may:
        raise NotAllowed(_("Your job role does not include this."))


def _settle(notice_id: UUID, *, by: Duty, at: datetime, state: NoticeState, how: str = "", reason: str = "") -> None:
    row = RecipientNotice.objects.select_for_update().filter(id=notice_id).first()
    if row is None:
        raise Missing
    if row.state != NoticeState.DUE:
        raise Settled(_("This recipient has been dealt with already."))
    RecipientNotice.objects.filter(id=notice_id).update(
        state=state,
        how=how,
        reason=reason,
        words=None,
        settled_at=at,
        settled_by=by.actor,
        keep_until=_last_day(at),
    )
    record(
        by=by,
        at=at,
        deed="disclosure.told" if state == NoticeState.SENT else "disclosure.not_told",
        subjects=[row.person],
        categories=["rights_request"],
        item=notice_id,
    )
