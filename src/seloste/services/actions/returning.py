"""What was delivered ends where its contract does: withdrawn from, or all of its money returned."""

from datetime import datetime

from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.register.choices import Source
from seloste.services.actions import changing
from seloste.services.actions.door import Asked, token_of
from seloste.services.choices import AskedBy, State, TaskState
from seloste.services.models import Deliverable, ProjectOpening, ServiceActivation, Subscription
from seloste.shop.models import Order, OrderLine


def returned(by: Duty, at: datetime, order: Order, line: OrderLine) -> None:
    """End what the line gave; doing it again does nothing. The money is the shop's business, not ours."""
    Deliverable.objects.filter(line=line, withdrawn_at=None).update(withdrawn_at=at)
    waiting = {"line": line, "state": TaskState.WAITING}
    ServiceActivation.objects.filter(**waiting).update(
        state=TaskState.DROPPED, settled_at=at, settled_by=by.actor
    )  # fmt: skip
    ProjectOpening.objects.filter(**waiting).update(state=TaskState.DROPPED, settled_at=at)
    row = Subscription.objects.filter(line=line).exclude(state=State.ENDED).first()
    if row is not None:
        asked = Asked(by=AskedBy.CUSTOMER, source=Source.ORDER, on=local_date(at), detail=order.reference)
        changing.stop(
            by=by, at=at, subscription_id=row.id, token=token_of(row.id, "returned"), asked=asked, is_told=False,
            is_paid_back=False,
        )  # fmt: skip
