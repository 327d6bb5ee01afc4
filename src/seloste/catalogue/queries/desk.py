"""What the staff see of the catalogue: drafts, coming prices, what is missing, and who changed what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from seloste.accounts.queries import names as staff_names
from seloste.catalogue.choices import Interval, ProductKind, ProductState, RateClass, VatKind, What
from seloste.catalogue.models import (
    Change,
    Group,
    Picture,
    PictureFile,
    Price,
    Product,
    ProductText,
    Variant,
)
from seloste.catalogue.queries.files import File, newest_of
from seloste.catalogue.queries.lacking import lacks_of, words_of
from seloste.catalogue.queries.offers import marked, unit_at_home
from seloste.catalogue.rules import looking, prices
from seloste.catalogue.rules.duties import may_edit
from seloste.catalogue.rules.looking import Page
from seloste.catalogue.rules.words import LANGUAGES, Lack, Words
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing


@dataclass(frozen=True, order=True, slots=True)
class Charged:
    """What is charged in Finland, with tax, and how often."""

    gross: Decimal
    interval: Interval


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A product on the list: ``price`` is its lowest now, ``from_price`` where another variant has another.

    ``lacking`` are the languages in which it has no name or summary; ``picture`` is the address of its first one.
    """

    id: UUID
    title: str
    kind: ProductKind
    state: ProductState
    group: str
    variants: int
    lacking: tuple[str, ...]
    price: Charged | None
    from_price: bool
    stocks: tuple[int | None, ...]
    picture: tuple[str, str] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PriceRow:
    """A price as it was set; ``now`` tells that it is in force."""

    amount: Decimal
    vat_included: bool
    gross: Decimal
    since: datetime
    is_reduction: bool
    now: bool
    coming: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class VariantSheet:
    """A variant with all its prices, newest first."""

    id: UUID
    product_id: UUID
    sku: str
    interval: Interval
    titles: Mapping[str, str]
    is_available: bool
    stock: int | None
    position: int
    prices: tuple[PriceRow, ...]
    file: File | None

    @property
    def price(self) -> PriceRow | None:
        """Return the price in force."""
        return next((price for price in self.prices if price.now), None)

    @property
    def coming(self) -> tuple[PriceRow, ...]:
        """Return the prices that are still to come, the next first."""
        return tuple(reversed([price for price in self.prices if price.coming]))


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureSheet:
    """A picture with its words in each language; ``name`` and ``format`` are those of its smallest file."""

    id: UUID
    product_id: UUID
    alts: Mapping[str, str]
    position: int
    name: str
    format: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeRow:
    """A line of the history."""

    what: What
    at: datetime
    by: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A product as the staff see it. ``seen`` is the number of its newest change."""

    id: UUID
    kind: ProductKind
    state: ProductState
    group: str
    vat_kind: VatKind
    rate_class: RateClass
    position: int
    words: Mapping[str, Words]
    variants: tuple[VariantSheet, ...]
    pictures: tuple[PictureSheet, ...]
    lacks: tuple[Lack, ...]
    history: tuple[ChangeRow, ...]
    seen: int

    @property
    def title(self) -> str:
        """Return the name, in the first language that has one."""
        return next((self.words[language].title for language in LANGUAGES if language in self.words), "")


#: How many lines of the history the sheet shows.
_LINES = 100


def check_duty(by: Duty) -> None:
    """Raise Missing where the job role does not include the catalogue."""
    if not may_edit(by):
        raise Missing


def groups(language: str) -> list[tuple[str, str]]:
    """Return the keys and names of the groups, in their order."""
    return [(row.key, getattr(row, f"name_{language}")) for row in Group.objects.order_by("position", "key")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What is asked of the list: a state, a group, words of a name or of a product's code, and which page."""

    state: str = ""
    group: str = ""
    sought: str = ""
    page: str = ""


def rows(*, by: Duty, at: datetime, asked: Asked, language: str) -> Page[Row]:
    """Return a page of the products as asked, in the shop's order."""
    check_duty(by)
    every = _narrowed(asked).order_by("group__position", "position", "created_at", "id")
    here = looking.page(list(every.values_list("id", flat=True)), asked.page, size=looking.AT_DESK)
    found = Product.objects.select_related("group").prefetch_related("texts", _VARIANTS, _PICTURES)
    of_page = {product.id: _row(product, language, at) for product in found.filter(id__in=here.rows)}
    return Page(rows=[of_page[one] for one in here.rows], number=here.number, last=here.last, count=here.count)


def _narrowed(asked: Asked) -> "QuerySet[Product]":
    found = Product.objects.all()
    if asked.state in ProductState.values:
        found = found.filter(state=asked.state)
    if asked.group:
        found = found.filter(group=asked.group)
    for word in looking.words(asked.sought):
        texts = ProductText.objects.filter(Q(title__icontains=word) | Q(summary__icontains=word)).values("product")
        found = found.filter(Q(id__in=texts) | Q(id__in=Variant.objects.filter(sku__icontains=word).values("product")))
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupRow:
    """A group of products: what it is called in each language, where it stands, and how many products are in it."""

    key: str
    names: Mapping[str, str]
    position: int
    products: int


def group_rows(*, by: Duty) -> list[GroupRow]:
    """Return the groups in their order."""
    check_duty(by)
    return [
        GroupRow(
            key=row.key,
            names={language: getattr(row, f"name_{language}") for language in LANGUAGES},
            position=row.position,
            products=row.products,
        )
        for row in Group.objects.annotate(products=Count("product")).order_by("position", "key")
    ]


