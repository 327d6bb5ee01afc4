# ruff: noqa: ANN401 -- answers of the test client
"""Lists that leave the system: what is on screen, inert, by those who may, and written down."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from tests import make as general
from tests.desk import make as desk
from tests.disclosures import make as recipients
from tests.sales import make

from seloste.audit.models import AuditEvent
from seloste.disclosures.models import Disclosure
from seloste.kernel.clock import now

pytestmark = pytest.mark.django_db


def take(browser: Client, query: str = "", **told: Any) -> Any:
    place = f"{reverse('sales:export', args=['orders'])}{query}"
    return browser.post(place, {"token": str(uuid4()), "kind": "csv", "given_to": "ours", **told})


@pytest.mark.parametrize("role", ["customer_service", "accounting", "marketing", "owner"])
def test_nobody_takes_a_list_out_whose_job_does_not_include_it(role: str) -> None:
    browser = desk.client(role)

    assert browser.get(reverse("sales:export", args=["orders"])).status_code == 404
    assert take(browser).status_code == 404
    if role == "customer_service":
        assert "/vie/" not in browser.get(reverse("sales:orders")).content.decode()


def test_what_is_on_screen_leaves_inert_and_is_recorded() -> None:
    at = now()
    person = general.person(purposes=("order",), at=at)
    make.order(person_id=person, at=at - timedelta(hours=1), family_name="=HYPERLINK(0)", given_name="")
    make.order(company=" +cmd|' /C calc'!A0", is_business=True, price="1234.50")
    make.order(at=at - timedelta(days=90))
    browser = desk.client("privacy")

    answer = take(browser, "?jakso=viikko")
    rows = list(csv.reader(answer.content.decode("utf-8-sig").splitlines(), delimiter=";"))
    book = load_workbook(io.BytesIO(take(browser, "?jakso=viikko", kind="xlsx").content))

    assert len(rows) == 3
    assert {row[2] for row in rows[1:]} == {"'=HYPERLINK(0)", "' +cmd|' /C calc'!A0"}
    assert rows[1][-1] == "1234,50"
    sheet = book.worksheets[0]
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert [cell.value for cell in sheet[2]][-1] == 1234.5
    told = AuditEvent.objects.filter(deed="list.taken_out").order_by("id")[0]
    assert (told.subjects, told.count) == ([person], 2)


def test_list_for_somebody_else_is_noted_of_each_person_and_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = tmp_path / "recipients.over.toml"
    named.write_text(recipients.OVERLAY.read_text() + '\n[purpose.order]\nrecipients = ["carrier"]\n')
    monkeypatch.setattr(recipients, "OVERLAY", named)
    with recipients.naming_recipients(tmp_path, monkeypatch):
        at = now()
        person = general.person(purposes=("order",), at=at)
        make.order(person_id=person)
        make.order()
        browser = desk.client("privacy")
        told = {"given_to": "carrier.order", "token": str(uuid4())}

        answers = [take(browser, **told) for _twice in range(2)]

        rows = [list(csv.reader(one.content.decode("utf-8-sig").splitlines(), delimiter=";")) for one in answers]
        assert [len(one) for one in rows] == [2, 2]
        assert list(Disclosure.objects.values_list("person", "recipient")) == [(person, "carrier")]


def test_wrong_filters_lead_back_and_unknown_lists_are_none() -> None:
    browser = desk.client("privacy")

    assert browser.get(f"{reverse('sales:export', args=['orders'])}?tila=x").status_code == 302
    assert browser.get(reverse("sales:export", args=["persons"])).status_code == 404
    assert take(browser, given_to="x.y").status_code == 422
