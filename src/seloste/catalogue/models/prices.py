"""What a variant costs, from when on. Rows are added and never changed: they are the proof of the 30-day rule."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from seloste.catalogue.models.products import OURS, ROW, STAFF, Variant
from seloste.kernel.holdings import Holdings
from seloste.kernel.money import EURO


class Price(models.Model):
    """The price of one from a moment on, as it is marked: with Finnish value added tax or without.

    Of two rows for one moment the one that was set later counts: so a coming price is taken back.
    """

    id = models.UUIDField(primary_key=True)
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="prices")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.TextField(default=EURO)
    vat_included = models.BooleanField()
    is_reduction = models.BooleanField(default=False)
    valid_from = models.DateTimeField()
    set_at = models.DateTimeField()
    set_by = models.UUIDField()

    holds: ClassVar[Holdings] = {
        "id": ROW,
        "variant": ROW,
        "amount": OURS,
        "currency": OURS,
        "vat_included": OURS,
        "is_reduction": OURS,
        "valid_from": OURS,
        "set_at": OURS,
        "set_by": STAFF,
    }
    append_only: ClassVar = True

    class Meta:
        indexes: ClassVar = [models.Index(fields=["variant", "valid_from", "set_at"], name="price_by_variant")]
        constraints: ClassVar = [
            models.CheckConstraint(name="price_is_not_negative", condition=Q(amount__gte=0)),
            models.CheckConstraint(name="price_is_in_euros", condition=Q(currency=EURO)),
            models.CheckConstraint(
                name="price_holds_from_when_it_is_set", condition=Q(valid_from__gte=models.F("set_at"))
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
