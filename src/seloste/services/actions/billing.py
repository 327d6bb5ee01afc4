"""What a subscription costs becomes an order on the contract it goes on, and is billed by invoice with a pay link."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from seloste.catalogue.choices import ProductKind
from seloste.kernel.duty import Duty
from seloste.services.choices import ChangeKind
from seloste.services.models import Subscription
from seloste.shop.actions import by_system
from seloste.shop.choices import OrderSource

if TYPE_CHECKING:
    from seloste.services.actions.door import Planned


def bill(row: Subscription, planned: Planned, *, by: Duty, at: datetime, token: UUID) -> UUID:
    """Order what the change costs, on the contract of the subscription; return the order's id.

    The same token again is the same order: whatever is tried twice is billed once.
    """
    standing, terms = planned.standing, planned.becomes or planned.standing.terms
    is_renewal = planned.kind == ChangeKind.RENEW
    line = by_system.SystemLine(
        product_id=row.product,
        variant_id=terms.variant,
        sku=planned.called.sku if planned.called else row.sku,
        kind=ProductKind.SUBSCRIPTION,
        interval=terms.interval,
        title=planned.called.title if planned.called else row.title,
        quantity=terms.quantity if is_renewal else 1,
        amount=planned.amount,
        is_gross=row.is_gross,
        period_from=standing.since_on if is_renewal else planned.effective_on,
        period_until=standing.until_on - timedelta(days=1),
    )
    source = OrderSource.RENEWAL if is_renewal else OrderSource.CHANGE
    return by_system.place_by_system(
        by=by, at=at, token=token, follows=row.order_id, source=source, lines=[line], vat_evidence=planned.vat_evidence
    )
