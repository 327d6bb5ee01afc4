"""The invoice on paper: accessible, archivable, with the structured invoice inside, and everything the law wants."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from pypdf import PdfReader
from tests.invoices.make import AT, SYSTEM, buyer, company, issue, item, vat

from seloste.invoices import actions
from seloste.invoices.choices import PaidBy
from seloste.invoices.queries.papers import ATTACHED, paper
from seloste.invoices.queries.reading import voucher
from seloste.invoices.queries.structured import ubl_of
from seloste.invoices.rules import numbering

pytestmark = pytest.mark.django_db


def _paper(invoice_id: UUID) -> tuple[PdfReader, str, bytes]:
    told = voucher(invoice_id)
    ubl = ubl_of(told)
    reader = PdfReader(BytesIO(paper(told, ubl)))
    text = "\n".join(page.extract_text() for page in reader.pages).replace("\u00a0", " ")
    return reader, text, ubl


def _root(reader: PdfReader) -> Any:  # noqa: ANN401 -- as loose as a PDF is
    return reader.trailer["/Root"].get_object()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_paper_is_tagged_archivable_and_carries_the_structured_invoice(language: str) -> None:
    reader, _text, ubl = _paper(issue(language=language))
    root = _root(reader)
    about = root["/Metadata"].get_object().get_data().decode()
    assert str(root["/Lang"]) == language
    assert "<pdfaid:part>3</pdfaid:part>" in about
    assert "<pdfuaid:part>1</pdfuaid:part>" in about
    assert reader.attachments[ATTACHED] == [ubl]
    assert [one.get_object()["/AFRelationship"] for one in root["/AF"].get_object()] == ["/Alternative"]


def test_paper_says_everything_the_law_wants() -> None:
    """Arvonlisäverolaki 209 e §."""
    both = [item("29.90", quantity=Decimal(2)), item("14.00", tax=vat(rate="reduced"), text="Kirja")]
    _reader, text, _ubl = _paper(issue(*both, buyer=company(), supplied_on=date(2026, 11, 20), order_reference="T-1"))
    said = (
        *("2026-00001", "25.11.2026", "20.11.2026", "9.12.2026", "20260 00011", "T-1", "PO-77"),
        *("Esimerkki Oy", "7654321-6", "FI76543216", "Esimerkkikatu 1 A 2", "00100 Helsinki"),
        *("Husgrove", "1234567-1", "FI12345671", "FI21 1234 5600 0007 85"),
        *("Seloste Pro, kuukausi", "Kirja", "11,91", "25,5 %", "13,5 %", "23,82", "12,33", "6,08", "1,67", "43,90 €"),
    )
    assert [word for word in said if word not in text] == []


def test_reverse_charge_names_its_ground_in_words() -> None:
    german = company(name="Beispiel GmbH", country="DE", business_id="", vat_number="DE136695976")
    _reader, text, _ubl = _paper(issue(item("100.00", tax=vat("DE", business=True)), buyer=german, language="en"))
    assert "Reverse charge (Directive 2006/112/EC, Art. 196)" in text
    assert "DE136695976" in text


def test_paid_invoice_asks_for_nothing() -> None:
    paid: dict[str, Any] = {"prepaid": Decimal("29.90"), "paid_by": PaidBy.PAYTRAIL, "paid_on": date(2026, 11, 25)}
    _reader, text, _ubl = _paper(issue(language="en", **paid))
    assert "Paid 25 Nov 2026, Paytrail" in text
    assert "FI21" not in text


def test_credit_note_names_its_invoice() -> None:
    invoice_id = issue(language="en")
    note = actions.credit(by=SYSTEM, at=AT, invoice_id=invoice_id, why="Palautus", key="c")
    _reader, text, _ubl = _paper(note)
    assert "Credit note" in text
    assert "2026-00001 (25 Nov 2026)" in text


def test_a_name_cannot_become_a_command_of_the_layout() -> None:
    _reader, text, _ubl = _paper(issue(buyer=buyer(name='#panic("x") $x$ *a* \\ @b <c>')))
    assert '#panic("x") $x$ *a* \\ @b <c>' in text


def test_reference_numbers_are_those_of_the_banks() -> None:
    """The examples of Finance Finland's guide, and ISO 11649."""
    assert numbering.check_digit("123456") == "1"
    assert numbering.is_reference("12344")
    assert not numbering.is_reference("12345")
    assert int("1234561" + "2715" + "34") % 97 == 1
    assert numbering.creditor_reference("1234561") == "RF341234561"
    assert numbering.read_reference("RF34 1234 561") == "1234561"
    assert numbering.read_reference("RF35 1234 561") == ""
    assert numbering.read_reference("00000001234561") == "1234561"
    assert numbering.in_groups("1234561") == "12 34561"
    code = numbering.bar_code(
        iban="FI7944052020036082", amount=Decimal("4883.15"), reference="868516259619897", due_on=date(2010, 6, 12)
    )
    assert code == "479440520200360820048831500000000868516259619897100612"