_IN_ORDER = Price.objects.order_by("valid_from", "set_at", "id")
_SMALLEST = PictureFile.objects.defer("content").order_by("width")
_VARIANTS = Prefetch(
    "variants",
    queryset=Variant.objects.order_by("position", "created_at", "id").prefetch_related(
        Prefetch("prices", queryset=_IN_ORDER)
    ),
)
_PICTURES = Prefetch(
    "pictures",
    queryset=Picture.objects.order_by("position", "added_at", "id").prefetch_related(
        Prefetch("files", queryset=_SMALLEST)
    ),
)


def _row(product: Product, language: str, at: datetime) -> Row:
    variants = list(product.variants.all())
    charged = {one for one in (_charged(row, product.rate_class, at) for row in variants) if one}
    texts = {text.language: text for text in product.texts.all()}
    said: list[ProductText] = [texts[key] for key in (language, *LANGUAGES) if key in texts]
    return Row(
        id=product.id,
        title=next((text.title for text in said if text.title), ""),
        kind=ProductKind(product.kind),
        state=ProductState(product.state),
        group=getattr(product.group, f"name_{language}") if product.group else "",
        variants=len(variants),
        price=min(charged, default=None),
        from_price=len(charged) > 1,
        stocks=_stocks(variants),
        picture=next(((one.name, one.format) for row in product.pictures.all() for one in row.files.all()), None),
        lacking=tuple(key for key in LANGUAGES if key not in texts or not (texts[key].title and texts[key].summary)),
    )


def _stocks(variants: Sequence[Variant]) -> tuple[int | None, ...]:
    """Return how many there are of each variant; once, where none of them ever ends."""
    found = tuple(row.stock for row in variants)
    return found if any(stock is not None for stock in found) else found[:1]


def _charged(row: Variant, rate_class: str, at: datetime) -> Charged | None:
    held = prices.in_force([marked(price) for price in row.prices.all()], at)
    if held is None:
        return None
    return Charged(unit_at_home(held, rate_class=rate_class, at=at).gross, Interval(row.interval))


def sheet(*, by: Duty, at: datetime, product_id: UUID) -> Sheet:
    """Return the product with everything that belongs to it; Missing where there is none for this duty."""
    check_duty(by)
    product = Product.objects.filter(id=product_id).first()
    if product is None:
        raise Missing
    history = list(Change.objects.filter(product=product).order_by("-id")[:_LINES])
    return Sheet(
        id=product.id,
        kind=ProductKind(product.kind),
        state=ProductState(product.state),
        group=product.group_id or "",
        vat_kind=VatKind(product.vat_kind),
        rate_class=RateClass(product.rate_class),
        position=product.position,
        words=words_of(product_id),
        variants=_variants(product, at),
        pictures=_pictures(product),
        lacks=tuple(lacks_of(product_id)),
        history=_history(by, history),
        seen=history[0].id if history else 0,
    )


def variant(*, by: Duty, at: datetime, variant_id: UUID) -> tuple[Sheet, VariantSheet]:
    """Return a variant and its product; Missing where there is none for this duty."""
    check_duty(by)
    row = Variant.objects.filter(id=variant_id).first()
    if row is None:
        raise Missing
    whole = sheet(by=by, at=at, product_id=row.product_id)
    return whole, next(one for one in whole.variants if one.id == variant_id)


def picture(*, by: Duty, at: datetime, picture_id: UUID) -> tuple[Sheet, PictureSheet]:
    """Return a picture and its product; Missing where there is none for this duty."""
    check_duty(by)
    row = Picture.objects.filter(id=picture_id).first()
    if row is None:
        raise Missing
    whole = sheet(by=by, at=at, product_id=row.product_id)
    return whole, next(one for one in whole.pictures if one.id == picture_id)


def _variants(product: Product, at: datetime) -> tuple[VariantSheet, ...]:
    found = (
        Variant.objects.filter(product=product)
        .prefetch_related("texts", Prefetch("prices", queryset=_IN_ORDER))
        .order_by("position", "created_at", "id")
    )
    files = newest_of([row.id for row in found])
    return tuple(
        VariantSheet(
            id=row.id,
            product_id=product.id,
            sku=row.sku,
            interval=Interval(row.interval),
            titles={text.language: text.title for text in row.texts.all()},
            is_available=row.is_available,
            stock=row.stock,
            position=row.position,
            prices=_prices([marked(price) for price in row.prices.all()], product.rate_class, at),
            file=files.get(row.id),
        )
        for row in found
    )


def _prices(history: Sequence[prices.Marked], rate_class: str, at: datetime) -> tuple[PriceRow, ...]:
    held = prices.in_force(history, at)
    return tuple(
        PriceRow(
            amount=price.amount,
            vat_included=price.vat_included,
            gross=unit_at_home(price, rate_class=rate_class, at=at if price is held else price.since).gross,
            since=price.since,
            is_reduction=price.is_reduction,
            now=price is held,
            coming=price.since > at,
        )
        for price in reversed(history)
    )


def _pictures(product: Product) -> tuple[PictureSheet, ...]:
    found = (
        Picture.objects.filter(product=product)
        .prefetch_related("texts", Prefetch("files", queryset=_SMALLEST))
        .order_by("position", "added_at", "id")
    )
    return tuple(_picture(row, row.files.all()[0]) for row in found)


def _picture(row: Picture, smallest: PictureFile) -> PictureSheet:
    return PictureSheet(
        id=row.id,
        product_id=row.product_id,
        alts={text.language: text.alt for text in row.texts.all()},
        position=row.position,
        name=smallest.name,
        format=smallest.format,
    )


def _history(by: Duty, changes: Sequence[Change]) -> tuple[ChangeRow, ...]:
    names = staff_names(by=by)
    return tuple(
        ChangeRow(what=What(change.what), at=change.at, by=names.get(change.by, ""), detail=change.detail)
        for change in changes
    )
