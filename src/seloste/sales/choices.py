"""Closed lists of the staff's pages."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ListKey(TextChoices):
    """The lists of the shop at the desk."""

    ORDERS = "orders", _("Orders")
    PAYMENTS = "payments", _("Payments")
    INVOICES = "invoices", _("Invoices")
    SERVICES = "services", _("Subscriptions")
    COUPONS = "coupons", _("Coupons")


class FileKind(TextChoices):
    """As what a list can leave the system."""

    XLSX = "xlsx", _("Spreadsheet (XLSX)")
    CSV = "csv", _("Text (CSV)")


class FigureOf(TextChoices):
    """What a figure of the sales is of."""

    ALL = "all", _("Everything")
    PRODUCT = "product", _("Products")
    COUNTRY = "country", _("Countries")
