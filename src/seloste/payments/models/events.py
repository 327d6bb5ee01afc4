"""What was heard of payments: rows are added and never changed. The words as they came stand apart and go sooner."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KT

from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.payments.choices import Origin, Way

_ORDER = personal("order")


class PaymentEvent(models.Model):
    """Something a provider told, answered or a bank account showed; the same thing is held once for ever (P5, P50).

    ``payment`` is the id of the payment it is about, None where we know of none. ``facts`` are what counts of it:
    amounts, currency, state, ids at the provider; never a name or an address. ``kind`` is the provider's own word.
    """

    id = models.UUIDField(primary_key=True)
    provider = models.TextField(choices=Way)
    account = models.TextField(blank=True, default="")
    event_id = models.TextField()
    kind = models.TextField()
    origin = models.TextField(choices=Origin)
    payment = models.UUIDField(null=True)
    facts = models.JSONField(default=dict)
    digest = models.BinaryField()
    received_at = models.DateTimeField()
    received_by = models.UUIDField()
    keep_until = models.DateField()

    append_only: ClassVar = True
    goes_after: ClassVar = ("keep_until",)
    holds: ClassVar[Holdings] = {
        "id": not_personal("random id; goes with the row"),
        "provider": _ORDER,
        "account": not_personal("our own account at the provider"),
        "event_id": _ORDER,
        "kind": _ORDER,
        "origin": _ORDER,
        "payment": _ORDER,
        "facts": personal("order", "billing"),
        "digest": not_personal("SHA-256 of the words as they came, which are kept apart"),
        "received_at": _ORDER,
        "received_by": personal("staff"),
        "keep_until": not_personal("reckoned from the day on which it was heard"),
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["payment", "received_at"], name="payment_event_of"),
            models.Index(fields=["keep_until"], name="payment_event_by_end"),
            models.Index(KT("facts__intent"), name="payment_event_by_intent"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "account", "event_id"], name="payment_event_is_held_once"),
            models.CheckConstraint(name="payment_event_provider_is_known", condition=Q(provider__in=Way.values)),
            models.CheckConstraint(name="payment_event_origin_is_known", condition=Q(origin__in=Origin.values)),
        ]

    def __str__(self) -> str:
        return str(self.id)


class EventBody(models.Model):
    """The bytes of an event exactly as they were received: proof for a while, then gone (they may name the payer)."""

    event = models.UUIDField(primary_key=True)
    raw = models.BinaryField()
    keep_until = models.DateField()

    holds: ClassVar[Holdings] = {
        "event": not_personal("the event whose words these are"),
        "raw": personal("identity", "contact", "order", "billing"),
        "keep_until": not_personal("reckoned from the day on which it was received"),
    }

    class Meta:
        indexes: ClassVar = [models.Index(fields=["keep_until"], name="event_body_by_end")]

    def __str__(self) -> str:
        return str(self.event)
