"""Closed lists of the catalogue."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ProductKind(TextChoices):
    """What is sold. What follows a payment hangs on this (``shop.fulfil``)."""

    ONE_OFF = "one_off", _("single purchase")
    SUBSCRIPTION = "subscription", _("subscription")
    LICENCE = "licence", _("licence")
    PROJECT = "project", _("service project")


class ProductState(TextChoices):
    """Whether the public sees a product. What was published once is never a draft again: its address is known."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("on sale")
    WITHDRAWN = "withdrawn", _("no longer on sale")


class Interval(TextChoices):
    """How often a price is charged. Nothing means once."""

    ONCE = "", _("once")
    MONTH = "month", _("monthly")
    YEAR = "year", _("yearly")


class VatKind(TextChoices):
    """What a supply is to the law of value added tax: it decides where the tax belongs (AVL 5 luku)."""

    ELECTRONIC = "electronic", _("electronic service")
    SERVICE = "service", _("other service")
    GOODS = "goods", _("goods")


class RateClass(TextChoices):
    """Which of the Finnish rates applies; how much it is on a day stands in ``rules/vat.toml``."""

    STANDARD = "standard", _("general rate")
    REDUCED = "reduced", _("reduced rate (food, books)")
    LOW = "low", _("low rate (newspapers)")
    ZERO = "zero", _("no value added tax")


class VatCategory(TextChoices):
    """The codes of EN 16931 (UNCL5305)."""

    STANDARD = "S", _("value added tax")
    REVERSE = "AE", _("reverse charge")
    EXEMPT = "E", _("exempt")
    ZERO = "Z", _("zero rate")
    EXPORT = "G", _("export outside the EU")
    INTRA = "K", _("supply to another EU state")
    OUTSIDE = "O", _("outside the scope of value added tax")


class Scheme(TextChoices):
    """Where and how the tax is paid."""

    DOMESTIC = "domestic", _("paid in Finland")
    OSS = "oss", _("paid through the One Stop Shop")
    REVERSE_CHARGE = "reverse_charge", _("paid by the buyer")
    OUTSIDE = "outside", _("no value added tax")


class VatNote(TextChoices):
    """What a buyer is told about the tax beside the sum, and on the invoice where the law wants it."""

    NONE = "", ""
    REVERSE_CHARGE = "reverse_charge", _("Reverse charge: the buyer accounts for the value added tax.")
    INTRA_COMMUNITY = "intra_community", _("Intra-Community supply (AVL 72 a §).")
    EXPORT = "export", _("Export outside the EU (AVL 70 §).")
    OUTSIDE_FINLAND = "outside_finland", _("Supply outside Finland: no Finnish value added tax.")
    NO_TAX = "no_tax", _("No value added tax.")
    OSS = "oss", _("Value added tax of the buyer's country.")
    NUMBER_NOT_CHECKED = (
        "number_not_checked",
        _("Value added tax is charged, because the buyer's VAT number has not been found valid."),
    )
    BUSINESS_NOT_PROVEN = (
        "business_not_proven",
        _("Finnish value added tax is charged, because we have no proof that the buyer is a business."),
    )


class PictureFormat(TextChoices):
    """In which formats a picture is kept: the small one, and one that every reader of links knows."""

    WEBP = "webp", "WebP"
    JPEG = "jpeg", "JPEG"


class What(TextChoices):
    """What was done to a product, in its history."""

    ADDED = "added", _("added")
    CHANGED = "changed", _("changed")
    PRICED = "priced", _("price set")
    PICTURED = "pictured", _("picture added")
    UNPICTURED = "unpictured", _("picture removed")
    FILED = "filed", _("file added")
    STOCKED = "stocked", _("stock set")
    PUBLISHED = "published", _("put on sale")
    WITHDRAWN = "withdrawn", _("withdrawn from sale")
