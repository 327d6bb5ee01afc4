"""Carrying out erasure (art. 17): planned at once, done by the worker, and told as granted only when it is proved.

Where a code alone proved who asks, whoever took over her mailbox could have everything destroyed. So all her old
addresses are told, and for three days any of them can stop it (security.md §5.6).
"""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import formats
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from seloste.declaration.load import current
from seloste.erasure import actions as erasure
from seloste.erasure import queries as erasures
from seloste.erasure.choices import Cause, JobState
from seloste.erasure.queries import Plan, Standing
from seloste.kernel.duty import Duty
from seloste.kernel.kept import Stay
from seloste.kernel.refusals import Missing, Refusal
from seloste.rights import letter
from seloste.rights.actions import answering, deciding, sending
from seloste.rights.actions.deciding import Ruling
from seloste.rights.actions.effects import LATER, Done, Effect, Task
from seloste.rights.actions.steps import NotYet, check_duty
from seloste.rights.choices import OPEN, Letter, Method, Outcome, Reason, Result, Right, State
from seloste.rights.models import Request, RequestItem
from seloste.rights.queries import links, people
from seloste.rights.rules.links import Kind

#: How long an erasure that a code alone has opened can be stopped from every old address.
WAIT = timedelta(hours=72)
_STRONG = (Method.MANUAL, Method.STRONG, Method.ORDER)


class NotWhole(Refusal):
    """Something stays, and the decision says that all was granted."""

    status = 409


# --- What the law lets us grant ---------------------------------------------------------------------------------------


def proposal(plan: Plan, *, language: str) -> Ruling:
    """Return the decision that follows from the plan: granted, or in part with the ground of the law and reasons."""
    if plan.is_whole:
        return Ruling(outcome=Outcome.GRANTED)
    with override(language):
        reasons = "\n".join(_reason(purpose, stay) for purpose, stay in _why(plan))
    outcome = Outcome.PARTLY if plan.going else Outcome.REFUSED
    return Ruling(outcome=outcome, reason=_ground(plan), reasons=reasons)


def _why(plan: Plan) -> list[tuple[str, Stay]]:
    return [("", plan.hold)] if plan.hold else list(plan.left)


def _ground(plan: Plan) -> Reason:
    laws = [stay.law for _purpose, stay in _why(plan)]
    if any("17(3)(e)" in law for law in laws):
        return Reason.LEGAL_CLAIM
    return Reason.LEGAL_DUTY if any("17(3)(b)" in law for law in laws) else Reason.STILL_NEEDED


def _reason(purpose: str, stay: Stay) -> str:
    declared = current().purpose.get(purpose)
    name = declared.name.in_language(get_language() or "fi") if declared else _("Everything")
    until = formats.date_format(stay.until, "SHORT_DATE_FORMAT") if stay.until else ""
    told = {"name": name, "why": stay.why, "law": stay.law, "day": until}
    if until:
        return _("%(name)s: %(why)s (%(law)s) Kept until %(day)s.") % told
    return _("%(name)s: %(why)s (%(law)s)") % told


def propose(*, by: Duty, at: datetime, item_id: UUID) -> Ruling:
    """Return the decision that the plan of this moment asks for; Missing where nobody has been found to ask."""
    item = RequestItem.objects.select_related("request").filter(id=item_id, right=Right.ERASURE).first()
    if item is None or item.request.person is None:
        raise Missing
    plan = erasures.plan(by=by, at=at, person_id=item.request.person)
    return proposal(plan, language=item.request.language)


# --- Carrying it out --------------------------------------------------------------------------------------------------


def erase(by: Duty, at: datetime, task: Task) -> Done:
    """Plan the erasure, or tell how far it is: carried out when it is verified and every recipient knows (10.2)."""
    begun = erasures.newest_for(task.item_id)
    if begun is None or begun.state == JobState.STOPPED:
        return _begin(task, by=by, at=at)
    return True if begun.is_done else LATER


def _begin(task: Task, *, by: Duty, at: datetime) -> Done:
    person_id = task.person()
    request = Request.objects.get(id=task.request_id)
    by_code = not request.checks.filter(result=Result.VERIFIED, method__in=_STRONG).exists()
    if by_code and is_disputed(person_id):
        raise NotYet(_("The erasure was stopped from an address on file. Make sure in another way who asks."))
    _must_say_what_stays(task, person_id, by=by, at=at)
    not_before_at = at + WAIT if by_code else at
    points = people.fit(person_id, received_at=request.received_at)
    erasure.schedule(
        by=by,
        at=at,
        person_id=person_id,
        cause=Cause.REQUEST,
        matter=task.reference,
        item=task.item_id,
        not_before_at=not_before_at,
        answer_to=[{"kind": one.kind, "value": one.value} for one in points if one.kind in {"email", "post"}],
    )
    if by_code:
        _warn(request, person_id, not_before_at, by=by, at=at)
    return LATER


def is_disputed(person_id: UUID) -> bool:
    """Tell whether an erasure of the person was stopped from an old address, and nobody has settled yet who asks.

    Until then a code begins none: whoever has taken her mailbox would only have to ask again (T8).
    """
    asked = RequestItem.objects.filter(right=Right.ERASURE, request__person=person_id, request__state__in=OPEN)
    found = [erasures.newest_for(item_id) for item_id in asked.values_list("id", flat=True)]
    return any(one is not None and one.state == JobState.STOPPED for one in found)


