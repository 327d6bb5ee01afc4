"""Yes, no, no longer. Withdrawing always succeeds; giving needs the person, her words and evidence."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from seloste.consents.actions.ending import end_if_over
from seloste.consents.actions.events import (
    NotProven,
    add_event,
    add_where_it_may,
    asked_for,
    check_duty,
    check_may_write,
    check_own_hand,
    checked,
    end_ground_of_consent,
    end_of,
    last_event,
    own_hand,
    state_of,
    words_of,
)
from seloste.consents.actions.objections import lift_by_own_hand, refuse_over_objection
from seloste.consents.actions.suppressions import (
    REACHED_BY,
    is_hers,
    lift_address_by_own_hand,
    refuse_over_suppression,
)
from seloste.consents.choices import OPTED_OUT, VALID, Cause, Channel, ConsentState, EvidenceKind, ObjectionState
from seloste.consents.models import ConsentEvent, ObjectionEvent, Wording
from seloste.consents.queries import hold_still, language_to
from seloste.consents.rules.evidence import Evidence
from seloste.declaration.load import current
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.marks import mark_of
from seloste.kernel.refusals import Missing, NotAllowed, Refusal
from seloste.kernel.text import plain_text
from seloste.register import actions as register
from seloste.register.models import Person


class GonePerson(Refusal):
    """A consent for somebody who is no longer in the register: only a withdrawal is accepted."""


class OlderThanHerNo(Refusal):
    """A yes that is not provably younger than the person's no: the no holds."""


class NotTheirAddress(Refusal):
    """A confirmation from an address that is not the person's."""


class NoLongerUndone(Refusal):
    """An event that can no longer be said to have been noted in error."""


# --- Asking -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def request(
    *, by: Duty, at: datetime, person_id: UUID, consent: str, language: str, source: str = "", form: str = ""
) -> UUID | None:
    """Note that the person was asked; None where she has answered already: her answer stands."""
    words = _about_to(by=by, at=at, person_id=person_id, consent=consent, language=language)
    state = ConsentState.REQUESTED
    return add_where_it_may(state, words, by=by, at=at, person_id=person_id, source=source, form=form)


@transaction.atomic
def await_confirmation(
    *, by: Duty, at: datetime, person_id: UUID, consent: str, language: str, address: str, request_reference: str
) -> UUID | None:
    """Note that somebody said yes for an address and was asked to confirm it there; None where nothing waits for it.

    Anybody can type an address, so this is nobody's consent and undoes nobody's withdrawal.
    """
    words = _about_to(by=by, at=at, person_id=person_id, consent=consent, language=language)
    told = {"source": "web_form", "form": plain_text(request_reference), "mark": mark_of(address)}
    return add_where_it_may(ConsentState.PENDING, words, by=by, at=at, person_id=person_id, **told)


def _about_to(*, by: Duty, at: datetime, person_id: UUID, consent: str, language: str) -> Wording:
    """Hold the person still and return the words; refused where there is nobody or it is not this duty's."""
    check_duty(by, asked_for(consent).purpose)
    hold_still(person_id)
    if not Person.objects.filter(id=person_id).exists():
        raise GonePerson(_("The person is not in the register."))
    return words_of(consent, language=language, at=at)


# --- Yes --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def give(
    *,
    by: Duty,
    at: datetime,
    person_id: UUID,
    consent: str,
    language: str,
    source: str,
    evidence: Evidence,
    form: str = "desk",
) -> UUID:
    """Note, as an employee, that the person consented to these words; return the event's reference.

    The day of the evidence is the day of the consent: it runs from there, and it must be younger than any no.
    """
    words = _about_to(by=by, at=at, person_id=person_id, consent=consent, language=language)
    if by.role == "visitor":
        raise NotProven(_("Only the person can confirm this, from the address itself."))
    if not current().source[source].from_person:
        raise NotProven(
            _("A consent comes from the person, never from a public source or another company."), field="source"
        )
    proof = checked(evidence, by=by, at=at)
    refuse_over_objection(person_id, words.purpose)
    refuse_over_suppression(person_id, words.channel)
    _refuse_older_than_her_no(person_id, words, on=proof.on)
    _refuse_what_is_over(words, on=proof.on, today=local_date(at))
    reference = _give(words, proof, by=by, at=at, person_id=person_id, source=source, form=form)
    kind = REACHED_BY.get(Channel(words.channel))
    if kind is not None:  # what she gave for another purpose may now be used for this one
        register.hold_for(by=by, at=at, person_id=person_id, purpose=words.purpose, kind=kind)
    return reference


