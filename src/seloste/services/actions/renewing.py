"""What comes due by itself: reminders, renewals, pauses that end, and cancelled subscriptions that are over.

Each subscription has a transaction of its own and is looked at under its lock: a sweep that is ended in the middle,
or two of them, bill nobody twice. A person's data that are restricted or blocked are left alone (art. 18).
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet

from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty, system
from seloste.kernel.ids import new_id
from seloste.services import letter
from seloste.services.actions import asking, door, mailing
from seloste.services.actions.asking import Answer
from seloste.services.actions.changing import plan_resume
from seloste.services.actions.door import Called, Planned, by_themselves, enter, token_of
from seloste.services.choices import ChangeKind, Interval, State
from seloste.services.models import Subscription, SubscriptionChange, SubscriptionPeriod
from seloste.services.queries import untold
from seloste.services.queries.standing import standing_of
from seloste.services.rules import life
from seloste.services.rules.life import REMIND_BEFORE, TOLD_BEFORE, Standing
from seloste.shop.actions import going_on

#: How many subscriptions a run takes in hand; the next one comes soon.
AT_ONCE = 500
PURPOSE = door.PURPOSE

_log = structlog.stdlib.get_logger("seloste.services")

Step = Callable[[Subscription, Standing, Duty, datetime, Answer], bool]


def sweep(at: datetime) -> int:
    """Do what is due at the moment; return how many subscriptions were worked on."""
    on = local_date(at)
    return (
        _each(_resuming(on), _resume, at)
        + _each(_over(on), _expire, at)
        + _each(_due(on), _renew, at, ask=True)
        + _each(_to_remind(on), _remind, at)
    )


def _each(rows: QuerySet[Subscription], step: Step, at: datetime, *, ask: bool = False) -> int:
    ids = list(_free(rows).order_by("until_on", "id").values_list("id", flat=True)[:AT_ONCE])
    return sum(_by_itself(row_id, step, at, ask=ask) for row_id in ids)


def _by_itself(row_id: UUID, step: Step, at: datetime, *, ask: bool) -> bool:
    """Do one; what fails is logged and tried again in the next turn, and holds up nobody else's renewal."""
    try:
        answer = asking.ask(row_id, at=at) if ask else Answer()  # the network, so before the row is locked
        return not answer.waits and _one(row_id, step, at, answer)
    except Exception:  # noqa: BLE001 -- one subscription must not keep the others waiting
        _log.exception("services.not_done", subscription=str(row_id), step=step.__name__)
        return False


@transaction.atomic
def _one(row_id: UUID, step: Step, at: datetime, answer: Answer) -> bool:
    """Look again under the lock; another run that has the row in hand does what is due."""
    row = _free(Subscription.objects.select_for_update(of=("self",), skip_locked=True)).filter(id=row_id).first()
    return row is not None and step(row, standing_of(row), system(PURPOSE), at, answer)


def _free(rows: QuerySet[Subscription]) -> QuerySet[Subscription]:
    held = Q(order__person__restricted_at__isnull=False) | Q(order__person__blocked_at__isnull=False)
    return rows.exclude(held).select_related("order", "line", "next_change")


# --- What is looked at ------------------------------------------------------------------------------------------------


def _resuming(on: date) -> Any:  # noqa: ANN401 -- a query set
    return Subscription.objects.filter(state=State.PAUSED, resumes_on__lte=on)


def _over(on: date) -> Any:  # noqa: ANN401 -- a query set
    return Subscription.objects.filter(state=State.CANCELLED, until_on__lte=on)


def _due(on: date) -> Any:  # noqa: ANN401 -- a query set
    return Subscription.objects.filter(state=State.ACTIVE, until_on__lte=on)


