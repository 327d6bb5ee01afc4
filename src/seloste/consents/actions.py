"""Deeds about consents and objections. Withdrawing always succeeds; giving needs the person, her words and proof."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.consents.choices import VALID, Channel, ConsentState, ObjectionState, SuppressionReason
from seloste.consents.models import ConsentEvent, ObjectionEvent, Suppression, Wording
from seloste.consents.queries import MARKETING, consent_of, language_to, mark_of, objects
from seloste.declaration.load import current
from seloste.declaration.schema import ConsentText
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.periods import add
from seloste.kernel.refusals import Missing, NotAllowed, Refusal
from seloste.kernel.text import plain_text
from seloste.notices.queries import current_version
from seloste.register import actions as register
from seloste.register.models import Person


class NotProven(Refusal):
    """A consent without evidence that the person gave it herself (art. 7(1))."""


class GonePerson(Refusal):
    """A consent for somebody who is no longer in the register: only a withdrawal is accepted."""


class StandingObjection(Refusal):
    """A consent noted by staff although the person has objected: she must lift the objection herself."""


@transaction.atomic
def give(*, by: Duty, at: datetime, person_id: UUID, consent: str, language: str, source: str, evidence: str) -> UUID:
    """Note that the person consented to these words and how we know it; return the event's reference."""
    asked = _asked(consent)
    _check_duty(by, asked.purpose)
    _lock(person_id)
    if not Person.objects.filter(id=person_id).exists():
        raise GonePerson(_("The person is not in the register."))
    if not current().source[source].from_person:
        raise NotProven(
            _("A consent comes from the person, never from a public source or another company."), field="source"
        )
    proof = plain_text(evidence, field="evidence")
    if not proof:
        raise NotProven(_("Say how the consent can be proved: when, where and to whom it was given."), field="evidence")
    if objects(person_id, asked.purpose):
        raise StandingObjection(_("The person has objected to this. Only the person can lift the objection."))
    before = consent_of(person_id, asked.purpose, asked.channel)
    state = ConsentState.RENEWED if before and before.state in VALID else ConsentState.GIVEN
    basis = {asked.purpose: "consent"}
    register.touch(by=by, at=at, person_id=person_id, purposes=[asked.purpose], on=local_date(at), basis=basis)
    return _add(consent, state, by=by, at=at, person_id=person_id, language=language, source=source, evidence=proof)


@transaction.atomic
def withdraw(
    *, by: Duty, at: datetime, person_id: UUID, consent: str, source: str, language: str = "", evidence: str = ""
) -> UUID:
    """Note that the person withdrew a consent. Never refused: not for want of proof, not for an erased person.

    Whoever the person happens to tell must be able to note it, so no more than the right to write is asked. Without
    a language, the words meant are those of the last event, or the ones in the person's language.
    """
    _check_may_write(by)
    _lock(person_id)
    language = language or language_to(person_id, consent)
    proof = plain_text(evidence, field="evidence")
    state = ConsentState.WITHDRAWN
    event = _add(consent, state, by=by, at=at, person_id=person_id, language=language, source=source, evidence=proof)
    _end_where_nothing_is_left(_asked(consent).purpose, by=by, at=at, person_id=person_id)
    return event


@transaction.atomic
def refuse(
    *, by: Duty, at: datetime, person_id: UUID, consent: str, language: str, source: str, evidence: str = ""
) -> UUID:
    """Note that the person was asked and said no."""
    _check_duty(by, _asked(consent).purpose)
    _lock(person_id)
    proof = plain_text(evidence, field="evidence")
    state = ConsentState.REFUSED
    return _add(consent, state, by=by, at=at, person_id=person_id, language=language, source=source, evidence=proof)


@transaction.atomic
def object_to(*, by: Duty, at: datetime, person_id: UUID, purpose: str, source: str, evidence: str = "") -> None:
    """Note an objection (art. 21), as any employee may. It takes effect at once; noting it twice changes nothing.

    An objection to marketing needs no weighing (art. 21(3)), so it also ends the purpose.
    """
    _check_may_write(by)
    _lock(person_id)
    if not objects(person_id, purpose):
        _objection(
            ObjectionState.OBJECTED,
            by=by,
            at=at,
            person_id=person_id,
            purpose=purpose,
            source=source,
            evidence=evidence,
        )
    if purpose == MARKETING:
        register.end_ground(by=by, at=at, person_id=person_id, purpose=purpose)


