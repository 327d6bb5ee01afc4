"""The canonical text of a voucher, read from its rows: what the chain is made of."""

from collections.abc import Sequence
from typing import Any

from django.db import models

from seloste.invoices.models import Invoice
from seloste.invoices.rules import chain


def content_of(invoice: Invoice) -> bytes:
    """Return the canonical text of the voucher as its rows have it now."""
    lines = [_values(line, chain.LINE) for line in invoice.lines.order_by("position")]
    taxes = [_values(row, chain.VAT) for row in invoice.vat_rows.order_by("id")]
    return chain.canonical(_values(invoice, chain.INVOICE), _values(invoice.seller, chain.SELLER), lines, taxes)


def _values(row: models.Model, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
