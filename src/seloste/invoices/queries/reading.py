"""Reading a voucher's rows as plain values."""

from collections.abc import Iterable
from uuid import UUID

from seloste.invoices.choices import Kind, LineKind
from seloste.invoices.models import Invoice, Line, Seller, VatRow
from seloste.invoices.rules.voucher import Row, Side, Tax, Voucher
from seloste.kernel.refusals import Missing

_SAME = (
    *("id", "number", "language", "issued_at", "issued_on", "supplied_on", "period_ends_on", "due_on", "reference"),
    *("order_key", "order_reference", "reason", "is_business", "currency", "items_net", "allowances_net", "net", "vat"),
    *("total", "prepaid", "rounding", "payable", "paid_by", "paid_on"),
)
_OF_SELLER = ("name", "street", "postal_code", "city", "country", "business_id", "vat_number", "email", "iban", "bic")
_OF_BUYER = (
    *("name", "street", "postal_code", "city", "country", "business_id", "vat_number", "email", "contact", "reference"),
    *("einvoice_address", "einvoice_operator"),
)
_OF_LINE = ("position", "sku", "text", "quantity", "unit", "unit_net", "net", "discount", "tax", "category", "rate")
_OF_TAX = ("category", "rate", "scheme", "country", "taxable", "tax", "reason")


def voucher(invoice_id: UUID) -> Voucher:
    """Return one voucher; Missing where there is none. The caller says who may see it and records the look."""
    found = vouchers(Invoice.objects.filter(id=invoice_id))
    if not found:
        raise Missing
    return found[0]


def vouchers(rows: Iterable[Invoice]) -> list[Voucher]:
    """Return vouchers with their lines, in the order of the rows, in four statements."""
    found = list(rows)
    sellers = Seller.objects.in_bulk({row.seller_id for row in found})
    lines, taxes = _by_invoice(Line, found, "position"), _by_invoice(VatRow, found, "id")
    credited = Invoice.objects.in_bulk({row.credits_id for row in found if row.credits_id})
    return [
        _voucher(
            row, sellers[row.seller_id], lines.get(row.id, []), taxes.get(row.id, []), credited.get(row.credits_id)
        )
        for row in found
    ]


def _by_invoice(model: type[Line] | type[VatRow], rows: list[Invoice], order: str) -> "dict[UUID, list[Line | VatRow]]":
    found: dict[UUID, list[Line | VatRow]] = {}
    for one in model._base_manager.filter(invoice__in=[row.id for row in rows]).order_by(order):  # noqa: SLF001
        found.setdefault(one.invoice_id, []).append(one)
    return found


def _voucher(
    row: Invoice, seller: Seller, lines: "list[Line | VatRow]", taxes: "list[Line | VatRow]", of: Invoice | None
) -> Voucher:
    return Voucher(
        **{name: getattr(row, name) for name in _SAME},
        is_credit=row.kind == Kind.CREDIT_NOTE,
        credits_number=of.number if of else "",
        credits_on=of.issued_on if of else None,
        seller=Side(**{name: getattr(seller, name) for name in _OF_SELLER}),
        buyer=Side(**{name: getattr(row, f"buyer_{name}") for name in _OF_BUYER}),
        lines=[_row(line) for line in lines],
        taxes=[Tax(**{name: getattr(tax, name) for name in _OF_TAX}) for tax in taxes],
    )


def _row(line: "Line | VatRow") -> Row:
    is_discount = getattr(line, "kind", "") == LineKind.ALLOWANCE
    return Row(is_discount=is_discount, **{name: getattr(line, name) for name in _OF_LINE})
