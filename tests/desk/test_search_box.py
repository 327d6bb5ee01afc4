"""The one search box: what is typed finds people, and stays out of addresses."""

from urllib.parse import urlencode

import pytest
from django.urls import reverse
from tests.desk import make

from seloste.audit.models import AuditEvent
from seloste.declaration.load import current

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def test_search_finds_a_person_by_name() -> None:
    person_id, browser = make.person(), make.client()

    answer = browser.post(reverse("desk:search"), {"q": "malli"}, follow=True)

    assert reverse("desk:person", args=[person_id]) in answer.content.decode()


def test_what_was_typed_is_in_no_address() -> None:
    make.person()
    browser = make.client()

    answer = browser.post(reverse("desk:search"), {"q": "Mallikas"})

    assert answer["Location"] == reverse("desk:search")


def test_results_are_there_when_one_comes_back() -> None:
    make.person()
    browser = make.client()
    browser.post(reverse("desk:search"), {"q": "Mallikas"})

    again = browser.get(reverse("desk:search"))

    assert "Maija Mallikas" in again.content.decode()


def test_search_as_you_type_answers_with_the_hits_alone() -> None:
    make.person()
    browser = make.client()

    answer = browser.post(reverse("desk:search"), {"q": "Mallikas"}, headers=HTMX)

    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    assert "Maija Mallikas" in answer.content.decode()


def test_search_is_recorded_with_whom_it_showed() -> None:
    person_id, browser = make.person(), make.client()

    browser.post(reverse("desk:search"), {"q": "Mallikas"}, headers=HTMX)

    assert AuditEvent.objects.get(deed="person.searched").subjects == [person_id]


def test_search_without_a_hit_names_the_purpose_it_was_for() -> None:
    browser = make.client()

    page = browser.post(reverse("desk:search"), {"q": "Tuntematon"}, follow=True).content.decode()

    assert page.count(current().purpose["customer_care"].name.fi) > 1


def test_search_finds_a_waiting_message() -> None:
    message_id, browser = make.message(name="Vilja Vierailija"), make.client()

    answer = browser.post(reverse("desk:search"), {"q": "Vilja"}, headers=HTMX)

    assert reverse("desk:message", args=[message_id]) in answer.content.decode()


def test_search_finds_nobody_outside_the_duty() -> None:
    make.person()
    charlie = make.client("accounting")

    answer = charlie.post(reverse("desk:search"), {"q": "Mallikas"}, follow=True)

    assert "Maija" not in answer.content.decode()


@pytest.mark.parametrize(
    "typed", ["", " ", "\x00", "a\r\nb", "'\"<script>", "%", "_", "\\", "x" * 300, "&|!():*", "\ud83d"]
)
def test_search_survives_what_is_typed(typed: str) -> None:
    browser = make.client()

    body = urlencode({"q": typed.encode("utf-8", "surrogatepass")})
    answer = browser.post(reverse("desk:search"), body, content_type="application/x-www-form-urlencoded", follow=True)

    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode()
