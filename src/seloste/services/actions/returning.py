"""What was delivered ends where its contract does: withdrawn from, or all of its money returned.

A change that was withdrawn from leaves the contract that it changed: the subscription is put back to what it was.
"""

from datetime import datetime

from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.register.choices import Source
from seloste.services.actions import changing
from seloste.services.actions.door import Asked, token_of
from seloste.services.choices import AskedBy, ChangeKind, State, TaskState
from seloste.services.models import Deliverable, ProjectOpening, ServiceActivation, Subscription, SubscriptionChange
from seloste.services.queries.standing import terms_of
from seloste.shop.choices import OrderSource
from seloste.shop.models import Order, OrderLine


def returned(by: Duty, at: datetime, order: Order, line: OrderLine) -> None:
    """End what the line gave; doing it again does nothing. The money is the shop's business, not ours."""
    if order.source == OrderSource.CHANGE:
        _put_back(by, at, order)
        return
    Deliverable.objects.filter(line=line, withdrawn_at=None).update(withdrawn_at=at)
    waiting = {"line": line, "state": TaskState.WAITING}
    ServiceActivation.objects.filter(**waiting).update(
        state=TaskState.DROPPED, settled_at=at, settled_by=by.actor
    )  # fmt: skip
    ProjectOpening.objects.filter(**waiting).update(state=TaskState.DROPPED, settled_at=at)
    row = Subscription.objects.filter(line=line).exclude(state=State.ENDED).first()
    if row is not None:
        is_first = row.periods.count() == 1  # a later period was paid for by itself
        begun = terms_of(row.changes.get(kind=ChangeKind.STARTED)) if is_first else None
        changing.stop(
            by=by, at=at, subscription_id=row.id, token=token_of(row.id, "returned"), asked=_wish(order, at),
            is_told=False, returned=begun,
        )  # fmt: skip


def _put_back(by: Duty, at: datetime, order: Order) -> None:
    made = SubscriptionChange.objects.filter(bill=order.id).first()
    if made is None or made.kind == ChangeKind.RENEW:
        return
    token = token_of(made.subscription_id, f"put back:{made.id}")
    changing.put_back(by=by, at=at, change_id=made.id, token=token, asked=_wish(order, at))


def _wish(order: Order, at: datetime) -> Asked:
    return Asked(by=AskedBy.CUSTOMER, source=Source.ORDER, on=local_date(at), detail=order.reference)
