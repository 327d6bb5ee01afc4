"""Deeds of the intake: a message arrives and waits, a person decides, and what happened is noted."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.declaration.load import current
from seloste.floods import actions as floods
from seloste.intake import rules
from seloste.intake.choices import SOURCES, Direction, InteractionKind, SubmissionState
from seloste.intake.models import Interaction, Submission
from seloste.kernel.duty import Duty
from seloste.kernel.ids import free_reference, new_id
from seloste.kernel.networks import network_of
from seloste.kernel.refusals import Missing, NotAllowed, Refusal
from seloste.register import actions as register
from seloste.register.rules import Origin, read_text


class SentAlready(Refusal):
    """The form went through before, and what is written in it now is something else."""

    status = 409


class DecidedAlready(Refusal):
    """Somebody else was quicker."""

    status = 409


class WrongSource(Refusal):
    """A telephone call does not come from a web page."""


@transaction.atomic
def receive(
    *,
    by: Duty,
    at: datetime,
    form: str,
    values: Mapping[str, str],
    token: UUID,
    language: str,
    notice_version_id: int,
    network: str,
) -> str:
    """Take in a message and return its reference. The same form sent twice is one message with one reference."""
    earlier = Submission.objects.filter(token=token).first()
    if earlier is not None:
        return _sent_before(earlier, values)
    refuse_flood(network, at=at)
    try:
        with transaction.atomic():
            submission = Submission.objects.create(
                id=new_id(at),
                reference=free_reference("V", is_taken=_is_taken),
                token=token,
                form=form,
                language=language,
                notice_version_id=notice_version_id,
                received_at=at,
                **values,
            )
    except IntegrityError:  # the twin of a double click, at the same moment
        return _sent_before(Submission.objects.get(token=token), values)
    record(by=by, at=at, deed="submission.received", categories=_categories(form), item=submission.id)
    return submission.reference


def _sent_before(earlier: Submission, values: Mapping[str, str]) -> str:
    """Return the reference of a message that is sent again; SentAlready where it was gone back to and changed."""
    if any(getattr(earlier, name) != value for name, value in values.items()):
        words = _("This form was sent once already, as %(reference)s. To send what is written now as well, send again.")
        raise SentAlready(words % {"reference": earlier.reference})
    return earlier.reference


def _is_taken(reference: str) -> bool:
    return Submission.objects.filter(reference=reference).exists()


def refuse_flood(address: str, *, at: datetime) -> None:
    """Count a form for the network it came from; TooMany past the limit of an hour."""
    words = _("So many messages have come from your network within an hour that we must wait. Try again later.")
    floods.refuse_flood("intake.form", network_of(address), at=at, limit=rules.FROM_A_NETWORK, words=words)


def _categories(form: str) -> set[str]:
    return {asked.category for asked in current().form[form].asks.values()}


@transaction.atomic
def enter_new(
    *, by: Duty, at: datetime, submission_id: UUID, given_name: str, family_name: str, keep: AbstractSet[str]
) -> UUID:
    """Enter the writer as a new person with the values named in ``keep``; return the person's id."""
    submission = _waiting(submission_id, by=by)
    origin = _origin(submission)
    person_id = register.add_person(
        by=by, at=at, origin=origin, given_name=given_name, family_name=family_name, language=submission.language
    )
    register.note_information_given(
        by=by, at=at, person_id=person_id, channel="web_form", given_at=submission.received_at
    )
    _move(submission, person_id, by=by, at=at, origin=origin, keep=keep)
    return person_id


@transaction.atomic
def enter_for(*, by: Duty, at: datetime, submission_id: UUID, person_id: UUID, keep: AbstractSet[str]) -> None:
    """Enter the message, and the values named in ``keep``, for a person who is already in the register."""
    submission = _waiting(submission_id, by=by)
    _move(submission, person_id, by=by, at=at, origin=_origin(submission), keep=keep)


@transaction.atomic
def handle(*, by: Duty, at: datetime, submission_id: UUID) -> None:
    """Mark a message as dealt with although nobody is entered: anonymous feedback, a question already answered."""
    _decide(_waiting(submission_id, by=by), SubmissionState.HANDLED, by=by, at=at)


@transaction.atomic
def decline(*, by: Duty, at: datetime, submission_id: UUID) -> None:
    """Decline a message: it is not for us. It can be brought back until it is erased."""
    _decide(_waiting(submission_id, by=by), SubmissionState.DECLINED, by=by, at=at)


