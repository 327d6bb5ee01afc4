"""Setting prices. A price is added to the history and never changed."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.catalogue.actions.deeds import NotSellable, note
from seloste.catalogue.actions.variants import add_variant, locked_variant
from seloste.catalogue.choices import Interval, What
from seloste.catalogue.models import Price, Variant
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.money import NOTHING, cents

_MOST = Decimal(10_000_000)


@transaction.atomic
def set_price(
    *,
    by: Duty,
    at: datetime,
    variant_id: UUID,
    amount: Decimal,
    vat_included: bool = True,
    valid_from: datetime | None = None,
    is_reduction: bool = False,
    new: UUID | None = None,
) -> UUID:
    """Set the price of one from a moment on (from now, unless told); return its id.

    ``is_reduction`` announces it as lower than before: the lowest price of the 30 days before is shown beside it.
    NotSellable for what is no whole number of cents, negative, or in the past. ``new`` is the id that a form gave: sent
    twice, it sets one price.
    """
    row = locked_variant(by, variant_id)
    if new is not None and Price.objects.filter(id=new, variant=row).exists():
        return new
    since = valid_from or at
    if not amount.is_finite() or not NOTHING <= amount <= _MOST or amount != cents(amount):
        raise NotSellable(_("A price is a number from 0 up with at most two decimals."), field="amount")
    if since < at:
        raise NotSellable(_("A price cannot begin in the past."), field="valid_from")
    price = Price.objects.create(
        id=new or new_id(at),
        variant=row,
        amount=cents(amount),
        vat_included=vat_included,
        is_reduction=is_reduction,
        valid_from=since,
        set_at=at,
        set_by=by.actor,
    )
    detail = {"sku": row.sku, "amount": str(price.amount), "vat_included": vat_included}
    note(row.product_id, What.PRICED, by=by, at=at, detail={**detail, "from": since.isoformat()})
    return price.id


@transaction.atomic
def add_variant_with_price(
    *,
    by: Duty,
    at: datetime,
    product_id: UUID,
    sku: str,
    interval: Interval,
    titles: Mapping[str, str],
    stock: int | None,
    amount: Decimal,
    vat_included: bool,
    new: UUID,
) -> UUID:
    """Add a variant and its first price; return its id. Sent twice, it adds one."""
    if Variant.objects.filter(id=new, product=product_id).exists():
        return new
    variant = add_variant(
        by=by, at=at, product_id=product_id, sku=sku, interval=interval, titles=titles, stock=stock, new=new
    )
    set_price(by=by, at=at, variant_id=variant, amount=amount, vat_included=vat_included)
    return variant
