"""The public forms as a visitor, a robot and an attacker use them."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.core import signing
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from tests import make

from seloste.declaration.load import current
from seloste.intake import rules
from seloste.intake.forms import PublicForm
from seloste.intake.models import Submission
from seloste.kernel.clock import now

pytestmark = pytest.mark.django_db
WRITTEN = {"name": "Maija Mallikas", "email": "maija@example.com", "message": "Hei!\nMilloin olette auki?"}


@pytest.fixture(autouse=True)
def published() -> None:
    make.version_id()


def address(form: str = "contact", language: str = "fi") -> str:
    with override(language):
        return reverse(f"intake:{form}")


def token(form: str = "contact", *, age: timedelta = timedelta(minutes=1)) -> str:
    at = now() - age
    return PublicForm(form, language="fi", at=at).fresh_token()


def send(form: str = "contact", *, client: Client | None = None, **values: str) -> Any:  # noqa: ANN401 -- the test client's own kind of response
    written = (WRITTEN if form == "contact" else {"message": "Hyvä!"}) | {"token": token(form)} | values
    return (client or Client()).post(address(form), written)


def text_of(response: HttpResponseBase) -> str:
    assert isinstance(response, HttpResponse)
    return unescape(response.content.decode())


@pytest.mark.parametrize("form", ["contact", "feedback"])
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_form_stands_beside_the_short_notice_in_the_readers_language(form: str, language: str) -> None:
    page = text_of(Client().get(address(form, language)))
    purpose = current().purpose[current().form[form].purpose]

    assert f'<html lang="{language}"' in page
    assert current().form[form].title.in_language(language) in page
    assert purpose.why.in_language(language) in page
    assert current().controller.email in page


@pytest.mark.parametrize("form", ["contact", "feedback"])
def test_form_asks_exactly_what_is_declared(form: str) -> None:
    page = text_of(Client().get(address(form)))

    names = set(re.findall(r'<(?:input|textarea|select)[^>]* name="([^"]+)"', page))
    assert names == set(current().form[form].asks) | {"website", "token", "csrfmiddlewaretoken"}
    assert " checked" not in page


def test_message_is_thanked_for_with_its_reference() -> None:
    answer = send()

    submission = Submission.objects.get()
    page = text_of(Client().get(answer.headers["Location"]))
    assert answer.status_code == 302
    assert submission.reference in page
    assert (submission.name, submission.message, submission.language) == (
        "Maija Mallikas",
        "Hei!\nMilloin olette auki?",
        "fi",
    )
    assert submission.notice_version_id == make.version_id()


def test_double_click_is_one_message_and_one_answer() -> None:
    mark = token()

    first, second = send(token=mark), send(token=mark)

    thanks = [text_of(Client().get(answer.headers["Location"])) for answer in (first, second)]
    assert Submission.objects.count() == 1
    assert all(Submission.objects.get().reference in page for page in thanks)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "Maija <maija@example.com>"),
        ("email", "maija@example.com, toinen@example.com"),
        ("email", "maija"),
        ("phone", "soittakaa"),
        ("name", "Maija\r\nBcc: kaikki@example.com"),
        ("name", "M" * 201),
        ("name", "Maija\u202eakkiaM"),
        ("message", "x" * 5001),
        ("message", "Tunnukseni on 131052-308T."),
        ("message", "\x00\x01\x02"),
        ("message", "   "),
        ("name", ""),
    ],
)
def test_mistake_is_told_at_its_field_and_nothing_is_lost(field: str, value: str) -> None:
    values: dict[str, Any] = {field: value, "company": "Malli & Pojat Oy"}
    answer = send(**values)

    page = text_of(answer)
    assert answer.status_code == 422
    assert f'href="#{field}"' in page
    assert "Malli & Pojat Oy" in page
    assert Submission.objects.count() == 0


def test_identity_code_is_refused_with_the_paragraph() -> None:
    page = text_of(send(message="Tunnukseni on 131052-308T."))

    assert "29 §" in page


@pytest.mark.parametrize(
    "mark",
    [
        "",
        "forged",
        signing.dumps({"id": "x"}, salt="seloste.intake.form"),
        signing.dumps({"id": str(uuid4()), "form": "contact", "at": 0}, salt="other"),
    ],
    ids=["none", "forged", "incomplete", "of another salt"],
)
def test_form_with_a_foreign_mark_is_shown_again_with_everything(mark: str) -> None:
    answer = send(token=mark)

    assert (answer.status_code, Submission.objects.count()) == (422, 0)
    again = re.search(r'name="token" value="([^"]+)"', text_of(answer))
    assert again
    assert "Milloin olette auki?" in text_of(answer)


def test_mark_of_another_form_is_refused() -> None:
    assert send(token=token("feedback")).status_code == 422


def test_form_open_too_long_is_sent_at_the_second_try() -> None:
    answer = send(token=token(age=rules.OPEN_FOR + timedelta(minutes=1)))

    assert (answer.status_code, Submission.objects.count()) == (422, 0)


def test_robots_haste_is_told_and_the_same_mark_works_later() -> None:
    mark = token(age=timedelta(0))
    answer = send(token=mark)

    assert (answer.status_code, Submission.objects.count()) == (422, 0)
    assert mark in text_of(answer)


def test_hidden_field_is_told_and_emptied() -> None:
    answer = send(website="https://spam.example.com")

    assert (answer.status_code, Submission.objects.count()) == (422, 0)
    assert "spam.example.com" not in text_of(answer)


def test_flood_is_answered_calmly_with_everything_written() -> None:
    for _ in range(rules.FROM_A_NETWORK.an_hour):
        assert send().status_code == 302

    answer = send()

    assert answer.status_code == 429
    assert "Milloin olette auki?" in text_of(answer)


def test_message_without_csrf_mark_is_refused_and_nothing_is_lost() -> None:
    answer = send(client=Client(enforce_csrf_checks=True))

    assert answer.status_code == 403
    assert Submission.objects.count() == 0


def test_too_many_fields_are_refused() -> None:
    answer = Client().post(address(), {f"field{number}": "x" for number in range(10_000)})

    assert answer.status_code in {400, 413}


def test_text_that_is_not_utf8_is_refused() -> None:
    body = b"name=Maija&email=maija%40example.com&message=\xff\xfe\xe4&token=" + token().encode()
    answer = Client().post(address(), body, content_type="application/x-www-form-urlencoded")

    assert (answer.status_code, Submission.objects.count()) == (400, 0)


def test_uploaded_file_is_no_text() -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("x.png", b"\x89PNG\r\n\x1a\n\x00")
    answer = Client().post(address(), WRITTEN | {"token": token(), "message": file})

    assert (answer.status_code, Submission.objects.count()) == (422, 0)


def test_unknown_language_is_no_page() -> None:
    assert Client().get("/xx/yhteys/").status_code == 404


def test_forged_thanks_is_no_page() -> None:
    with override("fi"):
        assert Client().get(reverse("intake:thanks", args=["V-AAAA-AAAA"])).status_code == 404


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(method: str) -> None:
    assert getattr(Client(), method)(address()).status_code == 405


def test_a_form_gone_back_to_and_changed_is_kept_and_can_be_sent_as_another_message() -> None:
    opened = token()
    send(token=opened)

    answer = send(token=opened, message="Hei! Unohdin kysyä hinnan.")

    page = text_of(answer)
    assert answer.status_code == 409
    assert Submission.objects.get().reference in page
    assert "Unohdin kysyä hinnan." in page
    assert opened not in page


def test_the_same_form_sent_again_leads_to_the_same_reference() -> None:
    opened = token()

    answers = [send(token=opened) for _ in range(2)]

    assert Submission.objects.count() == 1
    assert [answer.status_code for answer in answers] == [302, 302]
