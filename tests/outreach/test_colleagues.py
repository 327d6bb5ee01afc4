"""What an employee must not be able to do: speak in the name of a person whose mail she can look up."""

import pytest
from django.test import Client
from django.urls import reverse
from tests import make
from tests.accounts import make as staff
from tests.outreach import make as outreach

from seloste.consents.models import ConsentEvent
from seloste.kernel.clock import now

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def published() -> None:
    make.version_id(now())


def test_outbox_shows_neither_the_link_nor_the_code_that_somebody_was_sent() -> None:
    link = outreach.asked(wanted=[outreach.CONSENT])
    message = outreach.messages()[-1]

    page = staff.client_of("privacy").get(reverse("desk:sent", args=[message.id]))

    shown = page.content.decode()
    assert page.status_code == 200
    assert link.strip("/").split("/")[-1] not in shown
    assert outreach.code_in(message) not in shown
    assert "•••" in shown


def test_being_signed_in_opens_nothing() -> None:
    person_id = outreach.person()
    browser = staff.client_of("privacy")

    answers = [browser.post(f"/suostumukset/{person_id}/", {"do": "give", "consent": outreach.CONSENT}).status_code]
    answers.append(browser.get(f"/suostumukset/{person_id}/").status_code)

    assert answers == [404, 404]
    assert ConsentEvent.objects.count() == 0


def test_page_says_no_more_to_who_is_signed_in() -> None:
    person_id = outreach.person()
    link = outreach.letter_link(person_id)

    own = Client().get(link).content
    colleague = staff.client_of("privacy").get(link).content

    assert own == colleague
