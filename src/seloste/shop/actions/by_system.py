"""Orders that nobody places at a checkout: what goes on by an earlier order's contract, as was agreed there.

The buyer, the person and the acceptance are those of the order that is followed; the tax is that of the day. Such an
order is paid by its invoice, and what it pays for is there already.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from seloste.catalogue.queries import offers
from seloste.catalogue.queries.offers import Offer
from seloste.catalogue.rules.amounts import Item, Line, Unit, line_amounts
from seloste.catalogue.rules.vat import Vat, treatment
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.ids import free_reference, new_id
from seloste.kernel.money import cents
from seloste.notices.queries import current_version_id
from seloste.shop.actions import linking, states
from seloste.shop.choices import OrderSource, PaysBy
from seloste.shop.models import Order, OrderLine
from seloste.shop.queries import standing

#: What of the buyer is the same as in the order that is followed.
_THE_SAME = (
    *("language", "given_name", "family_name", "email", "phone", "is_business", "company", "business_id"),
    *("vat_number", "street", "postal_code", "city", "country", "delivery_name", "delivery_phone"),
    *("delivery_street", "delivery_postal_code", "delivery_city", "delivery_country", "einvoice_address"),
    *("einvoice_operator", "buyer_reference"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class SystemLine:
    """What is billed: ``amount`` is that of the whole line, with value added tax where ``is_gross``."""

    product_id: UUID
    variant_id: UUID
    sku: str
    kind: str
    interval: str
    title: str
    quantity: int
    amount: Decimal
    is_gross: bool
    period_from: date | None = None
    period_until: date | None = None


@transaction.atomic
def place_by_system(
    *,
    by: Duty,
    at: datetime,
    token: UUID,
    follows: UUID,
    source: OrderSource,
    lines: Sequence[SystemLine],
    vat_evidence: str | None = None,
) -> UUID:
    """Order what goes on by the contract of an earlier order; return the new order's id.

    The same token again is the same order. The amounts are those of the caller: they follow from what was agreed, and
    nothing of them from a browser. ``vat_evidence`` is a new answer about the buyer's VAT number: nothing where it is
    not in force any more; None where the newest answer that the contract has holds.
    """
    known = Order.objects.filter(token=token).values_list("id", flat=True).first()
    if known is not None:
        return known
    first = Order.objects.get(id=follows)
    evidence = standing.vat_of(first).evidence if vat_evidence is None else vat_evidence
    taxes = _taxes(first, lines, evidence, at=at)
    sums = line_amounts([_item(line, taxed.vat) for line, taxed in zip(lines, taxes, strict=True)])
    order = Order.objects.create(
        id=new_id(at),
        reference=free_reference("T", is_taken=lambda drawn: Order.objects.filter(reference=drawn).exists()),
        token=token,
        source=source,
        follows=first,
        notice_version_id=current_version_id(),
        placed_at=at,
        next_step_at=at,
        pays_by=PaysBy.INVOICE,
        net=sums.net,
        vat=sums.tax,
        gross=sums.gross,
        vat_evidence=evidence,
        **{name: getattr(first, name) for name in _THE_SAME},
    )
    rows = zip(lines, taxes, sums.lines, strict=True)
    OrderLine.objects.bulk_create(_row(order, *row, place=place, at=at) for place, row in enumerate(rows, start=1))
    linking.follow(order, first, by=by, at=at)
    states.placed(order, by=by, at=at, source="contract")
    return order.id


@dataclass(frozen=True, kw_only=True, slots=True)
class _Taxed:
    vat: Vat
    vat_kind: str
    rate_class: str


def _taxes(first: Order, lines: Sequence[SystemLine], evidence: str, *, at: datetime) -> list[_Taxed]:
    """Return how each line is taxed on the day: as the catalogue says now, or as it was where it has forgotten it."""
    sold = offers([line.variant_id for line in lines], at)
    before = OrderLine.objects.filter(order=first).order_by("place")[0]
    return [_taxed(first, sold.get(line.variant_id) or before, evidence, at=at) for line in lines]


def _taxed(first: Order, kinds: Offer | OrderLine, evidence: str, *, at: datetime) -> _Taxed:
    vat = treatment(
        country=first.country,
        is_business=first.is_business,
        vat_number_valid=bool(evidence),
        vat_kind=kinds.vat_kind,
        rate_class=kinds.rate_class,
        on=local_date(at),
    )
    return _Taxed(vat=vat, vat_kind=str(kinds.vat_kind), rate_class=str(kinds.rate_class))


def _item(line: SystemLine, vat: Vat) -> Item:
    each = line.amount / line.quantity
    unit = Unit(net=each, gross=each, marked_gross=line.is_gross)
    return Item(unit=unit, quantity=line.quantity, vat=vat)


def _row(order: Order, line: SystemLine, taxed: _Taxed, summed: Line, *, place: int, at: datetime) -> OrderLine:
    vat = taxed.vat
    return OrderLine(
        id=new_id(at),
        order=order,
        place=place,
        product_id=line.product_id,
        variant_id=line.variant_id,
        sku=line.sku,
        kind=line.kind,
        interval=line.interval,
        title=line.title,
        quantity=line.quantity,
        unit_net=summed.unit_net,
        unit_gross=cents(summed.gross / line.quantity),
        net=summed.net,
        vat=summed.tax,
        gross=summed.gross,
        vat_rate=vat.rate,
        vat_category=str(vat.category),
        vat_scheme=str(vat.scheme),
        vat_country=vat.country,
        vat_note=str(vat.note),
        vat_kind=taxed.vat_kind,
        rate_class=taxed.rate_class,
        period_from=line.period_from,
        period_until=line.period_until,
    )
