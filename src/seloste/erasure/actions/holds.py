"""Keeping everything about a person for now: for a claim, or because an authority asks; always with a day of review."""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.erasure.actions.erasing import CATEGORY, check_duty
from seloste.erasure.choices import HoldKind
from seloste.erasure.models import Hold
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.periods import Period, add
from seloste.kernel.refusals import Missing, Refusal
from seloste.kernel.text import plain_text
from seloste.register.models import Person

#: The longest that a hold may stand unlooked at.
LONGEST = Period(months=12)


class NotAHold(Refusal):
    """A hold that is not whole: it needs a reason in words, and a day within a year on which it is looked at again."""


class HeldAlready(Refusal):
    """A hold of the kind stands already: look at that one again instead."""

    status = 409


@transaction.atomic
def hold(
    *, by: Duty, at: datetime, person_id: UUID, kind: HoldKind, reason: str, review_on: date, until: date | None = None
) -> UUID:
    """Keep everything about the person, blocked once no purpose lives, until it is released; return the hold's id."""
    check_duty(by)
    if not Person.objects.select_for_update().filter(id=person_id).exists():
        raise Missing
    why = _reason(reason)
    _check_review(review_on, until, at=at)
    try:
        with transaction.atomic():
            placed = Hold.objects.create(
                id=new_id(at),
                person_id=person_id,
                kind=HoldKind(kind),
                reason=why,
                review_on=review_on,
                until=until,
                placed_at=at,
                placed_by=by.actor,
            )
    except IntegrityError:
        raise HeldAlready(_("A hold of this kind stands already. Review that one.")) from None
    record(by=by, at=at, deed="hold.placed", subjects=[person_id], categories=[CATEGORY], item=placed.id)
    return placed.id


@transaction.atomic
def review_hold(*, by: Duty, at: datetime, hold_id: UUID, reason: str, review_on: date) -> None:
    """Note that the hold was looked at and is still needed, with the next day of review."""
    check_duty(by)
    found = _standing(hold_id)
    why = _reason(reason)
    _check_review(review_on, found.until, at=at)
    Hold.objects.filter(id=hold_id).update(reason=why, review_on=review_on, reviewed_at=at, reviewed_by=by.actor)
    record(by=by, at=at, deed="hold.reviewed", subjects=[found.person_id], categories=[CATEGORY], item=hold_id)


@transaction.atomic
def release_hold(*, by: Duty, at: datetime, hold_id: UUID) -> None:
    """End the hold: what has no other reason goes in the next night. Released twice is released."""
    check_duty(by)
    found = Hold.objects.select_for_update().filter(id=hold_id).first()
    if found is None:
        raise Missing
    if found.released_at is None:
        Hold.objects.filter(id=hold_id).update(released_at=at, released_by=by.actor)
        record(by=by, at=at, deed="hold.released", subjects=[found.person_id], categories=[CATEGORY], item=hold_id)


def _standing(hold_id: UUID) -> Hold:
    found = Hold.objects.select_for_update().filter(id=hold_id, released_at=None).first()
    if found is None:
        raise Missing
    return found


def _reason(text: str) -> str:
    why = plain_text(text, field="reason", lines=True)
    if not why:
        raise NotAHold(_("Say why the data must be kept: which claim, or whose order."), field="reason")
    return why


def _check_review(review_on: date, until: date | None, *, at: datetime) -> None:
    today = local_date(at)
    if not today < review_on <= add(today, LONGEST):
        raise NotAHold(_("Choose a day within a year on which this is looked at again."), field="review_on")
    if until is not None and until < today:
        raise NotAHold(_("This day is over."), field="until")
