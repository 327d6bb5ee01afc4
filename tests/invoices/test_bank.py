"""Money on the account: read once, put to its invoice by the reference, and everything doubtful left to a person."""

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.invoices.camt import Paid, message
from tests.invoices.make import AT, SYSTEM, issue
from tests.make import duty

from seloste.invoices import actions, queries
from seloste.invoices.actions import bank
from seloste.invoices.actions.bank import NotPut, NotRead, Result
from seloste.invoices.choices import Aside, Doubt, EntryState
from seloste.invoices.models import BankEntry, BankStatement, Invoice, Match, Settlement
from seloste.invoices.rules import camt
from seloste.invoices.rules.camt import UnreadableError
from seloste.invoices.rules.numbering import creditor_reference
from seloste.kernel.refusals import Missing
from seloste.payments.models import Payment

pytestmark = pytest.mark.django_db
CLERK = duty("accounting")


def _invoice() -> tuple[UUID, str]:
    invoice_id = issue()
    return invoice_id, Invoice.objects.values_list("reference", flat=True).get(id=invoice_id)


def _read(*paid: Paid | list[Paid], kind: str = "053") -> Result:
    return bank.read(by=CLERK, at=AT, content=message(*paid, kind=kind))


def _entry() -> BankEntry:
    return BankEntry.objects.get()


def test_the_right_sum_with_the_right_reference_pays_the_invoice_once() -> None:
    invoice_id, reference = _invoice()
    paid = Paid(amount="29.90", reference=f"{reference:0>20}", key="A1")
    assert _read(paid) == Result(in_all=1, new=1, matched=1, waiting=0, left_out=0)
    assert _read(paid) == Result(in_all=1, new=0, matched=0, waiting=0, left_out=0)
    assert _read(paid, kind="054").new == 0
    assert queries.balance(invoice_id) == 0
    assert _entry().state == EntryState.MATCHED
    payment = Payment.objects.get()
    assert (payment.state, payment.paid_amount) == ("paid", Decimal("29.90"))
    assert Settlement.objects.count() == 1


def test_an_international_reference_is_the_same_reference() -> None:
    invoice_id, reference = _invoice()
    assert _read(Paid(amount="29.90", reference=creditor_reference(reference), key="A1")).matched == 1
    assert queries.balance(invoice_id) == 0


@pytest.mark.parametrize(
    ("amount", "doubt"),
    [("10.00", Doubt.PARTIAL), ("30.00", Doubt.OVER), ("29.91", Doubt.OVER), ("29.89", Doubt.PARTIAL)],
)
def test_another_sum_waits_for_a_person(amount: str, doubt: Doubt) -> None:
    invoice_id, reference = _invoice()
    assert _read(Paid(amount=amount, reference=reference, key="A1")).waiting == 1
    assert (_entry().state, _entry().doubt) == (EntryState.OPEN, doubt)
    assert queries.balance(invoice_id) == Decimal("29.90")


def test_a_second_payment_of_the_same_invoice_waits() -> None:
    _invoice_id, reference = _invoice()
    twice = [Paid(amount="29.90", reference=reference, key=key) for key in ("A1", "A2")]
    assert _read(*twice).matched == 1
    assert list(BankEntry.objects.filter(state=EntryState.OPEN).values_list("doubt", flat=True)) == [Doubt.AGAIN]


@pytest.mark.parametrize(
    ("paid", "doubt"),
    [
        (Paid(amount="29.90", reference="12344", key="A"), Doubt.UNKNOWN),
        (Paid(amount="29.90", words="lasku 2026-00001", key="A"), Doubt.NO_REFERENCE),
        (Paid(amount="29.90", reference="12344", key="A", currency="SEK"), Doubt.CURRENCY),
    ],
)
def test_what_names_no_invoice_waits(paid: Paid, doubt: Doubt) -> None:
    _invoice()
    _read(paid)
    assert (_entry().state, _entry().doubt) == (EntryState.OPEN, doubt)


def test_what_was_paid_out_or_is_not_booked_is_not_kept() -> None:
    out = [Paid(amount="5.00", key="A", side="DBIT"), Paid(amount="5.00", key="B", status="PDNG")]
    assert _read(*out) == Result(in_all=0, new=0, matched=0, waiting=0, left_out=2)
    assert not BankEntry.objects.exists()


def test_payments_booked_as_one_are_read_one_by_one() -> None:
    pairs = [_invoice() for _n in range(3)]
    together = [Paid(amount="29.90", reference=reference) for _id, reference in pairs]
    assert _read(together).matched == 3
    assert [queries.balance(one) for one, _reference in pairs] == [0, 0, 0]
    assert _read(together).new == 0


def test_payments_that_look_alike_are_all_read() -> None:
    alike = [Paid(amount="5.00", words="kahvi") for _n in range(3)]
    assert _read(alike).new == 3
    assert _read(alike).new == 0


