"""How many are left. Buying takes from the stock in one statement, so that two buyers never get the last one."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from seloste.catalogue.actions.deeds import note, raise_revision
from seloste.catalogue.actions.variants import checked_stock, locked_variant
from seloste.catalogue.choices import ProductState, What
from seloste.catalogue.models import Variant
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Refusal


class SoldOut(Refusal):
    """There are not so many left."""

    status = 409


class StockMoved(Refusal):
    """Something was bought or given back since the form was opened."""

    status = 409


def take(variant_id: UUID, quantity: int) -> None:
    """Take so many from the stock; SoldOut where there are fewer, or it is no longer sold. ValueError below one."""
    if quantity < 1:
        raise ValueError("a quantity is one or more")
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [quantity, variant_id, ProductState.PUBLISHED, quantity])
        left = cursor.fetchone()
    if left is None:
        raise SoldOut(_("There are not so many left."), field="quantity")
    if left == (0,):
        _show_anew()


#: Nothing of an endless stock is still endless.
_TAKE = """
UPDATE catalogue_variant SET stock = stock - %s FROM catalogue_product
WHERE catalogue_variant.id = %s AND is_available AND catalogue_product.id = product_id
    AND catalogue_product.state = %s AND (stock IS NULL OR stock >= %s)
RETURNING stock
"""


@transaction.atomic
def give_back(variant_id: UUID, quantity: int) -> None:
    """Give so many back to the stock, as when an order that waited for its payment ends. ValueError below one."""
    if quantity < 1:
        raise ValueError("a quantity is one or more")
    Variant.objects.filter(id=variant_id, stock__isnull=False).update(stock=F("stock") + quantity)
    if Variant.objects.filter(id=variant_id, stock=quantity).exists():
        _show_anew()


def _show_anew() -> None:
    """Have the pages follow once the order is committed: two orders that wait for each other's rows would never end."""
    transaction.on_commit(raise_revision, robust=True)


@transaction.atomic
def set_stock(
    *, by: Duty, at: datetime, variant_id: UUID, stock: int | None, was: tuple[int | None] | None = None
) -> None:
    """Say how many there are, as counted; None where it never ends.

    ``was`` holds what the form showed: StockMoved where something was bought since, so that no sale is undone. What was
    not counted anew stays as it is.
    """
    row = locked_variant(by, variant_id)
    after = checked_stock(stock)
    if row.stock == after or was == (after,):
        return
    if was is not None and row.stock != was[0]:
        raise StockMoved(_("The stock has changed since you opened the form. Count once more, please."), field="stock")
    Variant.objects.filter(id=variant_id).update(stock=after)
    note(row.product_id, What.STOCKED, by=by, at=at, detail={"sku": row.sku, "stock": [row.stock, after]})
