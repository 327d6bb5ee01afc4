"""The life of a consent: its events alone tell where it stands, in the order in which they were stored."""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import make
from tests.consents.make import ADDRESS, HERSELF, confirmed, evidence, reachable, told, yes

from seloste.consents import actions, queries
from seloste.consents.choices import OPTED_OUT, VALID, Channel, ConsentState
from seloste.consents.models import ConsentEvent, Suppression
from seloste.consents.rules.life import after, fold, may_follow
from seloste.kernel import sweeps
from seloste.kernel.refusals import Refusal
from seloste.register.models import Ground

EVENTS = st.lists(st.sampled_from(list(ConsentState)), max_size=12)
#: What nothing but her own word can follow.
OWN_WORDS = {ConsentState.GIVEN, ConsentState.RENEWED, ConsentState.REFUSED, ConsentState.WITHDRAWN}


# --- The rule by itself -----------------------------------------------------------------------------------------------


@given(EVENTS)
def test_withdrawal_always_wins(events: list[ConsentState]) -> None:
    assert fold([*events, ConsentState.WITHDRAWN]) is ConsentState.WITHDRAWN


@given(EVENTS, EVENTS)
def test_nothing_but_her_own_word_follows_a_no(events: list[ConsentState], more: list[ConsentState]) -> None:
    ours = [event for event in more if event not in OWN_WORDS]

    assert fold([*events, ConsentState.WITHDRAWN, *ours]) is ConsentState.WITHDRAWN


@given(EVENTS)
def test_consent_holds_only_after_a_yes(events: list[ConsentState]) -> None:
    state = fold(events)

    assert state not in VALID or any(event in VALID for event in events)
    assert (state is None) == (not [event for event in events if event not in _ENDS])


_ENDS = {ConsentState.EXPIRED, ConsentState.INVALIDATED, ConsentState.SUPERSEDED}


@given(EVENTS, EVENTS)
def test_replay_in_parts_gives_the_same(first: list[ConsentState], second: list[ConsentState]) -> None:
    state = fold(first)
    for event in second:
        state = after(state, event)

    assert state == fold([*first, *second])


@given(EVENTS)
def test_events_that_may_follow_leave_the_last_one_as_the_state(events: list[ConsentState]) -> None:
    kept: list[ConsentState] = []
    for event in events:
        if may_follow(fold(kept), event):
            kept.append(event)

    assert fold(kept) == (kept[-1] if kept else None) == fold(events)


# --- The deeds --------------------------------------------------------------------------------------------------------

#: What can happen to a person, by anybody, in any order; each is told how many days have gone by.
DEEDS: dict[str, Callable[[UUID, int], Any]] = {
    "give": lambda person, day: actions.give(**yes(person, at=_day(day))),
    "give in Swedish": lambda person, day: actions.give(**yes(person, at=_day(day), language="sv")),
    "confirm": lambda person, day: actions.give_confirmed(**confirmed(person, at=_day(day))),
    "old paper": lambda person, day: actions.give(**yes(person, at=_day(day), evidence=evidence(_day(day - 9).date()))),
    "withdraw": lambda person, day: actions.withdraw(**told(person, at=_day(day))),
    "one click": lambda person, day: actions.withdraw(**told(person, at=_day(day), by=HERSELF)),
    "refuse": lambda person, day: actions.refuse(**told(person, at=_day(day))),
    "ask": lambda person, day: actions.request(**told(person, at=_day(day))),
    "wait": lambda person, day: actions.await_confirmation(**_waiting(person, at=_day(day))),
    "object": lambda person, day: actions.object_to(**_objection(person, at=_day(day))),
    "lift": lambda person, day: actions.lift_objection(
        **_objection(person, at=_day(day), evidence=evidence(_day(day).date()))
    ),
    "sweep": lambda _person, day: actions.expire(_day(day)),
    "two years": lambda _person, day: actions.expire(_day(day + 731)),
    "clock back": lambda person, day: actions.withdraw(**told(person, at=_day(day - 400))),
}


def _day(number: int) -> Any:  # noqa: ANN401 -- a moment
    return make.AT + timedelta(days=number)


