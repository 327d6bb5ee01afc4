"""Finvoice 3.0 (Finance Finland): the same invoice as Finnish programs and banks read it.

Elements stand in the order of the standard; amounts have a comma, days no marks. The message's own addresses are said
where the buyer gave an e-invoice address and its operator.
"""

from datetime import date
from decimal import Decimal

from lxml import etree

from seloste.invoices.rules import numbering
from seloste.invoices.rules.ubl import CREDIT_NOTE, INVOICE, TRANSFER, category_of
from seloste.invoices.rules.voucher import Row, Side, Voucher

#: A price of one has from two to five decimals.
_LEAST, _PRICE = Decimal("0.01"), Decimal("0.00001")
_LONGEST = {"name": 70, "line": 35, "text": 512}


def finvoice(told: Voucher, terms: str) -> bytes:
    """Return the voucher as a Finvoice 3.0 document; a credit note has amounts below nothing, as the standard asks."""
    root = etree.Element("Finvoice", {"Version": "3.0"})
    _addressed(root, told)
    _party(root, "Seller", told.seller)
    information = _in(root, "SellerInformationDetails")
    account = _in(information, "SellerAccountDetails")
    _say(account, "SellerAccountID", told.seller.iban, IdentificationSchemeName="IBAN")
    _say(account, "SellerBic", told.seller.bic, IdentificationSchemeName="BIC")
    _party(root, "Buyer", told.buyer)
    _delivery(root, told)
    _invoice(root, told, terms)
    for row in told.items:
        _row(root, row, told)
    _payment(root, told)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


# --- Small parts ------------------------------------------------------------------------------------------------------


def _in(parent: "etree._Element", name: str) -> "etree._Element":
    return etree.SubElement(parent, name)


def _say(parent: "etree._Element", name: str, text: str, **marks: str) -> None:
    if text:
        etree.SubElement(parent, name, marks).text = text


def _day(parent: "etree._Element", name: str, day: date | None) -> None:
    _say(parent, name, f"{day:%Y%m%d}" if day else "", Format="CCYYMMDD")


def _comma(number: Decimal) -> str:
    return f"{number:f}".replace(".", ",")


def _money(parent: "etree._Element", name: str, amount: Decimal, told: Voucher) -> None:
    signed = -amount if told.is_credit else amount
    _say(parent, name, _comma(signed), AmountCurrencyIdentifier=told.currency)


def _rate(rate: Decimal) -> str:
    return _comma(Decimal(f"{rate.normalize():f}"))


# --- The parts of the document ----------------------------------------------------------------------------------------


def _addressed(root: "etree._Element", told: Voucher) -> None:
    """Say to whom and through whom it goes, where the buyer takes e-invoices."""
    buyer, seller = told.buyer, told.seller
    if not buyer.einvoice_address or not buyer.einvoice_operator:
        return
    transmission = _in(root, "MessageTransmissionDetails")
    sender = _in(transmission, "MessageSenderDetails")
    _say(sender, "FromIdentifier", seller.iban)
    _say(sender, "FromIntermediator", seller.bic)
    receiver = _in(transmission, "MessageReceiverDetails")
    _say(receiver, "ToIdentifier", buyer.einvoice_address)
    _say(receiver, "ToIntermediator", buyer.einvoice_operator)
    about = _in(transmission, "MessageDetails")
    _say(about, "MessageIdentifier", told.number)
    _say(about, "MessageTimeStamp", told.issued_at.isoformat(timespec="seconds"))
    _say(about, "SpecificationIdentifier", "EN16931")


def _party(root: "etree._Element", who: str, side: Side) -> None:
    party = _in(root, f"{who}PartyDetails")
    _say(party, f"{who}PartyIdentifier", side.business_id)
    _say(party, f"{who}OrganisationName", side.name[: _LONGEST["name"]])
    _say(party, f"{who}OrganisationTaxCode", side.vat_number)
    if side.city:
        address = _in(party, f"{who}PostalAddressDetails")
        _say(address, f"{who}StreetName", side.street[: _LONGEST["line"]])
        _say(address, f"{who}TownName", side.city[: _LONGEST["line"]])
        _say(address, f"{who}PostCodeIdentifier", side.postal_code)
        _say(address, "CountryCode", side.country)
    _say(root, f"{who}ContactPersonName", side.contact[: _LONGEST["line"]])
    if side.email:
        _say(_in(root, f"{who}CommunicationDetails"), f"{who}EmailaddressIdentifier", side.email)


def _delivery(root: "etree._Element", told: Voucher) -> None:
    details = _in(root, "DeliveryDetails")
    if told.period_ends_on:
        period = _in(details, "DeliveryPeriodDetails")
        _day(period, "StartDate", told.supplied_on)
        _day(period, "EndDate", told.period_ends_on)
    else:
        _day(details, "DeliveryDate", told.supplied_on)


