"""The canonical text of vouchers, read from their rows: what the chain is made of."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import models

from seloste.invoices.models import Invoice, Line, Seller, VatRow
from seloste.invoices.rules import chain


def content_of(invoice: Invoice) -> bytes:
    """Return the canonical text of the voucher as its rows have it now."""
    return contents([invoice])[invoice.id]


def contents(invoices: Sequence[Invoice]) -> dict[UUID, bytes]:
    """Return the canonical texts of many vouchers, in three statements."""
    ids = [one.id for one in invoices]
    sellers = Seller.objects.in_bulk({one.seller_id for one in invoices})
    lines, taxes = defaultdict(list), defaultdict(list)
    for line in Line.objects.filter(invoice__in=ids).order_by("position"):
        lines[line.invoice_id].append(_values(line, chain.LINE))
    for tax in VatRow.objects.filter(invoice__in=ids).order_by("id"):
        taxes[tax.invoice_id].append(_values(tax, chain.VAT))
    return {
        one.id: chain.canonical(
            _values(one, chain.INVOICE), _values(sellers[one.seller_id], chain.SELLER), lines[one.id], taxes[one.id]
        )
        for one in invoices
    }


def _values(row: models.Model, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
