"""How much of each line can still be credited, and how an amount is shared over them: never more than there was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from seloste.invoices.choices import Unit
from seloste.kernel.money import NOTHING, cents, shared

_HUNDRED = Decimal(100)


@dataclass(frozen=True, kw_only=True, slots=True)
class Credit:
    """A line of an invoice, so far as it is left or credited: after discounts, without what was credited before."""

    position: int
    sku: str
    text: str
    quantity: Decimal
    unit: str
    category: str
    rate: Decimal
    net: Decimal
    tax: Decimal

    @property
    def gross(self) -> Decimal:
        """Return the amount with tax."""
        return self.net + self.tax


def of_whole(left: Sequence[Credit]) -> list[Credit]:
    """Return everything that is left; ValueError where nothing is."""
    found = [one for one in left if one.gross > 0]
    if not found:
        raise ValueError("nothing is left to credit")
    return found


def of_lines(left: Sequence[Credit], amounts: Mapping[int, Decimal]) -> list[Credit]:
    """Return the lines, each by its amount with tax; ValueError for more than is left or a line that is not there."""
    by_place = {one.position: one for one in left}
    if not amounts or not set(amounts) <= set(by_place):
        raise ValueError("such a line is not on the invoice")
    return [_part(by_place[place], amounts[place]) for place in sorted(amounts)]


def of_amount(left: Sequence[Credit], amount: Decimal) -> list[Credit]:
    """Return the amount, with tax, shared over what is left; ValueError where that is more."""
    there = of_whole(left)
    if not NOTHING < amount <= sum((one.gross for one in there), NOTHING):
        raise ValueError("more than is left")
    parts = shared(amount, [one.gross for one in there])
    return [_part(one, part) for one, part in zip(there, parts, strict=True) if part]


def _part(one: Credit, gross: Decimal) -> Credit:
    if not NOTHING < gross <= one.gross or gross != cents(gross):
        raise ValueError("more than is left of a line")
    if gross == one.gross:
        return one
    tax = min(cents(gross * one.rate / (_HUNDRED + one.rate)), one.tax)
    net = min(gross - tax, one.net)
    return replace(one, net=net, tax=gross - net, quantity=Decimal(1), unit=Unit.PIECE)
