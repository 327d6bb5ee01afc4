"""Adding and changing variants."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.catalogue.actions.deeds import NotSellable, locked, note
from seloste.catalogue.choices import Interval, What
from seloste.catalogue.models import Product, Variant, VariantText
from seloste.catalogue.rules.words import LANGUAGES, fits
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.refusals import Missing
from seloste.kernel.text import plain_text


@transaction.atomic
def add_variant(
    *,
    by: Duty,
    at: datetime,
    product_id: UUID,
    sku: str,
    interval: Interval = Interval.ONCE,
    titles: Mapping[str, str] | None = None,
    stock: int | None = None,
    is_available: bool = True,
    position: int | None = None,
    new: UUID | None = None,
) -> UUID:
    """Add a variant, as the last unless told; return its id. How often it is charged must fit the product's kind.

    ``new`` is the id that a form gave: sent twice, it adds one variant.
    """
    product = locked(by, product_id)
    if new is not None and Variant.objects.filter(id=new, product=product).exists():
        return new
    code = _sku(sku, but=None)
    if not fits(product.kind, interval):
        raise NotSellable(_("A product of this kind is not charged so often."), field="interval")
    row = Variant.objects.create(
        id=new or new_id(at),
        product=product,
        sku=code,
        interval=Interval(interval),
        stock=checked_stock(stock),
        is_available=is_available,
        position=product.variants.count() + 1 if position is None else position,
        created_at=at,
        created_by=by.actor,
    )
    _name(row, titles or {})
    note(product_id, What.CHANGED, by=by, at=at, detail={"variant": ["", code]})
    return row.id


@transaction.atomic
def change_variant(
    *,
    by: Duty,
    at: datetime,
    variant_id: UUID,
    sku: str,
    titles: Mapping[str, str],
    is_available: bool,
    position: int = 0,
    seen: int | None = None,
) -> None:
    """Change a variant's code, names and whether it may be bought. How often it is charged stays, for contracts."""
    row = locked_variant(by, variant_id)
    after = {"sku": _sku(sku, but=variant_id), "is_available": is_available, "position": position}
    changed = {name: [getattr(row, name), value] for name, value in after.items() if getattr(row, name) != value}
    Variant.objects.filter(id=variant_id).update(**after)
    changed.update(_name(row, titles))
    if changed:
        detail = {"sku": [row.sku, after["sku"]], **changed}
        note(row.product_id, What.CHANGED, by=by, at=at, detail=detail, seen=seen)


def locked_variant(by: Duty, variant_id: UUID) -> Variant:
    """Return the variant for changing it, with its product locked."""
    product_id = Variant.objects.filter(id=variant_id).values_list("product_id", flat=True).first()
    if product_id is None:
        raise Missing
    product: Product = locked(by, product_id)
    row = Variant.objects.select_for_update().get(id=variant_id)
    row.product = product
    return row


def _sku(typed: str, *, but: UUID | None) -> str:
    code = plain_text(typed, field="sku")
    if not code:
        raise NotSellable(_("Give the variant a code."), field="sku")
    others = Variant.objects.exclude(id=but) if but else Variant.objects.all()
    if others.filter(sku__iexact=code).exists():
        raise NotSellable(_("Another variant has this code."), field="sku")
    return code


def _name(row: Variant, titles: Mapping[str, str]) -> dict[str, list[str]]:
    changed: dict[str, list[str]] = {}
    for language in LANGUAGES:
        if language in titles:
            title = plain_text(titles[language], field=f"title_{language}")
            before = VariantText.objects.filter(variant=row, language=language).values_list("title", flat=True).first()
            if (before or "") != title:
                changed[f"title_{language}"] = [before or "", title]
            VariantText.objects.update_or_create(variant=row, language=language, defaults={"title": title})
    return changed


def checked_stock(stock: int | None) -> int | None:
    """Return the number, or None for what never ends; NotSellable below nothing."""
    if stock is not None and not 0 <= stock <= 1_000_000:
        raise NotSellable(_("The stock is a whole number from 0 up."), field="stock")
    return stock