def _waiting(person: UUID, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- what the deed is told
    return {name: value for name, value in confirmed(person, **changes).items() if name != "message_id"}


def _objection(person: UUID, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- what the deed is told
    said = {"by": make.duty("marketing"), "purpose": "direct_marketing", "source": "email"}
    return {**said, "person_id": person, **changes}


def try_to(deed: str, person_id: UUID, day: int) -> None:
    """Do a deed; one that is refused leaves nothing."""
    try:
        with transaction.atomic():
            DEEDS[deed](person_id, day)
    except Refusal:
        pass


def stored(person_id: UUID) -> list[ConsentState]:
    rows = ConsentEvent.objects.filter(subject=person_id).order_by("id")
    return [ConsentState(state) for state in rows.values_list("state", flat=True)]


@pytest.mark.django_db
@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(sorted(DEEDS)), max_size=8))
def test_state_is_the_fold_of_the_events_whatever_happens(deeds: list[str]) -> None:
    with transaction.atomic():
        person_id = reachable()
        for day, deed in enumerate(deeds):
            try_to(deed, person_id, day)

        found = queries.consent_of(person_id, "direct_marketing", "email")
        events = stored(person_id)
        assert fold(events) == (found.state if found else None) == (events[-1] if events else None)
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(sorted(DEEDS)), max_size=6), st.sampled_from(["withdraw", "one click"]))
def test_withdrawal_is_never_refused_and_always_holds(deeds: list[str], no: str) -> None:
    with transaction.atomic():
        person_id = reachable()
        for day, deed in enumerate(deeds):
            try_to(deed, person_id, day)
        DEEDS[no](person_id, len(deeds))

        for deed in ("ask", "wait", "sweep", "two years", "lift", "old paper"):
            try_to(deed, person_id, len(deeds))

        answer = queries.decide(
            person_id=person_id,
            channel=Channel.EMAIL,
            address=ADDRESS,
            is_marketing=True,
            at=_day(len(deeds)),
        )
        assert stored(person_id)[-1] in OPTED_OUT
        assert not answer.allow
        transaction.set_rollback(True)


# --- What ends by itself ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_consent_past_its_day_expires_once() -> None:
    person_id = make.person()
    actions.give(**yes(person_id))
    assert actions.expire(make.AT + timedelta(days=731)) == 0  # its last day: 25.11.2028 is 731 days away

    counts = [actions.expire(make.AT + timedelta(days=732)) for _time in range(2)]

    event = ConsentEvent.objects.order_by("-id")[0]
    assert counts == [1, 0]
    assert (event.state, event.cause, event.role, event.source) == ("expired", "period_over", "system", "")
    assert not Ground.objects.filter(purpose="direct_marketing", ended_at=None).exists()


@pytest.mark.django_db
def test_consent_to_words_that_were_changed_is_invalidated() -> None:
    person_id = make.person()
    actions.give(**yes(person_id))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE consents_wording SET text = 'Aiemmat sanat.'")
        cursor.execute("SET LOCAL session_replication_role = origin")

    counts = [actions.expire(make.AT) for _time in range(2)]

    event = ConsentEvent.objects.order_by("-id")[0]
    assert counts == [1, 0]
    assert (event.state, event.cause) == ("invalidated", "notice_changed")


@pytest.mark.django_db
def test_yes_after_the_words_changed_first_ends_the_old_one() -> None:
    person_id = make.person()
    actions.give(**yes(person_id))

    actions.give(**yes(person_id, at=make.AT + timedelta(days=800)))

    assert stored(person_id) == [ConsentState.GIVEN, ConsentState.EXPIRED, ConsentState.GIVEN]


@pytest.mark.django_db
def test_purpose_that_something_else_carries_outlives_the_consent() -> None:
    person_id = make.person(by=make.duty("marketing"), purposes=("direct_marketing",))
    Ground.objects.filter(person_id=person_id).update(basis="legitimate_interest")
    actions.give(**yes(person_id))

    actions.expire(make.AT + timedelta(days=732))

    assert Ground.objects.filter(purpose="direct_marketing", ended_at=None).exists()


@pytest.mark.django_db
def test_many_end_in_batches_and_a_stop_loses_none(monkeypatch: pytest.MonkeyPatch) -> None:
    from seloste.consents.actions import ending

    monkeypatch.setattr(ending, "BATCH", 3)
    people = [make.person() for _number in range(8)]
    for person_id in people:
        actions.give(**yes(person_id))
    later = make.AT + timedelta(days=732)
    sweeps.ending.set()
    try:
        assert actions.expire(later) == 0
    finally:
        sweeps.ending.clear()

    assert actions.expire(later) == len(people)


def test_sweep_is_registered_and_waits_for_a_true_clock() -> None:
    sweep = next(sweep for sweep in sweeps.sweeps() if sweep.key == "consents.expire")

    assert sweep.run is actions.expire
    assert sweep.needs_true_clock


