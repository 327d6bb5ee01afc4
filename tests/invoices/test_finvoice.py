"""Finvoice 3.0: amounts, days and signs as the standard writes them, in the order of its elements.

The schema of version 3.0 is published by Finance Finland alone and could not be had for these tests. Every document of
the table was asked of the schema of 2.01 once, which knew all but three elements that 3.0 added.
"""

from decimal import Decimal
from uuid import UUID

import pytest
from lxml import etree
from tests.invoices.make import AT, SYSTEM, company, issue, item, less, vat

from seloste.invoices import actions
from seloste.invoices.queries.reading import voucher
from seloste.invoices.queries.structured import finvoice_of
from seloste.invoices.rules.numbering import creditor_reference

pytestmark = pytest.mark.django_db


def _root(invoice_id: UUID) -> "etree._Element":
    return etree.fromstring(finvoice_of(voucher(invoice_id)))


def _said(root: "etree._Element", path: str) -> list[str]:
    return [str(one.text) for one in root.findall(path)]


def test_an_invoice_says_what_a_bank_and_a_program_need() -> None:
    both = [item("29.90", quantity=Decimal(2)), item("14.00", tax=vat(rate="reduced"), text="Kirja")]
    root = _root(issue(*both, buyer=company(), discounts=[less("2.99")], order_reference="T-1"))
    assert root.get("Version") == "3.0"
    assert [child.tag for child in root if child.tag.endswith("Details")] == [
        "SellerPartyDetails",
        "SellerCommunicationDetails",
        "SellerInformationDetails",
        "BuyerPartyDetails",
        "BuyerCommunicationDetails",
        "DeliveryDetails",
        "InvoiceDetails",
        "EpiDetails",
    ]
    said = {
        "InvoiceDetails/InvoiceTypeCode": ["INV01"],
        "InvoiceDetails/InvoiceNumber": ["2026-00001"],
        "InvoiceDetails/InvoiceDate": ["20261125"],
        "InvoiceDetails/InvoiceTotalVatIncludedAmount": ["40,91"],
        "InvoiceDetails/VatSpecificationDetails/VatRatePercent": ["25,5", "13,5"],
        "InvoiceDetails/VatSpecificationDetails/VatRateAmount": ["5,47", "1,67"],
        "InvoiceDetails/PaymentTermsDetails/InvoiceDueDate": ["20261209"],
        "InvoiceRow/InvoicedQuantity": ["2", "1"],
        "InvoiceRow/RowVatExcludedAmount": ["23,82", "12,33"],
        "EpiDetails/EpiPartyDetails/EpiBeneficiaryPartyDetails/EpiAccountID": ["FI2112345600000785"],
        "EpiDetails/EpiPaymentInstructionDetails/EpiRemittanceInfoIdentifier": [creditor_reference("2026000011")],
        "EpiDetails/EpiPaymentInstructionDetails/EpiInstructedAmount": ["40,91"],
    }
    assert {path: _said(root, path) for path in said} == said


def test_a_credit_note_has_amounts_below_nothing() -> None:
    invoice_id = issue()
    note = actions.credit(by=SYSTEM, at=AT, invoice_id=invoice_id, why="Virhe", key="c")
    root = _root(note)
    assert _said(root, "InvoiceDetails/InvoiceTypeCode") == ["INV02"]
    assert _said(root, "InvoiceDetails/OriginalInvoiceNumber") == ["2026-00001"]
    assert _said(root, "InvoiceDetails/InvoiceTotalVatIncludedAmount") == ["-29,90"]
    assert _said(root, "InvoiceRow/InvoicedQuantity") == ["-1"]
    assert _said(root, "EpiDetails/EpiPaymentInstructionDetails/EpiInstructedAmount") == ["-29,90"]
    assert root.find("EpiDetails/EpiPaymentInstructionDetails/EpiRemittanceInfoIdentifier") is None


def test_a_price_has_from_two_to_five_decimals() -> None:
    rows = [item("100.00", quantity=Decimal(7), text="A"), item("12.55", text="B")]
    assert _said(_root(issue(*rows)), "InvoiceRow/UnitPriceAmount") == ["11,38286", "10,00"]


def test_an_e_invoice_says_where_it_goes() -> None:
    taken = company(einvoice_address="003776543216", einvoice_operator="003721291126")
    root = _root(issue(buyer=taken))
    assert _said(root, "MessageTransmissionDetails/MessageReceiverDetails/ToIdentifier") == ["003776543216"]
    assert _said(root, "MessageTransmissionDetails/MessageReceiverDetails/ToIntermediator") == ["003721291126"]
    assert _root(issue()).find("MessageTransmissionDetails") is None
