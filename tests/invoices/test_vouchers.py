"""Invoices and credit notes: their sums, their numbers, once for each key, and never more credited than invoiced."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction
from tests.invoices.make import SYSTEM, bill, issue, item, less, vat
from tests.make import AT

from seloste.invoices import actions, queries
from seloste.invoices.actions import TooMuchCredited
from seloste.invoices.models import Invoice, Number, Series

pytestmark = pytest.mark.django_db


def _row(invoice_id: UUID) -> Invoice:
    return Invoice.objects.get(id=invoice_id)


def test_prices_with_tax_come_to_what_was_told() -> None:
    row = _row(issue(item("29.90"), total=Decimal("29.90")))
    assert (row.net, row.vat, row.total, row.payable) == tuple(map(Decimal, ("23.82", "6.08", "29.90", "29.90")))


def test_prices_without_tax_are_taxed_once_a_rate() -> None:
    rows = [
        item("0.99", tax=vat(), text="Yksi"),
        item("0.99", tax=vat(), text="Toinen"),
        item("10", tax=vat(rate="low")),
    ]
    row = _row(issue(*rows, with_vat=False))
    assert (row.net, row.vat, row.total) == tuple(map(Decimal, ("11.98", "1.50", "13.48")))


def test_numbers_follow_each_other_and_the_days_do_too() -> None:
    later, earlier = datetime(2026, 11, 26, 9, tzinfo=UTC), datetime(2026, 11, 25, 9, tzinfo=UTC)
    rows = [_row(issue(at=moment)) for moment in (earlier, later, earlier)]
    assert [row.number for row in rows] == ["2026-00001", "2026-00002", "2026-00003"]
    assert [row.issued_on for row in rows] == [date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 26)]


def test_a_new_year_begins_where_the_chain_of_the_old_one_ends() -> None:
    issue()
    newer = _row(issue(at=datetime(2027, 1, 2, tzinfo=UTC)))
    late = _row(issue(at=datetime(2026, 12, 31, tzinfo=UTC)))
    assert (newer.number, late.number, late.issued_on) == ("2027-00001", "2027-00002", date(2027, 1, 2))
    old, new = Series.objects.order_by("year")
    assert bytes(new.first_hash) == bytes(old.last_hash)


def test_the_same_key_gives_the_same_invoice() -> None:
    told = bill()
    first, again = (actions.issue(by=SYSTEM, at=AT, bill=told) for _time in range(2))
    assert first == again
    assert Number.objects.count() == 1


def test_a_rollback_gives_no_number() -> None:
    issue()
    with transaction.atomic():
        issue()
        transaction.set_rollback(True)
    assert _row(issue()).number == "2026-00002"


def test_a_bill_that_does_not_come_to_what_was_told_is_refused() -> None:
    with pytest.raises(ValueError, match=r"come to 29\.90"):
        issue(item("29.90"), total=Decimal("25.00"))
    with pytest.raises(ValueError, match="more than there is"):
        issue(item("10.00"), discounts=[less("10.01")])
    assert not Number.objects.exists()


def test_credits_come_to_the_invoice_and_never_to_more() -> None:
    both = [item("29.90"), item("14.00", tax=vat(rate="reduced"), text="Kirja")]
    invoice_id = issue(*both, discounts=[less("2.99")])
    whole = _row(invoice_id).total
    part = actions.credit(by=SYSTEM, at=AT, invoice_id=invoice_id, why="Osa", key="c1", amount=Decimal("10.01"))
    again = actions.credit(by=SYSTEM, at=AT, invoice_id=invoice_id, why="Osa", key="c1", amount=Decimal("10.01"))
    assert part == again
    assert queries.balance(invoice_id) == whole - Decimal("10.01")
    with pytest.raises(TooMuchCredited):
        actions.credit(by=SYSTEM, at=AT, invoice_id=invoice_id, why="Liikaa", key="c2", amount=whole)
    rest = _row(actions.credit(by=SYSTEM, at=AT, invoice_id=invoice_id, why="Loput", key="c3"))
    assert _row(part).total + rest.total == whole
    assert (_row(part).net + rest.net, _row(part).vat + rest.vat) == (_row(invoice_id).net, _row(invoice_id).vat)
    assert queries.balance(invoice_id) == 0
    with pytest.raises(TooMuchCredited):
        actions.credit(by=SYSTEM, at=AT, invoice_id=invoice_id, why="Taas", key="c4")


@pytest.mark.parametrize("statement", ["UPDATE {} SET buyer_name = 'Toinen'", "DELETE FROM {}"])
def test_a_voucher_cannot_be_changed(statement: str) -> None:
    from django.db import connection

    issue()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("invoices_invoice"))
