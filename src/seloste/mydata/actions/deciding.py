"""What she decides on her page. Each deed is a request that leaves its trace, done at once unless it must be weighed.

What the law lets nobody refuse, and what only she can know, is done in the same moment. What needs weighing (an
objection, other people's data in a package) waits for an employee, within the law's time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.consents.choices import VALID
from seloste.consents.queries import MARKETING
from seloste.consents.queries.states import standings
from seloste.declaration.load import current
from seloste.declaration.schema import Basis
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing, Refusal
from seloste.kernel.text import plain_text
from seloste.mydata.queries.marketing import reader
from seloste.mydata.rules import Opened
from seloste.notices.queries import current_version_id
from seloste.outreach.actions import deciding as outreach
from seloste.register import actions as register
from seloste.register.choices import ContactKind, RestrictionReason
from seloste.register.models import Ground
from seloste.register.queries import value
from seloste.register.rules import Origin
from seloste.rights import actions as rights
from seloste.rights.actions import Arrival, Received, Wanted
from seloste.rights.choices import Channel, Right
from seloste.rights.rules.identity import OnFile

SOURCE, PURPOSE = "web_form", "rights"
#: The grounds of restriction that she can have (art. 18(1)(a)–(c)); (d) comes with an objection.
RESTRICTIONS = tuple(one for one in RestrictionReason if one is not RestrictionReason.OBJECTION)


class NothingSaid(Refusal):
    """A form that was sent without what it asks for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """The form that was sent: its own random id, so that a second press does nothing more, and its language."""

    id: UUID
    language: str


def ask_for(
    wanted: Sequence[Wanted], *, by: Duty, at: datetime, opened: Opened, form: Form, message: str = ""
) -> Received:
    """Enter her request, in the caller's transaction."""
    arrival = Arrival(
        channel=Channel.WEB_FORM,
        language=form.language,
        received_at=at,
        wanted=wanted,
        notice_version_id=current_version_id(),
        token=form.id,
        email=opened.address,
        message=message,
    )
    point = OnFile(id=opened.point_id, kind=ContactKind.EMAIL, value=opened.address, since_at=opened.proved_at)
    return rights.receive_from_herself(by=by, at=at, arrival=arrival, person_id=opened.person_id, point=point)


def _at_once(request: Received, *, by: Duty, at: datetime) -> bool:
    """Carry the request out now; where something stands against that, an employee looks at it, and it is not lost."""
    try:
        with transaction.atomic():
            return rights.do_as_she_says(by=by, at=at, request_id=request.id)
    except Refusal:
        return False


# --- Seeing and moving ------------------------------------------------------------------------------------------------


@transaction.atomic
def download(*, by: Duty, at: datetime, opened: Opened, form: Form, right: Right) -> tuple[UUID, bool]:
    """Make the package of everything, or of what can be moved; return the request, and whether all of it is ready."""
    if right not in {Right.ACCESS, Right.PORTABILITY}:
        raise Missing
    request = ask_for([Wanted(right=right)], by=by, at=at, opened=opened, form=form)
    return request.id, _at_once(request, by=by, at=at)


# --- Marketing --------------------------------------------------------------------------------------------------------


@transaction.atomic
def withdraw(*, by: Duty, at: datetime, opened: Opened, form: Form, consent: str) -> None:
    """Withdraw one consent, at once (art. 7(3))."""
    if consent not in current().consent:
        raise Missing
    wanted = [Wanted(right=Right.WITHDRAWAL, scope=consent)]
    _at_once(ask_for(wanted, by=by, at=at, opened=opened, form=form), by=by, at=at)


@transaction.atomic
def give(*, by: Duty, at: datetime, opened: Opened, form: Form, consent: str) -> None:
    """Give one consent, from the address that opened the page."""
    outreach.give(by=by, at=at, who=reader(opened), consent=consent, language=form.language)


@transaction.atomic
def forbid_marketing(*, by: Duty, at: datetime, opened: Opened, form: Form) -> None:
    """Forbid all marketing, at once (art. 21(2)); with it goes every consent to it."""
    stands = standings(opened.person_id, today=local_date(at))
    consents = [
        one.consent for one in stands if one.state in VALID and current().consent[one.consent].purpose == MARKETING
    ]
    wanted = [Wanted(right=Right.WITHDRAWAL, scope=consent) for consent in consents]
    wanted.append(Wanted(right=Right.MARKETING_OBJECTION))
    _at_once(ask_for(wanted, by=by, at=at, opened=opened, form=form), by=by, at=at)


