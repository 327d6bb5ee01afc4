"""Adding products, saying what they are, putting them on sale."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from seloste.catalogue.actions.deeds import NotSellable, check, locked, note, raise_revision
from seloste.catalogue.choices import ProductKind, ProductState, RateClass, VatKind, What
from seloste.catalogue.models import Address, Group, Product, ProductText
from seloste.catalogue.queries.lacking import lacks_of
from seloste.catalogue.rules.words import LANGUAGES, Words
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.text import plain_text

_FIELDS = ("title", "summary", "text", "included")


@transaction.atomic
def add_group(*, by: Duty, at: datetime, key: str, names: Mapping[str, str], position: int = 0) -> str:  # noqa: ARG001
    """Add a group of products, or rename it; return its key."""
    check(by)
    raise_revision()
    named = {f"name_{language}": plain_text(names[language]) for language in LANGUAGES}
    Group.objects.update_or_create(key=slugify(key), defaults={**named, "position": position})
    return slugify(key)


@transaction.atomic
def add_product(
    *,
    by: Duty,
    at: datetime,
    kind: ProductKind,
    vat_kind: VatKind,
    rate_class: RateClass = RateClass.STANDARD,
    group: str = "",
    position: int = 0,
    words: Mapping[str, Words],
    new: UUID | None = None,
) -> UUID:
    """Add a draft; return its id. It needs a name in one language at least.

    ``new`` is the id that a form gave: sent twice, it adds one product.
    """
    check(by)
    raise_revision()
    if new is not None and Product.objects.filter(id=new).exists():
        return new
    if not any(said.title.strip() for said in words.values()):
        raise NotSellable(_("Give the product a name."), field=f"title_{LANGUAGES[0]}")
    product = Product.objects.create(
        id=new or new_id(at),
        kind=ProductKind(kind),
        vat_kind=VatKind(vat_kind),
        rate_class=RateClass(rate_class),
        group_id=group or None,
        position=position,
        created_at=at,
        created_by=by.actor,
    )
    note(product.id, What.ADDED, by=by, at=at)
    _say(product, words, at=at)
    return product.id


@transaction.atomic
def describe(*, by: Duty, at: datetime, product_id: UUID, words: Mapping[str, Words], seen: int | None = None) -> None:
    """Change the words in the languages that are given. What is on sale must keep a name and a summary in each."""
    product = locked(by, product_id)
    changed = _say(product, words, at=at)
    if changed:
        note(product_id, What.CHANGED, by=by, at=at, detail=changed, seen=seen)
    still_sellable(product)


@transaction.atomic
def classify(
    *,
    by: Duty,
    at: datetime,
    product_id: UUID,
    vat_kind: VatKind,
    rate_class: RateClass,
    group: str = "",
    position: int = 0,
    seen: int | None = None,
) -> None:
    """Change how the product is taxed and where it stands. Its kind stays: contracts hang on it."""
    product = locked(by, product_id)
    after = {"vat_kind": VatKind(vat_kind), "rate_class": RateClass(rate_class), "group_id": group or None}
    _set(product, {**after, "position": position}, by=by, at=at, seen=seen)


def _set(product: Product, after: Mapping[str, object], *, by: Duty, at: datetime, seen: int | None) -> None:
    changed = {
        name: [getattr(product, name), value] for name, value in after.items() if getattr(product, name) != value
    }
    if changed:
        Product.objects.filter(id=product.id).update(**after)
        note(product.id, What.CHANGED, by=by, at=at, detail=changed, seen=seen)


def _say(product: Product, words: Mapping[str, Words], *, at: datetime) -> dict[str, list[str]]:
    """Keep the words and return what changed: before and after, by field and language."""
    changed: dict[str, list[str]] = {}
    for language, said in words.items():
        if language not in LANGUAGES:
            raise NotSellable(_("This language is not one of ours."))
        row = ProductText.objects.filter(product=product, language=language).first()
        kept = {
            name: plain_text(getattr(said, name), field=f"{name}_{language}", lines=name in {"text", "included"})
            for name in _FIELDS
        }
        for name, value in kept.items():
            before = getattr(row, name) if row else ""
            if before != value:
                changed[f"{name}_{language}"] = [before, value]
        ProductText.objects.update_or_create(product=product, language=language, defaults=kept)
        changed.update(_move(product, language, said, at=at))
    return changed


def _move(product: Product, language: str, said: Words, *, at: datetime) -> dict[str, list[str]]:
    """Give the product its address in the language; a returning one is shown again. Older ones keep leading to it."""
    before = Address.objects.filter(product=product, language=language).order_by("-since", "-id").first()
    slug = _slug(said, before.slug if before else "")
    if not slug or (before and before.slug == slug):
        return {}
    taken = Address.objects.filter(language=language, slug=slug).first()
    if taken and taken.product_id != product.id:
        raise NotSellable(_("Another product has this address."), field=f"slug_{language}")
    if taken:
        Address.objects.filter(id=taken.id).update(since=at)
    else:
        Address.objects.create(product=product, language=language, slug=slug, since=at)
    return {f"slug_{language}": [before.slug if before else "", slug]}


def _slug(said: Words, before: str) -> str:
    """Return the address that was asked for; a new title alone does not change one."""
    if said.slug:
        return slugify(said.slug)[:80].strip("-")
    return before or slugify(said.title)[:80].strip("-")


# --- On sale and off


@transaction.atomic
def publish(*, by: Duty, at: datetime, product_id: UUID) -> None:
    """Put the product on sale. NotSellable while something is missing; nothing happens where it is on sale."""
    product = locked(by, product_id)
    if product.state == ProductState.PUBLISHED:
        return
    _refuse_lacking(product)
    Product.objects.filter(id=product_id).update(
        state=ProductState.PUBLISHED, published_at=at, first_published_at=product.first_published_at or at
    )
    note(product_id, What.PUBLISHED, by=by, at=at)


@transaction.atomic
def withdraw(*, by: Duty, at: datetime, product_id: UUID) -> None:
    """Take the product off sale. Contracts that run go on; nothing happens where it is not on sale."""
    product = locked(by, product_id)
    if product.state != ProductState.PUBLISHED:
        return
    Product.objects.filter(id=product_id).update(state=ProductState.WITHDRAWN, published_at=None)
    note(product_id, What.WITHDRAWN, by=by, at=at)


def still_sellable(product: Product) -> None:
    """Raise NotSellable where a product that is on sale would now lack something."""
    if product.state == ProductState.PUBLISHED:
        _refuse_lacking(product)


def _refuse_lacking(product: Product) -> None:
    found = lacks_of(product.id)
    if found:
        first = found[0]
        field = f"{first.what}_{first.language}" if first.language else first.what
        raise NotSellable(_("Something is missing before this can be on sale. Look at the list, please."), field=field)
