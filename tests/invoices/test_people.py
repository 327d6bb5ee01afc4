"""Invoices and the people in them: shown, kept by the law, blocked after an erasure, gone when their time is over."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from tests import make
from tests.erasure.make import erased
from tests.invoices.camt import Paid, message
from tests.invoices.make import AT, SYSTEM, buyer, issue, item, vat

from seloste.access.queries import contents
from seloste.erasure.queries.preview import plan
from seloste.invoices import actions, queries
from seloste.invoices.actions import bank
from seloste.invoices.actions.documents import document
from seloste.invoices.models import BankEntry, Document, Invoice, Line, Number, Party
from seloste.invoices.queries.chain import verify
from seloste.invoices.queries.desk import sheet
from seloste.invoices.retention import STORES
from seloste.kernel import kept, retention
from seloste.kernel.refusals import Missing
from seloste.register import queries as register
from seloste.register.models import Ground, Person

pytestmark = pytest.mark.django_db
TODAY = AT.date()
_ORDER = "order:01a21225-d900-78af-950a-907bf201599f"
LONG_AGO = datetime(2014, 3, 5, 10, tzinfo=UTC)


def _customer(**rest: Any) -> UUID:  # noqa: ANN401 -- goes through
    return make.person(email="maija@example.com", purposes=("customer_care", "direct_marketing"), **rest)


def _rows(invoice_id: UUID) -> list[Any]:
    return [
        list(Invoice.objects.filter(id=invoice_id).values_list()),
        list(Line.objects.filter(invoice=invoice_id).values_list()),
        [(bytes(one.pdf), bytes(one.ubl)) for one in Document.objects.filter(invoice=invoice_id)],
    ]


# --- Peers' defects ---------------------------------------------------------------------------------------------------


def test_an_erased_buyers_invoice_stays_bit_for_bit_and_is_blocked() -> None:
    person_id = _customer()
    invoice_id = issue(persons=[person_id], order_key=_ORDER)
    issue(buyer=buyer(name="Toinen Ostaja", email="toinen@example.com"))
    document(invoice_id, AT)
    before, chain = _rows(invoice_id), verify(TODAY)
    job = erased(person_id, at=AT)
    after = verify(TODAY)
    assert job.state == "verified"
    assert _rows(invoice_id) == before
    assert (after.faults, after.total, after.last_hash) == ([], chain.total, chain.last_hash)
    assert queries.was_invoiced(_ORDER)
    assert Person.objects.get(id=person_id).blocked_at is not None
    reasons = {one["store"]: one for one in job.stays}
    assert reasons["invoices.invoices"]["law"] == "GDPR 17(3)(b); Kirjanpitolaki 1336/1997 2:10"
    assert reasons["invoices.invoices"]["until"] == "2032-12-31"


def test_a_blocked_buyer_in_two_roles_is_there_for_bookkeeping_and_rights_alone() -> None:
    """Who buys and is in marketing too escapes no rule by the second role (Dolibarr 38787)."""
    person_id = _customer()
    invoice_id = issue(persons=[person_id])
    erased(person_id, at=AT)
    for role in ("customer_service", "marketing"):
        with pytest.raises(Missing):
            register.heading(by=make.duty(role), at=AT, person_id=person_id)
        with pytest.raises(Missing):
            sheet(by=make.duty(role), at=AT, invoice_id=invoice_id)
    assert sheet(by=make.duty("accounting"), at=AT, invoice_id=invoice_id).told.buyer.name == "Maija Mallikas"
    assert set(Ground.objects.filter(person_id=person_id, ended_at=None).values_list("purpose", flat=True)) == {
        "accounting"
    }


def test_an_invoice_whose_link_is_not_made_is_found_by_the_address_and_shown() -> None:
    """Neither hidden nor forgotten because nobody linked it (pretix, Oscar)."""
    person_id = _customer()
    invoice_id = issue()
    assert not Party.objects.exists()
    found = contents(by=make.duty("privacy"), at=AT, person_id=person_id, language="fi")
    assert "2026-00001" in str([entry.values for one in found.categories for entry in one.entries])
    told = plan(by=make.duty("privacy"), at=AT, person_id=person_id)
    assert [len(part.stays) for part in told.parts if part.key == "invoices.invoices"] == [1]
    erased(person_id, at=AT)
    assert Invoice.objects.filter(id=invoice_id).exists()


def test_an_invoice_of_somebody_else_at_the_same_address_is_not_hers() -> None:
    first, second = _customer(), make.person("Matti", email="matti@example.com")
    issue(persons=[second])  # to maija@, but linked with Matti
    hers = kept.Whose(persons=frozenset([first]), addresses=frozenset({"maija@example.com"}))
    store = next(one for one in kept.kept() if one.key == "invoices.invoices")
    assert store.records(hers) == []


def test_invoiced_once_is_invoiced_for_ever() -> None:
    """Crediting, paying or erasing makes no invoice unmade (Dolibarr 38785)."""
    invoice_id = issue(order_key=_ORDER)
    actions.credit(by=SYSTEM, at=AT, invoice_id=invoice_id, why="Peruttu", key="c")
    assert queries.was_invoiced(_ORDER)
    assert not queries.was_invoiced("order:2")
    assert not queries.was_invoiced("")


def test_who_paid_is_shown_to_the_one_who_paid() -> None:
    person_id = _customer()
    invoice_id = issue(persons=[person_id])
    reference = Invoice.objects.values_list("reference", flat=True).get(id=invoice_id)
    bank.read(by=SYSTEM, at=AT, content=message(Paid(amount="29.90", reference=reference, key="A")))
    found = contents(by=make.duty("privacy"), at=AT, person_id=person_id, language="fi")
    assert "FI7944052020036082" in str([entry.values for one in found.categories for entry in one.entries])
    erased(person_id, at=AT)
    assert BankEntry.objects.get().payer_name == "Maija Mallikas"


# --- How long ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ends", "on", "until"),
    [
        ("12-31", datetime(2026, 11, 25, tzinfo=UTC), date(2032, 12, 31)),
        ("04-30", datetime(2017, 4, 30, 9, tzinfo=UTC), date(2023, 12, 31)),
        ("04-30", datetime(2017, 5, 1, 9, tzinfo=UTC), date(2024, 12, 31)),
        ("02-29", datetime(2027, 3, 1, 9, tzinfo=UTC), date(2034, 12, 31)),
    ],
)
def test_a_voucher_is_kept_six_years_from_the_end_of_the_year(
    ends: str,
    on: datetime,
    until: date,
    settings: Any,  # noqa: ANN401 -- pytest-django's
) -> None:
    settings.FINANCIAL_YEAR_ENDS = ends
    assert Invoice.objects.get(id=issue(at=on)).keep_until == until


def test_sales_under_the_one_stop_scheme_are_kept_ten_years() -> None:
    sold = issue(item("29.90", tax=vat("DE")), buyer=buyer(country="DE"), persons=[person_id := _customer()])
    assert Invoice.objects.get(id=sold).keep_until == date(2036, 12, 31)
    assert Ground.objects.get(person_id=person_id, purpose="accounting").keep_until == date(2036, 12, 31)


def test_the_law_keeps_it_to_its_day_and_not_longer() -> None:
    old = issue(at=LONG_AGO)
    note = actions.credit(by=SYSTEM, at=LONG_AGO, invoice_id=old, why="Osa", key="c", amount=Decimal("5.00"))
    later = datetime(2015, 2, 1, 10, tzinfo=UTC)
    held = issue(at=LONG_AGO)
    actions.credit(by=SYSTEM, at=later, invoice_id=held, why="Osa", key="d", amount=Decimal("5.00"))
    new = issue()
    document(old, LONG_AGO)
    store = next(one for one in STORES if one.key == "invoices.vouchers")
    assert sum(one.count for one in store.due(date(2020, 12, 31))) == 2
    assert store.clear(SYSTEM, datetime(2020, 12, 31, 12, tzinfo=UTC), 100) == 0
    assert store.clear(SYSTEM, datetime(2021, 1, 1, 12, tzinfo=UTC), 100) == 2
    assert not Invoice.objects.filter(id__in=[old, note]).exists()
    assert Invoice.objects.filter(id=held).exists()
    assert store.clear(SYSTEM, AT, 100) == 2
    assert list(Invoice.objects.values_list("id", flat=True)) == [new]
    found = verify(TODAY)
    assert (found.faults, found.gone, found.vouchers) == ([], 4, 1)


def test_a_voucher_whose_time_is_not_over_cannot_be_deleted() -> None:
    issue()
    for table in ("invoice", "line", "vatrow", "number", "settlement"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE invoices_{table} CASCADE")
    assert Number.objects.count() == 1


def test_every_store_of_the_room_can_be_counted() -> None:
    issue()
    assert {store.key: store.held() for store in STORES if store.held} == {
        "invoices.vouchers": 1,
        "invoices.bank": 0,
        "invoices.statements": 0,
        "invoices.numbers": 1,
    }
    assert {one.key for one in retention.stores()} >= {store.key for store in STORES}
