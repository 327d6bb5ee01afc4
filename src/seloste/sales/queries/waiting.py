"""How much of the shop waits for this duty: counts alone, no personal data, no record."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Min

from seloste.kernel.duty import Duty
from seloste.sales.queries import invoices, orders, owed, payments, services, withdrawals
from seloste.sales.queries.orders import PURPOSE, TO_DELIVER
from seloste.sales.rules.listing import Asked
from seloste.services.choices import TaskState
from seloste.services.models import ServiceActivation
from seloste.shop.choices import WithdrawalState
from seloste.shop.models import Withdrawal


@dataclass(frozen=True, kw_only=True, slots=True)
class Wait:
    """One thing that waits: by its key, how much of it, and by when at the latest."""

    key: str
    count: int
    due_on: date | None = None


def waits(*, by: Duty, at: datetime) -> list[Wait]:
    """Return what waits for this duty, each kind once, also where nothing of it waits."""
    found = []
    if "read" in by.may and orders.may_see(by) and PURPOSE in by.purposes:
        found += _orders(by, at)
    if "read" in by.may and payments.may_see(by):
        found += [
            Wait(key="odd", count=payments.odd_count(by=by)),
            Wait(key="late", count=invoices.late_count(by=by, at=at)),
        ]
    return found


def _orders(by: Duty, at: datetime) -> list[Wait]:
    found = []
    if services.may_see(by):
        found.append(Wait(key="untold", count=_count(services.SOURCE.count, by, at, "odottaa", services.UNTOLD)))
    if "delivery" in by.categories:
        found.append(Wait(key="deliver", count=_count(orders.SOURCE.count, by, at, "tila", TO_DELIVER)))
    return [*found, *_by_hand(by, at)]


def _by_hand(by: Duty, at: datetime) -> list[Wait]:
    """Return what wants a person's hand, each found by an index of what waits alone."""
    found = []
    if "delivery" in by.categories:
        found.append(Wait(key="tasks", count=ServiceActivation.objects.filter(state=TaskState.WAITING).count()))
    if "identity" in by.categories:
        found.append(Wait(key="whose", count=_count(orders.SOURCE.count, by, at, "odottaa", "henkilo")))
    if services.may_see(by):
        found.append(Wait(key="owed", count=owed.count(by=by)))
    if "contact" in by.categories:
        found.append(Wait(key="unreached", count=_count(orders.SOURCE.count, by, at, "odottaa", "vahvistus")))
    if withdrawals.may_see(by):
        found.append(Wait(key="messages", count=_count(orders.SOURCE.count, by, at, "odottaa", "viesti")))
        stated = Withdrawal.objects.filter(state=WithdrawalState.STATED)
        due_on = stated.aggregate(first=Min("refund_due_on"))["first"]
        found.append(Wait(key="withdrawals", count=stated.count(), due_on=due_on))
    return found


def _count(ask: Callable[..., int], by: Duty, at: datetime, key: str, value: str) -> int:
    return ask(by=by, asked=Asked(at=at, chosen={key: value}))


def orders_waiting(*, by: Duty, at: datetime) -> int:
    """Return how many orders want a person's hand: for the menu, so it is asked on every page."""
    if "read" not in by.may or PURPOSE not in by.purposes or not orders.may_see(by):
        return 0
    return sum(one.count for one in _by_hand(by, at))