@transaction.atomic
def lift_objection(*, by: Duty, at: datetime, person_id: UUID, purpose: str, source: str, evidence: str) -> None:
    """Note that the person lifted her objection; it needs proof that she did it herself."""
    _check_duty(by, purpose)
    _lock(person_id)
    if not plain_text(evidence, field="evidence"):
        raise NotProven(_("Say how it can be proved: when, where and to whom it was said."), field="evidence")
    if objects(person_id, purpose):
        _objection(
            ObjectionState.LIFTED, by=by, at=at, person_id=person_id, purpose=purpose, source=source, evidence=evidence
        )


@transaction.atomic
def suppress(*, by: Duty, at: datetime, channel: str, address: str, reason: str = SuppressionReason.OBJECTED) -> None:
    """Remember, by a keyed mark, never to contact the address. Suppressing twice changes nothing."""
    mark = mark_of(address)
    if not Suppression.objects.filter(mark=mark, channel=channel, reason=reason).exists():
        Suppression.objects.create(mark=mark, channel=channel, reason=reason, at=at, actor=by.actor)
        record(by=by, at=at, deed="suppression.added", categories=["consent"])


# --- how the deeds above are made -----------------------------------------------------------------------------------


def _asked(consent: str) -> ConsentText:
    asked = current().consent.get(consent)
    if asked is None:
        raise Missing
    return asked


def _end_where_nothing_is_left(purpose: str, *, by: Duty, at: datetime, person_id: UUID) -> None:
    """With its last consent gone, a purpose that rested on consent ends."""
    channels = {asked.channel for asked in current().consent.values() if asked.purpose == purpose}
    left = [consent_of(person_id, purpose, channel) for channel in channels]
    if not any(consent and consent.state in VALID for consent in left):
        register.end_ground(by=by, at=at, person_id=person_id, purpose=purpose)


def _check_duty(by: Duty, purpose: str) -> None:
    if by.role in {"visitor", "system"}:
        return
    if "write" not in by.may or not by.sees("consent", (purpose,)):
        raise NotAllowed(_("Your job role does not include this."))


def _check_may_write(by: Duty) -> None:
    if by.role not in {"visitor", "system"} and "write" not in by.may:
        raise NotAllowed(_("Your job role does not include this."))


def _lock(person_id: UUID) -> None:
    """Have one event at a time for a person, so that their order is their truth."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"consent {person_id}"])


def _add(
    consent: str,
    state: ConsentState,
    *,
    by: Duty,
    at: datetime,
    person_id: UUID,
    language: str,
    source: str,
    evidence: str,
) -> UUID:
    asked = _asked(consent)
    valid = asked.valid if state in {ConsentState.GIVEN, ConsentState.RENEWED} else None
    event = ConsentEvent.objects.create(
        reference=new_id(at),
        subject=person_id,
        purpose=asked.purpose,
        channel=asked.channel,
        state=state,
        wording=_wording(consent, asked, language=language, at=at),
        notice_version_id=current_version().id,
        source=source,
        evidence=evidence,
        at=at,
        actor=by.actor,
        role=by.role,
        valid_until=add(local_date(at), valid) if valid else None,
    )
    record(
        by=by, at=at, deed=f"consent.{state.value}", subjects=[person_id], categories=["consent"], item=event.reference
    )
    return event.reference


def _wording(consent: str, asked: ConsentText, *, language: str, at: datetime) -> Wording:
    text = asked.text.in_language(language)
    wording, _made = Wording.objects.get_or_create(
        key=consent,
        language=language,
        text_hash=sha256(text.encode()).hexdigest(),
        defaults={"purpose": asked.purpose, "channel": Channel(asked.channel), "text": text, "first_used_at": at},
    )
    return wording


def _objection(
    state: ObjectionState, *, by: Duty, at: datetime, person_id: UUID, purpose: str, source: str, evidence: str
) -> None:
    ObjectionEvent.objects.create(
        reference=new_id(at),
        subject=person_id,
        purpose=purpose,
        state=state,
        source=source,
        evidence=plain_text(evidence, field="evidence"),
        at=at,
        actor=by.actor,
        role=by.role,
    )
    record(by=by, at=at, deed=f"objection.{state.value}", subjects=[person_id], categories=["consent"])
