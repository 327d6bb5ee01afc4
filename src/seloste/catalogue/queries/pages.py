"""What the public pages show. A web process remembers a page while the catalogue's number is the same.

One question tells the number; a page that is not remembered takes three more.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from seloste.catalogue.choices import Interval, PictureFormat, ProductKind, ProductState
from seloste.catalogue.models import (
    Address,
    PictureFile,
    PictureText,
    Price,
    Product,
    ProductText,
    Revision,
    VariantText,
)
from seloste.catalogue.queries.offers import lowest, marked, unit_at_home
from seloste.catalogue.rules import prices
from seloste.catalogue.rules.vat import home_rate
from seloste.kernel.clock import HELSINKI, local_date

T = TypeVar("T")

#: The longest last part of an address, in characters.
LONGEST_SLUG = 80
#: How many pages a process remembers.
REMEMBERED = 2000


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownPicture:
    """A picture as a page shows it: addresses are of files that never change."""

    id: UUID
    alt: str
    width: int
    height: int
    sizes: tuple[tuple[int, str], ...]
    plain: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownVariant:
    """A variant as a page shows it: prices in Finland, with tax and without; ``lowest`` where the price is reduced."""

    id: UUID
    sku: str
    title: str
    interval: Interval
    gross: Decimal
    net: Decimal
    rate: Decimal
    lowest: Decimal | None
    available: bool
    left: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownProduct:
    """A product in one language, as a page shows it."""

    id: UUID
    kind: ProductKind
    state: ProductState
    title: str
    summary: str
    paragraphs: tuple[str, ...]
    included: tuple[str, ...]
    group: str
    slugs: Mapping[str, str]
    variants: tuple[ShownVariant, ...]
    pictures: tuple[ShownPicture, ...]

    @property
    def picture(self) -> ShownPicture | None:
        """Return the first picture."""
        return self.pictures[0] if self.pictures else None

    @property
    def cheapest(self) -> ShownVariant | None:
        """Return the variant with the lowest price among those to be had, or else among all."""
        offered = [variant for variant in self.variants if variant.available] or list(self.variants)
        return min(offered, key=lambda variant: variant.gross, default=None)

    @property
    def has_several_prices(self) -> bool:
        """Tell whether the variants cost differently, or differently often."""
        return len({(variant.gross, variant.interval) for variant in self.variants}) > 1

    @property
    def available(self) -> bool:
        """Tell whether any variant may be bought now."""
        return any(variant.available for variant in self.variants)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelf:
    """Products that stand together."""

    name: str
    products: tuple[ShownProduct, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """The product is found at another address now."""

    slug: str


# --- What is remembered


_remembered: OrderedDict[tuple[str, ...], tuple[int, datetime, Any]] = OrderedDict()
_lock = threading.Lock()


def revision() -> int:
    """Return the number of the catalogue's present state."""
    return Revision.objects.values_list("number", flat=True).filter(id=1).first() or 0


def _remember(key: tuple[str, ...], at: datetime, find: Callable[[], tuple[T, datetime]]) -> T:
    """Return what is remembered for the key, or find it: it counts for one number and until a moment."""
    number = revision()
    held = _remembered.get(key)
    if held is not None and held[0] == number and held[1] > at:
        return held[2]  # type: ignore[no-any-return]
    found, until = find()
    with _lock:
        _remembered[key] = (number, until, found)
        _remembered.move_to_end(key)
        while len(_remembered) > REMEMBERED:
            _remembered.popitem(last=False)
    return found


# --- The pages


def product_page(slug: str, language: str, at: datetime) -> ShownProduct | Moved | None:
    """Return the product at the address, where it has moved to, or None where none is on sale there."""
    if len(slug) > LONGEST_SLUG:
        return None
    return _remember(("product", language, slug), at, lambda: _product_page(slug, language, at))


def shelves(language: str, at: datetime) -> tuple[Shelf, ...]:
    """Return everything that is on sale, by groups."""
    return _remember(("shelves", language), at, lambda: _shelves(language, at))


def _product_page(slug: str, language: str, at: datetime) -> tuple[ShownProduct | Moved | None, datetime]:
    rows = list(_described(Product.objects.filter(addresses__language=language, addresses__slug=slug), language))
    if not rows or rows[0].state != ProductState.PUBLISHED:
        return None, _tomorrow(at)
    found, until = _shown(rows, language, at)
    now_at = found[0].slugs.get(language, "")
    return (found[0] if now_at == slug else Moved(slug=now_at)), until


def _shelves(language: str, at: datetime) -> tuple[tuple[Shelf, ...], datetime]:
    rows = list(_described(Product.objects.filter(state=ProductState.PUBLISHED), language))
    found, until = _shown(rows, language, at)
    grouped: dict[str, list[ShownProduct]] = {}
    for product in found:
        grouped.setdefault(product.group, []).append(product)
    return tuple(Shelf(name=name, products=tuple(products)) for name, products in grouped.items()), until


def preview(product_id: UUID, language: str, at: datetime) -> ShownProduct | None:
    """Return the product as its page will be, on sale or not; for the desk."""
    rows = list(_described(Product.objects.filter(id=product_id), language))
    return _shown(rows, language, at)[0][0] if rows else None


def published_addresses(at: datetime) -> Sequence[Mapping[str, str]]:
    """Return the address of every product on sale, by language."""
    return _remember(("addresses",), at, lambda: _addresses(at))


def _addresses(at: datetime) -> tuple[list[dict[str, str]], datetime]:
    products: dict[UUID, dict[str, str]] = {}
    rows = Address.objects.filter(product__state=ProductState.PUBLISHED).order_by("product", "since", "id")
    for row in rows:
        products.setdefault(row.product_id, {})[row.language] = row.slug
    return list(products.values()), _tomorrow(at)


