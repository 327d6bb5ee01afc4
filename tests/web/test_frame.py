"""The public frame: the start page in three languages, and calm pages for when something is wrong."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.db import OperationalError, connections
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings
from tests import make
from tests.accounts import make as staff

from seloste.kernel.clock import now
from seloste.web.context import Site

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def published() -> None:
    make.version_id(now())


@pytest.mark.parametrize(("place", "language"), [("/", "fi"), ("/sv/", "sv"), ("/en/", "en")])
def test_the_start_page_speaks_the_language_of_its_address(place: str, language: str) -> None:
    page = Client().get(place).content.decode()

    assert f'<html lang="{language}"' in page


def test_the_start_page_sets_no_cookie() -> None:
    answer = Client().get("/")

    assert not answer.cookies


def test_the_start_page_leads_to_itself_in_other_languages() -> None:
    page = Client().get("/sv/").content.decode()

    assert ['href="/"' in page, 'href="/en/"' in page] == [True, True]


def test_an_employee_finds_public_pages_whatever_her_language() -> None:
    user = staff.staff()
    type(user).objects.filter(id=user.id).update(language="sv")
    browser = staff.signed_in(user)

    answers = [browser.get(place) for place in ("/", "/en/", reverse("desk:home"))]

    languages = [
        next(code for code in ("fi", "sv", "en") if f'lang="{code}"' in a.content.decode()[:200]) for a in answers
    ]
    assert languages == ["fi", "en", "sv"]


def test_an_unknown_address_gets_a_calm_page() -> None:
    answer = Client().get("/ei-ole/")

    assert answer.status_code == 404
    assert "<h1>" in answer.content.decode()


def test_a_form_without_its_mark_is_refused_and_its_words_given_back() -> None:
    browser = Client(enforce_csrf_checks=True)

    answer = browser.post(
        reverse("intake:contact"), {"message": "Pitkä viesti, jota ei saa hukata.", "password": "x7z"}
    )

    assert answer.status_code == 403
    assert "Pitkä viesti, jota ei saa hukata." in answer.content.decode()
    assert "x7z" not in answer.content.decode()


def test_a_form_after_the_session_is_refused_and_its_words_given_back() -> None:
    place = reverse("desk:add", args=[uuid4(), "muistiinpano"])

    answer = Client().post(place, {"text": "Tunti kirjoitettu."})

    assert answer.status_code == 403
    assert "Tunti kirjoitettu." in answer.content.decode()
    assert f"next={place}" in answer.content.decode()


def test_a_body_too_large_gets_a_calm_page() -> None:
    answer = Client().post(reverse("intake:contact"), {"message": "x" * 300_000})

    assert answer.status_code in {400, 413}
    assert "<h1>" in answer.content.decode()


def test_a_wrong_method_gets_a_calm_page() -> None:
    answer = Client().post("/")

    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert "<h1>" in answer.content.decode()


def test_the_staff_are_led_back_to_the_desk() -> None:
    answer = staff.client_of().get("/tyopoyta/ei-ole/")

    assert answer.status_code == 404
    assert f'href="{reverse("desk:home")}"' in answer.content.decode()


@pytest.mark.parametrize(
    "body",
    ["--x\r\n", '--x\r\nContent-Disposition: form-data; name="message"\r\n\r\nhei', "\x00" * 100],
)
def test_a_body_that_is_no_form_gets_an_answer(body: str) -> None:
    answer = Client().post(reverse("intake:contact"), body, content_type="multipart/form-data; boundary=x")

    assert answer.status_code in {400, 422}


@pytest.fixture
def unreachable() -> Iterator[None]:
    """Close the door to the database in the connection itself: every question fails as on a dead server."""

    def refuse(*_args: object) -> object:
        raise OperationalError("connection refused")

    with connections["default"].execute_wrapper(refuse):
        yield


@pytest.mark.usefixtures("unreachable")
def test_an_unreachable_database_gets_a_calm_page_that_says_when_to_try_again() -> None:
    browser = Client(raise_request_exception=False)
    browser.cookies["sid"] = "anything"

    answer = browser.get(reverse("desk:home"))

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "<h1>" in answer.content.decode()


@pytest.mark.usefixtures("unreachable")
def test_an_unreachable_database_loses_nobodys_words() -> None:
    browser = Client(raise_request_exception=False)
    browser.cookies["sid"] = "anything"

    answer = browser.post(reverse("desk:add", args=[uuid4(), "muistiinpano"]), {"text": "Tunti kirjoitettu."})

    assert answer.status_code == 503
    assert "Tunti kirjoitettu." in answer.content.decode()


@pytest.mark.usefixtures("unreachable")
def test_the_start_page_leads_to_where_letters_are_ordered_and_ended() -> None:
    page = Client().get("/").content.decode()

    # once among the ways to reach us, once at the foot
    assert page.count('href="/suostumukset/"') == 2


@pytest.mark.parametrize("is_demo", [True, False])
def test_only_the_demo_leads_to_its_mail(is_demo: bool, settings: Settings) -> None:  # noqa: FBT001 -- a parameter
    settings.DEMO = is_demo

    assert bool(Site(RequestFactory().get("/")).demo_mail_url) is is_demo


def test_the_start_page_needs_no_database() -> None:
    assert Client().get("/").status_code == 200


def test_every_page_sends_a_policy_that_allows_only_our_own() -> None:
    policies = [Client().get(place)["Content-Security-Policy"] for place in ("/", "/ei-ole/")]

    assert all("default-src 'none'" in policy and "unsafe" not in policy for policy in policies)


def test_an_expired_form_gives_back_every_word_that_was_typed() -> None:
    typed = {"name": "Maija Mallikas", "email": "maija@example.com", "phone": "040 123 4567", "company": "Esimerkki Oy"}

    answer = Client(enforce_csrf_checks=True).post(reverse("intake:contact"), {**typed, "message": "Pitkä viesti"})

    page = answer.content.decode()
    assert answer.status_code == 403
    assert [word for word in (*typed.values(), "Pitkä viesti") if word not in page] == []


@pytest.mark.parametrize("place", ["/", "/ei-ole/", "/static/web/favicon.svg"])
def test_everything_that_is_sent_says_what_a_browser_may_do_with_it(place: str) -> None:
    answer = Client().get(place)
    answer.close()

    headers = answer.headers
    assert headers["Content-Security-Policy"].count("default-src 'none'") == 1
    assert [headers["X-Frame-Options"], headers["X-Content-Type-Options"]] == ["DENY", "nosniff"]


def test_a_page_for_an_unknown_host_is_framed_by_nobody() -> None:
    answer = Client().get("/", headers={"host": "evil.example.com"})

    assert (answer.status_code, answer.headers["X-Frame-Options"]) == (400, "DENY")
