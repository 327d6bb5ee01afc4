"""What does not fit: shown at the desk until somebody has looked into it. And what the daily comparison found."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.payments.choices import Settled, Trouble, Way

_ORDER = personal("order")


class PaymentTrouble(models.Model):
    """Money that does not fit what it was asked for. ``mark`` keeps the same thing from being told twice."""

    id = models.UUIDField(primary_key=True)
    kind = models.TextField(choices=Trouble)
    provider = models.TextField(choices=Way)
    payment = models.UUIDField(null=True)
    event = models.UUIDField(null=True)
    mark = models.TextField(unique=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)
    how = models.TextField(choices=Settled, blank=True, default="")
    keep_until = models.DateField()

    holds: ClassVar[Holdings] = {
        "id": not_personal("random id; goes with the row"),
        "kind": _ORDER,
        "provider": _ORDER,
        "payment": _ORDER,
        "event": _ORDER,
        "mark": not_personal("kind and ids of the row, so that it is told once"),
        "amount": personal("order", "billing"),
        "found_at": _ORDER,
        "settled_at": _ORDER,
        "settled_by": personal("staff"),
        "how": _ORDER,
        "keep_until": not_personal("reckoned from the day on which it was found"),
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["found_at"], name="payment_trouble_open", condition=Q(settled_at=None)),
            models.Index(fields=["payment"], name="payment_trouble_of"),
            models.Index(fields=["keep_until"], name="payment_trouble_by_end"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="payment_trouble_is_known", condition=Q(kind__in=Trouble.values)),
            models.CheckConstraint(
                name="payment_trouble_end_is_whole",
                condition=Q(settled_at=None, settled_by=None, how="")
                | Q(settled_at__isnull=False, settled_by__isnull=False, how__in=Settled.values),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Tally(models.Model):
    """What a provider says of one day against what is held here: counts and sums, nobody's."""

    provider = models.TextField(choices=Way)
    day = models.DateField()
    theirs = models.PositiveIntegerField()
    ours = models.PositiveIntegerField()
    their_amount = models.DecimalField(max_digits=14, decimal_places=2)
    our_amount = models.DecimalField(max_digits=14, decimal_places=2)
    made_at = models.DateTimeField()

    holds: ClassVar[Holdings] = dict.fromkeys(
        ("id", "provider", "day", "theirs", "ours", "their_amount", "our_amount", "made_at"),
        not_personal("counts and sums of a day"),
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "day"], name="tally_is_one_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.day}"