def _to_remind(on: date) -> Any:  # noqa: ANN401 -- a query set
    soon, told = Q(), Q()
    for interval, days in REMIND_BEFORE.items():
        if days:
            soon |= Q(interval=interval, until_on__lte=on + timedelta(days=days[0]))
            told |= Q(interval=interval, told_for=F("until_on"), told_days=days[-1])
    return Subscription.objects.filter(soon, state=State.ACTIVE).exclude(told)


# --- What is done -----------------------------------------------------------------------------------------------------


def _resume(row: Subscription, before: Standing, by: Duty, at: datetime, _answer: Answer) -> bool:
    if before.state != State.PAUSED or before.resumes_on is None or before.resumes_on > local_date(at):
        return False
    on = before.resumes_on
    planned = plan_resume(on)(row, before)
    made = _enter(row, before, planned, by=by, at=at, what=f"resume:{on}")
    mailing.tell(letter.changed)(row, made, by, at)
    return True


def _expire(row: Subscription, before: Standing, by: Duty, at: datetime, _answer: Answer) -> bool:
    on = local_date(at)
    if before.state != State.CANCELLED or not life.is_due(before, on=on):
        return False
    planned = Planned(kind=ChangeKind.ENDED, standing=life.expire(before, on=on), effective_on=before.until_on)
    _enter(row, before, planned, by=by, at=at, what=f"end:{before.until_on}")
    return True


def _renew(row: Subscription, before: Standing, by: Duty, at: datetime, answer: Answer) -> bool:
    """Begin and bill the next period. That a period is one row keeps it from being billed twice, whatever happens."""
    on, begins_on = local_date(at), before.until_on
    if not life.may_renew(before, on=on, told_on=untold.told_on(row)):
        return False
    standing, amount = life.renew(before, on=on)
    planned = Planned(
        kind=ChangeKind.RENEW, standing=standing, amount=amount, effective_on=begins_on, becomes=standing.terms,
        called=_called(row), vat_evidence=answer.evidence,
    )  # fmt: skip
    made = _enter(row, before, planned, by=by, at=at, what=f"renew:{begins_on}")
    bill_period(row, made, begins_on=begins_on, at=at)
    going_on.goes_on(by=by, at=at, order_id=row.order_id, until_on=row.until_on)
    return True


def _called(row: Subscription) -> Called | None:
    """Return what is called otherwise from now on, where something else waited for the end of the period."""
    waited = row.next_change
    return Called(sku=waited.sku, title=waited.title, product=row.product) if waited else None


def bill_period(row: Subscription, made: SubscriptionChange, *, begins_on: date, at: datetime) -> None:
    """Write down that the period was billed; IntegrityError where it was already."""
    SubscriptionPeriod.objects.create(
        id=new_id(at),
        subscription=row,
        begins_on=begins_on,
        ends_on=row.until_on,
        amount=made.amount,
        bill=made.bill,
        billed_at=at,
    )


def _remind(row: Subscription, before: Standing, by: Duty, at: datetime, _answer: Answer) -> bool:
    on, renews_on = local_date(at), before.until_on
    told = {row.told_days} if row.told_for == renews_on and row.told_days is not None else set()
    days = life.reminder_due(before, on=on, told=frozenset(told))
    if days is None:
        return False
    key = f"services:reminder:{row.id}:{renews_on}:{days}"
    billed_on = max(renews_on, on + timedelta(days=TOLD_BEFORE[Interval(before.terms.interval)]))
    if not mailing.send(row, letter.reminder(row, billed_on), by=by, at=at, key=key):
        return False
    row.told_on = row.told_on if row.told_for == renews_on else on
    row.told_for, row.told_days = renews_on, days
    row.save(update_fields=["told_for", "told_on", "told_days"])
    return True


def _enter(
    row: Subscription, before: Standing, planned: Planned, *, by: Duty, at: datetime, what: str
) -> SubscriptionChange:
    token, asked = token_of(row.id, what), by_themselves(planned.effective_on)
    return enter(row, before, planned, by=by, at=at, token=token, asked=asked)
