"""What a cart costs: offers, quantities, tax and coupon become lines and sums. Nothing of a browser comes in here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from seloste.catalogue.rules.amounts import Item, Sums, Unit, line_amounts
from seloste.catalogue.rules.vat import Vat
from seloste.kernel.money import NOTHING, cents
from seloste.shop.rules.codes import Taking, discounts

if TYPE_CHECKING:
    from seloste.catalogue.queries.offers import Offer


@dataclass(frozen=True, kw_only=True, slots=True)
class Buyer:
    """What of the buyer decides the tax."""

    country: str = "FI"
    is_business: bool = False
    vat_number: str = ""
    vat_number_valid: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of a quote, frozen: what it is, and what it costs this buyer."""

    product_id: UUID
    variant_id: UUID
    price_id: UUID | None
    sku: str
    kind: str
    interval: str
    titles: Mapping[str, str]
    quantity: int
    unit_net: Decimal
    unit_gross: Decimal
    discount: Decimal
    net: Decimal
    vat: Decimal
    gross: Decimal
    vat_rate: Decimal
    vat_category: str
    vat_scheme: str
    vat_country: str
    vat_note: str
    vat_kind: str
    rate_class: str
    has_file: bool

    def title(self, language: str) -> str:
        """Return the name in the language."""
        return self.titles.get(language) or self.titles.get("fi") or self.sku


@dataclass(frozen=True, kw_only=True, slots=True)
class Priced:
    """A whole cart and what it costs. ``discount`` is what the coupon took off the sum to pay."""

    lines: tuple[Line, ...]
    discount: Decimal
    net: Decimal
    vat: Decimal
    gross: Decimal

    def taxes(self) -> list[tuple[Decimal, Decimal, Decimal]]:
        """Return (rate, net, tax) for each rate, the highest first."""
        found: dict[Decimal, tuple[Decimal, Decimal]] = {}
        for line in self.lines:
            net, tax = found.get(line.vat_rate, (NOTHING, NOTHING))
            found[line.vat_rate] = (net + line.net, tax + line.vat)
        return [(rate, *found[rate]) for rate in sorted(found, reverse=True)]


def priced(wanted: Sequence[tuple[Offer, int]], *, buyer: Buyer, at: datetime, taking: Taking | None = None) -> Priced:
    """Return what the offers cost the buyer at the moment, with what the coupon takes off."""
    taxed = [_taxed(offer, quantity, buyer=buyer, at=at) for offer, quantity in wanted]
    whole = line_amounts(taxed)
    if taking is None:
        return _priced(wanted, taxed, whole, whole)
    marked = [(offer.product_id, _marked(item)) for (offer, _), item in zip(wanted, taxed, strict=True)]
    reduced = [
        Item(unit=item.unit, quantity=item.quantity, vat=item.vat, discount=discount)
        for item, discount in zip(taxed, discounts(taking, marked), strict=True)
    ]
    return _priced(wanted, reduced, line_amounts(reduced), whole)


def _taxed(offer: Offer, quantity: int, *, buyer: Buyer, at: datetime) -> Item:
    vat = offer.vat(
        at=at, country=buyer.country, is_business=buyer.is_business, vat_number_valid=buyer.vat_number_valid
    )
    return Item(unit=offer.unit(vat, at=at), quantity=quantity, vat=vat)


def _marked(item: Item) -> Decimal:
    each = item.unit.gross if item.unit.marked_gross else item.unit.net
    return cents(each * item.quantity)


def _priced(wanted: Sequence[tuple[Offer, int]], items: Sequence[Item], sums: Sums, undiscounted: Sums) -> Priced:
    lines = tuple(
        _line(
            offer,
            quantity,
            item.unit,
            item.vat,
            net=line.net,
            tax=line.tax,
            off=whole.gross - line.gross,
            unit_net=line.unit_net if not item.discount else whole.unit_net,
        )
        for (offer, quantity), item, line, whole in zip(wanted, items, sums.lines, undiscounted.lines, strict=True)
    )
    return Priced(lines=lines, discount=undiscounted.gross - sums.gross, net=sums.net, vat=sums.tax, gross=sums.gross)


def _line(
    offer: Offer, quantity: int, unit: Unit, vat: Vat, *, net: Decimal, tax: Decimal, off: Decimal, unit_net: Decimal
) -> Line:
    return Line(
        product_id=offer.product_id,
        variant_id=offer.variant_id,
        price_id=offer.price_id,
        sku=offer.sku,
        kind=str(offer.kind),
        interval=str(offer.interval),
        titles=dict(offer.titles),
        quantity=quantity,
        unit_net=unit_net,
        unit_gross=unit.gross,
        discount=max(off, NOTHING),
        net=net,
        vat=tax,
        gross=net + tax,
        vat_rate=vat.rate,
        vat_category=str(vat.category),
        vat_scheme=str(vat.scheme),
        vat_country=vat.country,
        vat_note=str(vat.note),
        vat_kind=str(offer.vat_kind),
        rate_class=str(offer.rate_class),
        has_file=offer.has_file,
    )


# --- As it is kept in a quote -----------------------------------------------------------------------------------------

_UUIDS = frozenset({"product_id", "variant_id", "price_id"})
_DECIMALS = frozenset({"unit_net", "unit_gross", "discount", "net", "vat", "gross", "vat_rate"})


def written(line: Line) -> dict[str, Any]:
    """Return the line as it is kept: amounts as text, so that no binary fraction comes between."""
    return {name: str(value) if name in _UUIDS | _DECIMALS else value for name, value in asdict(line).items()}


def read(kept: Mapping[str, Any]) -> Line:
    """Return the line that was kept."""
    return Line(**{name: _read(name, value) for name, value in kept.items()})


def _read(name: str, value: Any) -> Any:  # noqa: ANN401 -- as JSON is
    if name in _UUIDS:
        return UUID(value)
    return Decimal(value) if name in _DECIMALS else value


# --- What changed -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What is other than the buyer saw it: of a line, or of the whole where ``variant_id`` is empty."""

    variant_id: UUID | None
    title: str
    before: Decimal | None
    after: Decimal | None


def changes(before: Priced, after: Priced, *, language: str) -> list[Change]:
    """Return what the buyer must see before she is bound: lines that cost something else, are gone or have come."""
    old = {line.variant_id: line for line in before.lines}
    new = {line.variant_id: line for line in after.lines}
    found = [
        Change(
            variant_id=variant,
            title=(new.get(variant) or old[variant]).title(language),
            before=old[variant].gross if variant in old else None,
            after=new[variant].gross if variant in new else None,
        )
        for variant in [*old, *(variant for variant in new if variant not in old)]
        if _differs(old.get(variant), new.get(variant))
    ]
    whole = before.gross != after.gross or before.vat != after.vat
    return found if found or not whole else [Change(variant_id=None, title="", before=before.gross, after=after.gross)]


def _differs(old: Line | None, new: Line | None) -> bool:
    if old is None or new is None:
        return old is not new
    seen = ("quantity", "gross", "vat", "interval", "kind")
    return any(getattr(old, name) != getattr(new, name) for name in seen)