# --- The clock and the crowd ------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("jump", [timedelta(days=-3650), timedelta(0), timedelta(days=3650)])
def test_order_of_events_is_the_order_of_storing_not_of_the_clock(jump: timedelta) -> None:
    person_id = make.person()
    actions.give(**yes(person_id))

    actions.withdraw(**told(person_id, at=make.AT + jump))

    assert stored(person_id) == [ConsentState.GIVEN, ConsentState.WITHDRAWN]
    found = queries.consent_of(person_id, "direct_marketing", "email")
    assert found
    assert found.state is ConsentState.WITHDRAWN


def at_once(deeds: Sequence[Callable[[], object]]) -> None:
    """Do the deeds at the same moment, each over a connection of its own."""
    start = threading.Barrier(len(deeds))
    failed: list[BaseException] = []

    def run(deed: Callable[[], object]) -> None:
        start.wait()
        try:
            deed()
        except Refusal:
            pass
        except BaseException as error:  # noqa: BLE001 -- told to the test below
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


@pytest.mark.django_db(transaction=True)
def test_yes_and_no_at_the_same_moment_leave_one_order() -> None:
    person_id = reachable()
    for _round in range(4):
        at_once(
            [
                lambda: actions.give_confirmed(**confirmed(person_id)),
                lambda: actions.withdraw(**told(person_id, by=HERSELF)),
                lambda: actions.give(**yes(person_id)),
                lambda: actions.object_to(**_objection(person_id, at=make.AT)),
            ]
        )
        found = queries.consent_of(person_id, "direct_marketing", "email")
        events = stored(person_id)
        assert found
        assert fold(events) == events[-1] == found.state
        assert all(may_follow(fold(events[:number]), event) for number, event in enumerate(events))


@pytest.mark.django_db(transaction=True)
def test_one_click_pressed_many_times_at_once_is_noted_once() -> None:
    person_id = reachable()

    at_once([lambda: actions.withdraw(**told(person_id, by=HERSELF))] * 6)

    assert stored(person_id) == [ConsentState.WITHDRAWN]


@pytest.mark.django_db(transaction=True)
def test_address_closed_by_many_at_once_is_closed_once() -> None:
    first, second = reachable(), make.person("Matti", email=ADDRESS)
    closing: dict[str, Any] = {"by": make.duty("marketing"), "at": make.AT, "channel": "email", "address": ADDRESS}

    at_once(
        [
            *[lambda: actions.suppress(**closing)] * 3,
            lambda: actions.object_to(**_objection(first, at=make.AT)),
            lambda: actions.object_to(**_objection(second, at=make.AT)),
        ]
    )

    assert list(Suppression.objects.values_list("channel", "reason", "state")) == [("email", "objected", "added")]


# --- Whoever comes second waits for the first and sees what it did (P3) -----------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("no", ["withdraw", "object", "suppress"])
def test_no_waits_for_the_message_that_is_being_released(no: str) -> None:
    person_id = reachable()
    actions.give_confirmed(**confirmed(person_id))
    order: list[str] = []
    decided = threading.Event()

    def release() -> None:
        with transaction.atomic():
            assert _may_leave(person_id)
            decided.set()
            time.sleep(0.3)
            order.append("released")

    def say() -> None:
        decided.wait()
        _say(no, person_id)
        order.append("said")

    at_once([release, say])

    assert order == ["released", "said"]
    assert not _may_leave(person_id, lock=False)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("no", ["withdraw", "object", "suppress"])
def test_message_waits_for_the_no_and_does_not_leave(no: str) -> None:
    person_id = reachable()
    actions.give_confirmed(**confirmed(person_id))
    said = threading.Event()
    answers: list[bool] = []

    def say() -> None:
        with transaction.atomic():
            _say(no, person_id)
            said.set()
            time.sleep(0.3)

    def release() -> None:
        said.wait()
        with transaction.atomic():
            answers.append(_may_leave(person_id))

    at_once([say, release])

    assert answers == [False]


def _may_leave(person_id: UUID, *, lock: bool = True) -> bool:
    told_of: dict[str, Any] = {"channel": Channel.EMAIL, "address": ADDRESS, "is_marketing": True, "at": make.AT}
    return queries.decide(person_id=person_id, **told_of, lock=lock).allow


def _say(no: str, person_id: UUID) -> None:
    closing: dict[str, Any] = {"by": make.duty("marketing"), "at": make.AT, "channel": "email", "address": ADDRESS}
    if no == "withdraw":
        actions.withdraw(**told(person_id, by=HERSELF))
    elif no == "object":
        actions.object_to(**_objection(person_id, at=make.AT))
    else:
        actions.suppress(**closing)
