"""The end of a request: closed, sent again, withdrawn by the person, opened anew; proofs of identity go with it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.erasure import actions as erasure
from seloste.erasure import queries as erasures
from seloste.erasure.choices import JobState
from seloste.kernel.duty import Duty
from seloste.kernel.text import plain_text
from seloste.mail.choices import MessageState
from seloste.mail.queries import fate
from seloste.rights import letter
from seloste.rights.actions import effects
from seloste.rights.actions.answering import deliver, deliveries
from seloste.rights.actions.deciding import NotLawful
from seloste.rights.actions.steps import (
    NotYet,
    check_duty,
    locked,
    move,
    note,
    reckon,
    too_late,
)
from seloste.rights.choices import (
    Happened,
    Identity,
    Letter,
    Result,
    Right,
    State,
    Way,
)
from seloste.rights.models import Correspondence, Request
from seloste.rights.rules.course import Deed


@transaction.atomic
def close(*, by: Duty, at: datetime, request_id: UUID) -> None:
    """Close the matter: what proved who asked goes, what was restricted meanwhile is lifted, the person being told."""
    check_duty(by)
    _close(locked(request_id), by=by, at=at)


def _close(request: Request, *, by: Duty, at: datetime) -> None:
    if request.state != State.ANSWERED:
        raise too_late(request)
    told_at = _told_at(request)
    effects.let_go_after_telling(request, by=by, at=at, told_at=min(told_at, at))
    move(request, Deed.CLOSE, by=by, at=at)
    _forget_proofs(request, by=by, at=at)
    note(request, Happened.CLOSED, by=by, at=at)


def _told_at(request: Request) -> datetime:
    """Return when the answer reached the person, as far as can be known; NotYet where it has not."""
    sent = request.letters.filter(letter=Letter.ANSWER).order_by("-sent_at", "-id").first()
    if sent is None:
        raise NotYet(_("No answer has been sent."))
    if sent.message_id is None:
        return sent.sent_at
    return _accepted_at(sent)


def _accepted_at(sent: Correspondence) -> datetime:
    known = fate(sent.message_id) if sent.message_id else None
    if known is None or known.state != MessageState.ACCEPTED:
        raise NotYet(_("The answer has not left, or did not arrive. Look at the outbox, or send it by letter."))
    return known.at


def _forget_proofs(request: Request, *, by: Duty, at: datetime) -> None:
    """Erase what proved who asked; which way was used, and when, stays (I45)."""
    open_ones = request.checks.filter(result=Result.OPEN)
    open_ones.update(result=Result.FAILED, decided_at=at, decided_by=by.actor)
    request.checks.update(evidence="", address="", code=None)
    if request.person is not None:
        erasure.forget_addresses(by=by, at=at, person_id=request.person, matter=request.reference)


@transaction.atomic
def send_again(*, by: Duty, at: datetime, request_id: UUID, way: Way) -> None:
    """Send an answer that did not arrive once more, another way or the same."""
    check_duty(by)
    request = locked(request_id)
    if request.state != State.ANSWERED:
        raise too_late(request)
    chosen = next((one for one in deliveries(request) if one.way is way), None)
    if chosen is None:
        raise NotYet(_("The answer may not go there: only to an address that was on file long before the request."))
    sent = request.letters.filter(letter=Letter.ANSWER).order_by("-sent_at", "-id")[0]
    words = letter.Written(subject=sent.subject, text=sent.text, tells_remedies=sent.tells_remedies)
    deliver(request, words, chosen, by=by, at=at)
    note(request, Happened.SENT, by=by, at=at)


@transaction.atomic
def withdraw(*, by: Duty, at: datetime, request_id: UUID) -> None:
    """Note that the person took the request back; what was done at once stays done."""
    if by.role != "visitor":
        check_duty(by)
    request = locked(request_id)
    if request.state == State.WITHDRAWN:
        return
    effects.let_go_after_telling(request, by=by, at=at, told_at=at)
    _stop_what_is_planned(request, by=by, at=at)
    move(request, Deed.WITHDRAW, by=by, at=at)
    _forget_proofs(request, by=by, at=at)
    note(request, Happened.WITHDRAWN, by=by, at=at)


def _stop_what_is_planned(request: Request, *, by: Duty, at: datetime) -> None:
    """Stop an erasure that has not begun: she took the request back."""
    for item in request.items.filter(right=Right.ERASURE):
        begun = erasures.newest_for(item.id)
        if begun is not None and begun.state == JobState.PLANNED:
            erasure.stop(by=by, at=at, job_id=begun.id)


@transaction.atomic
def reopen(*, by: Duty, at: datetime, request_id: UUID, received_at: datetime, reasons: str) -> None:
    """Open an answered matter again, because the person was not content. A month runs from when that reached us."""
    check_duty(by)
    request = locked(request_id)
    why = plain_text(reasons, field="reasons", lines=True)
    if not why or not (request.ended_at or request.answered_at or request.received_at) <= received_at <= at:
        raise NotLawful(_("Say what the person was not content with, and when it arrived."), field="reasons")
    move(request, Deed.REOPEN, by=by, at=at)
    _begin_anew(request, received_at)
    note(request, Happened.REOPENED, by=by, at=at, happened_at=received_at, reasons=why)


def _begin_anew(request: Request, received_at: datetime) -> None:
    """Undo the decisions that nothing has carried out; what was carried out stays as it is."""
    request.items.filter(carried_out_at=None).update(
        **dict.fromkeys(["outcome", "reason_code", "law", "reasons", "evidence"], ""),
        **dict.fromkeys(["decided_at", "decided_by", "seconded_at", "seconded_by", "told_at"]),
    )
    request.runs_from_at, request.extended_at = received_at, None
    reckon(request)
    request.identity = Identity.OPEN if request.identity == Identity.FAILED else request.identity
    request.answered_at = request.answered_by = None
    request.save(update_fields=["identity", "answered_at", "answered_by"])


@transaction.atomic
def close_by_itself(*, by: Duty, at: datetime, request_id: UUID) -> bool:
    """Close a matter that has been answered long enough; False where the answer has not arrived."""
    try:
        with transaction.atomic():
            _close(locked(request_id), by=by, at=at)
    except NotYet:
        return False
    return True
