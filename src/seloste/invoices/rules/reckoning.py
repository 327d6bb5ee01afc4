"""Sums of an invoice as EN 16931 wants them: lines without tax, the tax once for each category and rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from seloste.catalogue.rules.vat import Vat
from seloste.invoices.rules.bill import Bill, Discount, Item
from seloste.kernel.money import NOTHING, cents, shared

#: What a sum of lines may differ from the total that was told: rounding, nothing else.
MOST_ROUNDING = Decimal("0.05")
_HUNDRED = Decimal(100)
_UNIT_PLACES = Decimal("0.000001")

Rate = tuple[str, Decimal]


@dataclass(frozen=True, kw_only=True, slots=True)
class Taxed:
    """The tax of one category and rate."""

    vat: Vat
    taxable: Decimal
    tax: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Sums:
    """A bill reckoned: ``items`` and ``discounts`` are net amounts in the order of the bill's.

    ``item_taxes`` is each item's share of the tax of its rate, so that parts can be credited to the cent.
    """

    items: Sequence[Decimal]
    item_taxes: Sequence[Decimal]
    item_discounts: Sequence[Decimal]
    discounts: Sequence[Decimal]
    taxes: Sequence[Taxed]
    items_net: Decimal
    allowances_net: Decimal
    net: Decimal
    vat: Decimal
    total: Decimal
    rounding: Decimal
    payable: Decimal


def rate_of(vat: Vat) -> Rate:
    """Return what makes two lines be taxed together."""
    return str(vat.category), vat.rate


def unit_net(net: Decimal, quantity: Decimal) -> Decimal:
    """Return the price of one without tax (AVL 209 e § 8), as exactly as six places allow."""
    return (net / quantity).quantize(_UNIT_PLACES)


def reckon(bill: Bill) -> Sums:
    """Return the sums. ValueError where they cannot be: no lines, parts of a cent, more discount than price."""
    _check(bill)
    items: list[Decimal] = [NOTHING] * len(bill.items)
    item_taxes = list(items)
    discounts: list[Decimal] = [NOTHING] * len(bill.discounts)
    taxes = []
    for rate, vat in _rates(bill).items():
        mine = [i for i, item in enumerate(bill.items) if rate_of(item.vat) == rate]
        less = [i for i, discount in enumerate(bill.discounts) if rate_of(discount.vat) == rate]
        taxed, nets, taken = _group(
            vat, [bill.items[i] for i in mine], [bill.discounts[i] for i in less], bill.with_vat
        )
        taxes.append(taxed)
        taxes_of = _item_taxes([bill.items[i] for i in mine], taxed, nets)
        for i, net, tax in zip(mine, nets, taxes_of, strict=True):
            items[i], item_taxes[i] = net, tax
        for i, net in zip(less, taken, strict=True):
            discounts[i] = net
    return _sums(bill, items, item_taxes, discounts, taxes)


def _check(bill: Bill) -> None:
    amounts = [*(item.amount for item in bill.items), *(one.amount for one in bill.discounts), bill.prepaid]
    if not bill.items:
        raise ValueError("a bill needs a line")
    if any(amount < 0 or amount != cents(amount) for amount in amounts):
        raise ValueError("amounts are whole cents and not negative")
    reckoned = [item.net is not None and item.tax is not None for item in bill.items]
    if any(reckoned) and (not all(reckoned) or bill.discounts):
        raise ValueError("either every line was reckoned before, or none")
    if any(item.quantity <= 0 for item in bill.items):
        raise ValueError("a quantity is more than nothing")
    if not {rate_of(one.vat) for one in bill.discounts} <= {rate_of(item.vat) for item in bill.items}:
        raise ValueError("a discount has the rate of one of the items")


def _rates(bill: Bill) -> dict[Rate, Vat]:
    found: dict[Rate, Vat] = {}
    for item in bill.items:
        known = found.setdefault(rate_of(item.vat), item.vat)
        if (known.scheme, known.country) != (item.vat.scheme, item.vat.country):
            raise ValueError("one rate of two countries cannot stand on one invoice")
    return dict(sorted(found.items(), key=lambda one: (-one[0][1], one[0][0])))


def _group(
    vat: Vat,
    items: Sequence[Item],
    discounts: Sequence[Discount],
    with_vat: bool,  # noqa: FBT001 -- the bill's own
) -> tuple[Taxed, list[Decimal], list[Decimal]]:
    if items[0].net is not None:
        return _reckoned(vat, items)
    given, less = [item.amount for item in items], [one.amount for one in discounts]
    amount = sum(given, NOTHING) - sum(less, NOTHING)
    if amount < 0:
        raise ValueError("a discount takes more than there is")
    if not with_vat or not vat.rate:
        return Taxed(vat=vat, taxable=amount, tax=cents(amount * vat.rate / _HUNDRED)), given, less
    tax = cents(amount * vat.rate / (_HUNDRED + vat.rate))
    taken = [cents(one * _HUNDRED / (_HUNDRED + vat.rate)) for one in less]
    nets = shared(amount - tax + sum(taken, NOTHING), given)
    return Taxed(vat=vat, taxable=amount - tax, tax=tax), nets, taken


def _reckoned(vat: Vat, items: Sequence[Item]) -> tuple[Taxed, list[Decimal], list[Decimal]]:
    """Take the lines as they were reckoned, and see that their tax is the tax of their sum but for rounding."""
    nets = [item.net or NOTHING for item in items]
    taxable, tax = sum(nets, NOTHING), sum((item.tax or NOTHING for item in items), NOTHING)
    wrong = any((item.net or NOTHING) + (item.tax or NOTHING) != item.amount for item in items)
    if wrong or min(nets) < 0 or abs(tax - cents(taxable * vat.rate / _HUNDRED)) > (MOST_ROUNDING if vat.rate else 0):
        raise ValueError("the tax of the lines is not that of their sum")
    return Taxed(vat=vat, taxable=taxable, tax=tax), nets, []


def _item_taxes(items: Sequence[Item], taxed: Taxed, nets: Sequence[Decimal]) -> Sequence[Decimal]:
    return [item.tax for item in items if item.tax is not None] or shared(taxed.tax, nets)


def _discount(item: Item, with_vat: bool) -> Decimal:  # noqa: FBT001 -- the bill's own
    return cents(item.discount * _HUNDRED / (_HUNDRED + item.vat.rate)) if with_vat else item.discount


def _sums(
    bill: Bill,
    items: Sequence[Decimal],
    item_taxes: Sequence[Decimal],
    discounts: Sequence[Decimal],
    taxes: Sequence[Taxed],
) -> Sums:
    items_net, less = sum(items, NOTHING), sum(discounts, NOTHING)
    vat = sum((taxed.tax for taxed in taxes), NOTHING)
    total = items_net - less + vat
    rounding = NOTHING if bill.total is None else bill.total - total
    if abs(rounding) > MOST_ROUNDING or rounding != cents(rounding):
        raise ValueError(f"the lines come to {total}, not to {bill.total}")
    if bill.prepaid > total + rounding:
        raise ValueError("more was paid than the bill is")
    return Sums(
        items=items,
        item_taxes=item_taxes,
        item_discounts=[_discount(item, bill.with_vat) for item in bill.items],
        discounts=discounts,
        taxes=taxes,
        items_net=items_net,
        allowances_net=less,
        net=items_net - less,
        vat=vat,
        total=total,
        rounding=rounding,
        payable=total + rounding - bill.prepaid,
    )
