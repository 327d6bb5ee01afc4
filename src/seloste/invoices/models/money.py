"""What was paid of an invoice, and what was written to the one who had not paid."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from seloste.invoices.choices import Settling
from seloste.invoices.models.vouchers import Invoice
from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.register.choices import Language

_RANDOM = not_personal("random id; goes with the row")
_LINK = not_personal("link between rows; goes with the row")
_END = not_personal("as long as the invoice")
_BILLING = personal("billing")


class Settlement(models.Model):
    """Something that changed what is left to pay: money that came, a credit, or one of these undone (negative).

    ``key`` makes it once. What is left is the invoice's total less the sum of these.
    """

    id = models.UUIDField(primary_key=True)
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="settlements")
    key = models.TextField(unique=True)
    kind = models.TextField(choices=Settling)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    paid_on = models.DateField()
    settled_at = models.DateTimeField()
    settled_by = models.UUIDField()
    keep_until = models.DateField()

    append_only: ClassVar = True
    goes_after: ClassVar = ("keep_until",)
    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "invoice": _LINK,
        "key": _LINK,
        "kind": _BILLING,
        "amount": _BILLING,
        "paid_on": _BILLING,
        "settled_at": _BILLING,
        "settled_by": personal("staff"),
        "keep_until": _END,
    }

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="settlement_kind_is_known", condition=Q(kind__in=Settling.values)),
            models.CheckConstraint(name="settlement_is_of_something", condition=~Q(amount=0)),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Reminder(models.Model):
    """A reminder that an employee wrote. ``round`` counts; the next is allowed two weeks later at the earliest."""

    id = models.UUIDField(primary_key=True)
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="reminders")
    round = models.SmallIntegerField()
    token = models.UUIDField(unique=True)
    address = models.TextField()
    language = models.TextField(choices=Language)
    subject = models.TextField()
    text = models.TextField()
    fee = models.DecimalField(max_digits=5, decimal_places=2)
    left = models.DecimalField(max_digits=12, decimal_places=2)
    due_on = models.DateField()
    sent_at = models.DateTimeField()
    sent_by = models.UUIDField()
    message = models.UUIDField(null=True)
    keep_until = models.DateField()

    append_only: ClassVar = True
    goes_after: ClassVar = ("keep_until",)
    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "invoice": _LINK,
        "round": _BILLING,
        "token": not_personal("random number of the form, so that it is sent once"),
        "address": personal("contact"),
        "language": _BILLING,
        "subject": _BILLING,
        "text": _BILLING,
        "fee": _BILLING,
        "left": _BILLING,
        "due_on": _BILLING,
        "sent_at": _BILLING,
        "sent_by": personal("staff"),
        "message": not_personal("link to the message"),
        "keep_until": _END,
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["invoice", "round"], name="reminder_is_one_a_round"),
            models.CheckConstraint(name="reminder_fee_is_small", condition=Q(fee__gte=0, fee__lte=5)),
        ]

    def __str__(self) -> str:
        return str(self.id)
