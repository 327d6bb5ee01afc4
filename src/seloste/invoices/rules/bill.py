"""What is to be invoiced, as the rooms above say it. Nothing here reads the clock or the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from seloste.catalogue.rules.vat import Vat
from seloste.invoices.choices import PaidBy, Unit
from seloste.kernel.money import NOTHING


@dataclass(frozen=True, kw_only=True, slots=True)
class Buyer:
    """Who is billed, as it will stand on the invoice. ``reference`` is the buyer's own (order number, cost centre).

    ``einvoice_address`` and ``einvoice_operator`` are where the buyer takes e-invoices (OVT, IBAN or GLN; operator).
    """

    name: str
    contact: str = ""
    email: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = "FI"
    business_id: str = ""
    vat_number: str = ""
    reference: str = ""
    einvoice_address: str = ""
    einvoice_operator: str = ""
    is_business: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One thing that was sold. ``amount`` is of the whole line, with tax where ``Bill.with_vat`` says so.

    Where the line was reckoned already (``catalogue.rules.amounts``), ``net`` and ``tax`` say so of every line, and
    stand as they are. ``discount`` was taken off the line already, in the terms of ``amount``.
    """

    text: str
    amount: Decimal
    vat: Vat
    net: Decimal | None = None
    tax: Decimal | None = None
    discount: Decimal = NOTHING
    quantity: Decimal = Decimal(1)
    unit: Unit = Unit.PIECE
    sku: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Discount:
    """What is taken from the whole, such as a coupon: positive, one for each rate of tax among the items."""

    text: str
    amount: Decimal
    vat: Vat


@dataclass(frozen=True, kw_only=True, slots=True)
class Bill:
    """What is to be invoiced. The same ``key`` gives the same invoice, however often it is issued.

    ``with_vat``: amounts include the tax, as consumers are told them. ``total`` is what the buyer was told, with tax; a
    few cents between it and the sum of the lines become the invoice's rounding, more is a fault. ``payment_id`` is the
    payment through which it is paid or will be (``payments``).
    """

    key: str
    buyer: Buyer
    items: Sequence[Item]
    discounts: Sequence[Discount] = ()
    with_vat: bool = True
    total: Decimal | None = None
    language: str = "fi"
    order_key: str = ""
    order_reference: str = ""
    supplied_on: date | None = None
    period_ends_on: date | None = None
    due_on: date | None = None
    prepaid: Decimal = NOTHING
    paid_by: PaidBy | None = None
    paid_on: date | None = None
    payment_id: UUID | None = None
    persons: Sequence[UUID] = ()