@transaction.atomic
def give_confirmed(
    *,
    by: Duty,
    at: datetime,
    person_id: UUID,
    consent: str,
    language: str,
    address: str,
    request_reference: str,
    message_id: str = "",
) -> UUID:
    """Note that the person herself said yes from the address: by POST, from a link or a code that was sent there.

    Nothing else reopens an address she closed: her objection, and what forbids the address, are lifted with it. What
    says that she may be under age stays, for a child can press a button too.
    """
    check_own_hand(by)
    words = _about_to(by=by, at=at, person_id=person_id, consent=consent, language=language)
    if not is_hers(person_id, words.channel, address):
        raise NotTheirAddress(_("This address is not known to be the person's."), field="address")
    proof = checked(own_hand(f"{request_reference} {message_id}".strip(), at=at), by=by, at=at)
    lift_address_by_own_hand(words.channel, address, proof, by=by, at=at, person_id=person_id)
    lift_by_own_hand(words.purpose, proof, by=by, at=at, person_id=person_id)
    told = {"source": "web_form", "form": "confirmation"}
    return _give(words, proof, by=by, at=at, person_id=person_id, mark=mark_of(address), **told)


def _give(
    words: Wording,
    proof: Evidence,
    *,
    by: Duty,
    at: datetime,
    person_id: UUID,
    source: str,
    form: str,
    mark: bytes | None = None,
) -> UUID:
    told: dict[str, Any] = {"source": source, "form": form, "mark": mark}
    proven: dict[str, Any] = {"evidence_kind": proof.kind, "evidence": proof.kept, "evidence_on": proof.on}
    state, until = _state_of_yes(words, proof.on, by=by, at=at, person_id=person_id)
    reference = add_event(state, words, by=by, at=at, person_id=person_id, valid_until=until, **told, **proven)
    basis = {words.purpose: "consent"}
    register.touch(by=by, at=at, person_id=person_id, purposes=[words.purpose], on=proof.on, basis=basis)
    return reference


def _state_of_yes(
    words: Wording, on: date, *, by: Duty, at: datetime, person_id: UUID
) -> tuple[ConsentState, date | None]:
    """Return what a yes of a day is, new or the same again, and its last day; an older paper shortens nothing.

    A consent that holds to other words is first put aside.
    """
    end_if_over(words, at=at, person_id=person_id)
    last, until = last_event(person_id, words), end_of(words, on)
    if last is None or state_of(last) not in VALID:
        return ConsentState.GIVEN, until
    if last.wording_id == words.id:
        return ConsentState.RENEWED, max(until, last.valid_until) if until and last.valid_until else until
    state, cause = ConsentState.SUPERSEDED, Cause.REPLACED
    add_event(state, last.wording, by=by, at=at, person_id=person_id, cause=cause)
    return ConsentState.GIVEN, until


def _refuse_older_than_her_no(person_id: UUID, words: Wording, *, on: date) -> None:
    """On one day nobody knows which came first, so a no of the same day holds too; so does one that was taken back."""
    no = _newest_no(person_id, words)
    if no is not None and on <= no:
        message = _("The person said no on %(day)s. The evidence must be from a later day, or she confirms it herself.")
        raise OlderThanHerNo(message % {"day": f"{no.day}.{no.month}.{no.year}"}, field="evidence_on")


def _newest_no(person_id: UUID, words: Wording) -> date | None:
    """Return the latest day on which she said no to this consent or objected to its purpose.

    A no that was stored after something else was not said before it, whatever the clock showed.
    """
    events = ConsentEvent.objects.filter(subject=person_id, purpose=words.purpose, channel=words.channel)
    last = events.filter(state__in=OPTED_OUT).aggregate(id=Max("id"))["id"]
    objected = ObjectionEvent.objects.filter(subject=person_id, purpose=words.purpose, state=ObjectionState.OBJECTED)
    moments = [
        *(events.filter(id__lte=last).values_list("at", flat=True) if last else ()),
        *objected.values_list("at", flat=True),
    ]
    return local_date(max(moments)) if moments else None


def _refuse_what_is_over(words: Wording, *, on: date, today: date) -> None:
    until = end_of(words, on)
    if until is not None and until < today:
        raise NotProven(_("A consent of that day has already expired."), field="evidence_on")


# --- No ---------------------------------------------------------------------------------------------------------------


