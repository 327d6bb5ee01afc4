"""Who asks: as much proof as the answer needs and no more (GDPR 11, 12(6); law.md §3.5). Plain rule, no table.

The rungs: nothing; a code to an address that was on file well before the request; an order or licence number together
with delivery to an address on file; a check by an employee, recorded; strong electronic identification. Copies of
identity documents, personal identity codes and compared signatures are no rung: nothing here can take them.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Protocol
from uuid import UUID

from seloste.kernel.periods import Period, add
from seloste.rights.choices import Method, Right, Unfit
from seloste.rights.rules.clock import day_of
from seloste.rights.rules.course import needs_no_proof


class Rung(IntEnum):
    """How sure it is who asks."""

    NOTHING = 0
    CODE = 2
    ORDER = 3
    STRONG = 4


#: How far up each way of proving leads. What an employee has checked counts like an order number, not like a bank.
LEADS_TO = {Method.CODE: Rung.CODE, Method.ORDER: Rung.ORDER, Method.MANUAL: Rung.ORDER, Method.STRONG: Rung.STRONG}


def needed(rights: Iterable[str], *, raised: bool = False) -> Rung:
    """Return the rung that the riskiest of the rights needs; ``raised`` where a recorded doubt asks for the highest."""
    if all(needs_no_proof(Right(right)) for right in rights):
        return Rung.NOTHING
    return Rung.STRONG if raised else Rung.CODE


def suffices(method: Method, rung: Rung) -> bool:
    """Tell whether a check by the method is proof enough."""
    return LEADS_TO[method] >= rung


@dataclass(frozen=True, kw_only=True, slots=True)
class OnFile:
    """A way to reach the person, as the register holds it. ``since_at`` is when the row was made, whatever it says."""

    id: UUID
    kind: str
    value: str
    since_at: datetime
    is_shared: bool = False
    bounces: bool = False


def made_at(row_id: UUID) -> datetime:
    """Return when a row was made: its version 7 id says so, and nobody can type another moment into it."""
    return datetime.fromtimestamp((row_id.int >> 80) / 1000, tz=UTC)


def unfit(point: OnFile, *, received_at: datetime, cooling: Period) -> Unfit | None:
    """Return why an address neither proves anything nor receives anything; None where it does both (P31, T6, T7)."""
    if add(day_of(point.since_at), cooling) > day_of(received_at):
        return Unfit.TOO_NEW
    if point.is_shared:
        return Unfit.SHARED
    return Unfit.BOUNCES if point.bounces else None


def fit(points: Sequence[OnFile], *, received_at: datetime, cooling: Period) -> list[OnFile]:
    """Return the addresses that prove and receive."""
    return [point for point in points if unfit(point, received_at=received_at, cooling=cooling) is None]


def offered(points: Sequence[OnFile], rung: Rung, *, has_strong: bool) -> list[Method]:
    """Return the ways that lead high enough with what is on file (only addresses that are fit are given here)."""
    ways: Collection[Method] = {
        *({Method.CODE} if any(point.kind == "email" for point in points) else ()),
        *({Method.ORDER} if points else ()),
        Method.MANUAL,
        *({Method.STRONG} if has_strong else ()),
    }
    return [method for method in Method if method in ways and suffices(method, rung)]


class StrongIdentification(Protocol):
    """A service of strong electronic identification (bank codes, mobile certificate), where one is in use.

    The room that has it shows the person the way there and back. It says "this is the person" or "this is not", and
    keeps to itself by which identity code it knows: no national number comes through here.
    """

    name: str

    def result(self, *, check_id: UUID, person_id: UUID) -> bool | None:
        """Tell whether whoever came back is the person; None while it is not known."""
