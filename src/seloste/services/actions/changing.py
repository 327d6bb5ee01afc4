"""Changes that somebody asks for: each with its day, who asked and how it reached us, and what it costs."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.money import NOTHING
from seloste.services import letter
from seloste.services.actions import mailing
from seloste.services.actions.door import Asked, Called, CannotChange, Plan, Planned, change
from seloste.services.choices import AskedBy, ChangeKind, Interval, State, Wrong
from seloste.services.models import Subscription, SubscriptionChange
from seloste.services.queries import history, offered
from seloste.services.queries.standing import standing_of, terms_of
from seloste.services.queries.unpaid import unpaid
from seloste.services.rules import life
from seloste.services.rules.life import REMIND_BEFORE, Standing, Terms
from seloste.shop.actions import states
from seloste.shop.actions.history import on_behalf
from seloste.shop.choices import Why

__all__ = [
    "call_off",
    "cancel",
    "keep",
    "pause",
    "plan_switch",
    "put_back",
    "raise_price",
    "resume",
    "stop",
    "switch",
    "tell_otherwise",
]


def plan_switch(
    variant: UUID | None, quantity: int | None, *, at: datetime, credit: bool = False
) -> Callable[[Subscription, Standing], Planned]:
    """Return the plan of another variant or another number: more at once, less when the period ends.

    What costs more is billed for the days that are left. With ``credit`` what costs less begins at once too, and the
    difference for the days that are left is owed to the customer.
    """

    def plan(row: Subscription, before: Standing) -> Planned:
        becomes, called = _wanted(row, before, variant, quantity, at=at)
        on = local_date(at)
        is_now = before.state == State.ACTIVE and becomes.interval == before.terms.interval
        if is_now and (credit or becomes.price >= before.terms.price):
            standing, amount = life.switch(before, becomes, on=on)
            kind = _kind(before.terms, becomes)
            return Planned(kind=kind, standing=standing, amount=amount, effective_on=on, becomes=becomes, called=called)
        return Planned(
            kind=_kind(before.terms, becomes),
            standing=life.schedule(before, becomes),
            effective_on=before.until_on,
            becomes=becomes,
            called=called,
            waits=True,
        )

    return plan


def switch(
    *,
    by: Duty,
    at: datetime,
    subscription_id: UUID,
    token: UUID,
    asked: Asked,
    variant: UUID | None = None,
    quantity: int | None = None,
    credit: bool = False,
    shown: Decimal | None = None,
) -> UUID:
    """Change the variant, the number or both; see ``plan_switch``. ``shown`` is the amount that was shown before."""
    plan = plan_switch(variant, quantity, at=at, credit=credit)
    return _do(plan, by=by, at=at, subscription_id=subscription_id, token=token, asked=asked, shown=shown)


def call_off(*, by: Duty, at: datetime, subscription_id: UUID, token: UUID, asked: Asked) -> UUID:
    """Call off what was to change when the period ends."""

    def plan(_row: Subscription, before: Standing) -> Planned:
        return Planned(kind=ChangeKind.CALLED_OFF, standing=life.call_off(before), effective_on=local_date(at))

    return _do(plan, by=by, at=at, subscription_id=subscription_id, token=token, asked=asked)


def pause(*, by: Duty, at: datetime, subscription_id: UUID, token: UUID, asked: Asked, resumes_on: date) -> UUID:
    """Pause until the day; the paid days are kept."""

    def plan(_row: Subscription, before: Standing) -> Planned:
        standing = life.pause(before, on=local_date(at), resumes_on=resumes_on)
        return Planned(kind=ChangeKind.PAUSE, standing=standing, effective_on=local_date(at))

    return _do(plan, by=by, at=at, subscription_id=subscription_id, token=token, asked=asked)


def plan_resume(on: date) -> Plan:
    """Return the plan of going on on the day."""

    def plan(_row: Subscription, before: Standing) -> Planned:
        return Planned(kind=ChangeKind.RESUME, standing=life.resume(before, on=on), effective_on=on)

    return plan


def resume(*, by: Duty, at: datetime, subscription_id: UUID, token: UUID, asked: Asked) -> UUID:
    """Go on before the pause was to end."""
    return _do(
        plan_resume(local_date(at)), by=by, at=at, subscription_id=subscription_id, token=token, asked=asked
    )  # fmt: skip


def plan_cancel(on: date) -> Plan:
    """Return the plan of cancelling: at the end of what is paid, or now where it is paused or nothing is paid."""

    def plan(row: Subscription, before: Standing) -> Planned:
        standing, amount = life.cancel(before, on=on)
        if standing.state == State.ENDED:
            amount = _owed(row, before, amount, on=on)
        ends_on = on if standing.state == State.ENDED else standing.until_on
        return Planned(kind=ChangeKind.CANCEL, standing=standing, amount=amount, effective_on=ends_on)

    return plan


def cancel(*, by: Duty, at: datetime, subscription_id: UUID, token: UUID, asked: Asked) -> UUID:
    """Cancel it: nothing is billed any more, and it goes on until the end of what is paid."""
    return _end(plan_cancel(local_date(at)), by=by, at=at, subscription_id=subscription_id, token=token, asked=asked)


def keep(*, by: Duty, at: datetime, subscription_id: UUID, token: UUID, asked: Asked) -> UUID:
    """Take a cancellation back before it has taken effect."""

    def plan(_row: Subscription, before: Standing) -> Planned:
        standing = life.keep(before, on=local_date(at))
        return Planned(kind=ChangeKind.KEEP, standing=standing, effective_on=local_date(at))

    return _do(plan, by=by, at=at, subscription_id=subscription_id, token=token, asked=asked)


def stop(
    *,
    by: Duty,
    at: datetime,
    subscription_id: UUID,
    token: UUID,
    asked: Asked,
    is_told: bool = True,
    returned: Terms | None = None,
) -> UUID:
    """End it today, because an employee decided so or the contract was withdrawn from.

    What is left of what was paid is owed back, but for what goes back by itself: the price of the terms ``returned``,
    with which it began. What was billed for the time and not paid is cancelled.
    """

    def plan(row: Subscription, before: Standing) -> Planned:
        standing, amount = life.stop(before, on=local_date(at), returned=returned)
        amount = _owed(row, before, amount, on=local_date(at))
        return Planned(kind=ChangeKind.ENDED, standing=standing, amount=amount, effective_on=local_date(at))

    return _end(plan, by=by, at=at, subscription_id=subscription_id, token=token, asked=asked, is_told=is_told)


def put_back(*, by: Duty, at: datetime, change_id: UUID, token: UUID, asked: Asked) -> UUID | None:
    """Undo a change that was withdrawn from: the subscription goes on as it was before it; what it cost goes back.

    Where it was changed otherwise since, or has ended, nothing is done and None returned: that withdrawal's page says
    so to the employee who settles it.
    """
    made = SubscriptionChange.objects.select_related("subscription").get(id=change_id)

    def plan(row: Subscription, before: Standing) -> Planned:
        earlier = history.before(made)
        called = Called(sku=earlier.sku, title=earlier.title, product=row.product)
        was = terms_of(made) if made.was_unit is None else replace(terms_of(earlier), unit=made.was_unit)
        terms = replace(was, quantity=made.was_quantity or was.quantity)
        standing, amount = life.put_back(before, terms, on=local_date(at), is_renewed=history.is_renewed(made))
        return Planned(
            kind=ChangeKind.PUT_BACK, standing=standing, amount=amount, effective_on=local_date(at), becomes=terms,
            called=called,
        )  # fmt: skip

    if not history.may_be_put_back(made):
        return None
    return _do(plan, by=by, at=at, subscription_id=made.subscription_id, token=token, asked=asked)


def raise_price(
    *, by: Duty, at: datetime, subscription_id: UUID, token: UUID, asked: Asked, unit: Decimal, on: date
) -> UUID:
    """Set another price from the first period that begins on the day or later, and tell the customer of it now."""

    def plan(_row: Subscription, before: Standing) -> Planned:
        standing = life.raise_price(before, unit=unit, on=on, today=local_date(at))
        becomes = replace(before.terms, unit=unit)
        return Planned(kind=ChangeKind.PRICE, standing=standing, effective_on=on, becomes=becomes, waits=False)

    return _do(plan, by=by, at=at, subscription_id=subscription_id, token=token, asked=asked, must_be_told=True)


def tell_otherwise(*, by: Duty, at: datetime, subscription_id: UUID, token: UUID, asked: Asked) -> UUID:
    """Note that the customer was told of the coming renewal on ``asked.on``, where our reminder could not leave."""

    def plan(row: Subscription, before: Standing) -> Planned:
        standing = life.tell_otherwise(before, on=asked.on, told_for=row.told_for)
        return Planned(kind=ChangeKind.TOLD, standing=standing, effective_on=before.until_on)

    def told(row: Subscription, _made: SubscriptionChange, _by: Duty, _at: datetime) -> None:
        row.told_for, row.told_on = row.until_on, asked.on
        row.told_days = REMIND_BEFORE[Interval(row.interval)][-1]
        row.save(update_fields=["told_for", "told_on", "told_days"])

    return change(by=by, at=at, subscription_id=subscription_id, token=token, asked=asked, plan=plan, then=told)


def _do(
    plan: Plan,
    *,
    by: Duty,
    at: datetime,
    subscription_id: UUID,
    token: UUID,
    asked: Asked,
    shown: Decimal | None = None,
    must_be_told: bool = False,
) -> UUID:
    """Make the change and tell the customer of it, whoever asked."""
    return change(
        by=by,
        at=at,
        subscription_id=subscription_id,
        token=token,
        asked=asked,
        plan=plan,
        shown=shown,
        then=mailing.tell(letter.changed, must=must_be_told),
    )


def _owed(row: Subscription, before: Standing, amount: Decimal, *, on: date) -> Decimal:
    """Return what is owed (below zero) without what nobody has paid."""
    return min(amount + sum((one.left for one in unpaid(row, before, on=on)), NOTHING), NOTHING)


def _end(
    plan: Plan, *, by: Duty, at: datetime, subscription_id: UUID, token: UUID, asked: Asked, is_told: bool = True
) -> UUID:
    """Make a change that may end it, cancel what falls away with it, and tell the customer of both at once."""

    def then(row: Subscription, made: SubscriptionChange, by: Duty, at: datetime) -> None:
        gone = _cancel_unpaid(row, made, is_told=is_told, by=by, at=at) if row.state == State.ENDED else []
        if is_told:
            mailing.tell(lambda row, made: letter.changed(row, made, gone=gone))(row, made, by, at)

    return change(by=by, at=at, subscription_id=subscription_id, token=token, asked=asked, plan=plan, then=then)


def _cancel_unpaid(row: Subscription, made: SubscriptionChange, *, is_told: bool, by: Duty, at: datetime) -> list[str]:
    """Cancel what was billed for the time that is not to come; return the numbers. Its invoices are credited."""
    open_ones = unpaid(row, standing_of(row), on=local_date(at))
    why = Why.BY_CUSTOMER if made.asked_by == AskedBy.CUSTOMER else Why.BY_STAFF
    source = states.TOLD_OTHERWISE if is_told else ""
    for one in open_ones:
        states.cancel(by=on_behalf(by, "order"), at=at, order_id=one.order_id, why=why, source=source)
    return [one.reference for one in open_ones]


def _wanted(
    row: Subscription, before: Standing, variant: UUID | None, quantity: int | None, *, at: datetime
) -> tuple[Terms, Called]:
    """Return the terms that are wanted, with what they are called; CannotChange where they are not offered."""
    number = quantity or before.terms.quantity
    if variant is None or variant == row.variant:
        called = Called(sku=row.sku, title=row.title, product=row.product)
        return replace(before.terms, quantity=number), called
    chosen = offered.choice(row, variant, at=at)
    if chosen is None:
        raise CannotChange(Wrong.NOT_OFFERED.label, field="variant")
    called = Called(sku=chosen.sku, title=chosen.title, product=row.product)
    return offered.terms(chosen, number), called


def _kind(before: Terms, becomes: Terms) -> ChangeKind:
    if before.variant == becomes.variant:
        return ChangeKind.QUANTITY
    return ChangeKind.UPGRADE if becomes.price >= before.price else ChangeKind.DOWNGRADE
