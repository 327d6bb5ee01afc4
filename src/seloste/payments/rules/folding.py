"""What is known of a payment, reckoned from everything that was heard of it: in any order, as often as it was told.

A claim (a webhook, the payer's return) moves nothing. What the provider answers when asked, a transfer on the bank
account and what an employee entered are believed, and only where amount, currency, account and reference are those of
the payment. Each part of the result is a maximum, a union or a sum over distinct things, so that it depends on the set
of events alone (P5, P49, P50).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from seloste.payments.choices import Origin, State, Trouble

#: How far a refund has come; what is further counts.
REFUND_RANK = {"pending": 1, "done": 2, "failed": 3}
#: How far a dispute has come: open, then won or lost.
DISPUTE_RANK = {"open": 1, "won": 2, "lost": 3}
#: Origins whose facts are believed.
BELIEVED = frozenset({Origin.ANSWER, Origin.TRANSFER, Origin.HAND})


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What was to be paid: the amount in cents, to which account, under which reference."""

    amount: int
    currency: str
    account: str
    reference: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """One event: ``facts`` as in `facts_of` below."""

    id: str
    origin: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Misfit:
    """An event that says what was not asked for."""

    event: str
    kind: Trouble


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What all events together say; amounts in cents. ``claimed`` are events that say paid, unconfirmed."""

    state: State
    paid: int = 0
    refunded: int = 0
    is_disputed: bool = False
    misfits: frozenset[Misfit] = field(default_factory=frozenset)
    claimed: frozenset[str] = field(default_factory=frozenset)


def fold(asked: Asked, events: Iterable[Heard]) -> Standing:
    """Return what is known of the payment from the set of its events.

    The facts of an event, all optional: ``captured`` (cents), ``currency``, ``account``, ``reference``, ``ended``
    ("failed" or "expired"), ``refunds`` (id → cents and state), ``transfers`` (id → cents), ``undone`` (ids of
    transfers that were not meant for it after all), ``disputes`` (id → state).
    """
    once = {event.id: event for event in events}.values()
    misfits = frozenset(Misfit(event=one.id, kind=kind) for one in once for kind in _misfits(asked, one.facts))
    wrong = {misfit.event for misfit in misfits}
    fitting = [one for one in once if one.id not in wrong]
    believed = [one.facts for one in fitting if one.origin in BELIEVED]
    paid = max((int(facts.get("captured") or 0) for facts in believed), default=0) + _transferred(believed)
    disputes = _furthest(believed, "disputes", DISPUTE_RANK)
    is_disputed = any(state != "won" for state in disputes.values())
    refunded = min(_refunded(believed), paid)
    return Standing(
        state=_state(asked, paid, refunded, is_disputed=is_disputed, ended={str(f.get("ended", "")) for f in believed}),
        paid=paid,
        refunded=refunded,
        is_disputed=is_disputed,
        misfits=misfits,
        claimed=frozenset() if paid else frozenset(one.id for one in fitting if _claims(one)),
    )


def _claims(one: Heard) -> bool:
    return one.origin not in BELIEVED and bool(one.facts.get("captured"))


def _misfits(asked: Asked, facts: Mapping[str, Any]) -> Iterable[Trouble]:
    if "account" in facts and facts["account"] != asked.account:
        yield Trouble.ACCOUNT
    if "reference" in facts and facts["reference"] != asked.reference:
        yield Trouble.REFERENCE
    if "currency" in facts and facts["currency"] != asked.currency:
        yield Trouble.CURRENCY
    if facts.get("captured") and facts["captured"] != asked.amount:
        yield Trouble.AMOUNT


def _transferred(believed: Sequence[Mapping[str, Any]]) -> int:
    found: dict[str, int] = {}
    for facts in believed:
        for key, cents in facts.get("transfers", {}).items():
            found[key] = max(found.get(key, 0), int(cents))
    undone = {key for facts in believed for key in facts.get("undone", ())}
    return sum(cents for key, cents in found.items() if key not in undone)


def _refunded(believed: list[Mapping[str, Any]]) -> int:
    amounts: dict[str, int] = {}
    states: list[Mapping[str, Any]] = []
    for facts in believed:
        for key, (cents, state) in facts.get("refunds", {}).items():
            amounts[key] = max(amounts.get(key, 0), int(cents))
            states.append({"refunds": {key: state}})
    furthest = _furthest(states, "refunds", REFUND_RANK)
    return sum(amounts[key] for key, state in furthest.items() if state == "done")


def _furthest(believed: Iterable[Mapping[str, Any]], what: str, rank: Mapping[str, int]) -> dict[str, str]:
    found: dict[str, str] = {}
    for facts in believed:
        for key, state in facts.get(what, {}).items():
            if rank[state] > rank.get(found.get(key, ""), 0):
                found[key] = state
    return found


def _state(asked: Asked, paid: int, refunded: int, *, is_disputed: bool, ended: set[str]) -> State:
    if paid < asked.amount:
        return _unpaid(paid, ended)
    if is_disputed:
        return State.DISPUTED
    if refunded >= paid:
        return State.REFUNDED
    return State.PARTLY_REFUNDED if refunded else State.PAID


def _unpaid(paid: int, ended: set[str]) -> State:
    if paid or not ended - {""}:
        return State.OPEN
    return State.FAILED if "failed" in ended else State.EXPIRED
