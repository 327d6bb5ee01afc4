"""The invoice on paper: PDF/UA-1 and PDF/A-3a, the structured invoice inside it."""

import json
from datetime import UTC, date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import typst
from babel import Locale
from babel.numbers import format_decimal
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import override
from segno import helpers
from stdnum import iban

from seloste.catalogue.choices import Scheme
from seloste.invoices.choices import PaidBy, Unit
from seloste.invoices.rules import numbering
from seloste.invoices.rules.voucher import Row, Side, Tax, Voucher
from seloste.kernel.money import shown

#: Accessible, archivable, with the structured invoice attached (ISO 14289-1, ISO 19005-3).
STANDARDS: list["typst.PDFStandard"] = ["ua-1", "a-3a"]
_LAYOUT = Path(__file__).parents[1] / "templates" / "invoices" / "invoice.typ"
#: The file inside, by the name that readers of such invoices look for.
ATTACHED = "invoice.xml"
#: A code of the European Payments Council cannot say more than this.
_MOST = Decimal("999999999.99")


def paper(told: Voucher, ubl: bytes) -> bytes:
    """Set it with typst. The words travel as data (JSON), so no text can become a command of the layout."""
    with override(told.language):
        printed = json.dumps(_printed(told), ensure_ascii=False)
    document = typst.compile(
        _LAYOUT,
        root=_LAYOUT.parent,
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=STANDARDS,
        sys_inputs={"document": printed, "ubl": ubl.decode()},
        timestamp=told.issued_at.astimezone(UTC).replace(microsecond=0),  # what typst takes
    )
    return bytes(document)


def _printed(told: Voucher) -> dict[str, Any]:
    has_gross = not told.discounts
    return {
        "title": _title(told),
        "number": told.number,
        "language": told.language,
        "attachment": ATTACHED,
        "seller": {"name": told.seller.name},
        "buyer": _address(told.buyer, told.seller.country, told.language),
        "buyer_ids": _buyer_ids(told),
        "facts": _facts(told),
        "note": _note(told),
        "lines": [_line(row, told.language, has_gross) for row in told.lines],
        "taxes": [_tax(row, told.language) for row in told.taxes],
        "reasons": [f"{row.reason}." for row in told.taxes if row.reason],
        "sums": _sums(told),
        "payable": [_("To be credited") if told.is_credit else _("To pay"), shown(told.payable, told.language)],
        "pay": _pay(told),
        "code": _code(told),
        "bar": _bar(told),
        "closing": _closing(told),
        "footer": _footer(told.seller),
        "labels": _labels(has_gross),
    }


def _title(told: Voucher) -> str:
    return _("Credit note") if told.is_credit else _("Invoice")


def _labels(has_gross: bool) -> dict[str, Any]:  # noqa: FBT001 -- whether there is such a column
    gross = [_("With VAT")] if has_gross else []
    return {
        "buyer": _("Buyer"),
        "lines": [_("What"), _("Quantity"), _("Price of one"), _("VAT"), _("Without VAT"), *gross],
        "taxes": [_("VAT rate"), _("Without VAT"), _("VAT")],
        "pay": _("Payment"),
        "code": _("Pay by phone"),
        "code_alt": _("QR code with the payment's data for a bank application; the same data stand beside it."),
        "bar": _("Virtual bar code"),
        "attached": _("The invoice for machines (EN 16931, UBL)"),
        "page": _("Page"),
        "of": _("of"),
    }


# --- Who --------------------------------------------------------------------------------------------------------------


def _address(side: Side, home: str, language: str) -> list[str]:
    country = Locale.parse(language).territories.get(side.country, side.country) if side.country != home else ""
    lines = (side.name, side.contact, side.street, f"{side.postal_code} {side.city}".strip(), country)
    return [line for line in lines if line]


def _buyer_ids(told: Voucher) -> list[str]:
    buyer = told.buyer
    named = ((_("Business ID"), buyer.business_id), (_("VAT number"), buyer.vat_number))
    return [f"{name} {value}" for name, value in named if value]


def _footer(seller: Side) -> list[str]:
    place = f"{seller.street}, {seller.postal_code} {seller.city}"
    ids = f"{_('Business ID')} {seller.business_id}", f"{_('VAT number')} {seller.vat_number}"
    return [part for part in (seller.name, place, *ids, seller.email) if part]


# --- What -------------------------------------------------------------------------------------------------------------


def _facts(told: Voucher) -> list[tuple[str, str]]:
    known = [
        (_("Number"), told.number),
        (_("Date"), _day(told.issued_on)),
        (_supply_name(told), _supplied(told)),
        (_("Due"), _day(told.due_on) if told.reference else ""),
        (_("Reference number"), numbering.in_groups(told.reference)),
        (_("Credits the invoice"), f"{told.credits_number} ({_day(told.credits_on)})" if told.credits_on else ""),
        (_("Order"), told.order_reference),
        (_("Your reference"), told.buyer.reference),
    ]
    return [(name, value) for name, value in known if value]


