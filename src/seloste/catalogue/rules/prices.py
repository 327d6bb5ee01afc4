"""What a price is on a day, and what it was before it was reduced.

Directive 98/6/EC, art. 6a; in Finland since 1 January 2023 (KSL 2 luku, HE 14/2022): the lowest price of the 30 days
before the reduction is told. Where a reduction grows in steps, those of the 30 days before the first step may be told,
for 60 days.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

#: How far back the lowest price is looked for.
LOOKS_BACK = timedelta(days=30)
#: How long reductions that grow in steps count as one.
STEPS_LAST = timedelta(days=60)


@dataclass(frozen=True, kw_only=True, slots=True)
class Marked:
    """A price from a moment on. ``is_reduction`` tells that it is announced as lower than before."""

    id: UUID
    amount: Decimal
    vat_included: bool
    since: datetime
    is_reduction: bool


def in_force(history: Sequence[Marked], at: datetime) -> Marked | None:
    """Return the price at the moment; ``history`` is oldest first, and of two for one moment the later one counts."""
    held = [price for price in history if price.since <= at]
    return held[-1] if held else None


def next_change(history: Sequence[Marked], at: datetime) -> datetime | None:
    """Return when the next price comes, if one is known."""
    return min((price.since for price in history if price.since > at), default=None)


def lowest_before(
    history: Sequence[Marked], at: datetime, *, on_sale_since: datetime | None, gross: Callable[[Marked], Decimal]
) -> Decimal | None:
    """Return the lowest price of the 30 days before the present reduction began; None where nothing is reduced.

    Prices from before the product was on sale do not count; where the lowest is no higher than the present price,
    there is no reduction to speak of.
    """
    current = in_force(history, at)
    if current is None or not current.is_reduction or on_sale_since is None:
        return None
    begun = _reduced_since(history, at, gross)
    before = [gross(price) for price in _between(history, max(begun - LOOKS_BACK, on_sale_since), begun)]
    lowest = min(before, default=None)
    return lowest if lowest is not None and lowest > gross(current) else None


def _reduced_since(history: Sequence[Marked], at: datetime, gross: Callable[[Marked], Decimal]) -> datetime:
    """Return when the reduction began that holds at the moment: its first step, as long as that may be counted."""
    counting = _counting(history, at)
    begun, following = counting[-1].since, counting[-1]
    for price in reversed(counting[:-1]):
        is_step = price.is_reduction and gross(price) > gross(following)
        if not is_step or at - price.since > STEPS_LAST:
            break
        begun, following = price.since, price
    return begun


def _counting(history: Sequence[Marked], at: datetime) -> list[Marked]:
    """Return the prices up to the moment, without those that another one of the same moment replaced."""
    by_moment = {price.since: price for price in history if price.since <= at}
    return [by_moment[since] for since in sorted(by_moment)]


def _between(history: Sequence[Marked], start: datetime, end: datetime) -> list[Marked]:
    """Return the prices that were in force at some moment from the start up to, and not at, the end."""
    prices = [price for price in _counting(history, end) if price.since < end]
    later = [*[price.since for price in prices[1:]], end][: len(prices)]
    return [price for price, until in zip(prices, later, strict=True) if until > start]
