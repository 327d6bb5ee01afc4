"""Is a company's VAT number still in force? It is asked again at each renewal, before any row is locked (AVL 65 §).

Where the register does not answer, the renewal waits some days for it and rests then on what was known before.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from seloste.catalogue.transport import vies
from seloste.catalogue.transport.vies import Standing
from seloste.kernel.clock import local_date
from seloste.services.models import Subscription
from seloste.services.queries import untold
from seloste.services.queries.standing import hangs_on_vat_number, standing_of
from seloste.services.rules import life

#: So long a renewal waits for an answer.
PATIENCE = timedelta(days=3)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """``evidence`` of the number: nothing where it is not in force, None where what was known before holds."""

    evidence: str | None = None
    waits: bool = False


def ask(row_id: UUID, *, at: datetime) -> Answer:
    """Ask about the buyer of a subscription that may be renewed now. InTransactionError within a transaction."""
    row = Subscription.objects.select_related("order", "next_change").filter(id=row_id).first()
    if row is None or not hangs_on_vat_number(row) or not _is_due(row, at):
        return Answer()
    found = vies.check(row.order.vat_number, country=row.order.country)
    if found.standing is Standing.NOT_ANSWERED:
        return Answer(waits=local_date(at) < row.until_on + PATIENCE)
    if found.standing is Standing.NOT_ASKED:
        return Answer()
    return Answer(evidence=(found.consultation or local_date(at).isoformat()) if found.is_valid else "")


def _is_due(row: Subscription, at: datetime) -> bool:
    return life.may_renew(standing_of(row), on=local_date(at), told_on=untold.told_on(row))
