"""The tables of the room: what is sold, at which price, in which words and pictures. Nothing here is about a buyer."""

from seloste.catalogue.models.history import Change, Revision
from seloste.catalogue.models.pictures import Picture, PictureFile, PictureText
from seloste.catalogue.models.prices import Price
from seloste.catalogue.models.products import Address, Group, Product, ProductText, SoldFile, Variant, VariantText

__all__ = [
    "Address",
    "Change",
    "Group",
    "Picture",
    "PictureFile",
    "PictureText",
    "Price",
    "Product",
    "ProductText",
    "Revision",
    "SoldFile",
    "Variant",
    "VariantText",
]