@transaction.atomic
def bring_back(*, by: Duty, at: datetime, submission_id: UUID) -> None:
    """Undo a decision that entered nobody."""
    submission = _submission(submission_id, by=by)
    if submission.state not in {SubmissionState.DECLINED, SubmissionState.HANDLED}:
        raise DecidedAlready(_("This message is no longer here to bring back."))
    Submission.objects.filter(id=submission_id).update(state=SubmissionState.WAITING, decided_at=None, decided_by=None)
    record(by=by, at=at, deed="submission.brought_back", item=submission_id)


@transaction.atomic
def note_interaction(
    *,
    by: Duty,
    at: datetime,
    person_id: UUID,
    origin: Origin,
    kind: str,
    text: str,
    occurred_at: datetime,
    direction: str = Direction.IN,
    reference: str = "",
) -> UUID:
    """Note a call, a meeting, a message or a find; return the entry's id."""
    if origin.source not in SOURCES[kind]:
        raise WrongSource(_("This cannot have come from that source."), field="source")
    values = {
        "kind": kind,
        "direction": direction,
        "occurred_at": occurred_at,
        "reference": reference,
        **read_text({"text": text}),
    }
    return register.add_item(
        Interaction,
        "correspondence",
        by=by,
        at=at,
        person_id=person_id,
        origin=origin,
        values=values,
        storing=direction == Direction.IN,
    )


# --- how the deeds above are made -----------------------------------------------------------------------------------


def _submission(submission_id: UUID, *, by: Duty) -> Submission:
    """Return the message, locked; Missing where its purpose is not this duty's."""
    submission = Submission.objects.select_for_update().filter(id=submission_id).first()
    if submission is None or current().form[submission.form].purpose not in by.purposes:
        raise Missing
    if "intake" not in by.may:
        raise NotAllowed(_("Your job role does not include this."))
    return submission


def _waiting(submission_id: UUID, *, by: Duty) -> Submission:
    submission = _submission(submission_id, by=by)
    if submission.state != SubmissionState.WAITING:
        raise DecidedAlready(_("Somebody has already decided about this message."))
    return submission


def _origin(submission: Submission) -> Origin:
    form = current().form[submission.form]
    return Origin(
        source=form.source,
        detail=submission.reference,
        collected_at=submission.received_at,
        purposes=(form.purpose,),
        notice_version_id=submission.notice_version_id,
    )


def _move(
    submission: Submission, person_id: UUID, *, by: Duty, at: datetime, origin: Origin, keep: AbstractSet[str]
) -> None:
    """Move what was written into the register and empty the message: one copy, not two."""
    told: dict[str, Any] = {"by": by, "at": at, "person_id": person_id, "origin": origin}
    if "email" in keep and submission.email:
        _add_if_new(told, "email", submission.email)
    if "phone" in keep and submission.phone:
        _add_if_new(told, "phone", submission.phone)
    if "company" in keep and submission.company:
        organisation_id = register.organisation_called(by=by, at=at, origin=origin, name=submission.company)
        register.add_position(**told, organisation_id=organisation_id)
    if submission.form == "feedback":
        register.add_feedback(**told, text=submission.message, given_at=submission.received_at, storing=True)
    else:
        note_interaction(
            **told,
            kind=InteractionKind.MESSAGE,
            text=submission.message,
            occurred_at=submission.received_at,
            reference=submission.reference,
        )
    emptied = {"person_id": person_id, "name": "", "email": "", "phone": "", "company": "", "message": ""}
    _decide(submission, SubmissionState.ACCEPTED, by=by, at=at, **emptied)


def _add_if_new(told: dict[str, Any], kind: str, value: str) -> None:
    """Add a contact point unless the person has it: telling us the same again is no fault."""
    try:
        with transaction.atomic():
            register.add_contact_point(**told, kind=kind, value=value)
    except register.HeldAlready:
        return


def _decide(submission: Submission, state: SubmissionState, *, by: Duty, at: datetime, **changed: object) -> None:
    """The one door through which a message's state changes."""
    decided = {"state": state, "decided_at": at, "decided_by": by.actor}
    Submission.objects.filter(id=submission.id).update(**decided, **changed)
    subjects = [person_id] if isinstance(person_id := changed.get("person_id"), UUID) else []
    record(by=by, at=at, deed=f"submission.{state.value}", subjects=subjects, item=submission.id)
