"""What becomes of a request: more time, a question, decisions, what carries them out, the answer, the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.erasure import actions as erasure
from seloste.erasure import queries as erasures
from seloste.erasure.choices import JobState
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing, Refusal
from seloste.kernel.text import plain_text
from seloste.mail.choices import MessageState
from seloste.mail.queries import fate
from seloste.rights import letter
from seloste.rights.actions import effects, sending
from seloste.rights.actions.steps import (
    answer_doubt,
    check_duty,
    due_of,
    events_of,
    locked,
    move,
    must_be_open,
    note,
    reckon,
    too_late,
)
from seloste.rights.choices import (
    Doubt,
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
from seloste.rights.models import Correspondence, Request, RequestItem
from seloste.rights.queries import links, people
from seloste.rights.rules import clock, course
from seloste.rights.rules.course import GROUNDS, Deed
from seloste.rights.rules.links import Kind


class NotLawful(Refusal):
    """A decision that the law does not know, or that was not made as it asks."""


class NotYet(Refusal):
    """A step for which something is missing; it says what."""

    status = 409


# --- Time and questions -----------------------------------------------------------------------------------------------


@transaction.atomic
def extend(*, by: Duty, at: datetime, request_id: UUID, reasons: str, way: Way = Way.EMAIL) -> None:
    """Take three months from receipt instead of one (12(3)): only with reasons, sent inside the first month."""
    check_duty(by)
    request = locked(request_id)
    must_be_open(request)
    why = plain_text(reasons, field="reasons", lines=True)
    if request.extended_at is not None:
        raise too_late(request)
    if not clock.may_extend(at, first=request.first_due_on, reasons=why):
        words = _("More time needs reasons, told to the person within the first month. That month ended on %(day)s.")
        raise NotYet(
            words % {"day": request.first_due_on} if why else _("Say why more time is needed."), field="reasons"
        )
    request.extended_at = at
    reckon(request)
    sending.say(request, Letter.EXTENSION, letter.write(Letter.EXTENSION, request, reasons=why), by=by, at=at, way=way)
    note(request, Happened.EXTENDED, by=by, at=at, reasons=why)


@transaction.atomic
def clarify(*, by: Duty, at: datetime, request_id: UUID, question: str, way: Way = Way.EMAIL) -> None:
    """Ask what is meant (recital 63). Asked at once, it stops the clock until it is answered."""
    check_duty(by)
    request = locked(request_id)
    must_be_open(request)
    words = plain_text(question, field="question", lines=True)
    if not words:
        raise NotLawful(_("Write the question."), field="question")
    link = links.url_of(request.id, Kind.VIEW, language=request.language)
    written = letter.write(Letter.CLARIFICATION, request, question=words, link=link)
    sending.say(request, Letter.CLARIFICATION, written, by=by, at=at, way=way)
    note(request, Happened.ASKED, by=by, at=at, doubt=Doubt.CLARIFICATION, reasons=words)


@transaction.atomic
def note_answer(
    *, by: Duty, at: datetime, request_id: UUID, text: str, way: Way = Way.EMAIL, answered_at: datetime | None = None
) -> None:
    """Note what the person answered or added, with the moment at which it reached the company."""
    request = locked(request_id)
    must_be_open(request)
    words = plain_text(text, field="text", lines=True)
    when = answered_at or at
    if not words or not request.received_at <= when <= at:
        raise NotLawful(_("Write what was answered, and when it arrived."), field="text")
    said = letter.Written(subject="", text=words)
    sending.keep(request, Letter.FROM_PERSON, said, by=by, at=at, way=way)
    answer_doubt(request, Doubt.CLARIFICATION, by=by, at=at, happened_at=when)


# --- Decisions --------------------------------------------------------------------------------------------------------


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
    _rule(item, ruling, reasons=reasons, evidence=evidence, by=by, at=at)
    note(request, Happened.DECIDED, by=by, at=at)
    _conclude(request, by=by, at=at)


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


def _rule(item: RequestItem, ruling: Ruling, *, reasons: str, evidence: str, by: Duty, at: datetime) -> None:
    item.outcome, item.reason_code = ruling.outcome, ruling.reason or ""
    item.law = GROUNDS[ruling.reason].law if ruling.reason else ""
    item.reasons, item.evidence = reasons, evidence
    item.scope = ruling.scope or item.scope
    item.decided_at, item.decided_by = at, by.actor
    item.seconded_at = item.seconded_by = None
    item.save()


def _conclude(request: Request, *, by: Duty, at: datetime) -> None:
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
            _carried_out(request, item, by=by, at=at)


@transaction.atomic
def carried_out(*, by: Duty, at: datetime, item_id: UUID) -> None:
    """Note that what was granted has been carried out; what began it in this request has ended. Twice is once."""
    request, item = _item(item_id)
    if item.outcome in {Outcome.GRANTED, Outcome.PARTLY} and item.carried_out_at is None:
        _carried_out(request, item, by=by, at=at)


def _carried_out(request: Request, item: RequestItem, *, by: Duty, at: datetime) -> None:
    item.carried_out_at, item.carried_out_by = at, by.actor
    item.save(update_fields=["carried_out_at", "carried_out_by"])
    note(request, Happened.CARRIED_OUT, by=by, at=at)


# --- What needs no proof is done at once ------------------------------------------------------------------------------

#: Rights whose effect needs nobody's decision (art. 7(3), 21(3)).
_AT_ONCE = (Right.MARKETING_OBJECTION, Right.WITHDRAWAL)


@transaction.atomic
def do_at_once(*, by: Duty, at: datetime, request_id: UUID) -> bool:
    """Grant and carry out what nobody may refuse; tell whether there was anything to do."""
    request = locked(request_id)
    items = list(request.items.filter(right__in=_AT_ONCE, outcome="").order_by("id"))
    if request.state not in {State.RECEIVED, State.ACKNOWLEDGED, State.IDENTITY, State.ASSESSING}:
        return False
    done = [_do(request, item, by=by, at=at) for item in items]
    _conclude(request, by=by, at=at)
    if request.state == State.FULFILLING and set(request.items.values_list("right", flat=True)) <= set(_AT_ONCE):
        _answer_at_once(request, by=by, at=at)
    return any(done)


def _do(request: Request, item: RequestItem, *, by: Duty, at: datetime) -> bool:
    """Carry out one of them; what has nobody to be done to waits for an employee."""
    try:
        with transaction.atomic():
            was_done = effects.carry_out(effects.task_of(request, item), by=by, at=at) is True
    except effects.NobodyFound:
        return False
    nobody = not was_done and not effects.task_of(request, item).persons()
    if nobody and not request.email:
        return False  # an employee has to find out whose consent it is
    outcome = Outcome.GRANTED if was_done else Outcome.NO_DATA
    _rule(item, Ruling(outcome=outcome), reasons="", evidence="", by=by, at=at)
    note(request, Happened.DECIDED, by=by, at=at)
    if was_done:
        _carried_out(request, item, by=by, at=at)
    return True


def _answer_at_once(request: Request, *, by: Duty, at: datetime) -> None:
    try:
        with transaction.atomic():
            _answer(request, by=by, at=at, way=Way.EMAIL)
    except (sending.NoWay, NotYet):  # an employee tells it another way
        return


# --- The answer -------------------------------------------------------------------------------------------------------


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
    _answer(request, by=by, at=at, way=way, greeting=plain_text(greeting, field="greeting", lines=True))


def _answer(request: Request, *, by: Duty, at: datetime, way: Way, greeting: str = "") -> None:
    items = list(request.items.order_by("id"))
    for item in items:
        _must_be_tellable(item)
    chosen = next((one for one in [*deliveries(request), *_on_her_page(request, by)] if one.way is way), None)
    if chosen is None:
        raise NotYet(_("The answer may not go there: only to an address that was on file long before the request."))
    written = letter.answer(request, items, greeting=greeting)
    _deliver(request, written, chosen, by=by, at=at)
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


def _deliver(request: Request, written: letter.Written, to: Delivery, *, by: Duty, at: datetime) -> None:
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
        _answer_at_once(request, by=by, at=at)
    return request.state == State.ANSWERED


def _note_if_late(request: Request, *, by: Duty, at: datetime) -> None:
    if is_late(request, at=at):
        note(request, Happened.LATE, by=by, at=at)


def is_late(request: Request, *, at: datetime) -> bool:
    """Tell whether the last day the law allows is over, and that has not been noted since the clock began to run."""
    events = events_of(request.id)
    noted = any(event.what is Happened.LATE and event.at >= request.runs_from_at for event in events)
    return not noted and clock.is_late(at, due_of(request, events, at=at).legal)


# --- The end ----------------------------------------------------------------------------------------------------------


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
    _deliver(request, words, chosen, by=by, at=at)
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


# --- What the worker does ---------------------------------------------------------------------------------------------


@transaction.atomic
def note_late(*, by: Duty, at: datetime, request_id: UUID) -> bool:
    """Record as an incident that the last day passed without an answer; once."""
    request = locked(request_id)
    if request.state in {State.ANSWERED, State.CLOSED, State.WITHDRAWN} or not is_late(request, at=at):
        return False
    note(request, Happened.LATE, by=by, at=at, reasons=str(local_date(at)))
    return True


@transaction.atomic
def close_by_itself(*, by: Duty, at: datetime, request_id: UUID) -> bool:
    """Close a matter that has been answered long enough; False where the answer has not arrived."""
    try:
        with transaction.atomic():
            _close(locked(request_id), by=by, at=at)
    except NotYet:
        return False
    return True
