"""Coupon codes as people write them, and what a coupon takes off."""

import unicodedata
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from seloste.kernel.money import NOTHING, cents, shared
from seloste.shop.choices import Amiss

if TYPE_CHECKING:
    from seloste.shop.models import Coupon

#: The longest code; nobody types more.
LONGEST = 40
_HUNDRED = Decimal(100)


def folded(typed: str) -> str:
    """Return the code by which a coupon is found: capitals, spaces, dashes and shapes of letters do not matter.

    NFKC makes one letter of its shapes (full width, ligatures), case folding one of capitals and small ones; NFKC once
    more, since folding can take a letter apart. What cannot be seen is left out.
    """
    text = unicodedata.normalize("NFKC", typed[: LONGEST * 4])
    text = unicodedata.normalize("NFKC", text.casefold())
    return "".join(character for character in text if character.isalnum())[:LONGEST]


@dataclass(frozen=True, kw_only=True, slots=True)
class Taking:
    """What a coupon takes off: per cent, or an amount. ``products`` empty means all."""

    percent: Decimal | None = None
    amount: Decimal | None = None
    min_total: Decimal = NOTHING
    products: AbstractSet[UUID] = field(default_factory=frozenset)


def discounts(taking: Taking, lines: Sequence[tuple[UUID, Decimal]]) -> list[Decimal]:
    """Return what is taken off each line, given as (product, marked sum). Never more than the line itself.

    Nothing is taken off where the sum of the lines it is for is below its least.
    """
    eligible = [not taking.products or product in taking.products for product, _ in lines]
    base = [amount if counts else NOTHING for (_, amount), counts in zip(lines, eligible, strict=True)]
    whole = sum(base, NOTHING)
    if not whole or whole < taking.min_total:
        return [NOTHING] * len(lines)
    if taking.percent is not None:
        return [min(amount, cents(amount * taking.percent / _HUNDRED)) for amount in base]
    return shared(min(taking.amount or NOTHING, whole), base)


def taking_of(coupon: "Coupon") -> Taking:
    """Return what the coupon takes off."""
    return Taking(
        percent=coupon.percent,
        amount=coupon.amount,
        min_total=coupon.min_total,
        products=frozenset(coupon.products),
    )


def refusal_of(coupon: "Coupon", *, at: datetime) -> Amiss | None:
    """Return why the coupon is not valid at the moment, or None where it is."""
    if coupon.stopped_at is not None or (coupon.valid_until is not None and coupon.valid_until <= at):
        return Amiss.COUPON_OVER
    if coupon.valid_from > at:
        return Amiss.COUPON_EARLY
    return Amiss.COUPON_USED if coupon.limit is not None and coupon.used >= coupon.limit else None
