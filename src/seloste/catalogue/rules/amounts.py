"""From marked prices to the sums of a bill, rounded as EN 16931 wants it: two decimals in each line and each category.

A price is marked with value added tax (as consumers see it) or without (as businesses do). What is marked is exact:
three times 49.00 with tax is 147.00, and a hundred times 99.99 without tax is 9 999.00. The other sum is reckoned from
it once for each category of tax, and its cents are shared out among the lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from seloste.catalogue.rules.vat import Vat
from seloste.kernel.money import NOTHING, cents, shared

_HUNDRED = Decimal(100)
#: A net price for one may have more decimals than a sum (BT-146), so that the line is its multiple.
_FINE = Decimal("0.000001")


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """The price of one, for a buyer who is taxed as ``vat`` says. ``marked_gross`` tells which of the two is exact."""

    net: Decimal
    gross: Decimal
    marked_gross: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A line to be reckoned. ``discount`` is taken off the whole line, in the terms in which the unit is marked."""

    unit: Unit
    quantity: int
    vat: Vat
    discount: Decimal = NOTHING


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """The sums of a line: ``unit_net`` times the quantity is ``net`` but for the rounding of its last decimal."""

    unit_net: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Category:
    """A row of the breakdown (BG-23)."""

    vat: Vat
    net: Decimal
    tax: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Sums:
    """A whole bill; the lines are in the order in which they were given."""

    lines: tuple[Line, ...]
    categories: tuple[Category, ...]
    net: Decimal
    tax: Decimal
    gross: Decimal


def unit_of(amount: Decimal, *, vat_included: bool, home_rate: Decimal, vat: Vat) -> Unit:
    """Return the price of one as this buyer sees it.

    What is marked with Finnish tax (``home_rate`` per cent) is the same without it for everybody: who is taxed
    elsewhere pays that tax on it, and who is not taxed pays the price without.
    """
    if not vat_included:
        return Unit(net=amount, gross=cents(_with(amount, vat.rate)), marked_gross=False)
    bare = amount / (1 + home_rate / _HUNDRED)
    if vat.rate == home_rate:
        return Unit(net=cents(bare), gross=amount, marked_gross=True)
    if not vat.rate:
        return Unit(net=cents(bare), gross=cents(bare), marked_gross=True)
    return Unit(net=cents(bare), gross=cents(_with(bare, vat.rate)), marked_gross=True)


def line_amounts(items: Sequence[Item]) -> Sums:
    """Return the sums of a bill. ValueError for a discount that is more than its line, or a quantity below one."""
    groups: dict[tuple[Vat, bool], list[int]] = {}
    for place, item in enumerate(items):
        _check(item)
        groups.setdefault((item.vat, item.unit.marked_gross), []).append(place)
    lines: dict[int, Line] = {}
    for (vat, marked_gross), places in groups.items():
        lines.update(zip(places, _lines([items[i] for i in places], vat, marked_gross=marked_gross), strict=True))
    return _sums([lines[i] for i in range(len(items))], [item.vat for item in items])


def _check(item: Item) -> None:
    if item.quantity < 1 or not NOTHING <= item.discount <= _marked(item, NOTHING):
        raise ValueError("a line has a quantity from 1 up and a discount of no more than itself")


def _marked(item: Item, discount: Decimal) -> Decimal:
    each = item.unit.gross if item.unit.marked_gross else item.unit.net
    return cents(each * item.quantity) - discount


def _lines(items: Sequence[Item], vat: Vat, *, marked_gross: bool) -> list[Line]:
    """Reckon the tax of the whole category once and share its cents out."""
    marked = [_marked(item, item.discount) for item in items]
    whole = sum(marked, NOTHING)
    tax = cents(whole * vat.rate / (_HUNDRED + vat.rate)) if marked_gross else cents(whole * vat.rate / _HUNDRED)
    taxes = shared(tax, marked)
    return [
        _line(item.quantity, net=amount - tax if marked_gross else amount, tax=tax)
        for item, amount, tax in zip(items, marked, taxes, strict=True)
    ]


def _line(quantity: int, *, net: Decimal, tax: Decimal) -> Line:
    each = (net / quantity).quantize(_FINE, ROUND_HALF_UP)
    return Line(unit_net=each, net=net, tax=tax, gross=net + tax)


def _sums(lines: Sequence[Line], vats: Sequence[Vat]) -> Sums:
    categories = tuple(
        Category(
            vat=vat,
            net=sum((line.net for line, of in zip(lines, vats, strict=True) if of == vat), NOTHING),
            tax=sum((line.tax for line, of in zip(lines, vats, strict=True) if of == vat), NOTHING),
        )
        for vat in dict.fromkeys(vats)
    )
    net = sum((line.net for line in lines), NOTHING)
    tax = sum((line.tax for line in lines), NOTHING)
    return Sums(lines=tuple(lines), categories=categories, net=net, tax=tax, gross=net + tax)


def _with(net: Decimal, rate: Decimal) -> Decimal:
    return net * (1 + rate / _HUNDRED)
