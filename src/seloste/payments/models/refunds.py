"""Money that goes back."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.payments.choices import RefundState, RefundWhy
from seloste.payments.models.payments import Payment

_MONEY = personal("order", "billing")
_COURSE = not_personal("the course of the sending to the provider")


class Refund(models.Model):
    """One refund of a payment. ``key`` is fixed when it is asked for and makes it one refund, however often it is sent.

    It is sent outside of any transaction: claimed for a time, then settled by the answer; where the answer was lost it
    is unknown and sent again under the same key. ``fence`` is the number of the claim.
    """

    id = models.UUIDField(primary_key=True)
    payment = models.ForeignKey(Payment, on_delete=models.CASCADE, related_name="refunds")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    why = models.TextField(choices=RefundWhy)
    key = models.TextField(unique=True)
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    state = models.TextField(choices=RefundState, default=RefundState.QUEUED)
    fence = models.PositiveIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    provider_id = models.TextField(blank=True, default="")
    bank_reference = models.TextField(blank=True, default="")
    said = models.TextField(blank=True, default="")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)

    holds: ClassVar[Holdings] = {
        "id": not_personal("random id; goes with the row"),
        "payment": _MONEY,
        "amount": _MONEY,
        "why": _MONEY,
        "key": not_personal("random; makes the refund one, however often it is sent"),
        "asked_at": _MONEY,
        "asked_by": personal("staff"),
        "state": _MONEY,
        "fence": _COURSE,
        "claimed_until": _COURSE,
        "tries": _COURSE,
        "next_at": _COURSE,
        "provider_id": _MONEY,
        "bank_reference": _MONEY,
        "said": not_personal("the provider's code of an error; never its words"),
        "settled_at": _MONEY,
        "settled_by": personal("staff"),
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_at"], name="refund_due", condition=Q(next_at__isnull=False)),
            models.Index(fields=["-asked_at"], name="refund_newest"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="refund_is_of_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="refund_state_is_known", condition=Q(state__in=RefundState.values)),
            models.CheckConstraint(name="refund_why_is_known", condition=Q(why__in=RefundWhy.values)),
            models.CheckConstraint(
                name="refund_claim_is_whole", condition=Q(state=RefundState.CLAIMED) ^ Q(claimed_until=None)
            ),
            models.CheckConstraint(
                name="refund_end_is_whole",
                condition=Q(state__in=[RefundState.DONE, RefundState.FAILED]) ^ Q(settled_at=None),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
