"""What the staff see of subscriptions and of the work that orders leave. Each look is recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from seloste.audit.actions import record
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing
from seloste.register.queries.withheld import without_withheld
from seloste.services.choices import TaskState
from seloste.services.models import (
    ProjectOpening,
    ServiceActivation,
    Subscription,
    SubscriptionChange,
    SubscriptionPeriod,
)
from seloste.services.queries.customer import Seen, seen
from seloste.shop.actions.history import check_duty

#: How many tasks are listed at a time.
LISTED = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A subscription with each of its changes and the periods that were billed."""

    seen: Seen
    person_id: UUID | None
    order_id: UUID
    order_reference: str
    changes: Sequence[SubscriptionChange]
    periods: Sequence[SubscriptionPeriod]
    told_on: date | None


@transaction.atomic
def sheet(*, by: Duty, at: datetime, subscription_id: UUID) -> Sheet:
    """Return a subscription's sheet and record the look; Missing where it does not exist for this duty."""
    rows = Subscription.objects.select_related("order", "line", "next_change")
    row = rows.filter(id=subscription_id).first()
    if row is None:
        raise Missing
    check_duty(row.order, by=by, writes=False)
    subjects = [row.order.person_id] if row.order.person_id else []
    record(by=by, at=at, deed="subscription.read", subjects=subjects, categories=["order"], item=row.id)
    return Sheet(
        seen=seen(row, at=at),
        person_id=row.order.person_id,
        order_id=row.order_id,
        order_reference=row.order.reference,
        changes=list(row.changes.order_by("-number")),
        periods=list(row.periods.order_by("-begins_on")),
        told_on=row.told_on if row.told_for == row.until_on else None,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """Something to be done for an order: switched on, handed over, or opened as a project once it is known whose."""

    id: UUID
    order_id: UUID
    order_reference: str
    title: str
    quantity: int
    since_at: datetime
    is_project: bool


@transaction.atomic
def tasks(*, by: Duty, at: datetime) -> Sequence[Task]:
    """Return what waits to be done, the oldest first, and record the look."""
    if "order" not in by.purposes or "delivery" not in by.categories:
        raise Missing
    free = {"state": TaskState.WAITING}
    work = ServiceActivation.objects.filter(**free).select_related("order").order_by("created_at", "id")
    projects = ProjectOpening.objects.filter(**free).select_related("order").order_by("created_at", "id")
    rows: list[ServiceActivation | ProjectOpening] = [
        *without_withheld(work, by, person="order__person_id")[:LISTED],
        *without_withheld(projects, by, person="order__person_id")[:LISTED],
    ]
    people = sorted({row.order.person_id for row in rows if row.order.person_id})
    if rows:
        record(by=by, at=at, deed="task.listed", subjects=people, categories=["order", "delivery"])
    return sorted((_task(row) for row in rows), key=lambda task: task.since_at)


def _task(row: ServiceActivation | ProjectOpening) -> Task:
    is_project = isinstance(row, ProjectOpening)
    return Task(
        id=row.id,
        order_id=row.order_id,
        order_reference=row.order.reference,
        title=row.title,
        quantity=1 if isinstance(row, ProjectOpening) else row.quantity,
        since_at=row.created_at,
        is_project=is_project,
    )


# --- What is owed -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Owed:
    """Money that a change owes to a customer: an employee returns it (S4.10)."""

    change_id: UUID
    order_id: UUID
    subscription_id: UUID
    reference: str
    amount: Decimal
    at: datetime


@transaction.atomic
def owed(*, by: Duty, at: datetime) -> Sequence[Owed]:
    """Return what changes owe to customers, the newest first, and record the look."""
    if "order" not in by.purposes or "order" not in by.categories:
        raise Missing
    found = SubscriptionChange.objects.filter(amount__lt=0).select_related("subscription__order").order_by("-at", "id")
    rows = list(without_withheld(found, by, person="subscription__order__person_id")[:LISTED])
    people = sorted({row.subscription.order.person_id for row in rows if row.subscription.order.person_id})
    if rows:
        record(by=by, at=at, deed="subscription.owed", subjects=people, categories=["order"])
    return [
        Owed(
            change_id=row.id,
            order_id=row.subscription.order_id,
            subscription_id=row.subscription_id,
            reference=row.subscription.reference,
            amount=-row.amount,
            at=row.at,
        )
        for row in rows
    ]
