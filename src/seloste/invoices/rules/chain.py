"""The chain of vouchers: the canonical text of each, and the hash that binds it to all before it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

#: With what the first year's chain begins.
BEGINNING = bytes(32)

#: What the first version of the canonical text is made of. Columns that come later are no part of it.
INVOICE = (
    "id", "kind", "key", "order_key", "order_reference", "number", "year", "seq", "language", "issued_at",
    "issued_by", "issued_on", "supplied_on", "period_ends_on", "due_on", "reference", "credits_id", "reason",
    "buyer_name", "buyer_contact", "buyer_email", "buyer_street", "buyer_postal_code", "buyer_city",
    "buyer_country", "buyer_business_id", "buyer_vat_number", "buyer_reference", "buyer_einvoice_address",
    "buyer_einvoice_operator", "is_business", "currency", "items_net", "allowances_net", "net", "vat", "total",
    "prepaid", "rounding", "payable", "paid_by", "paid_on", "payment", "keep_until",
)  # fmt: skip
SELLER = (
    "name", "street", "postal_code", "city", "country", "business_id", "vat_number", "email", "iban", "bic",
)  # fmt: skip
LINE = (
    "position", "kind", "sku", "text", "quantity", "unit", "unit_net", "net", "discount", "tax", "category", "rate",
    "credits",
)  # fmt: skip
VAT = (
    "category", "rate", "scheme", "country", "taxable", "tax", "reason",
)  # fmt: skip
_PLACES = {"quantity": 3, "unit_net": 6}


def canonical(
    invoice: Mapping[str, Any],
    seller: Mapping[str, Any],
    lines: Sequence[Mapping[str, Any]],
    vat: Sequence[Mapping[str, Any]],
) -> bytes:
    """Return the one text of a voucher: JSON with sorted names, decimals with fixed places, moments in UTC."""
    told = {
        "version": 1,
        "invoice": _plain(invoice, INVOICE),
        "seller": _plain(seller, SELLER),
        "lines": [_plain(line, LINE) for line in lines],
        "vat": [_plain(row, VAT) for row in vat],
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def seller_mark(seller: Mapping[str, Any]) -> bytes:
    """Return what tells one wording of our own data from another."""
    return hashlib.sha256(json.dumps(_plain(seller, SELLER), sort_keys=True).encode()).digest()


def _plain(values: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: _value(name, values[name]) for name in names}


def _value(name: str, value: Any) -> Any:  # noqa: ANN401 -- whatever a column holds
    if isinstance(value, Decimal):
        return f"{value:.{_PLACES.get(name, 2)}f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int) else str(value)


def voided(why: str) -> bytes:
    """Return the canonical text of a number that stands on no voucher."""
    return json.dumps({"version": 1, "void": str(why)}, sort_keys=True, separators=(",", ":")).encode()


def link(*, previous: bytes, year: int, seq: int, number: str, on: date, content: bytes) -> bytes:
    """Return the hash of a number: of its place, its day, its voucher's hash and the hash before it."""
    head = f"seloste.invoices 1|{year}|{seq}|{number}|{on.isoformat()}|".encode()
    return hashlib.sha256(head + content + previous).digest()


def digest(content: bytes) -> bytes:
    """Return the SHA-256."""
    return hashlib.sha256(content).digest()
