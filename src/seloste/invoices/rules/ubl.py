"""The structured invoice: UBL 2.1 (ISO/IEC 19845) as EN 16931 uses it. BT and BG numbers are those of the standard.

Elements are written in the order of the schema. Nothing is put together from text: every value is a text node.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lxml import etree

from seloste.catalogue.choices import VatCategory
from seloste.invoices.rules.voucher import Row, Side, Tax, Voucher

_INVOICE = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
_CREDIT = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"
_CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
_CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
#: BT-24: the core of the standard, nothing added.
SPECIFICATION = "urn:cen.eu:en16931:2017"
#: UNTDID 1001: commercial invoice, credit note. UNTDID 4461: SEPA credit transfer.
INVOICE, CREDIT_NOTE, TRANSFER = "380", "381", "58"
#: UNTDID 5189: a discount. ISO 6523: the Finnish business id. EAS: an e-mail address, an OVT.
DISCOUNT, BUSINESS_ID, BY_MAIL, OVT = "95", "0212", "EM", "0216"


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """What is said in words, in the language of the invoice."""

    terms: str
    discount: str


def ubl(told: Voucher, words: Words) -> bytes:
    """Return the voucher as a UBL document."""
    kind = "CreditNote" if told.is_credit else "Invoice"
    space = _CREDIT if told.is_credit else _INVOICE
    root = etree.Element(f"{{{space}}}{kind}", nsmap={None: space, "cac": _CAC, "cbc": _CBC})  # type: ignore[dict-item]  # the stubs forget it
    _head(root, told)
    _references(root, told)
    _party(_in(root, "AccountingSupplierParty"), told.seller, told, is_seller=True)
    _party(_in(root, "AccountingCustomerParty"), told.buyer, told, is_seller=False)
    _delivery(root, told)
    _payment(root, told, words)
    for row in told.discounts:
        _allowance(root, row.text, row.net, told, row)
    _taxes(root, told)
    _totals(root, told)
    for row in told.items:
        _line(root, row, told, words)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


# --- Small parts ------------------------------------------------------------------------------------------------------


def _in(parent: "etree._Element", name: str) -> "etree._Element":
    return etree.SubElement(parent, f"{{{_CAC}}}{name}")


def _say(parent: "etree._Element", name: str, value: object, **marks: str) -> None:
    """Add a value; where there is nothing to say, nothing is added."""
    if value not in (None, ""):
        etree.SubElement(parent, f"{{{_CBC}}}{name}", marks).text = _text(value)


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _money(parent: "etree._Element", name: str, amount: Decimal, told: Voucher) -> None:
    _say(parent, name, amount, currencyID=told.currency)


def _trimmed(number: Decimal) -> Decimal:
    """Return the number without zeros at its end, and not as a power of ten."""
    return Decimal(f"{number.normalize():f}")


def category_of(told: Voucher, category: str) -> str:
    """Return the category as it can stand: beside taxed lines, "outside the scope" is an exemption (BR-O-11)."""
    mixed = len({tax.category for tax in told.taxes}) > 1
    return VatCategory.EXEMPT.value if mixed and category == VatCategory.OUTSIDE else category


# --- The parts of the document ----------------------------------------------------------------------------------------


def _head(root: "etree._Element", told: Voucher) -> None:
    _say(root, "CustomizationID", SPECIFICATION)
    _say(root, "ID", told.number)
    _say(root, "IssueDate", told.issued_on)
    if told.is_credit:
        _say(root, "CreditNoteTypeCode", CREDIT_NOTE)
    else:
        _say(root, "DueDate", told.due_on)
        _say(root, "InvoiceTypeCode", INVOICE)
    _say(root, "Note", told.reason)
    _say(root, "DocumentCurrencyCode", told.currency)
    _say(root, "BuyerReference", told.buyer.reference or told.order_reference)


def _references(root: "etree._Element", told: Voucher) -> None:
    if told.period_ends_on:
        period = _in(root, "InvoicePeriod")
        _say(period, "StartDate", told.supplied_on)
        _say(period, "EndDate", told.period_ends_on)
    if told.order_reference:
        order = _in(root, "OrderReference")
        _say(order, "ID", told.buyer.reference or told.order_reference)
        _say(order, "SalesOrderID", told.order_reference)
    if told.credits_number:
        before = _in(_in(root, "BillingReference"), "InvoiceDocumentReference")
        _say(before, "ID", told.credits_number)
        _say(before, "IssueDate", told.credits_on)


def _party(parent: "etree._Element", side: Side, told: Voucher, *, is_seller: bool) -> None:
    party = _in(parent, "Party")
    _endpoint(party, side)
    _address(_in(party, "PostalAddress"), side)
    if side.vat_number and not _is_outside(told):
        scheme = _in(party, "PartyTaxScheme")
        _say(scheme, "CompanyID", side.vat_number)
        _say(_in(scheme, "TaxScheme"), "ID", "VAT")
    entity = _in(party, "PartyLegalEntity")
    _say(entity, "RegistrationName", side.name)
    if side.business_id:
        marks = {"schemeID": BUSINESS_ID} if side.country == "FI" else {}
        _say(entity, "CompanyID", side.business_id, **marks)
    if is_seller or side.contact or side.email:
        contact = _in(party, "Contact")
        _say(contact, "Name", side.contact or (side.name if is_seller else ""))
        _say(contact, "ElectronicMail", side.email)


def _endpoint(party: "etree._Element", side: Side) -> None:
    """Say where the party takes invoices: a Finnish e-invoice address (OVT), else its e-mail address."""
    if side.einvoice_address.startswith("0037"):
        _say(party, "EndpointID", side.einvoice_address, schemeID=OVT)
    else:
        _say(party, "EndpointID", side.email, schemeID=BY_MAIL)


def _is_outside(told: Voucher) -> bool:
    """Tell whether nothing is within the scope of the tax: then no VAT number may stand on it (BR-O-02)."""
    return {tax.category for tax in told.taxes} == {VatCategory.OUTSIDE}


def _address(parent: "etree._Element", side: Side) -> None:
    _say(parent, "StreetName", side.street)
    _say(parent, "CityName", side.city)
    _say(parent, "PostalZone", side.postal_code)
    _say(_in(parent, "Country"), "IdentificationCode", side.country)


def _delivery(root: "etree._Element", told: Voucher) -> None:
    delivery = _in(root, "Delivery")
    _say(delivery, "ActualDeliveryDate", told.supplied_on)
    if any(tax.category == VatCategory.INTRA for tax in told.taxes):
        _address(_in(_in(delivery, "DeliveryLocation"), "Address"), told.buyer)


def _payment(root: "etree._Element", told: Voucher, words: Words) -> None:
    if told.reference:
        means = _in(root, "PaymentMeans")
        _say(means, "PaymentMeansCode", TRANSFER)
        _say(means, "PaymentID", told.reference)
        account = _in(means, "PayeeFinancialAccount")
        _say(account, "ID", told.seller.iban)
        _say(account, "Name", told.seller.name)
        if told.seller.bic:
            _say(_in(account, "FinancialInstitutionBranch"), "ID", told.seller.bic)
    if words.terms:
        _say(_in(root, "PaymentTerms"), "Note", words.terms)


def _allowance(parent: "etree._Element", text: str, amount: Decimal, told: Voucher, row: Row | None = None) -> None:
    allowance = _in(parent, "AllowanceCharge")
    _say(allowance, "ChargeIndicator", "false")
    _say(allowance, "AllowanceChargeReasonCode", DISCOUNT)
    _say(allowance, "AllowanceChargeReason", text)
    _money(allowance, "Amount", amount, told)
    if row:
        _category(allowance, "TaxCategory", row, told)


def _category(parent: "etree._Element", name: str, row: Row | Tax, told: Voucher, reason: str = "") -> None:
    category = _in(parent, name)
    code = category_of(told, row.category)
    _say(category, "ID", code)
    if code != VatCategory.OUTSIDE:
        _say(category, "Percent", _trimmed(row.rate))
    if code not in {VatCategory.STANDARD, VatCategory.ZERO}:
        _say(category, "TaxExemptionReason", reason)
    _say(_in(category, "TaxScheme"), "ID", "VAT")


def _taxes(root: "etree._Element", told: Voucher) -> None:
    total = _in(root, "TaxTotal")
    _money(total, "TaxAmount", told.vat, told)
    for tax in told.taxes:
        part = _in(total, "TaxSubtotal")
        _money(part, "TaxableAmount", tax.taxable, told)
        _money(part, "TaxAmount", tax.tax, told)
        _category(part, "TaxCategory", tax, told, tax.reason)


def _totals(root: "etree._Element", told: Voucher) -> None:
    total = _in(root, "LegalMonetaryTotal")
    _money(total, "LineExtensionAmount", told.items_net, told)
    _money(total, "TaxExclusiveAmount", told.net, told)
    _money(total, "TaxInclusiveAmount", told.total, told)
    if told.discounts:
        _money(total, "AllowanceTotalAmount", told.allowances_net, told)
    if told.prepaid:
        _money(total, "PrepaidAmount", told.prepaid, told)
    if told.rounding:
        _money(total, "PayableRoundingAmount", told.rounding, told)
    _money(total, "PayableAmount", told.payable, told)


def _line(root: "etree._Element", row: Row, told: Voucher, words: Words) -> None:
    line = _in(root, "CreditNoteLine" if told.is_credit else "InvoiceLine")
    _say(line, "ID", row.position)
    quantity = "CreditedQuantity" if told.is_credit else "InvoicedQuantity"
    _say(line, quantity, _trimmed(row.quantity), unitCode=row.unit)
    _money(line, "LineExtensionAmount", row.net, told)
    if row.discount:
        _allowance(line, words.discount, row.discount, told)
    item = _in(line, "Item")
    _say(item, "Name", row.text)
    if row.sku:
        _say(_in(item, "SellersItemIdentification"), "ID", row.sku)
    _category(item, "ClassifiedTaxCategory", row, told)
    price = _in(line, "Price")
    _money(price, "PriceAmount", _trimmed(row.unit_net), told)