@transaction.atomic
def allow_marketing(*, by: Duty, at: datetime, opened: Opened, form: Form) -> None:
    """Lift her own ban."""
    outreach.lift_objection(by=by, at=at, who=reader(opened), language=form.language)


# --- Restricting and objecting ----------------------------------------------------------------------------------------


@transaction.atomic
def restrict(*, by: Duty, at: datetime, opened: Opened, form: Form, ground: str, text: str = "") -> bool:
    """Restrict the processing on one of the law's grounds (art. 18(1)); it is in force when this returns."""
    if ground not in RESTRICTIONS:
        raise NothingSaid(_("Choose the reason that fits best."), field="ground")
    words = plain_text(text, field="text", lines=True)
    wanted = [Wanted(right=Right.RESTRICTION, scope=ground)]
    return _at_once(ask_for(wanted, by=by, at=at, opened=opened, form=form, message=words), by=by, at=at)


def objectionable(person_id: UUID) -> list[str]:
    """Return the purposes that rest on our interest: those she may object to (art. 21(1)); marketing is apart."""
    held = Ground.objects.filter(person_id=person_id, ended_at=None, basis=Basis.LEGITIMATE_INTEREST)
    found = set(held.values_list("purpose", flat=True)) - {MARKETING}
    return [key for key in current().purpose if key in found]


@transaction.atomic
def object_to(*, by: Duty, at: datetime, opened: Opened, form: Form, purpose: str, text: str) -> None:
    """Object to a purpose. It is restricted while an employee weighs the reasons."""
    if purpose not in objectionable(opened.person_id):
        raise NothingSaid(_("Choose what you object to."), field="purpose")
    words = plain_text(text, field="text", lines=True)
    if not words:
        raise NothingSaid(_("Tell us in a few words what in your situation speaks against it."), field="text")
    ask_for([Wanted(right=Right.OBJECTION, scope=purpose)], by=by, at=at, opened=opened, form=form, message=words)


# --- Correcting and completing ----------------------------------------------------------------------------------------


@transaction.atomic
def correct(
    *, by: Duty, at: datetime, opened: Opened, form: Form, kind: str, item_id: UUID, values: Mapping[str, str]
) -> None:
    """Correct one value of hers, in every copy. Missing where the item is not hers, or not there any more."""
    old = value(by=by, at=at, person_id=opened.person_id, kind=kind, item_id=item_id)
    if all(old.fields.get(name, "") == said.strip() for name, said in values.items()):
        raise NothingSaid(_("Nothing was changed. Write how it should be."), field=next(iter(values)))
    wanted = [Wanted(right=Right.RECTIFICATION, scope=str(item_id))]
    request = ask_for(wanted, by=by, at=at, opened=opened, form=form)
    register.correct(
        by=by,
        at=at,
        kind=kind,
        item_id=item_id,
        origin=_from_herself(tuple(old.purposes), at=at),
        values=values,
        person_id=opened.person_id,
        request=request.reference,
    )
    _at_once(request, by=by, at=at)


@transaction.atomic
def add_statement(*, by: Duty, at: datetime, opened: Opened, form: Form, kind: str, item_id: UUID, text: str) -> None:
    """Set her own statement beside something that is held about her (art. 16)."""
    words = plain_text(text, field="text", lines=True)
    if not words:
        raise NothingSaid(_("Write what should stand with your data."), field="text")
    wanted = [Wanted(right=Right.COMPLETION, scope=str(item_id))]
    request = ask_for(wanted, by=by, at=at, opened=opened, form=form, message=words)
    origin = _from_herself((PURPOSE,), at=at)
    register.state(by=by, at=at, person_id=opened.person_id, kind=kind, item_id=item_id, origin=origin, text=words)
    _at_once(request, by=by, at=at)


def _from_herself(purposes: tuple[str, ...], *, at: datetime) -> Origin:
    return Origin(source=SOURCE, collected_at=at, purposes=purposes, notice_version_id=current_version_id())
