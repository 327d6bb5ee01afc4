"""What an employee has to look at is told once; it ends when somebody settled it, or when it went away by itself."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import transaction

from seloste.audit.actions import record
from seloste.declaration.load import current
from seloste.kernel.clock import local_date
from seloste.kernel.duty import NOBODY, Duty
from seloste.kernel.ids import new_id
from seloste.kernel.refusals import Missing
from seloste.payments.actions import refusals
from seloste.payments.choices import Settled, Trouble
from seloste.payments.models import PaymentTrouble
from seloste.payments.rules.keeping import accounting_end


def last_day_of_books(at: datetime) -> date:
    """Return the last day on which what happened at the moment is kept for the books."""
    period = current().purpose["accounting"].retention.period
    return accounting_end(local_date(at), period, year_ends=settings.FINANCIAL_YEAR_ENDS)


def tell(
    *,
    at: datetime,
    kind: Trouble,
    provider: str,
    payment: UUID | None = None,
    event: UUID | None = None,
    mark: str = "",
    amount: Decimal | None = None,
) -> None:
    """Put something before the employees; the same thing is told once."""
    row = PaymentTrouble(
        id=new_id(at),
        kind=kind,
        provider=provider,
        payment=payment,
        event=event,
        mark=mark or f"{kind}:{payment or event}",
        amount=amount,
        found_at=at,
        keep_until=last_day_of_books(at),
    )
    PaymentTrouble.objects.bulk_create([row], ignore_conflicts=True)


def ended(*, at: datetime, payment: UUID, kinds: Collection[Trouble]) -> None:
    """Note that troubles of a payment went away: the provider confirmed it, or the money went back."""
    gone = PaymentTrouble.objects.filter(payment=payment, kind__in=kinds, settled_at=None)
    gone.update(settled_at=at, settled_by=NOBODY, how=Settled.BY_ITSELF)


@transaction.atomic
def settle_trouble(*, by: Duty, at: datetime, trouble_id: UUID, how: Settled) -> None:
    """Note what an employee did about a trouble. Raises Missing, Settled."""
    row = PaymentTrouble.objects.select_for_update().filter(id=trouble_id).first()
    if row is None or not by.sees("order", ["order", "accounting"]):
        raise Missing
    if row.settled_at:
        if row.how == how and row.settled_by == by.actor:
            return
        raise refusals.Settled
    row.settled_at, row.settled_by, row.how = at, by.actor, how
    row.save(update_fields=["settled_at", "settled_by", "how"])
    record(by=by, at=at, deed="payment.settle_trouble", subjects=[], categories=["order"], item=row.id)
