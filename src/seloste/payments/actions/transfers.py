"""Money on the bank account, and what an employee knows of it."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from seloste.audit.actions import record
from seloste.kernel.duty import Duty
from seloste.kernel.money import in_cents
from seloste.kernel.refusals import Missing
from seloste.payments.actions.folding import News, keep, locked, refold
from seloste.payments.choices import Origin
from seloste.payments.models import Payment


@transaction.atomic
def received_transfer(
    *, by: Duty, at: datetime, payment_id: UUID, amount: Decimal, paid_on: date, bank_reference: str
) -> Payment:
    """Note money that came to the bank account for a payment; the same ``bank_reference`` is the same money.

    Parts add up. ValueError for an amount that is not above nothing.
    """
    if amount <= 0:
        raise ValueError("a transfer brings money")
    payment = locked(payment_id)
    if payment is None:
        raise Missing
    news = News(
        provider=payment.provider,
        account=payment.account,
        origin=Origin.TRANSFER,
        kind="transfer",
        payment=payment.id,
        event_id=f"transfer:{bank_reference}",
        facts={"transfers": {bank_reference: in_cents(amount)}, "paid_on": paid_on.isoformat()},
    )
    if keep(by=by, at=at, news=news):
        record(by=by, at=at, deed="payment.received", subjects=[], categories=["order", "billing"], item=payment.id)
        refold(by=by, at=at, payment=payment)
    return payment


@transaction.atomic
def transfer_undone(*, by: Duty, at: datetime, payment_id: UUID, bank_reference: str) -> Payment:
    """Note that a transfer was not meant for this payment after all; it counts no longer, whenever it is heard of."""
    payment = locked(payment_id)
    if payment is None:
        raise Missing
    news = News(
        provider=payment.provider,
        account=payment.account,
        origin=Origin.TRANSFER,
        kind="transfer_undone",
        payment=payment.id,
        event_id=f"transfer_undone:{bank_reference}",
        facts={"undone": [bank_reference]},
    )
    if keep(by=by, at=at, news=news):
        record(by=by, at=at, deed="payment.transfer_undone", categories=["order", "billing"], item=payment.id)
        refold(by=by, at=at, payment=payment)
    return payment
