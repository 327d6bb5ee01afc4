"""What can be bought at a moment, and for how much."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from seloste.catalogue.choices import Interval, ProductKind, ProductState, RateClass, VatKind
from seloste.catalogue.models import Price, Variant
from seloste.catalogue.rules import prices
from seloste.catalogue.rules.amounts import Unit, unit_of
from seloste.catalogue.rules.prices import Marked
from seloste.catalogue.rules.vat import HOME, Vat, home_rate, treatment
from seloste.kernel.clock import local_date
from seloste.kernel.money import EURO

#: How many of one thing a line may hold; more than that is a matter to talk about.
MOST = 999


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A variant as it is sold at a moment. ``amount`` is the price of one as it is marked: with Finnish tax or without.

    ``unit_net`` and ``unit_gross`` are the price of one in Finland, without tax and with it, as it is shown.
    ``available`` tells whether it may be bought now; of what is withdrawn the price and the words are still here, for
    contracts that go on.
    """

    variant_id: UUID
    product_id: UUID
    kind: ProductKind
    sku: str
    titles: Mapping[str, str]
    slugs: Mapping[str, str]
    group: str
    interval: Interval
    vat_kind: VatKind
    rate_class: RateClass
    price_id: UUID
    amount: Decimal
    vat_included: bool
    unit_net: Decimal
    unit_gross: Decimal
    available: bool
    stock: int | None
    has_file: bool
    currency: str = EURO

    def title(self, language: str) -> str:
        """Return the name in the language, or in Finnish where there is none."""
        return self.titles.get(language) or self.titles.get("fi") or self.sku

    def vat(
        self, *, at: datetime, country: str = "FI", is_business: bool = False, vat_number_valid: bool = False
    ) -> Vat:
        """Return how the buyer is taxed for it at the moment."""
        return treatment(
            country=country,
            is_business=is_business,
            vat_number_valid=vat_number_valid,
            vat_kind=self.vat_kind,
            rate_class=self.rate_class,
            on=local_date(at),
        )

    def unit(self, vat: Vat, *, at: datetime) -> Unit:
        """Return the price of one, without tax and with it, for a buyer who is taxed so."""
        home = home_rate(self.rate_class, local_date(at))
        return unit_of(self.amount, vat_included=self.vat_included, home_rate=home, vat=vat)


def offer(variant_id: UUID, at: datetime) -> Offer | None:
    """Return the variant as it is sold at the moment; None where there is none, or it has no price or is a draft."""
    return offers([variant_id], at).get(variant_id)


def offers_of(product_id: UUID, at: datetime) -> list[Offer]:
    """Return the variants of a product as they are sold at the moment, in their order."""
    variants = Variant.objects.filter(product=product_id).order_by("position", "created_at", "id")
    ids = list(variants.values_list("id", flat=True))
    found = offers(ids, at)
    return [found[variant] for variant in ids if variant in found]


def offers(variant_ids: Iterable[UUID], at: datetime) -> dict[UUID, Offer]:
    """Return the variants as they are sold at the moment, by id; two questions, however many they are."""
    wanted = list(variant_ids)
    with connection.cursor() as cursor:
        cursor.execute(_SOLD, [ProductState.DRAFT, wanted])
        sold = [_Sold(*row) for row in cursor.fetchall()]
    histories, found = _histories(wanted), {}
    for one in sold:
        price = prices.in_force(histories.get(one.id, []), at)
        if price is not None:
            found[one.id] = _offer(one, price, at=at)
    return found


def lowest_30_days(variant_id: UUID, at: datetime) -> Decimal | None:
    """Return the lowest price, with Finnish tax, of the 30 days before the present reduction; None without one."""
    row = Variant.objects.select_related("product").filter(id=variant_id).first()
    if row is None:
        return None
    history = _histories([variant_id]).get(variant_id, [])
    return lowest(history, at, on_sale_since=row.product.first_published_at, rate_class=row.product.rate_class)


