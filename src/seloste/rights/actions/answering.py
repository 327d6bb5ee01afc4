"""The answer: where it may go, that it tells what the law wants, and whether it was in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.erasure import queries as erasures
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing
from seloste.kernel.text import plain_text
from seloste.rights import letter
from seloste.rights.actions import sending
from seloste.rights.actions.steps import (
    NotYet,
    check_duty,
    due_of,
    events_of,
    locked,
    move,
    note,
    too_late,
)
from seloste.rights.choices import (
    Happened,
    Identity,
    Letter,
    Method,
    Outcome,
    Reason,
    Result,
    Right,
    State,
    Way,
)
from seloste.rights.models import Request, RequestItem
from seloste.rights.queries import links, people
from seloste.rights.rules import clock, course
from seloste.rights.rules.course import Deed
from seloste.rights.rules.links import Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """Where the answer may go: by e-mail to this address, or by letter to this one."""

    way: Way
    address: str


def deliveries(request: Request) -> Sequence[Delivery]:
    """Return where the answer may go, the best way first (P31).

    To the address that was given only where the answer tells nothing that a stranger must not learn, or where that
    address was on file well before the request; else to an address that was.
    """
    typed = [Delivery(way=Way.EMAIL, address=request.email)] if request.email else []
    if not _tells_something(request):
        spoken = [Delivery(way=Way.LETTER, address=request.address)] if request.address else []
        return [*typed, *spoken, Delivery(way=Way.PHONE, address=request.phone)]
    if request.person is None or request.identity != Identity.VERIFIED:
        return []
    points = _reaching(request.person, request)
    mails = sorted((value for kind, value in points if kind == "email"), key=lambda value: value != request.email)
    posts = [value for kind, value in points if kind == "post"]
    found = [
        *(Delivery(way=Way.EMAIL, address=value) for value in mails),
        *(Delivery(way=Way.LETTER, address=value) for value in posts),
    ]
    return [*found, *_face_to_face(request)]


def _reaching(person_id: UUID, request: Request) -> Sequence[tuple[str, str]]:
    """Return the addresses fit to receive; where an erasure took them, those that were kept to tell her of it."""
    fit = people.fit(person_id, received_at=request.received_at)
    return erasures.answer_to(person_id, request.reference) or [(one.kind, one.value) for one in fit]


def deliveries_of(*, by: Duty, request_id: UUID) -> Sequence[Delivery]:
    """Return where the answer to the request may go."""
    check_duty(by)
    request = Request.objects.filter(id=request_id).first()
    if request is None:
        raise Missing
    return deliveries(request)


def _on_her_page(request: Request, by: Duty) -> list[Delivery]:
    """Her own page shows her what was done as soon as it is; to nobody else it is a way."""
    is_hers = by.role == "visitor" and request.person is not None
    return [Delivery(way=Way.PAGE, address="")] if is_hers else []


def _face_to_face(request: Request) -> list[Delivery]:
    """Handing the answer over needs somebody who looked at who takes it."""
    by_hand = request.checks.filter(result=Result.VERIFIED, method__in=[Method.MANUAL, Method.STRONG])
    return [Delivery(way=Way.IN_PERSON, address="")] if by_hand.exists() else []


def _tells_something(request: Request) -> bool:
    """Tell whether the answer says anything that only the person may read."""
    silent = {Outcome.NOT_IDENTIFIABLE, Outcome.NO_DATA} if request.email_confirmed_at else {Outcome.NOT_IDENTIFIABLE}
    return any(
        item.outcome not in silent and item.reason_code != Reason.EXCESSIVE
        for item in request.items.all()
        if not course.needs_no_proof(Right(item.right))
    )


@transaction.atomic
def answer(*, by: Duty, at: datetime, request_id: UUID, way: Way, greeting: str = "") -> None:
    """Send the answer. NotYet where something granted was not carried out, or it has nowhere lawful to go."""
    check_duty(by)
    request = locked(request_id)
    if request.state != State.FULFILLING:
        raise too_late(request)
    answer_now(request, by=by, at=at, way=way, greeting=plain_text(greeting, field="greeting", lines=True))


def answer_now(request: Request, *, by: Duty, at: datetime, way: Way, greeting: str = "") -> None:
    """Write the answer of a request that the caller holds, and deliver it; NotYet and NoWay as ``answer``."""
    items = list(request.items.order_by("id"))
    for item in items:
        _must_be_tellable(item)
    chosen = next((one for one in [*deliveries(request), *_on_her_page(request, by)] if one.way is way), None)
    if chosen is None:
        raise NotYet(_("The answer may not go there: only to an address that was on file long before the request."))
    written = letter.answer(request, items, greeting=greeting)
    deliver(request, written, chosen, by=by, at=at)
    request.items.update(told_at=at)
    move(request, Deed.ANSWER, by=by, at=at)
    _note_if_late(request, by=by, at=at)
    note(request, Happened.SENT, by=by, at=at)


def _must_be_tellable(item: RequestItem) -> None:
    if item.outcome in {Outcome.GRANTED, Outcome.PARTLY} and item.carried_out_at is None:
        words = _("“%(right)s” was granted and has not been carried out.")
        raise NotYet(words % {"right": Right(item.right).label})
    if item.reason_code == Reason.EXCESSIVE and item.seconded_at is None:
        raise NotYet(_("A second employee must confirm the refusal first."))


def deliver(request: Request, written: letter.Written, to: Delivery, *, by: Duty, at: datetime) -> None:
    """Deliver what was written: by mail through the outbox, or kept as it is handed over on paper."""
    if to.way is not Way.EMAIL:
        sending.keep(request, Letter.ANSWER, written, by=by, at=at, way=to.way, to=to.address)
        return
    link = links.url_of(request.id, Kind.ANSWER, language=request.language)
    mailed = letter.ready(request, link=link, subject=written.subject)
    sending.send(request, Letter.ANSWER, written, by=by, at=at, to=to.address, person_id=request.person, mailed=mailed)


@transaction.atomic
def answer_by_itself(*, by: Duty, at: datetime, request_id: UUID) -> bool:
    """Send the answer by e-mail where everything is carried out and nobody had to weigh it; tell whether it left."""
    request = locked(request_id)
    if request.state == State.FULFILLING:
        answer_if_it_can(request, by=by, at=at)
    return request.state == State.ANSWERED


def _note_if_late(request: Request, *, by: Duty, at: datetime) -> None:
    if is_late(request, at=at):
        note(request, Happened.LATE, by=by, at=at)


def is_late(request: Request, *, at: datetime) -> bool:
    """Tell whether the last day the law allows is over, and that has not been noted since the clock began to run."""
    events = events_of(request.id)
    noted = any(event.what is Happened.LATE and event.at >= request.runs_from_at for event in events)
    return not noted and clock.is_late(at, due_of(request, events, at=at).legal)


@transaction.atomic
def note_late(*, by: Duty, at: datetime, request_id: UUID) -> bool:
    """Record as an incident that the last day passed without an answer; once."""
    request = locked(request_id)
    if request.state in {State.ANSWERED, State.CLOSED, State.WITHDRAWN} or not is_late(request, at=at):
        return False
    note(request, Happened.LATE, by=by, at=at, reasons=str(local_date(at)))
    return True


def answer_if_it_can(request: Request, *, by: Duty, at: datetime) -> None:
    """Answer by mail at once; where that has no way yet, an employee answers."""
    try:
        with transaction.atomic():
            answer_now(request, by=by, at=at, way=Way.EMAIL)
    except (sending.NoWay, NotYet):  # an employee tells it another way
        return
