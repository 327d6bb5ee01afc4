"""Things to sell, made through the real deeds."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from tests.make import AT, duty

from seloste.catalogue import actions
from seloste.catalogue.choices import Interval, ProductKind, RateClass, VatKind
from seloste.catalogue.rules.words import Words
from seloste.kernel.duty import Duty


def words(title: str = "Opas", slug: str = "") -> dict[str, Words]:
    """Return words in all three languages."""
    return {
        language: Words(
            title=f"{title} {language}",
            summary=f"{title} lyhyesti ({language})",
            text=f"{title} pitkästi.\n\nToinen kappale.",
            included="Yksi\nKaksi",
            slug=slug and f"{slug}-{language}",
        )
        for language in ("fi", "sv", "en")
    }


def product(
    title: str = "Opas",
    *,
    kind: ProductKind = ProductKind.ONE_OFF,
    vat_kind: VatKind = VatKind.ELECTRONIC,
    rate_class: RateClass = RateClass.STANDARD,
    group: str = "",
    slug: str = "",
    by: Duty | None = None,
    at: datetime = AT,
) -> UUID:
    """Return a draft with words in all three languages, and nothing else."""
    return actions.add_product(
        by=by or duty(),
        at=at,
        kind=kind,
        vat_kind=vat_kind,
        rate_class=rate_class,
        group=group,
        words=words(title, slug),
    )


def variant(
    product_id: UUID,
    amount: str | None = "49.00",
    *,
    sku: str = "",
    interval: Interval = Interval.ONCE,
    titles: Mapping[str, str] | None = None,
    stock: int | None = None,
    vat_included: bool = True,
    by: Duty | None = None,
    at: datetime = AT,
) -> UUID:
    """Return a variant with its price (none with ``amount=None``)."""
    by = by or duty()
    made = actions.add_variant(
        by=by,
        at=at,
        product_id=product_id,
        sku=sku or f"SKU-{str(product_id)[-12:]}-{amount}-{interval or 'once'}",
        interval=interval,
        titles=titles,
        stock=stock,
    )
    if amount is not None:
        actions.set_price(by=by, at=at, variant_id=made, amount=Decimal(amount), vat_included=vat_included)
    return made


def on_sale(
    title: str = "Opas",
    amount: str = "49.00",
    *,
    kind: ProductKind = ProductKind.ONE_OFF,
    vat_kind: VatKind = VatKind.ELECTRONIC,
    rate_class: RateClass = RateClass.STANDARD,
    interval: Interval = Interval.ONCE,
    stock: int | None = None,
    vat_included: bool = True,
    sku: str = "",
    slug: str = "",
    at: datetime = AT,
) -> UUID:
    """Return the one variant of a product that is on sale. Subscriptions need an interval."""
    by = duty()
    made = product(title, kind=kind, vat_kind=vat_kind, rate_class=rate_class, slug=slug, by=by, at=at)
    found = variant(made, amount, sku=sku, interval=interval, stock=stock, vat_included=vat_included, by=by, at=at)
    actions.publish(by=by, at=at, product_id=made)
    return found


def product_of(variant_id: UUID) -> UUID:
    """Return the product of a variant."""
    from seloste.catalogue.models import Variant

    return Variant.objects.values_list("product_id", flat=True).get(id=variant_id)
