"""Codes that take something off, and each time one was used."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.kernel.money import NOTHING
from seloste.shop.choices import CouponKind
from seloste.shop.models.money import amount as euros


class Coupon(models.Model):
    """A code. ``code`` is its folded form, by which it is found; ``shown`` is how it is written.

    ``used`` is changed by one conditional UPDATE alone; the constraint is the last line (P51).
    """

    id = models.UUIDField(primary_key=True)
    code = models.TextField(unique=True)
    shown = models.TextField()
    kind = models.TextField(choices=CouponKind)
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    amount = euros(null=True)
    #: How often it may be used in all; without it as often as anybody likes.
    limit = models.PositiveIntegerField(null=True)
    used = models.PositiveIntegerField(default=0)
    per_address = models.PositiveIntegerField(null=True)
    min_total = euros(default=NOTHING)
    #: Products it is for; none named: all.
    products = ArrayField(models.UUIDField(), default=list, blank=True)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    note = models.TextField(blank=True, default="")
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.UUIDField(null=True)

    holds: ClassVar[Holdings] = {
        "id": not_personal("random id of the coupon"),
        "code": not_personal("the coupon's code"),
        "shown": not_personal("the coupon's code as it is written"),
        "kind": not_personal("per cent or amount"),
        "percent": not_personal("what it takes off"),
        "amount": not_personal("what it takes off"),
        "limit": not_personal("how often it may be used"),
        "used": not_personal("how often it was used"),
        "per_address": not_personal("how often one address may use it"),
        "min_total": not_personal("from which sum on it may be used"),
        "products": not_personal("products it is for"),
        "valid_from": not_personal("from when it is valid"),
        "valid_until": not_personal("until when it is valid"),
        "note": not_personal("what the coupon is for; words about a campaign"),
        "made_at": not_personal("when the coupon was made"),
        "made_by": personal("staff"),
        "stopped_at": not_personal("when it was stopped"),
        "stopped_by": personal("staff"),
    }

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="coupon_kind_is_known", condition=Q(kind__in=CouponKind.values)),
            models.CheckConstraint(name="coupon_has_a_code", condition=~Q(code="") & ~Q(shown="")),
            models.CheckConstraint(name="coupon_is_never_overused", condition=Q(limit=None) | Q(used__lte=F("limit"))),
            models.CheckConstraint(
                name="coupon_takes_what_its_kind_says",
                condition=Q(kind=CouponKind.PERCENT, percent__gt=0, percent__lte=100, amount=None)
                | Q(kind=CouponKind.AMOUNT, amount__gt=0, percent=None),
            ),
            models.CheckConstraint(name="coupon_min_is_not_negative", condition=Q(min_total__gte=0)),
            models.CheckConstraint(
                name="coupon_days_are_in_order", condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from"))
            ),
            models.CheckConstraint(
                name="coupon_stop_is_whole",
                condition=Q(stopped_at=None, stopped_by=None) | Q(stopped_at__isnull=False, stopped_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Redemption(models.Model):
    """That an order used a coupon. Released when the order is cancelled; the row stays as the count's evidence."""

    id = models.BigAutoField(primary_key=True)
    coupon = models.ForeignKey(Coupon, on_delete=models.PROTECT, related_name="redemptions", db_index=False)
    order = models.OneToOneField("shop.Order", on_delete=models.CASCADE, related_name="redemption")
    #: Keyed mark of the order's e-mail address (kernel.marks), for coupons that one address may use so often.
    mark = models.BinaryField(max_length=32)
    amount = euros()
    at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    holds: ClassVar[Holdings] = {
        "id": not_personal("running number"),
        "coupon": personal("order"),
        "order": not_personal("link between rows; goes with the row"),
        "mark": personal("contact"),
        "amount": personal("order"),
        "at": personal("order"),
        "released_at": personal("order"),
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["coupon", "mark"], name="redemption_in_use", condition=Q(released_at=None))
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="redemption_amount_is_not_negative", condition=Q(amount__gte=0))
        ]

    def __str__(self) -> str:
        return str(self.id)