@transaction.atomic
def withdraw(
    *,
    by: Duty,
    at: datetime,
    person_id: UUID,
    consent: str,
    source: str,
    language: str = "",
    evidence: str = "",
    form: str = "",
) -> UUID:
    """Note that the person withdrew a consent. Never refused: not for want of proof, not for an erased person.

    Whoever the person happens to tell must be able to note it, so no more than the right to write is asked. Without
    a language, the words meant are those of the last event, or the ones in the person's language. Said twice in a day
    it is noted once, and the first event's reference is returned; said again later, it is a younger no.
    """
    check_may_write(by)
    hold_still(person_id)
    words = _words_withdrawn(person_id, consent, language, at=at)
    last = last_event(person_id, words)
    if last is not None and state_of(last) is ConsentState.WITHDRAWN and local_date(last.at) >= local_date(at):
        return last.reference
    return _say_no(ConsentState.WITHDRAWN, words, evidence, by=by, at=at, person_id=person_id, source=source, form=form)


def _words_withdrawn(person_id: UUID, consent: str, language: str, *, at: datetime) -> Wording:
    """Return the words; also of a consent that the notice no longer asks for, which its old links still name."""
    if consent in current().consent:
        return words_of(consent, language=language or language_to(person_id, consent), at=at)
    last = ConsentEvent.objects.filter(subject=person_id, wording__key=consent).order_by("-id")
    event = last.select_related("wording").first()
    if event is None:
        raise Missing
    return event.wording


@transaction.atomic
def refuse(
    *,
    by: Duty,
    at: datetime,
    person_id: UUID,
    consent: str,
    language: str,
    source: str,
    evidence: str = "",
    form: str = "",
) -> UUID:
    """Note that the person was asked and said no; an earlier yes ends with it."""
    check_duty(by, asked_for(consent).purpose)
    hold_still(person_id)
    words = words_of(consent, language=language, at=at)
    state = ConsentState.REFUSED
    return _say_no(state, words, evidence, by=by, at=at, person_id=person_id, source=source, form=form)


def _say_no(
    state: ConsentState,
    words: Wording,
    evidence: str,
    *,
    by: Duty,
    at: datetime,
    person_id: UUID,
    source: str,
    form: str,
) -> UUID:
    proof = plain_text(evidence, field="evidence")
    reference = add_event(state, words, by=by, at=at, person_id=person_id, source=source, form=form, evidence=proof)
    end_ground_of_consent(words.purpose, by=by, at=at, person_id=person_id)
    return reference


# --- A slip of the pen ------------------------------------------------------------------------------------------------


@transaction.atomic
def annul(*, by: Duty, at: datetime, person_id: UUID, reference: UUID) -> UUID:
    """Say that a consent was noted in error. Only who noted it can, on the same day, while nothing came after it.

    There is no such deed for a no: what was noted as one is undone only by a new yes of the person.
    """
    hold_still(person_id)
    event = ConsentEvent.objects.filter(reference=reference, subject=person_id).select_related("wording").first()
    if event is None:
        raise Missing
    check_duty(by, event.purpose)
    if event.actor != by.actor or event.evidence_kind == EvidenceKind.CONFIRMED:
        raise NotAllowed(_("Your job role does not include this."))
    last = last_event(person_id, event.wording)
    is_last = last is not None and last.id == event.id and state_of(last) in VALID
    if not is_last or local_date(event.at) != local_date(at):
        raise NoLongerUndone(_("This can no longer be undone."))
    state, cause = ConsentState.INVALIDATED, Cause.NOTED_IN_ERROR
    annulled = add_event(state, event.wording, by=by, at=at, person_id=person_id, cause=cause)
    _repeat_no_before(event, by=by, at=at)
    end_ground_of_consent(event.purpose, by=by, at=at, person_id=person_id, rests_on_it=True)
    return annulled


def _repeat_no_before(event: ConsentEvent, *, by: Duty, at: datetime) -> None:
    """Say the no again that stood before a yes which never was: by itself, an error leads back to nothing."""
    same = ConsentEvent.objects.filter(subject=event.subject, purpose=event.purpose, channel=event.channel)
    before = same.filter(id__lt=event.id).select_related("wording").order_by("-id").first()
    if before is None or state_of(before) not in OPTED_OUT:
        return
    told: dict[str, Any] = {"source": before.source, "form": before.form, "mark": before.mark}
    state = ConsentState(before.state)
    add_event(
        state,
        before.wording,
        by=by,
        at=at,
        person_id=event.subject,
        said_at=before.at,
        evidence=before.evidence,
        **told,
    )
