"""Questions about withdrawals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from seloste.audit.actions import record
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing
from seloste.register.queries import without_withheld
from seloste.shop.choices import WithdrawalState
from seloste.shop.models import Withdrawal


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A withdrawal as the desk lists it."""

    id: UUID
    reference: str
    order_id: UUID | None
    told_reference: str
    name: str
    email: str
    words: str
    stated_at: datetime
    last_day_on: date | None
    refund_due_on: date
    state: WithdrawalState


def reference_of(withdrawal_id: UUID) -> str:
    """Return the number of a withdrawal; Missing where there is none."""
    found = Withdrawal.objects.filter(id=withdrawal_id).values_list("reference", flat=True).first()
    if found is None:
        raise Missing
    return found


@transaction.atomic
def waiting(*, by: Duty, at: datetime, limit: int = 100) -> Sequence[Waiting]:
    """Return the withdrawals that wait for an employee, the most urgent first; Missing for other duties."""
    if not by.sees("order", ["order", "accounting"]):
        raise Missing
    rows = Withdrawal.objects.filter(state=WithdrawalState.STATED).select_related("order")
    rows = without_withheld(rows, by, person="order__person_id").order_by("refund_due_on", "id")[:limit]
    found = [_waiting(row, by=by) for row in rows]
    subjects = {row.order.person_id for row in rows if row.order and row.order.person_id}
    record(by=by, at=at, deed="withdrawal.listed", subjects=subjects, categories=["order", "identity", "contact"])
    return found


def _waiting(row: Withdrawal, *, by: Duty) -> Waiting:
    return Waiting(
        id=row.id,
        reference=row.reference,
        order_id=row.order_id,
        told_reference=row.told_reference,
        name=row.name if "identity" in by.categories else "",
        email=row.email if "contact" in by.categories else "",
        words=row.words if "correspondence" in by.categories else "",
        stated_at=row.stated_at,
        last_day_on=row.last_day_on,
        refund_due_on=row.refund_due_on,
        state=WithdrawalState(row.state),
    )
