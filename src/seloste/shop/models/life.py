"""What happens to an order after it was placed: its history, the letters about it, withdrawals and refunds."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.shop.choices import Happened, OrderState, RefundState, Side, WithdrawalState
from seloste.shop.choices import Why as Reason

_RANDOM = not_personal("random id; goes with the row")
_LINK = not_personal("link between rows; goes with the row")
_TOKEN = not_personal("random mark of the form that was sent; makes sending twice one")


class OrderEvent(models.Model):
    """One line of an order's history: what happened, when, who did it and through which source (S5.3).

    Only added to: the database refuses to change one, and lets it go with its order alone. It names
    its order by id without a foreign key, so that the order may go first.
    """

    append_only: ClassVar = True
    goes_with: ClassVar = ("shop_order", "order")

    id = models.BigAutoField(primary_key=True)
    order = models.UUIDField()
    line = models.UUIDField(null=True)
    at = models.DateTimeField()
    what = models.TextField(choices=Happened)
    state = models.TextField(choices=OrderState)
    why = models.TextField(choices=Reason, blank=True, default="")
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    source = models.TextField(blank=True, default="")
    actor = models.UUIDField()
    role = models.TextField()

    holds: ClassVar[Holdings] = {
        "id": not_personal("running number of the event"),
        "order": _LINK,
        "line": _LINK,
        "at": personal("order"),
        "what": personal("order"),
        "state": personal("order"),
        "why": personal("order"),
        "amount": personal("order"),
        "source": personal("provenance"),
        "actor": personal("staff"),
        "role": personal("staff"),
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["order", "id"], name="order_events"),
            models.Index(fields=["what", "at"], name="order_events_by_what"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="order_event_what_is_known", condition=Q(what__in=Happened.values)),
            models.CheckConstraint(name="order_event_state_is_known", condition=Q(state__in=OrderState.values)),
            models.CheckConstraint(name="order_event_why_is_known", condition=Q(why__in=["", *Reason.values])),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class OrderMessage(models.Model):
    """What the customer wrote about the order, or what we answered."""

    id = models.UUIDField(primary_key=True)
    order = models.ForeignKey("shop.Order", on_delete=models.PROTECT, related_name="messages")
    token = models.UUIDField(unique=True)
    side = models.TextField(choices=Side)
    text = models.TextField()
    source = models.TextField()
    at = models.DateTimeField()
    actor = models.UUIDField()
    handled_at = models.DateTimeField(null=True)
    handled_by = models.UUIDField(null=True)

    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "order": _LINK,
        "token": _TOKEN,
        "side": personal("correspondence"),
        "text": personal("correspondence"),
        "source": personal("provenance"),
        "at": personal("correspondence"),
        "actor": personal("staff"),
        "handled_at": personal("correspondence"),
        "handled_by": personal("staff"),
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["at"], name="order_message_waits", condition=Q(side=Side.IN) & Q(handled_at__isnull=True)
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="order_message_side_is_known", condition=Q(side__in=Side.values)),
            models.CheckConstraint(name="order_message_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="order_message_handling_is_whole",
                condition=Q(handled_at=None, handled_by=None)
                | Q(side=Side.IN, handled_at__isnull=False, handled_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Withdrawal(models.Model):
    """A consumer's statement that she withdraws from a contract, in her words, with the moment it arrived.

    (Dir. 2011/83/EU art. 9–16 and 11a; KSL 6:14–17.) One from the public page waits without an order where number and
    address do not fit together: an employee finds it. ``lines`` is empty where all of the order is meant.
    """

    id = models.UUIDField(primary_key=True)
    reference = models.CharField(max_length=12, unique=True)
    token = models.UUIDField(unique=True)
    order = models.ForeignKey("shop.Order", null=True, on_delete=models.PROTECT, related_name="withdrawals")
    name = models.TextField()
    email = models.TextField()
    told_reference = models.TextField(blank=True, default="")
    text = models.TextField(blank=True, default="")
    words = models.TextField()
    lines = ArrayField(models.UUIDField(), default=list, blank=True)
    language = models.TextField()
    notice_version = models.ForeignKey(
        "notices.NoticeVersion", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    stated_at = models.DateTimeField()
    last_day_on = models.DateField(null=True)
    refund_due_on = models.DateField()
    state = models.TextField(choices=WithdrawalState, default=WithdrawalState.STATED)
    answer = models.TextField(blank=True, default="")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)

    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "reference": personal("order"),
        "token": _TOKEN,
        "order": _LINK,
        "name": personal("identity"),
        "email": personal("contact"),
        "told_reference": personal("order"),
        "text": personal("correspondence"),
        "words": personal("correspondence"),
        "lines": _LINK,
        "language": personal("provenance"),
        "notice_version": personal("provenance"),
        "stated_at": personal("order"),
        "last_day_on": personal("order"),
        "refund_due_on": personal("order"),
        "state": personal("order"),
        "answer": personal("correspondence"),
        "settled_at": personal("order"),
        "settled_by": personal("staff"),
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["refund_due_on"], name="withdrawal_waits", condition=Q(state=WithdrawalState.STATED)),
            models.Index(Lower("email"), name="withdrawal_by_email", condition=Q(order=None)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="withdrawal_state_is_known", condition=Q(state__in=WithdrawalState.values)),
            models.CheckConstraint(
                name="withdrawal_settling_is_whole",
                condition=Q(state=WithdrawalState.STATED, settled_at=None, settled_by=None)
                | ~Q(state=WithdrawalState.STATED) & Q(settled_at__isnull=False, settled_by__isnull=False),
            ),
            models.CheckConstraint(  # S4.10: whoever is told no is told so by a person, in words
                name="withdrawal_no_has_words",
                condition=~Q(state__in=[WithdrawalState.DECLINED, WithdrawalState.PARTLY]) | ~Q(answer=""),
            ),
            models.UniqueConstraint(
                fields=["order"], name="withdrawal_waits_once", condition=Q(state=WithdrawalState.STATED)
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Refund(models.Model):
    """Money that goes back for an order: how much, of which lines, why; then when it had left."""

    id = models.UUIDField(primary_key=True)
    key = models.TextField(unique=True)
    order = models.ForeignKey("shop.Order", on_delete=models.PROTECT, related_name="refunds")
    withdrawal = models.ForeignKey(Withdrawal, null=True, on_delete=models.PROTECT, related_name="refunds")
    payment = models.UUIDField(null=True)
    credit_note = models.UUIDField(null=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    parts = models.JSONField(default=list)
    why = models.TextField(choices=Reason)
    words = models.TextField(blank=True, default="")
    state = models.TextField(choices=RefundState, default=RefundState.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    done_at = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)

    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "key": _TOKEN,
        "order": _LINK,
        "withdrawal": _LINK,
        "payment": _LINK,
        "credit_note": _LINK,
        "amount": personal("order"),
        "parts": personal("order"),
        "why": personal("order"),
        "words": personal("correspondence"),
        "state": personal("billing"),
        "asked_at": personal("billing"),
        "asked_by": personal("staff"),
        "done_at": personal("billing"),
        "next_try_at": not_personal("when it is tried next"),
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_try_at"], name="order_refund_due", condition=Q(state=RefundState.ASKED)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="order_refund_state_is_known", condition=Q(state__in=RefundState.values)),
            models.CheckConstraint(name="order_refund_why_is_known", condition=Q(why__in=Reason.values)),
            models.CheckConstraint(name="order_refund_is_some_money", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="order_refund_end_is_whole",
                condition=Q(state=RefundState.ASKED, done_at=None, next_try_at__isnull=False)
                | Q(state=RefundState.DONE, done_at__gte=F("asked_at"), next_try_at=None),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