def _must_say_what_stays(task: Task, person_id: UUID, *, by: Duty, at: datetime) -> None:
    """Refuse to call granted what the law does not let us grant whole: she is told why, and what she can do (12(4))."""
    item = RequestItem.objects.get(id=task.item_id)
    if item.outcome == Outcome.GRANTED and not erasures.plan(by=by, at=at, person_id=person_id).is_whole:
        raise NotWhole(_("Something must stay. Decide “granted in part”: the plan names the ground and the reasons."))


def _warn(request: Request, person_id: UUID, not_before_at: datetime, *, by: Duty, at: datetime) -> None:
    """Tell every old address that the erasure is planned, with a link that stops it."""
    link = links.url_of(request.id, Kind.STOP, language=request.language, page="rights:stop_erasure")
    with override(request.language):
        subject = _("Your data will be erased: %(reference)s") % {"reference": request.reference}
    mailed = letter.from_template("erasure_planned", request, subject=subject, begins_at=not_before_at, link=link)
    kept = letter.from_template("erasure_planned", request, subject=subject, begins_at=not_before_at, link="…")
    for address in people.to_be_told(person_id, received_at=request.received_at):
        try:
            sending.send(request, Letter.WARNING, kept, by=by, at=at, to=address, person_id=person_id, mailed=mailed)
        except sending.NoWay:
            continue


# --- Stopping it ------------------------------------------------------------------------------------------------------


def planned(letters: str, *, at: datetime) -> tuple[Request, Standing]:
    """Return the request and its erasure, for whoever holds a link that stops it; Missing for others."""
    found = links.opened(letters, at=at)
    if found is None or found[0].kind is not Kind.STOP:
        raise Missing
    standing = _standing_of(found[1])
    if standing is None:
        raise Missing
    return found[1], standing


def _standing_of(request: Request) -> Standing | None:
    found = [erasures.newest_for(item.id) for item in request.items.filter(right=Right.ERASURE)]
    return next((one for one in found if one is not None), None)


@transaction.atomic
def stop(*, by: Duty, at: datetime, letters: str) -> None:
    """Stop the erasure from an old address, and any other that was asked for her: it may have been asked for twice.

    Nothing more is done by code alone: an employee finds out who asks.
    """
    _request, standing = planned(letters, at=at)
    erasure.stop(by=by, at=at, job_id=standing.id)
    for other in erasures.planned_for(standing.person_id):
        erasure.stop(by=by, at=at, job_id=other.id)


@transaction.atomic
def stop_by_herself(*, by: Duty, at: datetime, item_id: UUID) -> None:
    """Stop the erasure on her own page; the caller has made sure that the request is hers."""
    standing = erasures.newest_for(item_id)
    if standing is None:
        raise Missing
    erasure.stop(by=by, at=at, job_id=standing.id)


@transaction.atomic
def stop_at_desk(*, by: Duty, at: datetime, item_id: UUID) -> None:
    """Stop the erasure at the desk, because the person says so on the telephone."""
    check_duty(by)
    standing = erasures.newest_for(item_id)
    if standing is None:
        raise Missing
    erasure.stop(by=by, at=at, job_id=standing.id)


# --- What the worker does ---------------------------------------------------------------------------------------------


def settle(*, by: Duty, at: datetime) -> int:
    """Note as carried out what is erased, verified and told to the recipients; answer what nobody had to weigh."""
    return sum(_settle(item_id, by=by, at=at) for item_id in _unsettled())


def _unsettled() -> list[UUID]:
    open_ones = RequestItem.objects.filter(
        right=Right.ERASURE,
        carried_out_at=None,
        outcome__in=[Outcome.GRANTED, Outcome.PARTLY],
        request__state=State.FULFILLING,
    )
    return list(open_ones.order_by("id").values_list("id", flat=True)[:500])


@transaction.atomic
def _settle(item_id: UUID, *, by: Duty, at: datetime) -> bool:
    standing = erasures.newest_for(item_id)
    if standing is None or not standing.is_done:
        return False
    item = RequestItem.objects.select_related("request").get(id=item_id)
    is_hers = item.decided_by == by.actor
    _say_what_stayed(item, by=by, at=at)
    deciding.carried_out(by=by, at=at, item_id=item_id)
    if is_hers:  # she decided it herself on her own page: nobody at the desk has to send it
        answering.answer_by_itself(by=by, at=at, request_id=item.request_id)
    return True


def _say_what_stayed(item: RequestItem, *, by: Duty, at: datetime) -> None:
    """Decide anew where more stays than was decided: a hold or an order came between the decision and the deed.

    She is never told that all was granted where it was not, and learns why and where she can complain (12(4)).
    """
    if item.outcome != Outcome.GRANTED or item.request.person is None:
        return
    try:
        plan = erasures.plan(by=by, at=at, person_id=item.request.person)
    except Missing:  # nothing is left of her
        return
    if not plan.is_whole:
        ruling = replace(proposal(plan, language=item.request.language), outcome=Outcome.PARTLY)
        deciding.decide(by=_deciding(by), at=at, item_id=item.id, ruling=ruling)


def _deciding(by: Duty) -> Duty:
    """Return the worker's duty with what it needs to say what the plan says."""
    return replace(
        by, purposes=frozenset({"rights"}), categories=frozenset({"rights_request"}), may=frozenset({"write"})
    )


EFFECTS: dict[Right, Effect] = {Right.ERASURE: erase}
