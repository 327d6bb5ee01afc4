"""All lists of the shop, by their names."""

from seloste.sales.choices import ListKey
from seloste.sales.shown import coupons, invoices, orders, payments, services
from seloste.sales.shown.listing import Shelf

SHELVES: dict[ListKey, Shelf] = {
    shelf.key: shelf for shelf in (orders.SHELF, payments.SHELF, invoices.SHELF, services.SHELF, coupons.SHELF)
}
