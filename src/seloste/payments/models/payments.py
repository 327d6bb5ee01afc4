"""An attempt to pay something: what is to be paid, through whom, and what is known of it."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.kernel.money import EURO
from seloste.payments.choices import HAD_MONEY, State, Way
from seloste.register.choices import Language

_ORDER = personal("order")
_MONEY = personal("order", "billing")


class Payment(models.Model):
    """One attempt to pay one thing (``subject_key``: ``order:<uuid>``, ``invoice:<uuid>``) through one provider.

    ``state`` and the amounts are what the fold over the events gave last; nothing else writes them. ``reference`` is
    unguessable: the provider is given it, and the payer's page lies under it. No name and no address is kept here.
    """

    id = models.UUIDField(primary_key=True)
    reference = models.TextField(unique=True)
    subject_key = models.TextField()
    provider = models.TextField(choices=Way)
    account = models.TextField(blank=True, default="")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.TextField(default=EURO)
    language = models.TextField(choices=Language)
    return_to = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()
    created_by = models.UUIDField()

    # How it stands with the provider
    tries = models.PositiveSmallIntegerField(default=0)
    starting_until = models.DateTimeField(null=True)
    provider_id = models.TextField(blank=True, default="")
    pay_url = models.TextField(blank=True, default="")
    expected_at = models.DateTimeField()

    # What the fold gave
    state = models.TextField(choices=State, default=State.OPEN)
    paid_amount = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    refunded_amount = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    paid_at = models.DateTimeField(null=True)
    folded = models.PositiveIntegerField(default=0)

    # When the provider is asked next, and until when it is asked at all
    ask_at = models.DateTimeField(null=True)
    asked = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(null=True)
    keep_until = models.DateField()

    holds: ClassVar[Holdings] = {
        "id": not_personal("random id; goes with the row"),
        "reference": _ORDER,
        "subject_key": _ORDER,
        "provider": _ORDER,
        "account": not_personal("our own account at the provider"),
        "amount": _MONEY,
        "currency": not_personal("always the euro"),
        "language": _ORDER,
        "return_to": not_personal("which page of ours the payer came from"),
        "created_at": _ORDER,
        "created_by": personal("staff"),
        "tries": not_personal("how many times it was begun with the provider"),
        "starting_until": not_personal("until when one process is beginning it with the provider"),
        "provider_id": _ORDER,
        "pay_url": _ORDER,
        "expected_at": _ORDER,
        "state": _MONEY,
        "paid_amount": _MONEY,
        "refunded_amount": _MONEY,
        "paid_at": _MONEY,
        "folded": not_personal("how many events the state was reckoned from"),
        "ask_at": not_personal("when the provider is asked next"),
        "asked": not_personal("how many times the provider was asked"),
        "asked_at": not_personal("when the provider was asked last"),
        "keep_until": not_personal("reckoned from the days of the payment"),
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject_key"], name="payment_of_subject"),
            models.Index(fields=["provider", "provider_id"], name="payment_at_provider"),
            models.Index(fields=["ask_at"], name="payment_to_ask", condition=Q(ask_at__isnull=False)),
            models.Index(fields=["-created_at"], name="payment_newest"),
            models.Index(fields=["keep_until"], name="payment_by_end"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="payment_provider_is_known", condition=Q(provider__in=Way.values)),
            models.CheckConstraint(name="payment_state_is_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(name="payment_is_of_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="payment_is_in_euros", condition=Q(currency=EURO)),
            models.CheckConstraint(
                name="payment_amounts_are_whole", condition=Q(paid_amount__gte=0, refunded_amount__gte=0)
            ),
            models.CheckConstraint(
                name="payment_gives_back_what_it_had", condition=Q(refunded_amount__lte=F("paid_amount"))
            ),
            models.CheckConstraint(
                name="payment_paid_means_money",
                condition=~Q(state__in=sorted(HAD_MONEY)) | Q(paid_amount__gte=F("amount"), paid_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
