"""What a change would do and cost, before anybody presses: the plan of the deed itself, and nothing is written."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from seloste.kernel.clock import local_date
from seloste.services.actions.changing import plan_cancel, plan_switch
from seloste.services.actions.door import CannotChange, Plan, Planned, said
from seloste.services.choices import ChangeKind, State
from seloste.services.models import Subscription
from seloste.services.queries.standing import standing_of
from seloste.services.rules.life import NotPossibleError


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What a change would make: ``amount`` is billed now, or owed where it is negative."""

    kind: ChangeKind
    amount: Decimal
    effective_on: date
    waits: bool
    title: str
    quantity: int
    price: Decimal
    interval: str
    is_gross: bool
    ends_now: bool
    until_on: date
    left: int


def of_switch(
    row: Subscription, *, variant: UUID | None, quantity: int | None, at: datetime, credit: bool = False
) -> Preview:
    """Return what another variant or number would mean now; CannotChange where it cannot be."""
    return _preview(row, plan_switch(variant, quantity, at=at, credit=credit), at=at)


def of_cancel(row: Subscription, *, at: datetime) -> Preview:
    """Return what cancelling would mean now; CannotChange where there is nothing to cancel."""
    return _preview(row, plan_cancel(local_date(at)), at=at)


def _preview(row: Subscription, plan: Plan, *, at: datetime) -> Preview:
    before = standing_of(row)
    try:
        planned = plan(row, before)
    except NotPossibleError as error:
        raise CannotChange(said(error.wrong)) from None
    return _shown(row, planned, left=before.left(local_date(at)))


def _shown(row: Subscription, planned: Planned, *, left: int) -> Preview:
    terms = planned.becomes or planned.standing.terms
    return Preview(
        kind=planned.kind,
        amount=planned.amount,
        effective_on=planned.effective_on,
        waits=planned.waits,
        title=planned.called.title if planned.called else row.title,
        quantity=terms.quantity,
        price=terms.price,
        interval=terms.interval,
        is_gross=row.is_gross,
        ends_now=planned.standing.state == State.ENDED,
        until_on=planned.standing.until_on,
        left=left,
    )
