"""Numbers without a gap: 24 who issue at once, a rollback, a connection that is cut, and whoever changes the past."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Event
from typing import Any

import pytest
from django.db import OperationalError, close_old_connections, connection, transaction
from tests.invoices.make import AT, SYSTEM, bill, issue, item

from seloste.invoices import actions
from seloste.invoices.actions import WrongNumber
from seloste.invoices.actions.documents import document
from seloste.invoices.choices import Void
from seloste.invoices.models import Invoice, Number
from seloste.invoices.queries.chain import verify
from seloste.kernel.duty import operator

TODAY = date(2026, 11, 25)


def _whole(numbers: int, *, voided: int = 0) -> bool:
    found = verify(TODAY)
    assert found.faults == []
    return (found.numbers, found.voided) == (numbers, voided)


@pytest.fixture
def beside() -> Iterator[ThreadPoolExecutor]:
    """Threads, each with a connection of its own that is closed in the end."""
    with ThreadPoolExecutor(24) as pool:
        yield pool
        list(pool.map(lambda _one: connection.close(), range(48)))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_when_24_issue_at_once(beside: ThreadPoolExecutor) -> None:
    told = [bill(item("1.00"), key=f"k{n % 60}") for n in range(96)]

    def one(n: int) -> Any:  # noqa: ANN401 -- an id or None
        close_old_connections()
        try:
            with transaction.atomic():
                made = actions.issue(by=SYSTEM, at=AT + timedelta(seconds=n % 7), bill=told[n])
                if n % 8 == 7:
                    transaction.set_rollback(True)
                return made
        finally:
            connection.close()

    made = list(beside.map(one, range(96)))
    keys = {told[n].key for n in range(96) if n % 8 != 7}
    assert None not in made
    assert Number.objects.count() == Invoice.objects.count() == len(keys)
    assert _whole(len(keys))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_cut_gives_no_number(beside: ThreadPoolExecutor) -> None:
    there, go_on = Event(), Event()
    process: list[int] = []

    def cut() -> str:
        try:
            with transaction.atomic():
                issue()
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_backend_pid()")
                    process.append(cursor.fetchone()[0])
                there.set()
                assert go_on.wait(60)
                issue()
        except OperationalError:
            return "cut"
        finally:
            connection.close()
        return "whole"

    waits = beside.submit(cut)
    assert there.wait(60)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", process)
    go_on.set()
    assert waits.result(60) == "cut"
    assert Invoice.objects.get(id=issue()).number == "2026-00001"
    assert _whole(1)


@pytest.mark.django_db
def test_numbers_given_before_a_restore_are_voided_with_the_reason() -> None:
    issue()
    by = operator("accounting", may=frozenset({"write"}))
    assert actions.void(by=by, at=AT, up_to="2026-00004", why=Void.RESTORED) == 3
    assert Invoice.objects.get(id=issue()).number == "2026-00005"
    assert list(Number.objects.exclude(void="").values_list("number", "void")) == [
        ("2026-00002", "restored"),
        ("2026-00003", "restored"),
        ("2026-00004", "restored"),
    ]
    assert _whole(5, voided=3)
    for wrong in ("2026-00005", "2025-00009", "kaksi", "2026-99999", ""):
        with pytest.raises(WrongNumber):
            actions.void(by=by, at=AT, up_to=wrong, why=Void.ELSEWHERE)


_ATTACKS = {
    "a name is changed": "UPDATE invoices_invoice SET buyer_name = 'Toinen' WHERE seq = 2",
    "a line is changed": "UPDATE invoices_line SET text = 'Muu' WHERE text = 'Tuote 1'",
    "tax is moved": "UPDATE invoices_vatrow SET country = 'EE'",
    "a date is changed": "UPDATE invoices_invoice SET due_on = due_on + 1 WHERE seq = 3",
    "a number is taken out": "DELETE FROM invoices_number WHERE seq = 2",
    "the last number is taken out": "DELETE FROM invoices_number WHERE seq = 4",
    "a number gets another day": """UPDATE invoices_number SET "on" = "on" + 1 WHERE seq = 4""",
    "a hash is made anew": "UPDATE invoices_number SET content = sha256('x') WHERE seq = 2",
    "a file is changed": "UPDATE invoices_document SET pdf = 'x'",
    "our own account is changed": "UPDATE invoices_seller SET iban = 'FI7944052020036082'",
    "the end is forgotten": "UPDATE invoices_series SET last_seq = 3",
}


@pytest.mark.parametrize("name", _ATTACKS)
@pytest.mark.django_db
def test_a_changed_past_is_found(name: str) -> None:
    ids = [issue(item("10.00", text=f"Tuote {n}")) for n in range(3)]
    actions.credit(by=SYSTEM, at=AT, invoice_id=ids[0], why="Virhe", key="c")
    document(ids[0], AT)
    assert _whole(4)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(_ATTACKS[name])
    assert verify(TODAY).faults


@pytest.mark.django_db
def test_the_document_is_made_once_and_stays() -> None:
    invoice_id = issue()
    first, again = document(invoice_id, AT), document(invoice_id, datetime(2027, 1, 1, tzinfo=UTC))
    assert bytes(first.pdf) == bytes(again.pdf)
    assert first.made_at == again.made_at == AT
    assert bytes(first.pdf).startswith(b"%PDF-")
    assert Decimal(Invoice.objects.get(id=invoice_id).total) == Decimal("29.90")
