"""Subscriptions, each of their changes with its day and who asked for it, and the periods that were billed (S5.3).

All of it hangs on the order it came from and goes with it: as long as a subscription goes on, its order is held.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.kernel.money import EURO, NOTHING
from seloste.register.choices import Source
from seloste.services.choices import AskedBy, ChangeKind, Interval, State
from seloste.services.rules.life import MOST
from seloste.shop.models.money import amount, in_euros

_RANDOM = not_personal("random id; goes with the row")
_LINK = not_personal("link between rows; goes with the row")
_ORDER = personal("order")


def _known(field: str, choices: type[models.TextChoices], *more: str) -> Q:
    return Q(**{f"{field}__in": [*choices.values, *more]})


class Subscription(models.Model):
    """A service that goes on until it is cancelled. What stands here is ``rules.life.Standing``, column by column.

    ``unit`` is the price of one for one period, with value added tax where ``is_gross``. ``next_change`` is what waits
    for the end of the period. ``until_on`` is the first day that is not paid; while paused, when it would be so.
    """

    id = models.UUIDField(primary_key=True)
    reference = models.CharField(max_length=12, unique=True)
    order = models.ForeignKey("shop.Order", on_delete=models.CASCADE, related_name="+")
    line = models.OneToOneField("shop.OrderLine", on_delete=models.CASCADE, related_name="+")
    product = models.UUIDField()
    variant = models.UUIDField()
    sku = models.TextField()
    title = models.TextField()
    interval = models.TextField(choices=Interval)
    quantity = models.PositiveSmallIntegerField()
    unit = amount()
    is_gross = models.BooleanField()
    currency = models.CharField(max_length=3, default=EURO)
    state = models.TextField(choices=State, default=State.ACTIVE)
    anchor_on = models.DateField()
    number = models.SmallIntegerField(default=0)
    length = models.PositiveSmallIntegerField()
    used = models.PositiveSmallIntegerField(default=0)
    since_on = models.DateField()
    until_on = models.DateField()
    discount = amount(default=NOTHING)
    next_change = models.ForeignKey("SubscriptionChange", null=True, on_delete=models.SET_NULL, related_name="+")
    rise_unit = amount(null=True)
    rise_on = models.DateField(null=True)
    resumes_on = models.DateField(null=True)
    told_for = models.DateField(null=True)
    told_on = models.DateField(null=True)
    told_days = models.PositiveSmallIntegerField(null=True)
    started_at = models.DateTimeField()
    ended_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=0)

    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "reference": _ORDER,
        "order": _LINK,
        "line": _LINK,
        "product": _ORDER,
        "variant": _ORDER,
        "sku": _ORDER,
        "title": _ORDER,
        "interval": _ORDER,
        "quantity": _ORDER,
        "unit": _ORDER,
        "is_gross": _ORDER,
        "currency": not_personal("the one currency of the shop"),
        "state": _ORDER,
        "anchor_on": _ORDER,
        "number": _ORDER,
        "length": _ORDER,
        "used": _ORDER,
        "since_on": _ORDER,
        "until_on": _ORDER,
        "discount": _ORDER,
        "next_change": _LINK,
        "rise_unit": _ORDER,
        "rise_on": _ORDER,
        "resumes_on": _ORDER,
        "told_for": _ORDER,
        "told_on": _ORDER,
        "told_days": _ORDER,
        "started_at": _ORDER,
        "ended_on": _ORDER,
        "version": not_personal("how often the row was written; keeps two changes from overtaking each other"),
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["until_on"], name="subscription_due", condition=Q(state__in=[State.ACTIVE, State.CANCELLED])
            ),
            models.Index(fields=["resumes_on"], name="subscription_resumes", condition=Q(state=State.PAUSED)),
            models.Index(fields=["state", "-started_at"], name="subscription_by_state"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="subscription_state_is_known", condition=_known("state", State)),
            models.CheckConstraint(name="subscription_interval_is_known", condition=_known("interval", Interval)),
            models.CheckConstraint(
                name="subscription_quantity_is_1_to_999", condition=Q(quantity__gte=1) & Q(quantity__lte=MOST)
            ),
            models.CheckConstraint(
                name="subscription_amounts_are_not_negative",
                condition=Q(unit__gte=0) & Q(discount__gte=0) & (Q(rise_unit=None) | Q(rise_unit__gte=0)),
            ),
            models.CheckConstraint(
                name="subscription_days_are_whole", condition=Q(length__gte=1) & Q(used__lte=F("length"))
            ),
            models.CheckConstraint(
                name="subscription_rise_is_whole",
                condition=Q(rise_unit=None, rise_on=None) | Q(rise_unit__isnull=False, rise_on__isnull=False),
            ),
            models.CheckConstraint(
                name="subscription_pause_has_an_end",
                condition=Q(state=State.PAUSED, resumes_on__isnull=False) | ~Q(state=State.PAUSED) & Q(resumes_on=None),
            ),
            models.CheckConstraint(
                name="subscription_end_is_whole",
                condition=Q(state=State.ENDED, ended_on__isnull=False, next_change=None)
                | ~Q(state=State.ENDED) & Q(ended_on=None),
            ),
            in_euros("subscription"),
        ]

    def __str__(self) -> str:
        return self.reference


class SubscriptionChange(models.Model):
    """One change of a subscription: when, from when on, who asked, how that reached us, and what it cost.

    Rows are added and never changed; they go with the subscription. ``amount`` is billed for the change with the order
    ``bill``, or where it is negative owed to the customer; what was owed has gone back with a change ``RETURNED`` whose
    ``bill`` is the change that owed it. ``asked_name`` is who asked where it was somebody on the
    telephone, ``entered_by`` the employee who entered it.
    """

    id = models.UUIDField(primary_key=True)
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="changes", db_index=False)
    number = models.PositiveIntegerField()
    token = models.UUIDField(unique=True)
    kind = models.TextField(choices=ChangeKind)
    at = models.DateTimeField()
    effective_on = models.DateField()
    asked_by = models.TextField(choices=AskedBy)
    asked_name = models.TextField(blank=True, default="")
    asked_on = models.DateField()
    source = models.TextField(choices=Source)
    source_detail = models.TextField(blank=True, default="")
    entered_by = models.UUIDField()
    variant = models.UUIDField()
    sku = models.TextField()
    title = models.TextField()
    interval = models.TextField(choices=Interval)
    quantity = models.PositiveSmallIntegerField()
    unit = amount()
    was_title = models.TextField(blank=True, default="")
    was_quantity = models.PositiveSmallIntegerField(null=True)
    was_unit = amount(null=True)
    amount = amount(default=NOTHING)
    currency = models.CharField(max_length=3, default=EURO)
    bill = models.UUIDField(null=True)

    never_changed: ClassVar = True
    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "subscription": _LINK,
        "number": not_personal("running number within the subscription"),
        "token": not_personal("random mark of the form that was sent; makes sending twice one change"),
        "kind": _ORDER,
        "at": _ORDER,
        "effective_on": _ORDER,
        "asked_by": personal("provenance"),
        "asked_name": personal("identity"),
        "asked_on": personal("provenance"),
        "source": personal("provenance"),
        "source_detail": personal("provenance"),
        "entered_by": personal("staff"),
        "variant": _ORDER,
        "sku": _ORDER,
        "title": _ORDER,
        "interval": _ORDER,
        "quantity": _ORDER,
        "unit": _ORDER,
        "was_title": _ORDER,
        "was_quantity": _ORDER,
        "was_unit": _ORDER,
        "amount": _ORDER,
        "currency": not_personal("the one currency of the shop"),
        "bill": _LINK,
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subscription", "number"], name="subscription_change_has_its_place"),
            models.CheckConstraint(name="subscription_change_is_known", condition=_known("kind", ChangeKind)),
            models.CheckConstraint(name="subscription_change_asked_is_known", condition=_known("asked_by", AskedBy)),
            models.CheckConstraint(name="subscription_change_source_is_known", condition=_known("source", Source)),
            models.CheckConstraint(
                name="subscription_change_is_billed", condition=Q(amount__lte=0) | Q(bill__isnull=False)
            ),
            in_euros("subscription_change"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class SubscriptionPeriod(models.Model):
    """A period that was billed. That there is one row a period keeps anybody from being billed for it twice."""

    id = models.UUIDField(primary_key=True)
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="periods", db_index=False)
    begins_on = models.DateField()
    ends_on = models.DateField()
    amount = amount()
    currency = models.CharField(max_length=3, default=EURO)
    bill = models.UUIDField(null=True)
    billed_at = models.DateTimeField()

    never_changed: ClassVar = True
    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "subscription": _LINK,
        "begins_on": _ORDER,
        "ends_on": _ORDER,
        "amount": _ORDER,
        "currency": not_personal("the one currency of the shop"),
        "bill": _LINK,
        "billed_at": _ORDER,
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subscription", "begins_on"], name="subscription_period_is_billed_once"),
            models.CheckConstraint(
                name="subscription_period_is_whole",
                condition=Q(ends_on__gt=F("begins_on")) & (Q(amount=0) | Q(amount__gt=0, bill__isnull=False)),
            ),
            in_euros("subscription_period"),
        ]

    def __str__(self) -> str:
        return str(self.id)
