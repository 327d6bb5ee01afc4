"""The one door through which a subscription changes: what it was, what it becomes, who asked, and what it costs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from seloste.audit.actions import record
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.money import NOTHING
from seloste.kernel.refusals import Missing, Refusal, Words
from seloste.register.choices import Source
from seloste.services.actions import billing
from seloste.services.choices import AskedBy, ChangeKind, State, Wrong
from seloste.services.models import Subscription, SubscriptionChange
from seloste.services.queries.standing import standing_of, terms_of
from seloste.services.rules.life import TELL_RISE_BEFORE, NotPossibleError, Standing, Terms
from seloste.shop.actions.history import check_duty

PURPOSE = "order"
CATEGORY = "order"


class CannotChange(Refusal):
    """The change cannot be made now."""

    status = 409


class OtherPrice(Refusal):
    """The price is another than the one that was shown: nothing was changed."""

    status = 409


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Who asked for a change, on which day, and how that reached us (S6.1). ``name`` is who said it on the phone."""

    by: AskedBy
    source: Source
    on: date
    name: str = ""
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Called:
    """What a variant is called where it is bought."""

    sku: str
    title: str
    product: UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """What a change makes of a subscription. ``becomes`` are the terms it is about, where they are others.

    ``vat_evidence`` is what was answered anew about the buyer's VAT number: nothing where it is not in force, None
    where what was known before holds. ``settles`` is the change whose money went back.
    """

    kind: ChangeKind
    standing: Standing
    amount: Decimal = NOTHING
    effective_on: date
    becomes: Terms | None = None
    called: Called | None = None
    waits: bool = False
    vat_evidence: str | None = None
    settles: UUID | None = None


Plan = Callable[[Subscription, Standing], Planned]
#: What is done with a change in its transaction.
Then = Callable[[Subscription, SubscriptionChange, Duty, datetime], object]


def by_themselves(on: date) -> Asked:
    """Return that a change follows from the contract itself."""
    return Asked(by=AskedBy.CONTRACT, source=Source.CONTRACT, on=on)


def own_wish(on: date) -> Asked:
    """Return that the customer asked for it on the page of the subscription."""
    return Asked(by=AskedBy.CUSTOMER, source=Source.WEB_FORM, on=on)


@transaction.atomic
def change(
    *,
    by: Duty,
    at: datetime,
    subscription_id: UUID,
    token: UUID,
    asked: Asked,
    plan: Plan,
    shown: Decimal | None = None,
    then: Then | None = None,
) -> UUID:
    """Make one change and return its id; the same token again changes nothing and returns the same.

    ``shown`` is what the customer was told that it costs: where it costs something else now, OtherPrice. CannotChange
    where it is not possible, Missing where the subscription does not exist for this duty.
    """
    row = lock(subscription_id, by=by)
    token = token_of(row.id, str(token))
    known = SubscriptionChange.objects.filter(token=token, subscription=row).values_list("id", flat=True).first()
    if known is not None:
        return known
    before = standing_of(row)
    try:
        planned = plan(row, before)
    except NotPossibleError as error:
        raise CannotChange(said(error.wrong)) from None
    if shown is not None and planned.amount != shown:
        raise OtherPrice(Wrong.CHANGED.label)
    made = enter(row, before, planned, by=by, at=at, token=token, asked=asked)
    if then is not None:
        then(row, made, by, at)
    return made.id


def enter(
    row: Subscription, before: Standing, planned: Planned, *, by: Duty, at: datetime, token: UUID, asked: Asked
) -> SubscriptionChange:
    """Write a change that was planned, in the caller's transaction and under the lock of the row."""
    bill = billing.bill(row, planned, by=by, at=at, token=token) if planned.amount > 0 else planned.settles
    made = SubscriptionChange(
        id=new_id(at),
        subscription=row,
        number=row.version + 1,
        token=token,
        kind=planned.kind,
        at=at,
        effective_on=planned.effective_on,
        asked_by=asked.by,
        asked_name=asked.name,
        asked_on=asked.on,
        source=asked.source,
        source_detail=asked.detail,
        entered_by=by.actor,
        amount=planned.amount,
        bill=bill,
        was_title=row.title,
        was_quantity=before.terms.quantity,
        was_unit=before.terms.unit,
        **_becomes(row, planned),
    )
    made.save(force_insert=True)
    _write(row, planned, made)
    _record(row, f"subscription.{planned.kind}", by=by, at=at)
    return made


def lock(subscription_id: UUID, *, by: Duty) -> Subscription:
    """Return the row, locked; Missing where it is not there for this duty, NotAllowed where it may only read (S8.3)."""
    rows = Subscription.objects.select_for_update(of=("self",)).select_related("order", "line", "next_change")
    row = rows.filter(id=subscription_id).first()
    if row is None:
        raise Missing
    check_duty(row.order, by=by)
    return row


def said(wrong: Wrong) -> Words:
    """Return why something cannot be done, in words."""
    return str(wrong.label) % {"days": TELL_RISE_BEFORE} if wrong == Wrong.TOO_SOON else wrong.label


def token_of(row_id: UUID, what: str) -> UUID:
    """Return the token of what happens by itself: the same thing has the same one, however often it is tried."""
    return uuid5(row_id, what)


def _becomes(row: Subscription, planned: Planned) -> dict[str, Any]:
    terms = planned.becomes or planned.standing.terms
    called = planned.called or Called(sku=row.sku, title=row.title, product=row.product)
    return {
        "variant": terms.variant,
        "sku": called.sku,
        "title": called.title,
        "interval": terms.interval,
        "quantity": terms.quantity,
        "unit": terms.unit,
    }


def _write(row: Subscription, planned: Planned, made: SubscriptionChange) -> None:
    """Write where the subscription stands now, column by column."""
    standing = planned.standing
    if standing.terms == terms_of(made):
        row.sku, row.title = made.sku, made.title
    row.next_change = _waiting(row, planned, made)
    for name in ("state", "anchor_on", "number", "length", "used", "since_on", "until_on", "discount", "resumes_on"):
        setattr(row, name, getattr(standing, name))
    for name in ("variant", "interval", "quantity", "unit"):
        setattr(row, name, getattr(standing.terms, name))
    row.rise_unit = standing.rise.unit if standing.rise else None
    row.rise_on = standing.rise.on if standing.rise else None
    row.ended_on = (row.ended_on or planned.effective_on) if standing.state == State.ENDED else None
    row.version = made.number
    row.save(force_update=True)


def _waiting(row: Subscription, planned: Planned, made: SubscriptionChange) -> SubscriptionChange | None:
    if planned.standing.next_terms is None:
        return None
    return made if planned.waits else row.next_change


def _record(row: Subscription, deed: str, *, by: Duty, at: datetime) -> None:
    person = row.order.person_id
    record(by=by, at=at, deed=deed, subjects=[person] if person else [], categories=[CATEGORY], item=row.id)
