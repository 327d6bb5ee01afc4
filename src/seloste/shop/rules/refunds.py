"""How much may go back, of the whole and of each line. Plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from seloste.kernel.money import NOTHING, shared


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """What may still go back: of the money that came, and of each line, with tax. Lines are in the order's order."""

    whole: Decimal
    lines: Mapping[UUID, Decimal]


class TooMuchError(ValueError):
    """More would go back than came, or than the line cost."""


def left(*, paid: Decimal, refunded: Decimal, gross: Mapping[UUID, Decimal], back: Mapping[UUID, Decimal]) -> Left:
    """Return what may still go back; ``back`` is what went back of each line before."""
    lines = {line: max(amount - back.get(line, NOTHING), NOTHING) for line, amount in gross.items()}
    return Left(whole=max(paid - refunded, NOTHING), lines=lines)


def parts(left: Left, amounts: Mapping[UUID, Decimal] | None) -> dict[UUID, Decimal]:
    """Return what goes back of each line: what was said, or all that is left. TooMuchError, also for nothing at all.

    Where less came than the lines cost, all that is left of the money is shared among them.
    """
    if amounts is None:
        named = [line for line, amount in left.lines.items() if amount > 0]
        if not named or left.whole <= 0:
            raise TooMuchError
        whole = min(left.whole, sum(left.lines.values(), NOTHING))
        wanted = dict(zip(named, shared(whole, [left.lines[line] for line in named]), strict=True))
    else:
        wanted = {line: amount for line, amount in amounts.items() if amount != 0}
    _check(left, wanted)
    return wanted


def _check(left: Left, wanted: Mapping[UUID, Decimal]) -> None:
    over = any(amount < 0 or amount > left.lines.get(line, NOTHING) for line, amount in wanted.items())
    if not wanted or over or sum(wanted.values(), NOTHING) > left.whole:
        raise TooMuchError
