"""What of this room goes when its time is up: orders, whoever's they are, 24 months after their last delivery.

An order of somebody who goes on buying goes by its own day, not by the day of the newest one. What waits for a person
goes in the same way. An order on which something still rests, such as a service that runs, stays.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import models
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from seloste.declaration.load import current
from seloste.kernel import retention
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.periods import Period
from seloste.kernel.retention import Due, Store
from seloste.shop.actions.history import PURPOSE
from seloste.shop.choices import WithdrawalState
from seloste.shop.models import Cart, ContractAcceptance, Order, OrderEvent, OrderMessage, Quote, Refund, Withdrawal
from seloste.shop.queries import needed
from seloste.shop.rules import carts as rules


def _period() -> Period:
    return current().purpose[PURPOSE].retention.period


def _over() -> models.Func:
    """Return the last day of an order, as ``kept.last_day`` says it, reckoned by the database."""
    ended = models.Func(
        Coalesce("ended_at", "placed_at"),
        template="(%(expressions)s AT TIME ZONE 'Europe/Helsinki')::date",
        output_field=models.DateField(),
    )
    period = _period()
    return models.Func(
        Coalesce(models.F("last_delivery_on"), ended),
        template=f"(%(expressions)s + interval '{period.months} months {period.days} days')::date",
        output_field=models.DateField(),
    )


def _orders() -> QuerySet[Order]:
    return Order.objects.exclude(id__in=needed.open_orders().values("id"))


def _due(until: date) -> Sequence[Due]:
    early = _orders().filter(placed_at__lt=retention.begun_before(until, _period()))
    return retention.due_by_day(early, _over(), until)


def _clear(_by: Duty, at: datetime, limit: int) -> int:
    today = local_date(at)
    early = _orders().filter(placed_at__lt=retention.begun_before(today, _period()))
    over = early.order_by().annotate(over_after=_over()).filter(over_after__lt=today)
    ids = list(over.values_list("id", flat=True)[:limit])
    forget(ids)
    return len(ids)


def forget(ids: Sequence[UUID]) -> None:
    """Delete orders with all that belongs to them; what is only added to goes after its order."""
    for model in (Refund, Withdrawal, OrderMessage):
        model._default_manager.filter(order__in=ids).delete()  # noqa: SLF001 -- one of three tables
    Order.objects.filter(id__in=ids).delete()
    for gone in (ContractAcceptance.objects.filter(order__in=ids), OrderEvent.objects.filter(order__in=ids)):
        gone.delete()


def _withdrawals() -> QuerySet[Withdrawal]:
    return Withdrawal.objects.filter(order=None).exclude(state=WithdrawalState.STATED)


_ORDERS = Store(
    key="shop.orders",
    name=_("Orders"),
    purpose=PURPOSE,
    due=_due,
    clear=_clear,
    held=lambda: retention.held(Order.objects.all()),
)
_UNMATCHED = Store(
    key="shop.withdrawals",
    name=_("Withdrawals that belong to no order"),
    purpose=PURPOSE,
    due=lambda until: retention.due_by_day(_withdrawals(), retention.last_day("settled_at", _period()), until),
    clear=lambda _by, at, limit: retention.delete_over(
        _withdrawals(), retention.last_day("settled_at", _period()), at, limit
    ),
    held=lambda: retention.held(_withdrawals()),
)

_CART_KEPT = Period(days=rules.CART_KEPT.days)
_CARTS = Store(
    key="shop.carts",
    name=_("Carts that were left"),
    purpose=PURPOSE,
    due=lambda until: retention.due_by_day(Cart.objects.all(), retention.last_day("changed_at", _CART_KEPT), until),
    clear=lambda _by, at, limit: retention.delete_over(
        Cart.objects.all(), retention.last_day("changed_at", _CART_KEPT), at, limit
    ),
    held=lambda: retention.held(Cart.objects.all()),
    shorter=_("A cart is forgotten 30 days after it was last changed, as its cookie is."),
)
_QUOTES = Store(
    key="shop.quotes",
    name=_("Prices counted for the checkout"),
    purpose=PURPOSE,
    due=lambda until: retention.due_by_day(Quote.objects.all(), retention.last_day("expires_at"), until),
    clear=lambda _by, at, limit: retention.delete_over(
        Quote.objects.all(), retention.last_day("expires_at"), at, limit
    ),
    held=lambda: retention.held(Quote.objects.all()),
    shorter=_("Prices hold for half an hour; what was ordered stands in the order."),
)

STORES = (_ORDERS, _UNMATCHED, _CARTS, _QUOTES)

__all__ = ["STORES", "forget"]
