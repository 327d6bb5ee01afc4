"""Money that changes of subscriptions owe to customers: what waits, and where it goes back from (S4.10)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from seloste.audit.actions import record
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing
from seloste.sales.queries.orders import within
from seloste.sales.queries.services import may_see
from seloste.services.choices import ChangeKind
from seloste.services.models import SubscriptionChange
from seloste.services.queries import owed
from seloste.services.queries.owed import Plan

CATEGORIES = ("order", "identity", "organisation")
#: Nobody works off more in a day.
MOST = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Owed:
    """A change that owes money: since when, to whom, how much, and whether the amount is with tax."""

    id: UUID
    at: datetime
    kind: ChangeKind
    amount: Decimal
    is_gross: bool
    customer: str
    title: str
    subscription_id: UUID
    reference: str
    order_id: UUID


def _rows(by: Duty) -> "QuerySet[SubscriptionChange]":
    return owed.owed().filter(subscription__order__in=within(by)).select_related("subscription__order")


@transaction.atomic
def waiting(*, by: Duty, at: datetime) -> list[Owed]:
    """Return what is owed, the oldest first; Missing where it is not this duty's."""
    if not may_see(by) or "read" not in by.may:
        raise Missing
    rows = list(_rows(by).order_by("at", "id")[:MOST])
    persons = sorted({row.subscription.order.person_id for row in rows if row.subscription.order.person_id})
    record(by=by, at=at, deed="subscription.owed", subjects=persons, categories=CATEGORIES)
    return [_owed(row) for row in rows]


@transaction.atomic
def one(*, by: Duty, at: datetime, change_id: UUID) -> tuple[Owed, Plan]:
    """Return one that is owed and where it goes back from; Missing where it is not, or not this duty's."""
    row = _rows(by).filter(id=change_id).first() if may_see(by) and "read" in by.may else None
    if row is None:
        raise Missing
    person = row.subscription.order.person_id
    record(
        by=by, at=at, deed="subscription.owed", subjects=[person] if person else [], categories=CATEGORIES, item=row.id
    )
    return _owed(row), owed.plan(row)


def is_settled(*, by: Duty, change_id: UUID) -> bool:
    """Tell whether there is such a change within the duty, and nothing is owed for it any more."""
    rows = SubscriptionChange.objects.filter(id=change_id, amount__lt=0, subscription__order__in=within(by))
    return may_see(by) and rows.exists()


def count(*, by: Duty) -> int:
    """Return how many are owed. No personal data, no record."""
    return _rows(by)[: MOST + 1].count() if may_see(by) else 0


def _owed(row: SubscriptionChange) -> Owed:
    order = row.subscription.order
    return Owed(
        id=row.id,
        at=row.at,
        kind=ChangeKind(row.kind),
        amount=-row.amount,
        is_gross=row.subscription.is_gross,
        customer=order.company or f"{order.given_name} {order.family_name}".strip(),
        title=row.title,
        subscription_id=row.subscription_id,
        reference=row.subscription.reference,
        order_id=order.id,
    )
