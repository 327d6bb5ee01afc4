"""A voucher as plain values: what the paper, the structured invoices and the exports are written from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """The seller or the buyer. ``reference`` and ``contact`` are the buyer's, ``iban`` and ``bic`` the seller's."""

    name: str
    street: str
    postal_code: str
    city: str
    country: str
    business_id: str
    vat_number: str
    email: str
    contact: str = ""
    reference: str = ""
    einvoice_address: str = ""
    einvoice_operator: str = ""
    iban: str = ""
    bic: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A line. ``discount`` is its own and already taken from ``net``; ``unit_net`` is the price of one before it."""

    position: int
    is_discount: bool
    sku: str
    text: str
    quantity: Decimal
    unit: str
    unit_net: Decimal
    net: Decimal
    discount: Decimal
    tax: Decimal
    category: str
    rate: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Tax:
    """A row of the breakdown of tax."""

    category: str
    rate: Decimal
    scheme: str
    country: str
    taxable: Decimal
    tax: Decimal
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Voucher:
    """An invoice or a credit note. ``credits_number`` and ``credits_on`` name the invoice that a note credits."""

    id: UUID
    is_credit: bool
    number: str
    language: str
    issued_at: datetime
    issued_on: date
    supplied_on: date
    period_ends_on: date | None
    due_on: date
    reference: str
    order_key: str
    order_reference: str
    credits_number: str
    credits_on: date | None
    reason: str
    seller: Side
    buyer: Side
    is_business: bool
    currency: str
    lines: Sequence[Row]
    taxes: Sequence[Tax]
    items_net: Decimal
    allowances_net: Decimal
    net: Decimal
    vat: Decimal
    total: Decimal
    prepaid: Decimal
    rounding: Decimal
    payable: Decimal
    paid_by: str
    paid_on: date | None

    @property
    def items(self) -> list[Row]:
        """Return the lines that were sold."""
        return [row for row in self.lines if not row.is_discount]

    @property
    def discounts(self) -> list[Row]:
        """Return the discounts on the whole."""
        return [row for row in self.lines if row.is_discount]
