"""The room's place in Django."""

from django.apps import AppConfig


class InvoicesConfig(AppConfig):
    """Invoices and credit notes, numbered without a gap, and what was paid of them."""

    name = "seloste.invoices"
