"""What survives an erasure and what goes. Plain Python; no table, no clock."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from seloste.erasure.choices import LAW_OF_PERIOD, STILL_RUNNING, Cause
from seloste.kernel.kept import About, Stay
from seloste.ledger.choices import EVERYTHING

#: How a purpose that must outlive its own period is looked at again: nothing waits longer than this to be asked.
ASKED_AGAIN_AFTER = timedelta(days=30)
#: The basis on which the law itself asks that data are kept.
BY_LAW = "legal_obligation"


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """One ground on which a person is held: ``until`` is its last day; it may have been ended before."""

    purpose: str
    basis: str
    until: date
    is_ended: bool

    def is_live(self, today: date) -> bool:
        """Tell whether the data may still be held on it: on its last day they may."""
        return not self.is_ended and self.until >= today


def surviving(
    cause: Cause,
    grounds: Iterable[Held],
    needed: Mapping[str, Stay],
    *,
    named: Collection[str] = (),
    today: date,
) -> dict[str, Stay]:
    """Return the purposes that outlive the erasure, with the reason (I49: of several the one that lasts longest).

    A request ends every purpose but what the law or a matter under way still needs (art. 17(1)(a)–(c), 17(3)). An
    objection or a withdrawn consent ends the named purposes (17(1)(b), (c)); the end of a period ends what is over.
    """
    left = dict(needed)
    if cause is Cause.REQUEST:
        return left
    for ground in grounds:
        if ground.is_live(today) and ground.purpose not in named:
            left[ground.purpose] = longest(left.get(ground.purpose), _period(ground))
    return left


def _period(ground: Held) -> Stay:
    return Stay(law=LAW_OF_PERIOD, why=STILL_RUNNING, until=ground.until, blocks=ground.basis == BY_LAW)


def longest(known: Stay | None, other: Stay) -> Stay:
    """Return whichever of two reasons lasts longer; one without a date lasts longest."""
    if known is None or (known.until or date.max) < (other.until or date.max):
        return other
    return known


def runs_on(about: About, today: date) -> Stay | None:
    """Return why a record stays that knows its own last day, while that is not over and nothing ended it before."""
    if about.until is None or about.until < today or not about.is_current:
        return None
    return Stay(law=LAW_OF_PERIOD, why=STILL_RUNNING, until=about.until, blocks=False)


def is_blocked(left: Mapping[str, Stay]) -> bool:
    """Tell whether all that is left is kept for the law or a claim: then only those may read it (two-phase life)."""
    return bool(left) and all(stay.blocks for stay in left.values())


# --- What the ledger says ---------------------------------------------------------------------------------------------


class Left(StrEnum):
    """What an erasure leaves, as the ledger says it: nothing, what is blocked, or everything because of a hold."""

    EVERYTHING_WENT = EVERYTHING
    BLOCKED = "blocked"
    HELD = "held"


def codes(
    cause: Cause,
    grounds: Collection[Held],
    left: Mapping[str, Stay],
    *,
    named: Collection[str] = (),
    is_held: bool,
) -> list[str]:
    """Return the entry's codes: the cause, the purposes that end, and what is left. A replay needs nothing else."""
    over = {ground.purpose for ground in grounds} | set(named)
    ended = sorted(purpose for purpose in over if purpose not in left)
    if is_held:
        return [cause.value, Left.HELD.value, *ended]
    mark = [Left.BLOCKED.value] if is_blocked(left) else [] if left else [Left.EVERYTHING_WENT.value]
    return [cause.value, *mark, *ended]


@dataclass(frozen=True, kw_only=True, slots=True)
class Entered:
    """What an entry of the ledger says was erased."""

    cause: Cause
    ended: frozenset[str]
    went_wholly: bool
    is_held: bool


def read_codes(said: Iterable[str]) -> Entered:
    """Return what the codes of an entry say; ValueError where they name no cause."""
    words = set(said)
    cause = next((one for one in Cause if one.value in words), None)
    if cause is None:
        message = "the entry names no cause of erasure"
        raise ValueError(message)
    return Entered(
        cause=cause,
        ended=frozenset(words - set(Cause.values) - set(Left)),
        went_wholly=Left.EVERYTHING_WENT in words,
        is_held=Left.HELD in words,
    )


# --- What a job leaves behind -----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Staying:
    """So many rows of a store that stay, by which law and why, and until when; no value of any of them."""

    store: str
    count: int
    law: str
    why: str
    until: date | None


def proof(job: str, erased: Mapping[str, int], stays: Iterable[Staying]) -> bytes:
    """Return the SHA-256 over what the verification found: what went by store, and what stays."""
    told = {
        "job": job,
        "erased": dict(sorted(erased.items())),
        "stays": sorted([one.store, one.count, one.law, str(one.until or "")] for one in stays),
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).digest()


def retry_after(tries: int) -> timedelta:
    """Return how long an erasure that failed so often waits: doubled from half a minute to an hour."""
    return min(timedelta(seconds=30 << min(tries, 7)), timedelta(hours=1))
