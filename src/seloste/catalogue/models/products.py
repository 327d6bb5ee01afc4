"""Products, their variants, their words in each language and the addresses under which they are found."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from seloste.catalogue.choices import Interval, ProductKind, ProductState, RateClass, VatKind
from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.register.choices import Language

OURS = not_personal("what we sell, not who buys it")
ROW = not_personal("goes with the row")
STAFF = personal("staff")


class Group(models.Model):
    """What products are put together by in the shop, in coupons and in the books."""

    key = models.SlugField(primary_key=True, db_index=False)
    name_fi = models.TextField()
    name_sv = models.TextField()
    name_en = models.TextField()
    position = models.IntegerField(default=0)

    holds: ClassVar[Holdings] = {
        "key": OURS,
        "name_fi": OURS,
        "name_sv": OURS,
        "name_en": OURS,
        "position": OURS,
    }

    def __str__(self) -> str:
        return self.key


class Product(models.Model):
    """Something that is sold in one or more variants."""

    id = models.UUIDField(primary_key=True)
    kind = models.TextField(choices=ProductKind)
    state = models.TextField(choices=ProductState, default=ProductState.DRAFT)
    group = models.ForeignKey(Group, models.PROTECT, null=True)
    vat_kind = models.TextField(choices=VatKind)
    rate_class = models.TextField(choices=RateClass, default=RateClass.STANDARD)
    position = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.UUIDField()
    published_at = models.DateTimeField(null=True)
    first_published_at = models.DateTimeField(null=True)

    holds: ClassVar[Holdings] = {
        "id": ROW,
        "kind": OURS,
        "state": OURS,
        "group": OURS,
        "vat_kind": OURS,
        "rate_class": OURS,
        "position": OURS,
        "created_at": OURS,
        "created_by": STAFF,
        "published_at": OURS,
        "first_published_at": OURS,
    }

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="product_kind_is_known", condition=Q(kind__in=ProductKind.values)),
            models.CheckConstraint(name="product_vat_kind_is_known", condition=Q(vat_kind__in=VatKind.values)),
            models.CheckConstraint(name="product_rate_is_known", condition=Q(rate_class__in=RateClass.values)),
            models.CheckConstraint(
                name="product_state_is_whole",
                condition=Q(state=ProductState.DRAFT, published_at=None, first_published_at=None)
                | Q(state=ProductState.PUBLISHED, published_at__isnull=False, first_published_at__isnull=False)
                | Q(state=ProductState.WITHDRAWN, published_at=None, first_published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class ProductText(models.Model):
    """A product's words in one language. ``included`` is what the buyer gets, one thing a line."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="texts")
    language = models.TextField(choices=Language)
    title = models.TextField()
    summary = models.TextField(blank=True, default="")
    text = models.TextField(blank=True, default="")
    included = models.TextField(blank=True, default="")

    holds: ClassVar[Holdings] = {
        "id": ROW,
        "product": ROW,
        "language": OURS,
        "title": OURS,
        "summary": OURS,
        "text": OURS,
        "included": OURS,
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "language"], name="product_text_is_one_a_language"),
            models.CheckConstraint(name="product_text_language_is_known", condition=Q(language__in=Language.values)),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Address(models.Model):
    """The last part of a product's address in one language. The newest one is shown; older ones lead there."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="addresses")
    language = models.TextField(choices=Language)
    slug = models.SlugField(max_length=80, db_index=False)
    since = models.DateTimeField()

    holds: ClassVar[Holdings] = {"id": ROW, "product": ROW, "language": OURS, "slug": OURS, "since": OURS}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["language", "slug"], name="address_is_of_one_product"),
            models.CheckConstraint(name="address_language_is_known", condition=Q(language__in=Language.values)),
        ]

    def __str__(self) -> str:
        return self.slug


class Variant(models.Model):
    """What is put into a cart. ``stock`` is how many are left, None where it never ends."""

    id = models.UUIDField(primary_key=True)
    product = models.ForeignKey(Product, models.PROTECT, related_name="variants")
    sku = models.TextField(unique=True, db_index=False)
    interval = models.TextField(choices=Interval, blank=True, default=Interval.ONCE)
    is_available = models.BooleanField(default=True)
    stock = models.IntegerField(null=True)
    position = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.UUIDField()

    holds: ClassVar[Holdings] = {
        "id": ROW,
        "product": ROW,
        "sku": OURS,
        "interval": OURS,
        "is_available": OURS,
        "stock": OURS,
        "position": OURS,
        "created_at": OURS,
        "created_by": STAFF,
    }

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="variant_stock_is_not_negative", condition=Q(stock=None) | Q(stock__gte=0)),
            models.CheckConstraint(name="variant_interval_is_known", condition=Q(interval__in=Interval.values)),
        ]

    def __str__(self) -> str:
        return self.sku


class VariantText(models.Model):
    """A variant's name in one language; empty where the product has but one."""

    variant = models.ForeignKey(Variant, models.CASCADE, related_name="texts")
    language = models.TextField(choices=Language)
    title = models.TextField(blank=True, default="")

    holds: ClassVar[Holdings] = {"id": ROW, "variant": ROW, "language": OURS, "title": OURS}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["variant", "language"], name="variant_text_is_one_a_language"),
            models.CheckConstraint(name="variant_text_language_is_known", condition=Q(language__in=Language.values)),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class SoldFile(models.Model):
    """A file that buyers of a variant download. The newest is what they get; who bought an older one gets it too."""

    id = models.UUIDField(primary_key=True)
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="files")
    name = models.TextField()
    media_type = models.TextField()
    size = models.IntegerField()
    sha256 = models.TextField()
    content = models.BinaryField()
    added_at = models.DateTimeField()
    added_by = models.UUIDField()

    holds: ClassVar[Holdings] = {
        "id": ROW,
        "variant": ROW,
        "name": OURS,
        "media_type": OURS,
        "size": OURS,
        "sha256": OURS,
        "content": OURS,
        "added_at": OURS,
        "added_by": STAFF,
    }
    append_only: ClassVar = True

    class Meta:
        indexes: ClassVar = [models.Index(fields=["variant", "added_at"], name="sold_file_by_variant")]
        constraints: ClassVar = [models.CheckConstraint(name="sold_file_is_not_empty", condition=Q(size__gt=0))]

    def __str__(self) -> str:
        return str(self.id)
