"""The desk's pages of invoices: for those who keep the books, and for nobody else."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests import make
from tests.accounts.make import client_of
from tests.invoices.camt import Paid, message
from tests.invoices.make import buyer, issue

from seloste.audit.models import AuditEvent
from seloste.invoices import queries
from seloste.invoices.actions.reminding import NotDue, remind
from seloste.invoices.models import BankEntry, Invoice, Match, Reminder
from seloste.kernel.clock import local_date, now
from seloste.mail.models import Enclosure, Message
from seloste.payments.models import Payment

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> Client:
    make.version_id(now())
    return client_of("accounting")


def _old(days: int = 40) -> UUID:
    return issue(at=now() - timedelta(days=days))


def _token(page: str) -> str:
    return page.partition('name="token" value="')[2].partition('"')[0]


def test_pages_are_there_for_bookkeeping_and_for_nobody_else(clerk: Client) -> None:
    invoice_id = _old()
    clerk.post(reverse("invoices:bank"), {"file": SimpleUploadedFile("a.xml", message(Paid(amount="5.00", key="A")))})
    entry = BankEntry.objects.get()
    places = [
        *(reverse(f"invoices:{name}", args=[invoice_id]) for name in ("invoice", "credit", "remind")),
        *(reverse("invoices:file", args=[invoice_id, kind]) for kind in ("pdf", "ubl", "finvoice")),
        *(reverse(f"invoices:{name}") for name in ("late", "bank")),
        reverse("invoices:entry", args=[entry.id]),
    ]
    assert {clerk.get(place).status_code for place in places} == {200}
    charlie = client_of("marketing")
    assert {charlie.get(place).status_code for place in [*places, reverse("invoices:export")]} == {404}
    put = reverse("invoices:put", args=[entry.id])
    assert charlie.post(put, {"number": "2026-00001", "amount": "5"}).status_code == 404
    assert Client().get(places[0]).status_code in {302, 303}


def test_who_looks_at_an_invoice_is_recorded(clerk: Client) -> None:
    person_id = make.person(email="maija@example.com", at=now())
    invoice_id = issue(at=now(), persons=[person_id])
    clerk.get(reverse("invoices:invoice", args=[invoice_id]))
    event = AuditEvent.objects.get(deed="invoice.read")
    assert (event.item, event.subjects) == (invoice_id, [person_id])


def test_a_credit_is_made_once_and_what_was_typed_is_kept(clerk: Client) -> None:
    invoice_id = _old()
    place = reverse("invoices:credit", args=[invoice_id])
    token = _token(clerk.get(place).content.decode())
    refused = clerk.post(place, {"token": token, "amount": "99,00", "why": "Liikaa"})
    assert refused.status_code == 422
    assert "Liikaa" in refused.content.decode()
    for _time in range(2):
        assert clerk.post(place, {"token": token, "amount": "9,90", "why": "Virhe"}).status_code == 302
    assert Invoice.objects.filter(credits=invoice_id).count() == 1
    assert queries.balance(invoice_id) == Decimal("20.00")


def test_a_reminder_is_written_by_a_person_in_the_buyers_language(clerk: Client) -> None:
    invoice_id = _old()
    place = reverse("invoices:remind", args=[invoice_id])
    page = clerk.get(place).content.decode()
    due_on = local_date(now()) + timedelta(days=14)
    told = {
        "token": _token(page),
        "subject": "Muistutus",
        "text": "Hei,\n\nlasku on auki.",
        "due_on": due_on,
        "fee": "5,01",
    }
    assert clerk.post(place, told).status_code == 422
    for _time in range(2):
        assert clerk.post(place, told | {"fee": "5,00"}).status_code == 302
    sent = Message.objects.get()
    assert (sent.kind, sent.purpose, sent.address, sent.language) == (
        "service",
        "accounting",
        "maija@example.com",
        "fi",
    )
    assert Enclosure.objects.get().name == "2026-00001.pdf"
    assert Reminder.objects.get().round == 1
    early = clerk.post(place, told | {"fee": "0", "token": str(uuid4())})
    assert early.status_code == 422


@pytest.mark.parametrize(("days", "is_early"), [(27, True), (28, False)])
def test_a_reminder_waits_two_weeks_after_the_due_date(days: int, is_early: bool) -> None:  # noqa: FBT001
    make.version_id(now())
    invoice_id, at = _old(days), now()
    told: Any = {
        "by": make.duty("accounting"),
        "at": at,
        "invoice_id": invoice_id,
        "token": uuid4(),
        "subject": "M",
        "text": "T",
    }
    if is_early:
        with pytest.raises(NotDue):
            remind(**told, due_on=local_date(at))
    else:
        remind(**told, due_on=local_date(at))
        assert Reminder.objects.exists()


def test_late_ones_are_listed_by_days_and_paid_ones_are_not(clerk: Client) -> None:
    _old(60)
    paid, _new = _old(50), issue(at=now())
    reference = Invoice.objects.values_list("reference", flat=True).get(id=paid)
    upload = SimpleUploadedFile("tiliote.xml", message(Paid(amount="29.90", reference=reference, key="A")))
    clerk.post(reverse("invoices:bank"), {"file": upload})
    page = clerk.get(reverse("invoices:late")).content.decode()
    assert "2026-00001" in page or Invoice.objects.get(seq=1).number in page
    assert Invoice.objects.get(id=paid).number not in page


def test_a_doubtful_payment_is_decided_on_the_page(clerk: Client) -> None:
    invoice_id = _old()
    number = Invoice.objects.get(id=invoice_id).number
    upload = SimpleUploadedFile("tiliote.xml", message(Paid(amount="29.90", words=f"Lasku {number}", key="A")))
    clerk.post(reverse("invoices:bank"), {"file": upload})
    entry = BankEntry.objects.get()
    page = clerk.get(reverse("invoices:entry", args=[entry.id])).content.decode()
    assert number in page
    put = reverse("invoices:put", args=[entry.id])
    wrong = clerk.post(put, {"number": "2026-77777", "amount": "29,90"})
    assert (wrong.status_code, "2026-77777" in wrong.content.decode()) == (422, True)
    assert clerk.post(put, {"number": number, "amount": "29.90"}).status_code == 302
    assert queries.balance(invoice_id) == 0
    undo = reverse("invoices:undo", args=[entry.id, Match.objects.get().id])
    assert clerk.post(undo).status_code == 302
    assert Payment.objects.get().state == "open"
    aside = reverse("invoices:aside", args=[entry.id])
    assert clerk.post(aside, {"why": ""}).status_code == 422
    assert clerk.post(aside, {"why": "returned"}).status_code == 302
    assert clerk.post(reverse("invoices:take_up", args=[entry.id])).status_code == 302


def test_a_payer_known_by_name_is_proposed_the_open_invoice(clerk: Client) -> None:
    invoice_id = _old()
    row = Invoice.objects.get(id=invoice_id)
    upload = SimpleUploadedFile("a.xml", message(Paid(amount="5.00", name=row.buyer_name.upper(), key="A")))
    clerk.post(reverse("invoices:bank"), {"file": upload})
    fits = clerk.get(reverse("invoices:entry", args=[BankEntry.objects.get().id])).context["fits"]
    assert [(one["number"], one["same"]) for one in fits] == [(row.number, ["sama nimi"])]


def test_a_wrong_file_says_so_at_the_field(clerk: Client) -> None:
    page = clerk.post(reverse("invoices:bank"), {"file": SimpleUploadedFile("a.xml", b"<a/>")})
    assert page.status_code == 422
    assert clerk.post(reverse("invoices:bank"), {}).status_code == 422


def test_what_leaves_for_the_books_is_written_down(clerk: Client) -> None:
    person_id = make.person(email="maija@example.com", at=now())
    invoice_id = issue(at=now(), persons=[person_id])
    today = local_date(now())
    place, told = reverse("invoices:export"), {"first": today, "last": today}
    assert clerk.get(place).status_code == 200
    table = clerk.post(place, {**told, "what": "entries"})
    assert table["Content-Type"] == "text/csv; charset=utf-8"
    assert "Maija" not in table.content.decode("utf-8-sig")
    assert AuditEvent.objects.filter(deed="voucher.entries_taken_out").count() == 1
    assert clerk.post(place, {**told, "what": "vouchers"}).status_code == 422  # the role takes no people out
    archive = ZipFile(BytesIO(client_of("privacy").post(place, {**told, "what": "vouchers"}).content))
    number = Invoice.objects.get(id=invoice_id).number
    assert archive.namelist() == [f"{number}.pdf", f"{number}.xml"]
    assert AuditEvent.objects.get(deed="voucher.taken_out").subjects == [person_id]
    before = {"first": today, "last": today - timedelta(days=1), "what": "entries"}
    assert clerk.post(place, before).status_code == 422


def test_a_restricted_buyers_invoice_is_not_shown(clerk: Client) -> None:
    from seloste.register import actions as register

    person_id = make.person(email="maija@example.com", at=now())
    invoice_id = issue(at=now(), persons=[person_id], buyer=buyer())
    register.restrict(
        by=make.duty("privacy"), at=now(), person_id=person_id, reason="accuracy", source="email", detail="kirje"
    )
    assert clerk.get(reverse("invoices:invoice", args=[invoice_id])).status_code == 404
    assert clerk.get(reverse("invoices:file", args=[invoice_id, "zip"])).status_code == 404
    assert clerk.get(reverse("invoices:late") + f"../{'-' * 36}/tiedosto/pdf/").status_code == 404
