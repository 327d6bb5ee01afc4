"""Bookkeeping: each voucher and each movement of money as entries whose debits and credits are equal.

The numbers of accounts are those of a usual Finnish chart; whoever keeps the books maps them to the company's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from seloste.catalogue.choices import Scheme, VatCategory
from seloste.invoices.choices import PaidBy, Settling
from seloste.invoices.rules.voucher import Tax, Voucher
from seloste.kernel.money import NOTHING

RECEIVABLES, BANK, PROVIDERS, OUTPUT_VAT, OSS_VAT, ROUNDING = "1701", "1910", "1765", "2939", "2938", "9990"
#: Sales by where and how they are taxed.
SALES = {
    VatCategory.STANDARD: "3000",
    VatCategory.ZERO: "3300",
    VatCategory.EXEMPT: "3310",
    VatCategory.REVERSE: "3360",
    VatCategory.INTRA: "3350",
    VatCategory.EXPORT: "3380",
    VatCategory.OUTSIDE: "3390",
}
OSS_SALES = "3370"


@dataclass(frozen=True, kw_only=True, slots=True)
class Posting:
    """One row of a journal. ``buyer_vat`` is a company's number, for the recapitulative statement."""

    voucher: str
    on: date
    account: str
    vat_code: str
    debit: Decimal
    credit: Decimal
    text: str
    buyer_vat: str = ""


def vat_code(tax: Tax) -> str:
    """Return the code of a rate: ``FI-25.5``, ``OSS-DE-19``, or the category where nothing is charged."""
    rate = f"{tax.rate.normalize():f}"
    if tax.scheme == Scheme.OSS:
        return f"OSS-{tax.country}-{rate}"
    return f"FI-{rate}" if tax.category == VatCategory.STANDARD else str(tax.category)


def of_voucher(told: Voucher) -> list[Posting]:
    """Return the entries of an invoice or a credit note."""
    rows = [*_asked(told), *(row for tax in told.taxes for row in _sold(tax))]
    if told.rounding:
        rows.append((ROUNDING, "", -told.rounding))
    return [_posting(told, account, code, amount) for account, code, amount in rows if amount]


def _asked(told: Voucher) -> list[tuple[str, str, Decimal]]:
    clearing = BANK if told.paid_by == PaidBy.TRANSFER else PROVIDERS
    return [(clearing, "", told.prepaid), (RECEIVABLES, "", told.payable)]


def _sold(tax: Tax) -> list[tuple[str, str, Decimal]]:
    is_oss = tax.scheme == Scheme.OSS
    sales = OSS_SALES if is_oss else SALES[VatCategory(tax.category)]
    code = vat_code(tax)
    return [(sales, code, -tax.taxable), (OSS_VAT if is_oss else OUTPUT_VAT, code, -tax.tax)]


def _posting(told: Voucher, account: str, code: str, amount: Decimal) -> Posting:
    """Return an entry: above nothing to the debit side; a credit note turns everything round."""
    signed = -amount if told.is_credit else amount
    is_recapitulated = code in {VatCategory.REVERSE, VatCategory.INTRA}
    return Posting(
        voucher=told.number,
        on=told.issued_on,
        account=account,
        vat_code=code,
        debit=max(signed, NOTHING),
        credit=max(-signed, NOTHING),
        text=told.credits_number,
        buyer_vat=told.buyer.vat_number if is_recapitulated else "",
    )


def of_money(*, number: str, kind: str, amount: Decimal, on: date, place: int) -> list[Posting]:
    """Return the entries of money that came or went; a credit note has entries of its own."""
    if kind == Settling.CREDIT or not amount:
        return []
    account = BANK if kind in {Settling.TRANSFER, Settling.UNDONE} else PROVIDERS
    voucher = f"{number}/{place}"
    sides = ((account, amount), (RECEIVABLES, -amount))
    return [
        Posting(
            voucher=voucher,
            on=on,
            account=one,
            vat_code="",
            debit=max(signed, NOTHING),
            credit=max(-signed, NOTHING),
            text=number,
        )
        for one, signed in sides
    ]


def is_balanced(rows: Sequence[Posting]) -> bool:
    """Tell whether debits and credits are equal, voucher by voucher."""
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[row.voucher] = sums.get(row.voucher, NOTHING) + row.debit - row.credit
    return not any(sums.values())
