"""The course of a request holds over every sequence of deeds: no state without its step, no day against the rule."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rights import make, oracle

from seloste.kernel.refusals import Refusal
from seloste.rights import actions
from seloste.rights.choices import (
    OPEN,
    Channel,
    Happened,
    Identity,
    Letter,
    Method,
    Outcome,
    Reason,
    Right,
    State,
    Way,
)
from seloste.rights.models import ClockEvent, Correspondence, IdentityCheck, Request, RequestItem
from seloste.rights.queries import desk
from seloste.rights.rules import clock, course
from seloste.rights.rules.course import Deed, Next, Standing

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


# --- The rule by itself -----------------------------------------------------------------------------------------------


def test_steps_are_just_those_of_the_law() -> None:
    allowed = {(state, deed): to for state, deed in product(State, Deed) if (to := course.after(state, deed))}

    assert {f"{state}-{deed}-{to}" for (state, deed), to in allowed.items()} == {
        "received-acknowledge-acknowledged",
        "acknowledged-ask_identity-identity",
        "identity-ask_identity-identity",
        "assessing-ask_identity-identity",
        "acknowledged-begin-assessing",
        "identity-begin-assessing",
        "assessing-conclude-fulfilling",
        "fulfilling-answer-answered",
        "answered-close-closed",
        *(f"{state}-withdraw-withdrawn" for state in OPEN),
        *(f"{state}-reopen-assessing" for state in ("answered", "closed", "withdrawn")),
    }


@given(
    st.builds(
        Standing,
        state=st.sampled_from(list(State)),
        identity=st.sampled_from(list(Identity)),
        has_person=st.booleans(),
        waits=st.booleans(),
        undecided=st.integers(0, 2),
        unseconded=st.integers(0, 2),
        not_carried_out=st.integers(0, 2),
    )
)
def test_every_standing_has_one_next_step_and_none_skips_a_guard(standing: Standing) -> None:
    step = course.next_step(standing)

    assert (step is Next.NOTHING) == (standing.state in {State.CLOSED, State.WITHDRAWN})
    if step is Next.ANSWER:
        assert (standing.undecided, standing.unseconded, standing.not_carried_out) == (0, 0, 0)
        assert standing.identity in {Identity.VERIFIED, Identity.NOT_NEEDED, Identity.FAILED}


def test_outcome_stands_on_a_ground_of_its_own_right() -> None:
    for right, outcome, reason in product(Right, Outcome, [None, *Reason]):
        _stands(right, outcome, reason)


def _stands(right: Right, outcome: Outcome, reason: Reason | None) -> None:
    if course.may_be(right, outcome, reason):
        assert (reason is None) == (outcome in {Outcome.GRANTED, Outcome.NO_DATA})
        assert reason is None or course.GROUNDS[reason].law
        assert right not in course.NEVER_REFUSED or reason is None


# --- The deeds --------------------------------------------------------------------------------------------------------

#: What can happen to a request, by anybody, in any order.
DEEDS: dict[str, Callable[[UUID, datetime], Any]] = {
    "acknowledge": lambda one, at: actions.acknowledge(by=make.PRIVACY, at=at, request_id=one, way=Way.LETTER),
    "confirm": lambda one, at: actions.confirm_address(by=make.HERSELF, at=at, request_id=one),
    "assign": lambda one, at: actions.assign(by=make.PRIVACY, at=at, request_id=one, person_id=_somebody()),
    "ask": lambda one, at: actions.ask(by=make.PRIVACY, at=at, request_id=one, method=Method.ORDER, reason="Epävarmaa"),
    "check": lambda one, at: make.check(one, at=at),
    "give up": lambda one, at: actions.give_up(by=make.PRIVACY, at=at, request_id=one, reasons="Ei näyttöä"),
    "clarify": lambda one, at: actions.clarify(by=make.PRIVACY, at=at, request_id=one, question="Mitä?"),
    "tell": lambda one, at: actions.note_answer(by=make.HERSELF, at=at, request_id=one, text="Tätä."),
    "extend": lambda one, at: actions.extend(by=make.PRIVACY, at=at, request_id=one, reasons="Paljon"),
    "grant": lambda one, at: make.ruled(one, Outcome.GRANTED, at=at, reasons="Näin."),
    "refuse": lambda one, at: make.ruled(one, Outcome.REFUSED, Reason.EXCESSIVE, at=at, evidence="Toistuva kiusanteko"),
    "no ground": lambda one, at: make.ruled(one, Outcome.REFUSED, Reason.STILL_NEEDED, at=at),
    "nobody": lambda one, at: make.ruled(one, Outcome.NOT_IDENTIFIABLE, Reason.NOT_IDENTIFIED, at=at),
    "second": lambda one, at: [actions.second(by=make.OTHER, at=at, item_id=item) for item in _items(one)],
    "carry out": lambda one, at: make.carried_out(one, at=at),
    "answer": lambda one, at: make.answered(one, at=at),
    "mail": lambda _one, at: make.arrived(at + 5 * HOUR),
    "close": lambda one, at: actions.close(by=make.PRIVACY, at=at + 6 * HOUR, request_id=one),
    "take back": lambda one, at: actions.withdraw(by=make.HERSELF, at=at, request_id=one),
    "reopen": lambda one, at: actions.reopen(
        by=make.PRIVACY, at=at + 7 * HOUR, request_id=one, received_at=at + 7 * HOUR, reasons="En ole tyytyväinen"
    ),
    "sweep": lambda _one, at: make.swept(at),
    "six weeks": lambda _one, at: make.swept(at + 42 * DAY),
}


def _items(request_id: UUID) -> list[UUID]:
    return list(RequestItem.objects.filter(request=request_id).values_list("id", flat=True))


def _somebody() -> UUID:
    from seloste.register.models import Person

    return Person.objects.order_by("id").values_list("id", flat=True)[0]


def try_to(deed: str, request_id: UUID, at: datetime) -> None:
    """Do a deed; one that is refused leaves nothing."""
    before = _state(request_id)
    try:
        with transaction.atomic():
            DEEDS[deed](request_id, at)
    except Refusal:
        assert _state(request_id) == before


def _state(request_id: UUID) -> tuple[Any, ...]:
    row = Request.objects.filter(id=request_id).values_list()[0]
    return row, ClockEvent.objects.filter(request=request_id).count()


#: Where sequences begin: at the arrival, or so far on that what follows meets every state.
BEGUN: tuple[list[str], ...] = (
    [],
    ["acknowledge", "confirm"],
    ["acknowledge", "assign", "check", "grant", "carry out"],
    ["acknowledge", "assign", "check", "grant", "carry out", "answer"],
    ["acknowledge", "assign", "ask", "give up", "nobody", "answer", "mail", "close"],
    ["acknowledge", "confirm", "refuse", "second", "answer"],
)
RIGHTS = st.lists(st.sampled_from(list(Right)), min_size=1, max_size=3, unique=True)


@pytest.mark.django_db
@settings(deadline=None, max_examples=50)
@given(
    RIGHTS, st.sampled_from([Channel.WEB_FORM, Channel.LETTER]), st.lists(st.sampled_from(sorted(DEEDS)), max_size=14)
)
def test_guards_hold_whatever_happens(rights: list[Right], channel: Channel, deeds: list[str]) -> None:
    with transaction.atomic():
        make.known()
        request_id = make.received(*rights, by=make.PRIVACY, channel=channel)
        for number, deed in enumerate(deeds):
            try_to(deed, request_id, make.AT + (number + 1) * DAY)
            lawful(request_id)
        transaction.set_rollback(True)


def lawful(request_id: UUID) -> None:
    """Assert everything that the law asks of a request, whatever state it is in."""
    request = make.request(request_id)
    events = list(ClockEvent.objects.filter(request=request_id).order_by("id"))
    items = list(RequestItem.objects.filter(request=request_id))
    the_clock(request, events)
    who_asks(request, items)
    the_answer(request, items)
    assert desk.sheet(by=make.PRIVACY, at=make.AT + 90 * DAY, request_id=request_id).next in Next


def the_clock(request: Request, events: list[ClockEvent]) -> None:
    """I35–I37: the last days are those of the oracle; longer only with reasons sent; waiting only while asked."""
    begun = clock.day_of(request.runs_from_at)
    extended = [one for one in events if one.what == Happened.EXTENDED and one.at >= request.runs_from_at]
    assert request.first_due_on == oracle.due(begun, months=1)
    assert request.strict_due_on == oracle.due(begun, months=3 if request.extended_at else 1)
    if request.extended_at:
        assert len(extended) == 1
        assert extended[0].reasons
        assert clock.day_of(extended[0].at) <= request.first_due_on
        assert Correspondence.objects.filter(request=request, letter=Letter.EXTENSION).exists()
    assert request.legal_due_on >= request.strict_due_on
    if not any(one.what == Happened.ASKED for one in events):
        assert request.legal_due_on == request.strict_due_on
    assert all(one.reasons for one in events if one.what in {Happened.ASKED, Happened.EXTENDED})


def who_asks(request: Request, items: list[RequestItem]) -> None:
    """Nothing is carried out or told that needs proof, without it; proofs go when the matter ends (I45)."""
    proved = request.checks.filter(result="verified").exists()
    for item in items:
        if item.right not in course.NEVER_REFUSED and (item.carried_out_at or item.outcome in {"granted", "partly"}):
            assert proved
            assert request.identity == Identity.VERIFIED
    if request.state in {State.CLOSED, State.WITHDRAWN}:
        assert not IdentityCheck.objects.filter(request=request).exclude(evidence="", address="", code=None).exists()
    assert request.checks.filter(result="open").count() <= 1


def the_answer(request: Request, items: list[RequestItem]) -> None:
    """I38: each thing has one outcome when it is answered; refusals with law, reasons and remedies."""
    if request.state not in {State.ANSWERED, State.CLOSED}:
        return
    answers = Correspondence.objects.filter(request=request, letter=Letter.ANSWER).order_by("-sent_at")
    assert answers.exists()
    for item in items:
        assert item.outcome
        assert item.told_at
        assert item.outcome in {"granted", "no_data"} or (item.law and item.reasons and answers[0].tells_remedies)
        assert item.outcome not in {"granted", "partly"} or item.carried_out_at
        assert item.reason_code != Reason.EXCESSIVE or item.seconded_by not in {None, item.decided_by}
