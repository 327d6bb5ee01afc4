"""All lists of the shop, by their names."""

from seloste.sales.choices import ListKey
from seloste.sales.shown import orders
from seloste.sales.shown.listing import Shelf

SHELVES: dict[ListKey, Shelf] = {shelf.key: shelf for shelf in (orders.SHELF,)}
