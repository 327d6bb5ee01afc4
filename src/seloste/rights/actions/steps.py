"""What every deed of the procedure is made of: who may, one request at a time, one door for its state and its days."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.declaration.load import current
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing, NotAllowed, Refusal
from seloste.rights.choices import OPEN, Doubt, Happened, Identity, State
from seloste.rights.models import ClockEvent, Request
from seloste.rights.rules import clock, course
from seloste.rights.rules.course import Deed

PURPOSE = "rights"
CATEGORY = "rights_request"


class TooLate(Refusal):
    """The request is past this step, or somebody else was quicker."""

    status = 409


class NotYet(Refusal):
    """A step for which something is missing; it says what."""

    status = 409


def check_duty(by: Duty) -> None:
    """Raise Missing where the job role does not answer requests: for others they do not exist."""
    if not by.sees(CATEGORY, (PURPOSE,)):
        raise Missing
    if "write" not in by.may:
        raise NotAllowed(_("Your job role does not include this."))


def check_may_enter(by: Duty) -> None:
    """Raise NotAllowed for a job role that meets nobody: whoever hears a request enters it (art. 12(2))."""
    if by.role not in {"visitor", "system"} and by.may.isdisjoint({"write", "intake"}):
        raise NotAllowed(_("Your job role does not include this."))


def locked(request_id: UUID) -> Request:
    """Return the request, held for the caller's transaction; Missing where there is none."""
    found = Request.objects.select_for_update().filter(id=request_id).first()
    if found is None:
        raise Missing
    return found


def must_be_open(request: Request) -> None:
    """Raise TooLate where the matter needs no answer any more."""
    if request.state not in OPEN:
        raise too_late(request)


def too_late(request: Request) -> TooLate:
    """Return the refusal that says where the request stands now."""
    return TooLate(_("This cannot be done now: the request is “%(state)s”.") % {"state": State(request.state).label})


def move(request: Request, deed: Deed, *, by: Duty, at: datetime) -> None:
    """Lead the request to the state that follows the deed; TooLate where it may not be done. The one door."""
    state = course.after(State(request.state), deed)
    if state is None:
        raise too_late(request)
    request.state = state
    is_over = state in {State.CLOSED, State.WITHDRAWN}
    request.ended_at, request.ended_by = (at, by.actor) if is_over else (None, None)
    if state == State.ANSWERED:
        request.answered_at, request.answered_by = at, by.actor
    request.save(update_fields=["state", "ended_at", "ended_by", "answered_at", "answered_by"])


def note(
    request: Request,
    what: Happened,
    *,
    by: Duty,
    at: datetime,
    happened_at: datetime | None = None,
    doubt: str = "",
    reasons: str = "",
) -> None:
    """Add what happened, reckon the last days anew, and record the deed."""
    ClockEvent.objects.create(
        request=request.id,
        what=what,
        doubt=doubt,
        at=happened_at or at,
        noted_at=at,
        actor=by.actor,
        role=by.role,
        reasons=reasons,
    )
    reckon(request)
    subjects = [request.person] if request.person else []
    record(by=by, at=at, deed=f"request.{what.value}", subjects=subjects, categories=[CATEGORY], item=request.id)


def events_of(request_id: UUID) -> list[clock.Event]:
    """Return what happened to the request, in the order in which it was noted."""
    rows = ClockEvent.objects.filter(request=request_id).order_by("id")
    return [clock.Event(what=Happened(row.what), at=row.at, doubt=row.doubt, reasons=row.reasons) for row in rows]


def due_of(request: Request, events: Iterable[clock.Event], *, at: datetime | None = None) -> clock.Due:
    """Return the last days of the request; with ``at`` an open question has stopped the clock until then."""
    return clock.due(
        request.runs_from_at,
        law=clock.figures(current(), local_date(request.runs_from_at)),
        extended=request.extended_at is not None,
        questions=clock.questions(events, since=request.runs_from_at),
        at=at,
    )


def reckon(request: Request) -> None:
    """Write the last days down for sorting."""
    due = due_of(request, events_of(request.id))
    request.first_due_on, request.strict_due_on, request.legal_due_on = due.first, due.strict, due.legal
    request.save(update_fields=["extended_at", "runs_from_at", "first_due_on", "strict_due_on", "legal_due_on"])


def answer_doubt(
    request: Request, doubt: Doubt, *, by: Duty, at: datetime, happened_at: datetime | None = None
) -> bool:
    """Note that an open question was answered; nothing where none is open. Tell which."""
    asked = clock.questions(events_of(request.id), since=request.runs_from_at)
    if not any(question.doubt is doubt and question.answered_at is None for question in asked):
        return False
    note(request, Happened.ANSWERED, by=by, at=at, happened_at=happened_at, doubt=doubt)
    return True


def set_identity(request: Request, identity: Identity) -> None:
    """Note what is known of who asks."""
    request.identity = identity
    request.save(update_fields=["identity", "person"])
