"""To whom data were given, at the desk (S9.3; GDPR 15(1)(c), 19)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from tests import make as house
from tests.desk import make
from tests.disclosures.make import naming_recipients

from seloste.disclosures.models import Disclosure, RecipientNotice
from seloste.kernel.clock import local_date, now
from seloste.register import actions as register
from seloste.register.models import Correction, Name

pytestmark = pytest.mark.django_db


@pytest.fixture
def recipients(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with naming_recipients(tmp_path, monkeypatch):
        yield


def test_nobody_can_be_chosen_where_the_notice_names_nobody() -> None:
    person, browser = make.person(), make.client()
    place = reverse("desk:note_given", args=[person])

    page = browser.get(place)
    make.send(browser, "desk:note_given", person, offer_key="printer.customer_care", categories=["identity"])

    assert (page.status_code, b'<form class="fields"' in page.content) == (200, False)
    assert Disclosure.objects.count() == 0


@pytest.mark.usefixtures("recipients")
def test_what_was_given_is_noted_and_shown() -> None:
    person, browser = make.person(), make.client()
    told = {
        "offer_key": "carrier.customer_care", "categories": ["identity", "contact"], "how": "email",
        "given_on": str(local_date(now())), "reference": "K-12",
    }  # fmt: skip

    sent = make.send(browser, "desk:note_given", person, **told)
    for wrong in ({"offer_key": "nobody.customer_care"}, {"given_on": "2999-01-01"}, {"reference": "Maija Mallikas"}):
        assert make.send(browser, "desk:note_given", person, **{**told, **wrong}).status_code == 422
    page = browser.get(reverse("desk:given", args=[person])).content.decode()

    assert (sent.status_code, "Kuljetus Oy" in page) == (302, True)
    assert Disclosure.objects.get().reference == "K-12"
    assert make.client("owner").get(reverse("desk:given", args=[person])).status_code == 404


@pytest.mark.usefixtures("recipients")
def test_the_queue_is_counted_worked_off_and_empty_again() -> None:
    person, privacy = make.person(), make.client("privacy")
    told = {
        "offer_key": "carrier.customer_care", "categories": ["identity"], "how": "letter",
        "given_on": str(local_date(now())), "reference": "",
    }  # fmt: skip
    make.send(make.client(), "desk:note_given", person, **told)
    register.restrict(by=house.duty(), at=now(), person_id=person, reason="accuracy", source="phone")
    notice = RecipientNotice.objects.get()
    place = reverse("desk:recipient_notice", args=[notice.id])

    queue = privacy.get(reverse("desk:recipients")).content.decode()
    assert ("Kuljetus Oy" in queue, "Mallikas" in queue) == (True, False)
    assert "Mallikas" in privacy.get(place).content.decode()
    for role in ("customer_service", "marketing", "owner"):
        assert make.client(role).get(place).status_code == 404
        assert make.client(role).get(reverse("desk:recipients")).status_code == 404

    assert make.send(privacy, "desk:recipient_notice", notice.id).status_code == 422
    assert make.send(privacy, "desk:recipient_notice", notice.id, fate="not.gone").status_code == 302
    notice.refresh_from_db()
    assert (notice.state, notice.reason, notice.words) == ("impossible", "gone", None)
    assert make.send(privacy, "desk:recipient_notice", notice.id, fate="told.phone").status_code == 422
    assert "Mallikas" not in privacy.get(place).content.decode()


def test_a_seal_is_opened_from_the_page_by_whoever_works_for_rights() -> None:
    person, privacy = make.person(), make.client("privacy")
    name = Name.objects.get(person_id=person)
    told = {"family_name": "Wallikas", "given_name": "Maija", "source": "phone"}
    make.send(make.client(), "desk:correct", person, "name", name.id, **told)
    place = reverse("desk:sealed", args=[person, Correction.objects.get().id])

    assert place in privacy.get(reverse("desk:person", args=[person])).content.decode()
    assert "Maija Mallikas" in privacy.get(place).content.decode()
    clerk = make.client()
    assert place not in clerk.get(reverse("desk:person", args=[person])).content.decode()
    assert clerk.get(place).status_code == 404
    other = reverse("desk:sealed", args=[make.person(email="b@example.com"), Correction.objects.get().id])
    assert privacy.get(other).status_code == 404
