# ruff: noqa: ANN401 -- values go through to the test client and come back from it
"""Access and portability from the request to the downloaded package (art. 15, 20; P31, T5–T7)."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from tests import make as house
from tests.accounts.make import client_of
from tests.rights import make

from seloste.access.actions import empty
from seloste.access.actions import review as look_through
from seloste.access.choices import Verdict
from seloste.access.models import Package, Review
from seloste.access.queries import reviewing
from seloste.mail.models import Message
from seloste.register import actions as register
from seloste.rights import actions
from seloste.rights.choices import Outcome, Reason, Right, State
from seloste.rights.models import RequestItem
from seloste.rights.queries import links
from seloste.rights.queries.packages import packages_of
from seloste.rights.rules.links import Kind

pytestmark = pytest.mark.django_db
HERSELF = house.duty("privacy")
NOTE = "Matti Virtanen kertoi, että Maija vaihtaa työpaikkaa."


@pytest.fixture(autouse=True)
def published() -> Iterator[None]:
    cache.clear()
    house.version_id(make.BEFORE)
    yield
    cache.clear()


def with_note() -> UUID:
    """Return a known person with a note in which somebody else is named."""
    house.person("Matti", "Virtanen", email="matti@example.com", at=make.BEFORE)
    person_id = make.known()
    came = house.origin("phone", at=make.BEFORE)
    register.add_note(by=house.duty(), at=make.BEFORE, person_id=person_id, origin=came, text=NOTE)
    return person_id


def looked(person_id: UUID, request_id: UUID, verdict: Verdict, **told: Any) -> None:
    for case in reviewing.cases(by=make.PRIVACY, at=make.AT, person_id=person_id):
        look_through(
            by=make.PRIVACY, at=make.AT, person_id=person_id, matter=request_id, store=case.store, record_id=case.id,
            verdict=verdict, **told,
        )  # fmt: skip


def answered(*rights: Right) -> UUID:
    request_id = make.proved(*rights)
    make.ruled(request_id, Outcome.GRANTED)
    make.carried_out(request_id)
    make.answered(request_id)
    return request_id


def page_url(request_id: UUID) -> str:
    return reverse("rights:package", args=[packages_of(request_id, at=make.AT)[0].letters])


def held(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_granted_access_is_a_package_behind_the_link_of_the_answer() -> None:
    request_id = answered(Right.ACCESS)
    assert not any("paketti" in text for text in make.mailed())  # the message leads to the answer, and no further
    answer = Client().get(reverse("rights:status", args=[links.letters_of(request_id, Kind.ANSWER)]))
    url = page_url(request_id)
    assert url in answer.content.decode()
    assert "01.12.2026" in answer.content.decode() or "2.12.2026" in answer.content.decode()
    for kind in (Kind.VIEW, Kind.MAIL):
        other = Client().get(reverse("rights:status", args=[links.letters_of(request_id, kind)]))
        assert "paketti" not in other.content.decode()
    assert Client().get(url).status_code == 200
    fetched = Client().post(url)
    assert (fetched.status_code, fetched["Content-Type"]) == (200, "application/zip")
    assert "no-store" in fetched["Cache-Control"]
    assert json.loads(held(fetched.content)["my-data.json"])["person"]["reference"]


def test_a_look_at_the_page_consumes_nothing_and_a_second_download_is_refused_kindly() -> None:
    url = page_url(answered(Right.ACCESS))
    for _ in range(3):
        assert Client().get(url).status_code == 200
        assert Client().head(url).status_code == 200
    assert Package.objects.get().downloads == 0
    assert Client().post(url).status_code == 200
    assert Client().post(url).status_code == 200  # interrupted: again for a quarter of an hour
    Package.objects.update(downloaded_at=Package.objects.get().made_at - timedelta(days=30))
    refused = Client().post(url)
    assert refused.status_code == 410
    assert reverse("rights:form") in refused.content.decode()
    empty(at=make.AT, limit=10)
    assert Package.objects.get().sealed is None
    assert Client().get(url).status_code == 200
    assert Client().get(url[:-3] + "xx/").status_code == 404


def test_a_form_of_another_site_downloads_nothing() -> None:
    url = page_url(answered(Right.ACCESS))
    assert Client().post(url, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert Package.objects.get().downloads == 0


def test_every_old_address_is_told_of_the_first_download() -> None:
    person_id = make.known()
    came = house.origin("phone", at=make.BEFORE)
    register.add_contact_point(
        by=house.duty(), at=make.BEFORE, person_id=person_id, origin=came, kind="email", value="vanha@example.com"
    )
    url = page_url(answered(Right.ACCESS))
    before = Message.objects.count()
    for _ in range(2):
        Client().post(url)
    told = set(
        Message.objects.order_by("-queued_at", "-id").values_list("address", flat=True)[
            : Message.objects.count() - before
        ]
    )
    assert Message.objects.count() == before + 2
    assert told == {make.ADDRESS, "vanha@example.com"}
    assert all(url not in text for text in Message.objects.values_list("text", flat=True))


def test_nothing_is_granted_while_a_record_waits_for_a_look() -> None:
    person_id = with_note()
    request_id = make.proved(Right.ACCESS)
    make.ruled(request_id, Outcome.GRANTED)
    with pytest.raises(actions.StillToReview):
        make.carried_out(request_id)
    looked(person_id, request_id, Verdict.WHOLE)
    make.carried_out(request_id)
    assert RequestItem.objects.get(request=request_id).carried_out_at is not None


def test_what_is_left_out_is_said_to_be_left_out() -> None:
    person_id = with_note()
    request_id = make.proved(Right.ACCESS)
    make.ruled(request_id, Outcome.GRANTED)
    looked(person_id, request_id, Verdict.WITHHELD, reasons="Koskee toista.")
    with pytest.raises(actions.NotWhole):
        make.carried_out(request_id)
    item = make.item(request_id)
    ruling = actions.Ruling(outcome=Outcome.PARTLY, reason=Reason.OTHERS_RIGHTS, reasons="Koskee toista.")
    actions.decide(by=make.PRIVACY, at=make.AT + timedelta(hours=2), item_id=item.id, ruling=ruling)
    make.carried_out(request_id)
    make.answered(request_id)
    page = Client().get(reverse("rights:status", args=[links.letters_of(request_id, Kind.ANSWER)])).content.decode()
    assert "15(4)" in page
    data = held(Client().post(page_url(request_id)).content)
    assert all(b"Virtanen" not in content for name, content in data.items() if name.startswith(("my-data.json", "csv")))


def test_on_her_own_page_the_rest_is_ready_at_once_and_the_request_waits() -> None:
    person_id = with_note()
    request_id = make.proved(Right.ACCESS)
    from dataclasses import replace

    herself = replace(HERSELF, role="visitor")
    assert actions.do_as_she_says(by=herself, at=make.AT + timedelta(hours=1), request_id=request_id) is False
    first = Package.objects.get()
    assert (first.waiting, first.sealed is not None) == (1, True)
    assert make.request(request_id).state == State.FULFILLING
    looked(person_id, request_id, Verdict.WHOLE)
    make.carried_out(request_id)
    make.answered(request_id)
    later = Package.objects.latest("made_at")
    assert (later.waiting, Package.objects.get(id=first.id).sealed) == (0, None)


def test_an_answer_can_be_made_anew_when_its_package_ran_out() -> None:
    request_id = answered(Right.ACCESS, Right.PORTABILITY)
    assert actions.make_again(by=make.PRIVACY, at=make.AT + timedelta(days=9), request_id=request_id) == 2
    assert Package.objects.filter(sealed__isnull=False).count() == 2


# --- The desk ---------------------------------------------------------------------------------------------------------


def test_an_employee_looks_through_and_makes_the_package() -> None:
    person_id = with_note()
    request_id = make.proved(Right.ACCESS)
    make.ruled(request_id, Outcome.GRANTED)
    desk = client_of("privacy")
    page = desk.get(reverse("requests:package", args=[request_id])).content.decode()
    assert "<mark>Matti Virtanen</mark>" in page
    case = reviewing.cases(by=make.PRIVACY, at=make.AT, person_id=person_id)[0]
    url = reverse("requests:review", args=[request_id, case.store, case.id])
    assert "[[Matti Virtanen]]" in desk.get(url).content.decode()
    wrong = desk.post(url, {"verdict": "blacked", "text_text": "Muutettu", "reasons": ""})
    assert wrong.status_code == 422
    done = desk.post(url, {"verdict": "blacked", "text_text": "[[Matti Virtanen]]" + NOTE[14:], "reasons": ""})
    assert done.status_code == 302
    assert Review.objects.get().passages == {"text": [[0, 14]]}
    paper = desk.get(reverse("requests:package_paper", args=[request_id]))
    assert paper.content.startswith(b"%PDF")


@pytest.mark.parametrize("role", ["customer_service", "marketing", "accounting", "technical"])
def test_for_others_the_package_does_not_exist(role: str) -> None:
    with_note()
    request_id = make.proved(Right.ACCESS)
    desk = client_of(role)
    for name, rest in (("package", []), ("package_paper", []), ("review", ["register.notes", "x"])):
        assert desk.get(reverse(f"requests:{name}", args=[request_id, *rest])).status_code == 404
    assert desk.post(reverse("requests:package_again", args=[request_id])).status_code == 404