def lowest(history: list[Marked], at: datetime, *, on_sale_since: datetime | None, rate_class: str) -> Decimal | None:
    """Return what a history of prices says of the 30 days before a reduction."""

    def gross(price: Marked) -> Decimal:
        shown_since = max(price.since, on_sale_since or price.since)
        return unit_at_home(price, rate_class=rate_class, at=shown_since).gross

    return prices.lowest_before(history, at, on_sale_since=on_sale_since, gross=gross)


def unit_at_home(price: Marked, *, rate_class: str, at: datetime) -> Unit:
    """Return a marked price for a buyer in Finland, with the tax of the day."""
    on = local_date(at)
    vat = treatment(country=HOME, is_business=False, vat_number_valid=False, vat_kind="", rate_class=rate_class, on=on)
    return unit_of(price.amount, vat_included=price.vat_included, home_rate=vat.rate, vat=vat)


def marked(row: Price) -> Marked:
    """Return a row of the history as the rules know it."""
    return Marked(
        id=row.id,
        amount=row.amount,
        vat_included=row.vat_included,
        since=row.valid_from,
        is_reduction=row.is_reduction,
    )


def _histories(variant_ids: Iterable[UUID]) -> dict[UUID, list[Marked]]:
    found: dict[UUID, list[Marked]] = {}
    for row in Price.objects.filter(variant__in=list(variant_ids)).order_by("valid_from", "set_at", "id"):
        found.setdefault(row.variant_id, []).append(marked(row))
    return found


def full_title(product: str, variant: str) -> str:
    """Return how a variant is called where it stands alone, as in a cart."""
    return f"{product}, {variant}" if variant else product


class _Sold(NamedTuple):
    """A row of ``_SOLD``; names by language come as JSON. The newest address of a language is its last."""

    id: UUID
    sku: str
    interval: str
    is_available: bool
    stock: int | None
    product_id: UUID
    kind: str
    group: str | None
    vat_kind: str
    rate_class: str
    state: str
    product_titles: str | None
    own_titles: str | None
    slugs: str | None
    has_file: bool


#: Asked several times on the way of every order, so in one statement and not in five.
_SOLD = """
SELECT v.id, v.sku, v.interval, v.is_available, v.stock, p.id, p.kind, p.group_id, p.vat_kind, p.rate_class, p.state,
    (SELECT jsonb_object_agg(language, title) FROM catalogue_producttext WHERE product_id = p.id),
    (SELECT jsonb_object_agg(language, title) FROM catalogue_varianttext WHERE variant_id = v.id),
    (SELECT jsonb_object_agg(language, slug ORDER BY since, id) FROM catalogue_address WHERE product_id = p.id),
    EXISTS (SELECT 1 FROM catalogue_soldfile WHERE variant_id = v.id)
FROM catalogue_variant v JOIN catalogue_product p ON p.id = v.product_id
WHERE p.state <> %s AND v.id = ANY(%s)
"""


def _offer(row: _Sold, price: Marked, *, at: datetime) -> Offer:
    on_sale = row.state == ProductState.PUBLISHED and row.is_available
    home, own = unit_at_home(price, rate_class=row.rate_class, at=at), _named(row.own_titles)
    return Offer(
        variant_id=row.id,
        product_id=row.product_id,
        kind=ProductKind(row.kind),
        sku=row.sku,
        titles={code: full_title(title, own.get(code, "")) for code, title in _named(row.product_titles).items()},
        slugs=_named(row.slugs),
        group=row.group or "",
        interval=Interval(row.interval),
        vat_kind=VatKind(row.vat_kind),
        rate_class=RateClass(row.rate_class),
        price_id=price.id,
        amount=price.amount,
        vat_included=price.vat_included,
        unit_net=home.net,
        unit_gross=home.gross,
        available=on_sale and (row.stock is None or row.stock > 0),
        stock=row.stock,
        has_file=row.has_file,
    )


def _named(names: str | None) -> dict[str, str]:
    found: dict[str, str] = json.loads(names) if names else {}
    return found