def _day(day: date | None) -> str:
    return formats.date_format(day, "SHORT_DATE_FORMAT") if day else ""


def _supply_name(told: Voucher) -> str:
    """Return what the day is of: an order is invoiced when it is made, and its delivery may still be to come."""
    if told.period_ends_on:
        return _("Period")
    return _("Ordered") if told.order_reference else _("Supplied")


def _supplied(told: Voucher) -> str:
    first = _day(told.supplied_on)
    return f"{first} – {_day(told.period_ends_on)}" if told.period_ends_on else first


def _note(told: Voucher) -> str:
    return _("Reason: %(reason)s") % {"reason": told.reason} if told.reason else ""


def _line(row: Row, language: str, has_gross: bool) -> list[Any]:  # noqa: FBT001 -- whether there is such a column
    if row.is_discount:
        return [[row.text, ""], "", "", _rate(row.rate, language), f"−{_plain(row.net, language)}"]
    less = _("Discount %(amount)s included") % {"amount": shown(row.discount, language)} if row.discount else ""
    gross = [_plain(row.net + row.tax, language)] if has_gross else []
    quantity = f"{format_decimal(row.quantity.normalize(), locale=language)} {Unit(row.unit).label}"
    return [
        [row.text, " · ".join(part for part in (row.sku, less) if part)],
        quantity,
        _price(row.unit_net, language),
        _rate(row.rate, language),
        _plain(row.net, language),
        *gross,
    ]


def _rate(rate: Decimal, language: str) -> str:
    return f"{format_decimal(rate.normalize(), locale=language)}\u00a0%"


def _plain(amount: Decimal, language: str) -> str:
    return str(format_decimal(amount, format="#,##0.00", locale=language))


def _price(amount: Decimal, language: str) -> str:
    return str(format_decimal(amount, format="#,##0.00##", locale=language))


def _tax(row: Tax, language: str) -> list[str]:
    name = _rate(row.rate, language)
    if row.scheme == Scheme.OSS:
        name = f"{name} ({Locale.parse(language).territories.get(row.country, row.country)})"
    return [name, _plain(row.taxable, language), _plain(row.tax, language)]


def _sums(told: Voucher) -> list[tuple[str, str]]:
    language = told.language
    known = [
        (_("Without VAT"), told.net, True),
        (_("VAT"), told.vat, True),
        (_("Total"), told.total, True),
        (_("Rounding"), told.rounding, bool(told.rounding)),
        (_paid(told), -told.prepaid, bool(told.prepaid)),
    ]
    return [(name, shown(amount, language)) for name, amount, is_there in known if is_there]


def _paid(told: Voucher) -> str:
    if not told.paid_on:
        return _("Paid")
    by = PaidBy(told.paid_by).label if told.paid_by else ""
    return ", ".join(part for part in (_("Paid %(day)s") % {"day": _day(told.paid_on)}, str(by)) if part)


# --- How to pay -------------------------------------------------------------------------------------------------------


def _pay(told: Voucher) -> list[tuple[str, str]]:
    if not told.reference:
        return []
    known = [
        (_("Payee"), told.seller.name),
        (_("Account"), str(iban.format(told.seller.iban))),
        ("BIC", told.seller.bic),
        (_("Reference number"), numbering.in_groups(told.reference)),
        (_("Due"), _day(told.due_on)),
        (_("Amount"), shown(told.payable, told.language)),
    ]
    return [(name, value) for name, value in known if value]


def _code(told: Voucher) -> str:
    """Return the code of the European Payments Council as a drawing."""
    if not told.reference or told.payable > _MOST:
        return ""
    code = helpers.make_epc_qr(
        name=told.seller.name[:70],
        iban=told.seller.iban,
        amount=told.payable,
        reference=numbering.creditor_reference(told.reference),
        bic=told.seller.bic or None,
    )
    drawn = BytesIO()
    code.save(drawn, kind="svg", border=0, xmldecl=False, svgns=True)
    return drawn.getvalue().decode()


def _bar(told: Voucher) -> str:
    return numbering.bar_code(iban=told.seller.iban, amount=told.payable, reference=told.reference, due_on=told.due_on)


def _closing(told: Voucher) -> str:
    if told.is_credit:
        return _("This note takes away from the invoice that it names.")
    if not told.reference:
        return _("The invoice has been paid. Thank you.") if told.prepaid else ""
    return _("Interest on late payments by the Interest Act (korkolaki).")
