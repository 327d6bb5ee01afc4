"""What carries out a right: a registry, and the effects that are there today.

A room that can carry out a right registers its effect. What has none cannot be told as granted: the deed refuses it,
and so does the table.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from seloste.consents import actions as consents
from seloste.consents.choices import VALID, Channel
from seloste.consents.queries import MARKETING
from seloste.consents.queries.states import standings
from seloste.declaration.load import current
from seloste.declaration.schema import Basis
from seloste.erasure import actions as erasure
from seloste.erasure.choices import Cause
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Refusal
from seloste.register import actions as register
from seloste.register.choices import RestrictionReason
from seloste.register.models import Ground, Restriction
from seloste.rights.choices import SOURCE_OF, Outcome, Right
from seloste.rights.choices import Channel as CameBy
from seloste.rights.models import Request, RequestItem
from seloste.rights.queries import people


class NothingCarriesItOut(Refusal):
    """A right for which this system has no effect: it cannot be said to be granted."""

    status = 409


class NobodyFound(Refusal):
    """An effect that needs to know whom it concerns."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One granted thing that is to be carried out."""

    request_id: UUID
    item_id: UUID
    reference: str
    right: Right
    scope: str
    person_id: UUID | None
    email: str
    source: str
    received_at: datetime

    def persons(self) -> Sequence[UUID]:
        """Return whom it concerns: the person found, or whoever is reached at the address (rights without proof)."""
        return [self.person_id] if self.person_id else people.holders(self.email)

    def person(self) -> UUID:
        """Return the one person; NobodyFound where nobody has been found."""
        if self.person_id is None:
            raise NobodyFound(_("Find whom the request concerns first."))
        return self.person_id


class Later(Enum):
    """What an effect answers that goes on after the deed: it is carried out when ``deciding.carried_out`` says so."""

    LATER = "later"


LATER = Later.LATER
#: Whether there was anything to do it to; or that it is not done yet.
Done = bool | Later
#: Carries out a task, in the caller's transaction, idempotent.
Effect = Callable[[Duty, datetime, Task], Done]
_effects: dict[Right, Effect] = {}


def carry_out_with(right: Right, effect: Effect) -> None:
    """Register what carries out a right. Called once, in the ``AppConfig.ready`` of the room that can."""
    _effects[right] = effect


def has_effect(right: Right) -> bool:
    """Tell whether something carries the right out."""
    return right in _effects


def carry_out(task: Task, *, by: Duty, at: datetime) -> Done:
    """Carry the task out; NothingCarriesItOut where no effect is registered. Tell whether there was anything."""
    effect = _effects.get(task.right)
    if effect is None:
        raise NothingCarriesItOut(
            _("Nothing in this system carries this out yet, so it cannot be answered as granted.")
        )
    return effect(by, at, task)


def task_of(request: Request, item: RequestItem) -> Task:
    """Return the task that an item is."""
    return Task(
        request_id=request.id,
        item_id=item.id,
        reference=request.reference,
        right=Right(item.right),
        scope=item.scope,
        person_id=request.person,
        email=request.email,
        source=SOURCE_OF[CameBy(request.channel)],
        received_at=request.received_at,
    )


# --- What is there today ----------------------------------------------------------------------------------------------


def forbid_marketing(by: Duty, at: datetime, task: Task) -> bool:
    """Note the objection (art. 21(3)) of whoever it is, and remember the address she gave, known or not."""
    persons = task.persons()
    for person_id in persons:
        consents.object_to(
            by=by, at=at, person_id=person_id, purpose=MARKETING, source=task.source, evidence=task.reference
        )
    if task.email:
        consents.suppress(by=by, at=at, channel=Channel.EMAIL, address=task.email)
    elif not persons:
        raise NobodyFound(_("Find whom the request concerns first."))
    return True


