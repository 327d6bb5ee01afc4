"""The right of withdrawal from a distance contract: until when, and what has ended it (KSL 6:14–16; 2011/83/EU 9–16).

Fourteen days from the conclusion of the contract for services and digital content, from the delivery for goods. The
first day is not counted, and a last day that is no working day moves to the next one (Reg. 1182/71 art. 3). Whether
somebody has the right is said here for information: nobody is refused by a machine (S4.10).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from seloste.kernel import holidays

#: The period of law, in days (KSL 6:14 §; directive art. 9(1)).
DAYS = timedelta(days=14)
GOODS = "goods"


class Right(StrEnum):
    """How the right stands for one line of an order."""

    OPEN = "open"
    WAIVED = "waived"  # digital content that was delivered at once, as the consumer asked, knowing this (art. 16(m))
    OVER = "over"
    BUSINESS = "business"  # the law protects consumers; a business has what was agreed


@dataclass(frozen=True, kw_only=True, slots=True)
class Bought:
    """What matters of a line: what kind of thing it is, when it was delivered, and what the consumer gave up."""

    vat_kind: str
    delivered_on: date | None = None
    waives: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How the right stands, and its last day; none while goods are still to be delivered."""

    right: Right
    last_day: date | None


def last_day(start: date) -> date:
    """Return the last day of fourteen that are counted from the day after ``start``."""
    return holidays.on_or_after(start + DAYS)


def ends_on(bought: Bought, *, placed_on: date) -> date | None:
    """Return the last day for the line; None while it runs from a delivery that is still to come."""
    if bought.vat_kind != GOODS:
        return last_day(placed_on)
    return last_day(bought.delivered_on) if bought.delivered_on else None


def standing(bought: Bought, *, placed_on: date, is_business: bool, today: date) -> Standing:
    """Return how the right stands for the line today."""
    last = ends_on(bought, placed_on=placed_on)
    if is_business:
        return Standing(right=Right.BUSINESS, last_day=None)
    if bought.waives and bought.delivered_on is not None:
        return Standing(right=Right.WAIVED, last_day=None)
    if last is not None and today > last:
        return Standing(right=Right.OVER, last_day=last)
    return Standing(right=Right.OPEN, last_day=last)


def of_order(lines: Sequence[Bought], *, placed_on: date, is_business: bool, today: date) -> Standing:
    """Return how the right stands for the whole: open while it is open for any line, until the latest day of them."""
    each = [standing(line, placed_on=placed_on, is_business=is_business, today=today) for line in lines]
    for right in (Right.OPEN, Right.OVER, Right.WAIVED, Right.BUSINESS):
        found = [one for one in each if one.right is right]
        if found:
            days = [one.last_day for one in found]
            return Standing(right=right, last_day=None if None in days else max(day for day in days if day))
    return Standing(right=Right.OVER, last_day=None)