def _invoice(root: "etree._Element", told: Voucher, terms: str) -> None:
    about = _in(root, "InvoiceDetails")
    _say(about, "InvoiceTypeCode", "INV02" if told.is_credit else "INV01")
    _say(about, "InvoiceTypeCodeUN", CREDIT_NOTE if told.is_credit else INVOICE)
    _say(about, "InvoiceTypeText", "HYVITYSLASKU" if told.is_credit else "LASKU")
    _say(about, "OriginCode", "Original")
    _say(about, "InvoiceNumber", told.number)
    _day(about, "InvoiceDate", told.issued_on)
    _say(about, "OriginalInvoiceNumber", told.credits_number)
    _day(about, "OriginalInvoiceDate", told.credits_on)
    _say(about, "OrderIdentifier", told.order_reference)
    _say(about, "BuyerReferenceIdentifier", told.buyer.reference[: _LONGEST["name"]])
    _money(about, "RowsTotalVatExcludedAmount", told.items_net, told)
    if told.discounts:
        _money(about, "DiscountsTotalVatExcludedAmount", told.allowances_net, told)
    _money(about, "InvoiceTotalVatExcludedAmount", told.net, told)
    _money(about, "InvoiceTotalVatAmount", told.vat, told)
    _money(about, "InvoiceTotalVatIncludedAmount", told.total, told)
    if told.rounding:
        _money(about, "InvoiceTotalRoundoffAmount", told.rounding, told)
    if told.prepaid:
        _money(about, "InvoicePaidAmount", told.prepaid, told)
    _taxes(about, told)
    _say(about, "InvoiceFreeText", told.reason[: _LONGEST["text"]])
    if terms:
        agreed = _in(about, "PaymentTermsDetails")
        _say(agreed, "PaymentTermsFreeText", terms[: _LONGEST["name"]])
        _day(agreed, "InvoiceDueDate", told.due_on if told.reference else None)
    for row in told.discounts:
        _discount(about, row, told)


def _taxes(about: "etree._Element", told: Voucher) -> None:
    for tax in told.taxes:
        part = _in(about, "VatSpecificationDetails")
        _money(part, "VatBaseAmount", tax.taxable, told)
        _say(part, "VatRatePercent", _rate(tax.rate))
        _say(part, "VatCode", category_of(told, tax.category))
        _money(part, "VatRateAmount", tax.tax, told)
        _say(part, "VatFreeText", tax.reason[: _LONGEST["name"]])


def _discount(about: "etree._Element", row: Row, told: Voucher) -> None:
    part = _in(about, "DiscountDetails")
    _say(part, "FreeText", row.text[: _LONGEST["name"]])
    _money(part, "Amount", row.net, told)
    _say(part, "VatCategoryCode", category_of(told, row.category))
    _say(part, "VatRatePercent", _rate(row.rate))


def _row(root: "etree._Element", row: Row, told: Voucher) -> None:
    line = _in(root, "InvoiceRow")
    _say(line, "ArticleIdentifier", row.sku[: _LONGEST["line"]])
    _say(line, "ArticleName", row.text[:100])
    quantity = -row.quantity if told.is_credit else row.quantity
    marks = {"QuantityUnitCode": row.unit, "QuantityUnitCodeUN": row.unit}
    _say(line, "InvoicedQuantity", _comma(Decimal(f"{quantity.normalize():f}")), **marks)
    places = _LEAST if row.unit_net == row.unit_net.quantize(_LEAST) else _PRICE
    _say(line, "UnitPriceAmount", _comma(row.unit_net.quantize(places)), AmountCurrencyIdentifier=told.currency)
    _say(line, "RowPositionIdentifier", str(row.position))
    if row.discount:
        _money(line, "RowDiscountAmount", row.discount, told)
    _say(line, "RowVatRatePercent", _rate(row.rate))
    _say(line, "RowVatCode", category_of(told, row.category))
    _money(line, "RowVatAmount", row.tax, told)
    _money(line, "RowVatExcludedAmount", row.net, told)
    _money(line, "RowAmount", row.net + row.tax, told)


def _payment(root: "etree._Element", told: Voucher) -> None:
    details = _in(root, "EpiDetails")
    named = _in(details, "EpiIdentificationDetails")
    _day(named, "EpiDate", told.issued_on)
    _say(named, "EpiReference", told.number)
    parties = _in(details, "EpiPartyDetails")
    bank = _in(parties, "EpiBfiPartyDetails")
    _say(bank, "EpiBfiIdentifier", told.seller.bic, IdentificationSchemeName="BIC")
    payee = _in(parties, "EpiBeneficiaryPartyDetails")
    _say(payee, "EpiNameAddressDetails", told.seller.name[: _LONGEST["line"]])
    _say(payee, "EpiAccountID", told.seller.iban, IdentificationSchemeName="IBAN")
    paying = _in(details, "EpiPaymentInstructionDetails")
    reference = numbering.creditor_reference(told.reference)
    _say(paying, "EpiRemittanceInfoIdentifier", reference, IdentificationSchemeName="ISO")
    _money(paying, "EpiInstructedAmount", told.payable, told)
    _say(paying, "EpiCharge", "SLEV", ChargeOption="SLEV")
    _day(paying, "EpiDateOptionDate", told.due_on)
    _say(paying, "EpiPaymentMeansCode", TRANSFER)
