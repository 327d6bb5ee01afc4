"""Decisions: what is granted, in part or not, by which law, by whom it is confirmed, and that it was carried out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing, Refusal
from seloste.kernel.text import plain_text
from seloste.rights.actions import effects
from seloste.rights.actions.steps import (
    check_duty,
    locked,
    move,
    note,
    too_late,
)
from seloste.rights.choices import (
    Happened,
    Identity,
    Outcome,
    Reason,
    Right,
    State,
)
from seloste.rights.models import Request, RequestItem
from seloste.rights.rules import course
from seloste.rights.rules.course import GROUNDS, Deed


class NotLawful(Refusal):
    """A decision that the law does not know, or that was not made as it asks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """A decision about one thing that was asked: what becomes of it, on which ground, and in plain words why."""

    outcome: Outcome
    reason: Reason | None = None
    reasons: str = ""
    evidence: str = ""
    scope: str = ""


@transaction.atomic
def decide(*, by: Duty, at: datetime, item_id: UUID, ruling: Ruling) -> None:
    """Decide one thing. NotLawful where the law does not know the decision, or where ground or reasons are missing."""
    check_duty(by)
    request, item = _item(item_id)
    _must_be_decidable(request, item)
    reasons = plain_text(ruling.reasons, field="reasons", lines=True)
    evidence = plain_text(ruling.evidence, field="evidence", lines=True)
    _must_be_lawful(request, Right(item.right), ruling)
    _must_have_reasons(Right(item.right), ruling, reasons=reasons, evidence=evidence)
    settle(item, ruling, reasons=reasons, evidence=evidence, by=by, at=at)
    note(request, Happened.DECIDED, by=by, at=at)
    conclude(request, by=by, at=at)


def _item(item_id: UUID) -> tuple[Request, RequestItem]:
    item = RequestItem.objects.filter(id=item_id).first()
    if item is None:
        raise Missing
    request = locked(item.request_id)
    item.refresh_from_db()
    item.request = request
    return request, item


def _must_be_decidable(request: Request, item: RequestItem) -> None:
    if request.state not in {State.ASSESSING, State.FULFILLING} or item.carried_out_at is not None:
        raise too_late(request)


def _must_be_lawful(request: Request, right: Right, ruling: Ruling) -> None:
    identity = Identity(request.identity)
    known = course.outcomes_of(right, identity=identity, address_confirmed=request.email_confirmed_at is not None)
    if ruling.outcome not in known:
        raise NotLawful(_("It is not known who asks: nothing may be answered that a stranger must not learn."))
    if not course.may_be(right, ruling.outcome, ruling.reason):
        raise NotLawful(_("The law does not know this outcome on this ground for what was asked."), field="reason")
    is_proved = course.needs_no_proof(right) or identity in {Identity.VERIFIED, Identity.NOT_NEEDED}
    if ruling.reason and not is_proved and ruling.reason not in course.reasons_without_proof():
        raise NotLawful(_("It is not known who asks: nothing may be answered that a stranger must not learn."))


def _must_have_reasons(right: Right, ruling: Ruling, *, reasons: str, evidence: str) -> None:
    if not reasons and (ruling.reason or right is Right.QUESTION):
        words = (
            _("Write the answer.") if right is Right.QUESTION else _("Say in plain words why, as the person reads it.")
        )
        raise NotLawful(words, field="reasons")
    if ruling.reason is Reason.EXCESSIVE and not evidence:
        raise NotLawful(_("The law asks us to prove it (Article 12(5)): say what shows it."), field="evidence")


def settle(item: RequestItem, ruling: Ruling, *, reasons: str, evidence: str, by: Duty, at: datetime) -> None:
    """Write the ruling on one right of a request."""
    item.outcome, item.reason_code = ruling.outcome, ruling.reason or ""
    item.law = GROUNDS[ruling.reason].law if ruling.reason else ""
    item.reasons, item.evidence = reasons, evidence
    item.scope = ruling.scope or item.scope
    item.decided_at, item.decided_by = at, by.actor
    item.seconded_at = item.seconded_by = None
    item.save()


def conclude(request: Request, *, by: Duty, at: datetime) -> None:
    """Lead the request on when everything is decided."""
    if request.state == State.ASSESSING and not request.items.filter(outcome="").exists():
        move(request, Deed.CONCLUDE, by=by, at=at)


@transaction.atomic
def second(*, by: Duty, at: datetime, item_id: UUID) -> None:
    """Confirm a refusal as excessive: the law asks for proof, so another employee must have looked at it (12(5))."""
    check_duty(by)
    request, item = _item(item_id)
    if item.reason_code != Reason.EXCESSIVE or item.seconded_at is not None:
        raise too_late(request)
    if item.decided_by == by.actor:
        raise NotLawful(_("Somebody else must confirm this: you made the decision."))
    item.seconded_at, item.seconded_by = at, by.actor
    item.save(update_fields=["seconded_at", "seconded_by"])
    note(request, Happened.SECONDED, by=by, at=at)


@transaction.atomic
def carry_out(*, by: Duty, at: datetime, item_id: UUID) -> None:
    """Carry out what was granted; NothingCarriesItOut where this system has no effect for it."""
    check_duty(by)
    request, item = _item(item_id)
    if request.state != State.FULFILLING or item.outcome not in {Outcome.GRANTED, Outcome.PARTLY}:
        raise too_late(request)
    if item.carried_out_at is None:
        done = effects.carry_out(effects.task_of(request, item), by=by, at=at)
        if done is not effects.LATER:
            note_carried_out(request, item, by=by, at=at)


@transaction.atomic
def carried_out(*, by: Duty, at: datetime, item_id: UUID) -> None:
    """Note that what was granted has been carried out; what began it in this request has ended. Twice is once."""
    request, item = _item(item_id)
    if item.outcome in {Outcome.GRANTED, Outcome.PARTLY} and item.carried_out_at is None:
        note_carried_out(request, item, by=by, at=at)


def note_carried_out(request: Request, item: RequestItem, *, by: Duty, at: datetime) -> None:
    """Note that what was granted has been done."""
    item.carried_out_at, item.carried_out_by = at, by.actor
    item.save(update_fields=["carried_out_at", "carried_out_by"])
    note(request, Happened.CARRIED_OUT, by=by, at=at)
