"""Deeds: what an employee does to the catalogue, and what buying does to the stock."""

from seloste.catalogue.actions.deeds import ChangedMeanwhile, NotSellable
from seloste.catalogue.actions.files import add_file
from seloste.catalogue.actions.pictures import add_picture, describe_picture, remove_picture
from seloste.catalogue.actions.prices import add_variant_with_price, set_price
from seloste.catalogue.actions.products import add_group, add_product, classify, describe, publish, withdraw
from seloste.catalogue.actions.stock import give_back, set_stock, take
from seloste.catalogue.actions.variants import add_variant, change_variant

__all__ = [
    "ChangedMeanwhile",
    "NotSellable",
    "add_file",
    "add_group",
    "add_picture",
    "add_product",
    "add_variant",
    "add_variant_with_price",
    "change_variant",
    "classify",
    "describe",
    "describe_picture",
    "give_back",
    "publish",
    "remove_picture",
    "set_price",
    "set_stock",
    "take",
    "withdraw",
]