def _described(rows: QuerySet[Product], language: str) -> QuerySet[Product]:
    """Ask for the words and the addresses together with the products."""
    words = ProductText.objects.filter(product=OuterRef("id"), language=language)
    addresses = Address.objects.filter(product=OuterRef("id")).order_by("since", "id")
    said = words.values(said=JSONObject(title="title", summary="summary", text="text", included="included"))
    return (
        rows.select_related("group")
        .annotate(
            said=Subquery(said),
            found_at=ArraySubquery(addresses.values(place=JSONObject(language="language", slug="slug"))),
        )
        .order_by("group__position", "group", "position", "created_at", "id")
    )


def _shown(rows: Sequence[Any], language: str, at: datetime) -> tuple[list[ShownProduct], datetime]:
    """Return the products as they are shown, and until when that holds."""
    ids = [row.id for row in rows]
    histories, until = _histories(ids, language), _tomorrow(at)
    pictures = _pictures(ids, language)
    shown = []
    for row in rows:
        variants = [_variant(row, found, at) for found in histories.get(row.id, [])]
        shown.append(_product(row, language, [v for v in variants if v], pictures.get(row.id, [])))
        changes = [prices.next_change(history, at) for _, history in histories.get(row.id, [])]
        until = min([until, *[change for change in changes if change]])
    return shown, until


def _tomorrow(at: datetime) -> datetime:
    """Return the next midnight in Helsinki: rates of tax change with the day."""
    day = local_date(at) + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=HELSINKI)


def _histories(products: Sequence[UUID], language: str) -> dict[UUID, list[tuple[Any, list[prices.Marked]]]]:
    """Return the variants of the products with their prices, in their order."""
    titles = VariantText.objects.filter(variant=OuterRef("variant_id"), language=language).values("title")
    rows = (
        Price.objects.filter(variant__product__in=products)
        .select_related("variant")
        .annotate(said=Subquery(titles[:1]))
        .order_by("variant__position", "variant__created_at", "variant_id", "valid_from", "set_at", "id")
    )
    found: dict[UUID, dict[UUID, tuple[Any, list[prices.Marked]]]] = {}
    for row in rows:
        of_product = found.setdefault(row.variant.product_id, {})
        of_product.setdefault(row.variant_id, (row, []))[1].append(marked(row))
    return {product: list(variants.values()) for product, variants in found.items()}


def _variant(product: Product, found: tuple[Any, list[prices.Marked]], at: datetime) -> ShownVariant | None:
    row, history = found
    price = prices.in_force(history, at)
    if price is None:
        return None
    unit = unit_at_home(price, rate_class=product.rate_class, at=at)
    since = product.first_published_at
    variant = row.variant
    return ShownVariant(
        id=variant.id,
        sku=variant.sku,
        title=row.said or "",
        interval=Interval(variant.interval),
        gross=unit.gross,
        net=unit.net,
        rate=home_rate(product.rate_class, local_date(at)),
        lowest=lowest(history, at, on_sale_since=since, rate_class=product.rate_class),
        available=variant.is_available and (variant.stock is None or variant.stock > 0),
        left=variant.stock,
    )


def _pictures(products: Sequence[UUID], language: str) -> dict[UUID, list[ShownPicture]]:
    alts = PictureText.objects.filter(picture=OuterRef("picture_id"), language=language).values("alt")
    rows = (
        PictureFile.objects.filter(picture__product__in=products)
        .select_related("picture")
        .defer("content")
        .annotate(said=Subquery(alts[:1]))
        .order_by("picture__position", "picture__added_at", "picture_id", "width")
    )
    files: dict[UUID, list[Any]] = {}
    for row in rows:
        files.setdefault(row.picture_id, []).append(row)
    found: dict[UUID, list[ShownPicture]] = {}
    for of_picture in files.values():
        found.setdefault(of_picture[0].picture.product_id, []).append(_picture(of_picture))
    return found


def _picture(files: Sequence[Any]) -> ShownPicture:
    picture = files[0].picture
    plain = [file.name for file in files if file.format == PictureFormat.JPEG]
    return ShownPicture(
        id=picture.id,
        alt=files[0].said or "",
        width=picture.width,
        height=picture.height,
        sizes=tuple((file.width, file.name) for file in files if file.format == PictureFormat.WEBP),
        plain=plain[0] if plain else "",
    )


def _product(
    row: Any,  # noqa: ANN401 -- a product with what was asked for beside it
    language: str,
    variants: Sequence[ShownVariant],
    pictures: Sequence[ShownPicture],
) -> ShownProduct:
    said = row.said or {}
    return ShownProduct(
        id=row.id,
        kind=ProductKind(row.kind),
        state=ProductState(row.state),
        title=said.get("title", ""),
        summary=said.get("summary", ""),
        paragraphs=tuple(part.strip() for part in said.get("text", "").split("\n\n") if part.strip()),
        included=tuple(line.strip() for line in said.get("included", "").split("\n") if line.strip()),
        group=getattr(row.group, f"name_{language}") if row.group else "",
        slugs={place["language"]: place["slug"] for place in row.found_at},
        variants=tuple(variants),
        pictures=tuple(pictures),
    )


def picture_file(name: str, kind: str) -> bytes | None:
    """Return a picture's bytes by the name that is their hash; None where there is none."""
    found = PictureFile.objects.filter(name=name, format=kind).values_list("content", flat=True).first()
    return bytes(found) if found is not None else None