def withdraw_consents(by: Duty, at: datetime, task: Task) -> bool:
    """Withdraw the consent that was named, or every one in force (art. 7(3)); False where there is none."""
    withdrawn = [
        consents.withdraw(
            by=by, at=at, person_id=person_id, consent=consent, source=task.source, evidence=task.reference
        )
        for person_id in task.persons()
        for consent in _in_force(person_id, task.scope, at=at)
    ]
    return bool(withdrawn)


def _in_force(person_id: UUID, named: str, *, at: datetime) -> list[str]:
    found = [one.consent for one in standings(person_id, today=local_date(at)) if one.state in VALID]
    return [named] if named else found


def restrict(by: Duty, at: datetime, task: Task) -> bool:
    """Restrict the processing (art. 18(1)); the scope names the ground, contested accuracy unless it does."""
    reason = RestrictionReason(task.scope or RestrictionReason.ACCURACY)
    register.restrict(by=by, at=at, person_id=task.person(), reason=reason, source=task.source, detail=task.reference)
    return True


def stop_processing(by: Duty, at: datetime, task: Task) -> bool:
    """Uphold an objection (art. 21(1)): the purpose that was named ends, or each that rests on our interest."""
    person_id = task.person()
    purposes = [task.scope] if task.scope else _on_interest(person_id)
    for purpose in purposes:
        consents.object_to(
            by=by, at=at, person_id=person_id, purpose=purpose, source=task.source, evidence=task.reference
        )
        register.end_ground(by=by, at=at, person_id=person_id, purpose=purpose)
    if purposes:  # 17(1)(c): what rested on these alone goes, and whoever was given it is told
        erasure.schedule(
            by=by, at=at, person_id=person_id, cause=Cause.OBJECTION, named=purposes, matter=task.reference
        )
    return bool(purposes)


def _on_interest(person_id: UUID) -> list[str]:
    held = Ground.objects.filter(person_id=person_id, ended_at=None, basis=Basis.LEGITIMATE_INTEREST)
    return sorted(purpose for purpose in held.values_list("purpose", flat=True) if purpose in current().purpose)


def answer_question(_by: Duty, _at: datetime, _task: Task) -> bool:
    """Do nothing more: the answer to a question is the answer."""
    return True


OWN: dict[Right, Effect] = {
    Right.MARKETING_OBJECTION: forbid_marketing,
    Right.WITHDRAWAL: withdraw_consents,
    Right.RESTRICTION: restrict,
    Right.OBJECTION: stop_processing,
    Right.QUESTION: answer_question,
}

# --- While it is looked into ------------------------------------------------------------------------------------------

#: What is restricted from the moment it is known who asks, before anything is decided (art. 18(1)(a), (d)).
_MEANWHILE = {Right.OBJECTION: RestrictionReason.OBJECTION, Right.RESTRICTION: None}


def hold_meanwhile(request: Request, *, by: Duty, at: datetime) -> None:
    """Restrict the processing while an objection, or a wish for restriction, is being looked into."""
    for item in request.items.filter(right__in=_MEANWHILE, outcome=""):
        reason = _MEANWHILE[Right(item.right)] or RestrictionReason(item.scope or RestrictionReason.ACCURACY)
        if request.person:
            source = SOURCE_OF[CameBy(request.channel)]
            register.restrict(
                by=by, at=at, person_id=request.person, reason=reason, source=source, detail=request.reference
            )


def let_go_after_telling(request: Request, *, by: Duty, at: datetime, told_at: datetime) -> None:
    """Lift what was restricted meanwhile, the person having been told so by the answer (art. 18(3))."""
    if request.person is None:
        return
    standing = Restriction.objects.filter(person_id=request.person, detail=request.reference, ended_at=None)
    for restriction in standing:
        if not _stays(request, restriction.reason):
            register.lift_restriction(by=by, at=at, restriction_id=restriction.id, told_at=told_at)


def _stays(request: Request, reason: str) -> bool:
    """Tell whether the restriction is what was granted."""
    granted = request.items.filter(right=Right.RESTRICTION, outcome__in=[Outcome.GRANTED, Outcome.PARTLY])
    return any(reason == (item.scope or RestrictionReason.ACCURACY) for item in granted)
