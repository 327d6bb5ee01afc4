"""What changes what is left to pay of an invoice, each thing once."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from seloste.invoices.choices import Settling
from seloste.invoices.models import Invoice, Settlement
from seloste.invoices.queries.vouchers import left_of
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id

#: Called in the transaction in which an invoice came to be paid (or credited) in full, with its id.
Settled = Callable[[Duty, datetime, UUID], object]
_when_settled: dict[str, Settled] = {}


def when_settled(room: str, deed: Settled) -> None:
    """Register what a room does when nothing is left to pay of an invoice. Called once, in ``AppConfig.ready``."""
    _when_settled[room] = deed


def settle(
    invoice: Invoice, *, key: str, kind: Settling, amount: Decimal, paid_on: date, by: Duty, at: datetime
) -> bool:
    """Note what was paid, credited, paid back or undone (the latter two negative); False where it was noted before."""
    Invoice.objects.select_for_update().get(id=invoice.id)
    if not amount or Settlement.objects.filter(key=key).exists():
        return False
    was_left = left_of(invoice)
    Settlement.objects.create(
        id=new_id(at),
        invoice=invoice,
        key=key,
        kind=kind,
        amount=amount,
        paid_on=paid_on,
        settled_at=at,
        settled_by=by.actor,
        keep_until=invoice.keep_until,
    )
    if was_left > 0 >= was_left - amount:
        for deed in _when_settled.values():
            deed(by, at, invoice.id)
    return True
