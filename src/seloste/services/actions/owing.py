"""Returning what a change owes: by the payment it came with, or noted where it has gone back already. Once each."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from seloste.invoices import actions as invoices
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing
from seloste.services.actions.door import Asked, CannotChange, Planned, enter, lock, token_of
from seloste.services.choices import ChangeKind, Wrong
from seloste.services.models import Subscription, SubscriptionChange
from seloste.services.queries import owed
from seloste.services.queries.owed import Part
from seloste.services.queries.standing import standing_of
from seloste.shop.actions import refunding
from seloste.shop.actions.history import on_behalf
from seloste.shop.actions.refunding import ByHand
from seloste.shop.choices import Why


class NotAllThere(CannotChange):
    """Not all that is owed was paid with the orders of the period, or some of it has gone back."""


@transaction.atomic
def give_back(*, by: Duty, at: datetime, change_id: UUID, asked: Asked, by_hand: ByHand | None = None) -> UUID:
    """Return what a change owes, with the credit note of each order it is taken from; saying it twice does it once.

    ``by_hand`` is the transfer by which it has been returned; otherwise the money goes the way it came. What stands on
    an invoice that nobody has paid makes that invoice smaller. NotAllThere where less can be returned than is owed.
    """
    made, row = _owing(change_id, by=by)
    known = _known(made)
    if known is not None:
        return known
    plan = owed.plan(made)
    if plan.missing:
        raise NotAllThere(_("Less has been paid than is owed here. Look at the orders, and say how it was settled."))
    for part in plan.parts:
        _return(part, made, by_hand, by=by, at=at)
    return _note(made, row, asked, by=by, at=at)


@transaction.atomic
def was_settled(*, by: Duty, at: datetime, change_id: UUID, asked: Asked) -> UUID:
    """Note that nothing is to be returned any more, and why: ``asked.detail`` says it. Saying it twice does it once."""
    made, row = _owing(change_id, by=by)
    return _known(made) or _note(made, row, asked, by=by, at=at)


def _owing(change_id: UUID, *, by: Duty) -> tuple[SubscriptionChange, Subscription]:
    made = SubscriptionChange.objects.filter(id=change_id).first()
    if made is None:
        raise Missing
    row = lock(made.subscription_id, by=by)
    if made.amount >= 0:
        raise CannotChange(Wrong.NOTHING_OWED.label)
    return made, row


def _known(made: SubscriptionChange) -> UUID | None:
    rows = SubscriptionChange.objects.filter(subscription=made.subscription_id, kind=ChangeKind.RETURNED, bill=made.id)
    return rows.values_list("id", flat=True).first()


def _return(part: Part, made: SubscriptionChange, by_hand: ByHand | None, *, by: Duty, at: datetime) -> None:
    key = f"owed:{made.id}:{part.order_id}"
    if part.is_paid:
        refunding.refund(
            by=by,
            at=at,
            order_id=part.order_id,
            key=key,
            why=Why.BY_CUSTOMER,
            amounts={part.line: part.amount},
            goes_on=True,
            by_hand=by_hand,
        )
    elif part.invoice is not None:
        with override(made.subscription.order.language):
            why = str(Why.BY_CUSTOMER.label)
        invoices.credit(
            by=on_behalf(by, "accounting"), at=at, invoice_id=part.invoice, why=why, key=key, amount=part.amount
        )


def _note(made: SubscriptionChange, row: Subscription, asked: Asked, *, by: Duty, at: datetime) -> UUID:
    before = standing_of(row)
    planned = Planned(kind=ChangeKind.RETURNED, standing=before, effective_on=asked.on, settles=made.id)
    return enter(row, before, planned, by=by, at=at, token=token_of(made.id, "returned"), asked=asked).id
