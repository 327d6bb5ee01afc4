"""The books: debits are credits in any sale and any movement of money, and the table names nobody."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.invoices.camt import Paid, message
from tests.invoices.make import AT, SYSTEM, buyer, company, issue, item, less, vat

from seloste.invoices import actions
from seloste.invoices.actions import bank
from seloste.invoices.choices import PaidBy, Settling
from seloste.invoices.models import Invoice
from seloste.invoices.queries.exporting import postings, table
from seloste.invoices.queries.reading import voucher
from seloste.invoices.rules import accounts
from seloste.payments import actions as payments
from seloste.payments.models import Payment

pytestmark = pytest.mark.django_db
DAY = AT.date()


def _rows() -> list[tuple[str, str, str, Decimal, Decimal]]:
    return [(row.voucher, row.account, row.vat_code, row.debit, row.credit) for row in postings(DAY, DAY)]


def _of(*amounts: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, amounts))


def test_entries_say_what_was_sold_at_which_rate() -> None:
    issue(item("29.90"), item("14.00", tax=vat(rate="reduced")))
    issue(item("29.90", tax=vat("DE")), buyer=buyer(country="DE"), prepaid=Decimal("29.90"), paid_by=PaidBy.STRIPE)
    german = company(name="Beispiel GmbH", country="DE", business_id="", vat_number="DE136695976")
    issue(item("100.00", tax=vat("DE", business=True)), buyer=german)
    assert _rows() == [
        ("2026-00001", "1701", "", *_of("43.90", "0")),
        ("2026-00001", "3000", "FI-25.5", *_of("0", "23.82")),
        ("2026-00001", "2939", "FI-25.5", *_of("0", "6.08")),
        ("2026-00001", "3000", "FI-13.5", *_of("0", "12.33")),
        ("2026-00001", "2939", "FI-13.5", *_of("0", "1.67")),
        ("2026-00002", "1765", "", *_of("29.90", "0")),
        ("2026-00002", "3370", "OSS-DE-19", *_of("0", "25.13")),
        ("2026-00002", "2938", "OSS-DE-19", *_of("0", "4.77")),
        ("2026-00003", "1701", "", *_of("100.00", "0")),
        ("2026-00003", "3360", "AE", *_of("0", "100.00")),
    ]
    recapitulated = {row.buyer_vat for row in postings(DAY, DAY)}
    assert recapitulated == {"", "DE136695976"}


def test_money_and_credits_leave_the_buyers_account_at_what_is_left() -> None:
    invoice_id = issue()
    reference = Invoice.objects.values_list("reference", flat=True).get(id=invoice_id)
    actions.credit(by=SYSTEM, at=AT, invoice_id=invoice_id, why="Osa", key="c", amount=Decimal("9.90"))
    bank.read(by=SYSTEM, at=AT, content=message(Paid(amount="20.00", reference=reference, key="A")))
    rows = postings(DAY, DAY.replace(day=30))
    assert accounts.is_balanced(rows)
    left = sum((row.debit - row.credit for row in rows if row.account == accounts.RECEIVABLES), Decimal(0))
    assert left == 0


def test_an_online_payment_settles_the_invoice_once() -> None:
    invoice_id = issue()
    payment = Payment.objects.get(subject_key=f"invoice:{invoice_id}")
    told: dict[str, Any] = {"by": SYSTEM, "at": AT, "payment_id": payment.id, "paid_on": DAY}
    payments.received_transfer(**told, amount=Decimal("20.00"), bank_reference="1")
    for _time in range(2):
        payments.received_transfer(**told, amount=Decimal("9.90"), bank_reference="2")
    row = Invoice.objects.get(id=invoice_id)
    assert [(one.kind, one.amount) for one in row.settlements.all()] == [(Settling.PAYMENT, Decimal("29.90"))]


def test_a_cell_is_never_a_command_of_a_spreadsheet() -> None:
    issue(item("10.00", text="=1+1"), buyer=buyer(name="=cmd|' /C calc'!A0"))
    cells = [
        cell
        for line in table(by=SYSTEM, first=DAY, last=DAY).decode("utf-8-sig").splitlines()
        for cell in line.split(";")
    ]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


@given(
    lines=st.lists(
        st.tuples(st.integers(0, 99_999), st.sampled_from(["standard", "reduced", "low", "zero"])),
        min_size=1,
        max_size=4,
    ),
    prepaid=st.booleans(),
    off=st.integers(0, 100),
    part=st.integers(1, 100),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_debits_are_credits_in_any_sale(
    lines: list[tuple[int, str]],
    prepaid: bool,  # noqa: FBT001 -- drawn
    off: int,
    part: int,
) -> None:
    items = [item(f"{cents / 100:.2f}", tax=vat(rate=rate)) for cents, rate in lines]
    first = items[0]
    taken = (first.amount * off / 100).quantize(Decimal("0.01"))
    total = sum((one.amount for one in items), -taken)
    paid: dict[str, Any] = {"prepaid": total, "paid_by": PaidBy.PAYTRAIL} if prepaid else {}
    invoice_id = issue(*items, discounts=[less(f"{taken}", tax=first.vat)] if taken else [], total=total, **paid)
    assert accounts.is_balanced(accounts.of_voucher(voucher(invoice_id)))
    credited = (total * part / 100).quantize(Decimal("0.01"))
    if credited:
        key = f"part {invoice_id}"
        note = actions.credit(by=SYSTEM, at=AT, invoice_id=invoice_id, why="Osa", key=key, amount=credited)
        rows = accounts.of_voucher(voucher(note))
        assert accounts.is_balanced(rows)
        assert sum(row.credit for row in rows) == sum(row.debit for row in rows) == credited
