"""The state of a payment is a function of the set of its events (P5): no order, no repetition, no lie changes it."""

from itertools import permutations
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seloste.payments.choices import Origin, State, Trouble
from seloste.payments.rules.folding import Asked, Heard, fold

ASKED = Asked(amount=4990, currency="EUR", account="375917", reference="abc")
OURS = {"currency": "EUR", "account": "375917", "reference": "abc"}


def heard(key: str, origin: str = Origin.ANSWER, **facts: Any) -> Heard:  # noqa: ANN401 -- facts as JSON
    return Heard(id=key, origin=origin, facts={**OURS, **facts})


PAID = heard("paid", captured=4990)
FAILED = heard("failed", ended="failed")
CLAIM = heard("claim", Origin.WEBHOOK, captured=4990)
PART_BACK = heard("part", refunds={"r1": [1000, "done"]})
PENDING = heard("pending", refunds={"r2": [3990, "pending"]})
REST_BACK = heard("rest", refunds={"r2": [3990, "done"]})
DISPUTE, WON = heard("dispute", disputes={"d": "open"}), heard("won", disputes={"d": "won"})

EVENTS = st.lists(
    st.builds(
        heard,
        st.uuids().map(str),
        st.sampled_from([origin.value for origin in Origin]),
        captured=st.sampled_from([0, 1, 4990, 4991]),
        currency=st.sampled_from(["EUR", "EUR", "EUR", "USD"]),
        reference=st.sampled_from(["abc", "abc", "abc", "other"]),
        ended=st.sampled_from(["", "failed", "expired"]),
        refunds=st.dictionaries(
            st.sampled_from(["r1", "r2"]),
            st.tuples(st.sampled_from([500, 4990]), st.sampled_from(["pending", "done", "failed"])).map(list),
        ),
        transfers=st.dictionaries(st.sampled_from(["t1", "t2"]), st.sampled_from([100, 4990])),
        disputes=st.dictionaries(st.sampled_from(["d1", "d2"]), st.sampled_from(["open", "won", "lost"])),
    ),
    max_size=8,
)


@given(EVENTS, st.randoms())
@settings(max_examples=300, deadline=None)
def test_any_order_and_any_repetition_give_the_same(events: list[Heard], random: Random) -> None:
    mixed = [*events, *events[: len(events) // 2]]
    random.shuffle(mixed)
    assert fold(ASKED, mixed) == fold(ASKED, events)


@given(EVENTS)
@settings(max_examples=300, deadline=None)
def test_no_state_breaks_what_the_table_demands(events: list[Heard]) -> None:
    found = fold(ASKED, events)
    assert 0 <= found.refunded <= found.paid
    assert (found.state in {State.PAID, State.PARTLY_REFUNDED, State.REFUNDED, State.DISPUTED}) == (
        found.paid >= ASKED.amount
    )


@given(EVENTS)
@settings(max_examples=200, deadline=None)
def test_claims_move_nothing(events: list[Heard]) -> None:
    believed = [one for one in events if one.origin not in {Origin.WEBHOOK, Origin.RETURN}]
    assert fold(ASKED, events).state == fold(ASKED, believed).state
    assert fold(ASKED, events).paid == fold(ASKED, believed).paid


def test_every_order_of_six_genuine_events_ends_alike() -> None:
    genuine = [PAID, FAILED, CLAIM, PART_BACK, PENDING, REST_BACK]
    states = {(fold(ASKED, order).state, fold(ASKED, order).refunded) for order in permutations(genuine)}
    assert states == {(State.REFUNDED, 4990)}


def test_a_missing_event_is_made_up_for_by_the_next_answer() -> None:
    whole = heard("whole", captured=4990, refunds={"r1": [1000, "done"]})
    assert fold(ASKED, [whole]) == fold(ASKED, [CLAIM, whole]) == fold(ASKED, [PAID, PART_BACK, whole])


@pytest.mark.parametrize(
    ("lie", "trouble"),
    [
        ({"captured": 1}, Trouble.AMOUNT),
        ({"captured": 4989}, Trouble.AMOUNT),
        ({"captured": 499000}, Trouble.AMOUNT),
        ({"captured": 4990, "currency": "USD"}, Trouble.CURRENCY),
        ({"captured": 4990, "currency": "eur"}, Trouble.CURRENCY),
        ({"captured": 4990, "account": "375918"}, Trouble.ACCOUNT),
        ({"captured": 4990, "reference": "abd"}, Trouble.REFERENCE),
        ({"captured": 4990, "reference": ""}, Trouble.REFERENCE),
    ],
)
@pytest.mark.parametrize("origin", [Origin.ANSWER, Origin.WEBHOOK])
def test_money_that_was_not_asked_for_is_never_paid_but_told(
    lie: dict[str, Any], trouble: Trouble, origin: str
) -> None:
    found = fold(ASKED, [heard("lie", origin, **lie)])
    assert (found.state, found.paid) == (State.OPEN, 0)
    assert {misfit.kind for misfit in found.misfits} == {trouble}
    assert fold(ASKED, [heard("lie", origin, **lie), PAID]).state == State.PAID


@pytest.mark.parametrize(
    ("events", "state", "refunded"),
    [
        ([], State.OPEN, 0),
        ([CLAIM], State.OPEN, 0),
        ([PAID], State.PAID, 0),
        ([FAILED], State.FAILED, 0),
        ([heard("over", ended="expired")], State.EXPIRED, 0),
        ([FAILED, heard("over", ended="expired")], State.FAILED, 0),
        ([FAILED, PAID], State.PAID, 0),
        ([PART_BACK], State.OPEN, 0),  # a refund before the capture
        ([PART_BACK, PAID], State.PARTLY_REFUNDED, 1000),
        ([PAID, PENDING], State.PAID, 0),
        ([PAID, PART_BACK, REST_BACK], State.REFUNDED, 4990),
        ([PAID, REST_BACK, heard("no", refunds={"r2": [3990, "failed"]})], State.PAID, 0),
        ([PAID, DISPUTE], State.DISPUTED, 0),
        ([PAID, DISPUTE, WON], State.PAID, 0),
        ([heard("t1", Origin.TRANSFER, transfers={"a": 2000})], State.OPEN, 0),
        (
            [heard("t1", Origin.TRANSFER, transfers={"a": 2000}), heard("t2", Origin.TRANSFER, transfers={"b": 2990})],
            State.PAID,
            0,
        ),
    ],
)
def test_states(events: list[Heard], state: State, refunded: int) -> None:
    found = fold(ASKED, events)
    assert (found.state, found.refunded) == (state, refunded)
