"""How an event comes to be stored: who may, one at a time for a person, bound to the words and to the notice."""

from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.consents.choices import OPTED_OUT, STAFF_EVIDENCE, VALID, Cause, Channel, ConsentState, EvidenceKind
from seloste.consents.models import ConsentEvent, Wording
from seloste.consents.queries import consent_of
from seloste.consents.rules.evidence import Evidence
from seloste.consents.rules.life import may_follow
from seloste.declaration.load import current
from seloste.declaration.schema import ConsentText
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.periods import add
from seloste.kernel.refusals import Missing, NotAllowed, Refusal
from seloste.kernel.text import plain_text
from seloste.ledger import actions as ledger
from seloste.ledger.choices import Kind
from seloste.notices.queries import current_version
from seloste.register import actions as register
from seloste.register.models import Ground

#: Who says something for herself on the public site, and what acts by itself.
_NO_EMPLOYEE = frozenset({"visitor", "system"})


class NotProven(Refusal):
    """A yes without evidence that the person said it herself (art. 7(1))."""


# --- Who may ----------------------------------------------------------------------------------------------------------


def check_duty(by: Duty, purpose: str) -> None:
    """Raise NotAllowed where the job role does not include the consents of the purpose."""
    if by.role not in _NO_EMPLOYEE and ("write" not in by.may or not by.sees("consent", (purpose,))):
        raise NotAllowed(_("Your job role does not include this."))


def check_may_write(by: Duty) -> None:
    """Raise NotAllowed where the job role writes nothing: a no is noted by whoever hears it."""
    if by.role not in _NO_EMPLOYEE and "write" not in by.may:
        raise NotAllowed(_("Your job role does not include this."))


def check_own_hand(by: Duty) -> None:
    """Raise NotAllowed for everybody but the person herself: nobody else can confirm from her address."""
    if by.role != "visitor":
        raise NotAllowed(_("Only the person can confirm this, from the address itself."))


# --- What proves it ---------------------------------------------------------------------------------------------------


def checked(evidence: Evidence, *, by: Duty, at: datetime) -> Evidence:
    """Return the evidence as it is kept; NotProven where it proves nothing or is not this one's to have.

    What acts by itself, such as an import, has no evidence, whatever it says.
    """
    kept = plain_text(evidence.kept, field="evidence")
    if not kept:
        raise NotProven(_("Say where the evidence is kept, so that it is found again."), field="evidence")
    mine = (EvidenceKind.CONFIRMED,) if by.role == "visitor" else STAFF_EVIDENCE
    if by.role in {"system", "operator"} or evidence.kind not in mine:
        raise NotProven(_("This is no evidence that the person said it to us."), field="evidence_kind")
    if evidence.on > local_date(at):
        raise NotProven(_("This is in the future."), field="evidence_on")
    return Evidence(kind=evidence.kind, kept=kept, on=evidence.on)


def own_hand(kept: str, *, at: datetime) -> Evidence:
    """Return the evidence that a confirmation from the address is."""
    return Evidence(kind=EvidenceKind.CONFIRMED, kept=kept, on=local_date(at))


# --- What is meant ----------------------------------------------------------------------------------------------------


def asked_for(consent: str) -> ConsentText:
    """Return what the notice asks consent for; Missing where it does not."""
    asked = current().consent.get(consent)
    if asked is None:
        raise Missing
    return asked


def words_of(consent: str, *, language: str, at: datetime) -> Wording:
    """Return the words of a declared consent, kept once and for good."""
    asked = asked_for(consent)
    text = asked.text.in_language(language)
    wording, _made = Wording.objects.get_or_create(
        key=consent,
        language=language,
        text_hash=sha256(text.encode()).hexdigest(),
        defaults={
            "purpose": asked.purpose,
            "channel": Channel(asked.channel),
            "text": text,
            "first_used_at": at,
        },
    )
    return wording


def last_event(person_id: UUID, words: Wording) -> ConsentEvent | None:
    """Return the newest event of the consent: what it says is how the consent stands."""
    events = ConsentEvent.objects.filter(subject=person_id, purpose=words.purpose, channel=words.channel)
    return events.select_related("wording").order_by("-id").first()


def state_of(last: ConsentEvent | None) -> ConsentState | None:
    """Return the state that the newest event left."""
    return ConsentState(last.state) if last else None


# --- Storing ----------------------------------------------------------------------------------------------------------


def add_event(
    state: ConsentState,
    words: Wording,
    *,
    by: Duty,
    at: datetime,
    person_id: UUID,
    said_at: datetime | None = None,
    **rest: Any,  # noqa: ANN401
) -> UUID:
    """Store an event and record it; return its reference. The person must be held still (``queries.hold_still``).

    ``said_at`` is the moment of a word that is repeated: it keeps its own day.
    """
    event = ConsentEvent.objects.create(
        reference=new_id(at),
        subject=person_id,
        purpose=words.purpose,
        channel=words.channel,
        state=state,
        wording=words,
        notice_version_id=current_version().id,
        at=said_at or at,
        actor=by.actor,
        role=by.role,
        **rest,
    )
    if state in OPTED_OUT or rest.get("cause") == Cause.NOTED_IN_ERROR:  # the rest ends by itself once more
        ledger.enter(at=at, kind=Kind.CONSENT_NO, subject=person_id, codes=[words.key, words.channel, state])
    deed = f"consent.{state.value}"
    record(by=by, at=at, deed=deed, subjects=[person_id], categories=["consent"], item=event.reference)
    return event.reference


def add_where_it_may(
    state: ConsentState,
    words: Wording,
    *,
    by: Duty,
    at: datetime,
    person_id: UUID,
    **rest: Any,  # noqa: ANN401
) -> UUID | None:
    """Store an event that changes how the consent stands; None, and nothing stored, where it would change nothing."""
    if not may_follow(state_of(last_event(person_id, words)), state):
        return None
    return add_event(state, words, by=by, at=at, person_id=person_id, **rest)


def end_of(words: Wording, on: date) -> date | None:
    """Return the last day of a consent that was given on a day."""
    valid = asked_for(words.key).valid
    return add(on, valid) if valid else None


def end_ground_of_consent(purpose: str, *, by: Duty, at: datetime, person_id: UUID, rests_on_it: bool = False) -> None:
    """End a purpose with its last consent; where ``rests_on_it``, only if nothing but consent carries it."""
    channels = {asked.channel for asked in current().consent.values() if asked.purpose == purpose}
    left = [consent_of(person_id, purpose, channel) for channel in channels]
    if any(consent and consent.state in VALID for consent in left):
        return
    other = Ground.objects.filter(person_id=person_id, purpose=purpose, ended_at=None).exclude(basis="consent")
    if not (rests_on_it and other.exists()):
        register.end_ground(by=by, at=at, person_id=person_id, purpose=purpose)