def test_a_person_decides_and_can_undo_it() -> None:
    invoice_id, reference = _invoice()
    _read(Paid(amount="40.00", reference=reference, key="A1"))
    entry = _entry()
    match = bank.put(by=CLERK, at=AT, entry_id=entry.id, number="2026-00001", amount=Decimal("29.90"))
    assert bank.put(by=CLERK, at=AT, entry_id=entry.id, number=reference, amount=Decimal("29.90")) == match
    assert _entry().state == EntryState.OPEN
    assert queries.balance(invoice_id) == 0
    assert Payment.objects.get().state == "paid"
    other = issue()
    bank.put(by=CLERK, at=AT, entry_id=entry.id, number="2026-00002", amount=Decimal("10.10"))
    assert (_entry().state, queries.balance(other)) == (EntryState.MATCHED, Decimal("19.80"))
    for _time in range(2):
        bank.undo(by=CLERK, at=AT, match_id=match)
    assert (_entry().state, queries.balance(invoice_id)) == (EntryState.OPEN, Decimal("29.90"))
    assert Payment.objects.get(subject_key=f"invoice:{invoice_id}").state == "open"
    with pytest.raises(NotPut):
        bank.put(by=CLERK, at=AT, entry_id=entry.id, number="2026-00001", amount=Decimal("29.91"))
    with pytest.raises(NotPut):
        bank.put(by=CLERK, at=AT, entry_id=entry.id, number="2026-00099", amount=Decimal("1.00"))
    again = bank.put(by=CLERK, at=AT, entry_id=entry.id, number="2026-00001", amount=Decimal("29.90"))
    assert again != match
    assert queries.balance(invoice_id) == 0


def test_what_is_no_sale_is_set_aside_and_taken_up_again() -> None:
    _read(Paid(amount="5.00", key="A1"))
    bank.set_aside(by=CLERK, at=AT, entry_id=_entry().id, why=Aside.PROVIDER)
    assert (_entry().state, _entry().aside) == (EntryState.ASIDE, Aside.PROVIDER)
    bank.take_up(by=CLERK, at=AT, entry_id=_entry().id)
    assert (_entry().state, _entry().aside) == (EntryState.OPEN, "")


def test_nobody_but_bookkeeping_reads_the_bank() -> None:
    for role in ("customer_service", "marketing", "technical"):
        with pytest.raises(Missing):
            bank.read(by=duty(role), at=AT, content=message(Paid(amount="5.00", key="A1")))


def test_a_credited_invoice_is_paid_by_what_is_left() -> None:
    invoice_id, reference = _invoice()
    actions.credit(by=SYSTEM, at=AT, invoice_id=invoice_id, why="Osa", key="c", amount=Decimal("9.90"))
    assert _read(Paid(amount="20.00", reference=reference, key="A1")).matched == 1
    assert queries.balance(invoice_id) == 0


_BOMB = b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]><Document>&b;</Document>'
_OUTSIDE = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document>&x;</Document>'
_WRONG = {
    "nothing": (b"", "not_xml"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "not_xml"),
    "entities": (_BOMB, "has_doctype"),
    "a file of ours": (_OUTSIDE, "has_doctype"),
    "another message": (b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.001.001.03'/>", "not_camt"),
    "too large": (b" " * (camt.LARGEST + 1), "too_large"),
    "no number": (message(Paid(amount="NaN")), "bad_amount"),
    "parts of a cent": (message(Paid(amount="1.001")), "bad_amount"),
    "less than nothing": (message(Paid(amount="-5.00")), "bad_amount"),
    "a sum without end": (message(Paid(amount="9" * 30)), "bad_amount"),
    "no day": (message(Paid(amount="1.00")).replace(b"2026-11-27</Dt>", b"2026-13-45</Dt>"), "bad_day"),
}


@pytest.mark.parametrize("name", _WRONG)
def test_a_file_that_cannot_be_read_leaves_nothing(name: str) -> None:
    content, code = _WRONG[name]
    with pytest.raises(UnreadableError) as wrong:
        camt.read(content)
    assert wrong.value.code == code
    with pytest.raises(NotRead):
        bank.read(by=CLERK, at=AT, content=content)
    assert not BankStatement.objects.exists()


def test_a_file_about_another_account_is_refused() -> None:
    with pytest.raises(NotRead):
        bank.read(by=CLERK, at=AT, content=message(Paid(amount="5.00", key="A"), account="FI7944052020036082"))


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    with pytest.raises(UnreadableError):
        camt.read(b"<Document>" + content)


def test_matches_are_seen_to_the_end() -> None:
    _invoice_id, reference = _invoice()
    _read(Paid(amount="29.90", reference=reference, key="A1"))
    match = Match.objects.get()
    assert (match.by_itself, match.amount) == (True, Decimal("29.90"))
