# ruff: noqa: ANN401 -- values go through to the test client and come back from it
"""The pages: a request made, followed and answered by clicking; nothing shown to whom it does not concern."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests import make as house
from tests.accounts.make import client_of
from tests.rights import make

from seloste.audit.models import AuditEvent
from seloste.kernel.clock import now
from seloste.rights import actions
from seloste.rights.choices import Channel, Identity, Method, Outcome, Reason, Right, State
from seloste.rights.forms import RequestForm
from seloste.rights.models import Request, RequestItem
from seloste.rights.queries import links
from seloste.rights.rules.links import Kind

pytestmark = pytest.mark.django_db
FORM = "/oikeudet/"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def published() -> Iterator[None]:
    cache.clear()
    house.version_id(make.BEFORE)
    yield
    cache.clear()


def send(browser: Client | None = None, **changes: Any) -> Any:
    """Send the public form as a person who had it open for a minute."""
    token = RequestForm(language="fi", at=now() - timedelta(minutes=1)).fresh_token()
    sent = {"right_access": "on", "name": "Maija Mallikas", "email": make.ADDRESS, "message": "", "website": ""}
    return (browser or Client()).post(changes.pop("path", FORM), {**sent, "token": token, **changes})


def newest() -> Request:
    return Request.objects.latest("entered_at")


def link(request_id: UUID, kind: Kind = Kind.MAIL) -> str:
    return reverse("rights:status", args=[links.letters_of(request_id, kind)])


def page_of(browser: Client, path: str) -> str:
    """Return a page without what belongs to the one request: its number, its link, its moments."""
    words = re.sub(r"R-\w{4}-\w{4}", "R", browser.get(path).content.decode())
    return re.sub(r"<time.*?</time>", "", re.sub(r"/oikeudet/[\w-]{40,}/", "/", words), flags=re.DOTALL)


# --- The public form --------------------------------------------------------------------------------------------------


def test_request_is_made_by_ticking_and_followed_without_an_account() -> None:
    answer = send(right_erasure="on", message="Poistakaa kaikki, kiitos.")

    assert answer.status_code == 302
    page = Client().get(answer.url)
    request = newest()
    assert request.reference in page.content.decode()
    assert set(request.items.values_list("right", flat=True)) == {"access", "erasure"}
    assert "Set-Cookie" not in page.headers


def test_no_box_at_all_is_a_question() -> None:
    send(right_access="", message="mitä te oikein tiedätte")

    assert newest().items.get().right == Right.QUESTION


@pytest.mark.parametrize(("path", "language"), [("/oikeudet/", "fi"), ("/sv/oikeudet/", "sv"), ("/en/oikeudet/", "en")])
def test_form_speaks_and_is_answered_in_three_languages(path: str, language: str) -> None:
    page = Client().get(path)
    send(path=path)

    assert f'<html lang="{language}"' in page.content.decode()
    assert newest().language == language


def test_no_box_is_ticked_beforehand() -> None:
    assert "checked" not in Client().get(FORM).content.decode()


def test_known_and_unknown_get_the_same_bytes_and_the_same_work() -> None:
    make.known("tuttu1@example.com")
    send(email="ensin@example.com")  # whatever is only done once has been done
    found = {}
    for email in ("tuttu1@example.com", "vieras@example.com"):
        browser = Client()
        with CaptureQueriesContext(connection) as asked:
            answer = send(browser, email=email, right_erasure="on", right_marketing_objection="on")
        work = len(asked)
        found[email] = (answer.status_code, work, page_of(browser, answer.url))

    known, unknown = found.values()
    assert known[1] > 10
    assert known == unknown


def test_what_is_asked_is_told_at_the_field() -> None:
    answer = send(email="maija", message="131052-308T")

    assert answer.status_code == 422
    assert {*answer.context["form"].errors} == {"email", "message"}
    assert Request.objects.count() == 0


def test_flood_from_one_network_is_stopped() -> None:
    codes = [send(email=f"m{number}@example.com").status_code for number in range(22)]

    assert codes[:20] == [302] * 20
    assert codes[20:] == [429] * 2


# --- The link ---------------------------------------------------------------------------------------------------------


def test_link_that_was_changed_in_any_letter_opens_nothing() -> None:
    letters = links.letters_of(make.received(Right.ACCESS), Kind.MAIL)
    forged = [
        letters[:place] + ("A" if sign != "A" else "B") + letters[place + 1 :] for place, sign in enumerate(letters)
    ]

    for one in [*forged, letters[:-1], letters + "A", "x", letters.swapcase()]:
        assert Client().get(f"/oikeudet/{one}/").status_code == 404


def test_looking_changes_nothing() -> None:
    make.known()
    request_id = make.received(Right.ACCESS)
    for method in ("get", "head"):
        for kind in Kind:
            getattr(Client(), method)(link(request_id, kind))

    assert make.request(request_id).identity == Identity.OPEN


def test_button_behind_the_mail_link_shows_whose_the_address_is_and_the_browsers_link_does_not() -> None:
    make.known()
    request_id = make.received(Right.ACCESS, at=now())
    Client().post(link(request_id, Kind.VIEW), {"do": "confirm"})
    assert make.request(request_id).identity == Identity.OPEN

    Client().post(link(request_id, Kind.MAIL), {"do": "confirm"})

    assert make.request(request_id).identity == Identity.VERIFIED


def test_page_tells_a_stranger_nothing_of_what_happens_inside() -> None:
    at = now()
    person_id = make.known()
    pages = []
    for inside in ("found and asked", "given up", "nothing yet"):
        request_id = make.received(Right.ACCESS, at=at, email="varas@example.org")
        if inside == "given up":
            actions.give_up(by=make.PRIVACY, at=at, request_id=request_id, reasons="Ei näyttöä.")
        if inside == "found and asked":
            actions.assign(by=make.PRIVACY, at=at, request_id=request_id, person_id=person_id)
            actions.ask(
                by=make.PRIVACY,
                at=at,
                request_id=request_id,
                method=Method.CODE,
                reason="Uusi osoite",
                contact_point_id=_point(),
            )
        pages.append(page_of(Client(), link(request_id, Kind.VIEW)))

    assert pages[0] == pages[1] == pages[2]


def _point() -> UUID:
    from seloste.register.models import ContactPoint

    found: UUID = ContactPoint.objects.get(value=make.ADDRESS).id
    return found


def test_person_answers_our_question_and_takes_the_request_back_on_the_page() -> None:
    at = now()
    request_id = make.received(Right.QUESTION, at=at)
    actions.clarify(by=make.PRIVACY, at=at, request_id=request_id, question="Mitä vuotta tarkoitatte?")
    assert "Mitä vuotta tarkoitatte?" in Client().get(link(request_id)).content.decode()

    Client().post(link(request_id), {"do": "more", "text": "Vuotta 2025."})
    assert make.request(request_id).letters.filter(text="Vuotta 2025.").exists()
    Client().post(link(request_id), {"do": "withdraw"})

    assert make.request(request_id).state == State.WITHDRAWN


def test_answer_is_read_only_with_the_link_that_was_sent_with_it() -> None:
    request_id = make.proved(Right.ERASURE)
    make.ruled(request_id, Outcome.REFUSED, Reason.LEGAL_DUTY, reasons="Laskunne on kirjanpidossa.")
    make.answered(request_id)

    for kind, is_shown in {Kind.VIEW: False, Kind.MAIL: False, Kind.ANSWER: True}.items():
        page = Client().get(link(request_id, kind))
        paper = Client().get(link(request_id, kind) + "vastaus.pdf")
        assert ("Laskunne on kirjanpidossa." in page.content.decode()) == is_shown
        assert paper.status_code == (200 if is_shown else 404)


def test_answer_on_paper_is_whole_accessible_and_in_the_persons_language() -> None:
    from io import BytesIO

    from pypdf import PdfReader

    request_id = make.proved(Right.ERASURE, language="sv")
    make.ruled(request_id, Outcome.REFUSED, Reason.LEGAL_DUTY, reasons="Fakturan hör till bokföringen.")
    make.answered(request_id)

    pdf = Client().get(link(request_id, Kind.ANSWER) + "vastaus.pdf").content
    reader = PdfReader(BytesIO(pdf))
    words = " ".join(page.extract_text() for page in reader.pages)
    assert "Fakturan hör till bokföringen." in words
    assert "GDPR 17(3)(b)" in words
    assert str(reader.root_object["/Lang"]) == "sv"


def test_link_ends_ninety_days_after_the_matter() -> None:
    ended = now() - timedelta(days=91)
    request_id = make.received(Right.QUESTION, at=ended)
    actions.withdraw(by=make.HERSELF, at=ended, request_id=request_id)

    assert Client().get(link(request_id)).status_code == 404


# --- The desk ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["customer_service", "marketing", "accounting", "technical", "owner"])
def test_for_other_roles_the_pages_do_not_exist(role: str) -> None:
    request_id = make.proved(Right.ACCESS)
    browser, item_id = client_of(role), make.item(request_id).id

    assert browser.get(reverse("requests:queue")).status_code == 404
    assert browser.get(reverse("requests:sheet", args=[request_id])).status_code == 404
    assert browser.get(reverse("requests:paper", args=[request_id])).status_code == 404
    for page in (
        reverse("requests:step", args=[request_id, "close"]),
        reverse("requests:step", args=[request_id, "noted"]),
        reverse("requests:decide", args=[request_id, item_id]),
        reverse("requests:item", args=[request_id, "toteuta", item_id]),
        reverse("requests:assign", args=[request_id, uuid4()]),
    ):
        assert browser.post(page, {"text": "x"}).status_code == 404


def test_whoever_hears_a_request_enters_it_and_sees_no_more() -> None:
    browser = client_of("customer_service")
    sent = {
        "token": str(uuid4()),
        "channel": "phone",
        "received_at": "2026-11-20T12:00",
        "rights": ["access", "erasure"],
        "name": "Maija Mallikas",
        "language": "fi",
        "message": "Soitti ja haluaa tietonsa pois.",
    }
    answer: Any = browser.post(reverse("requests:enter"), sent)
    browser.post(reverse("requests:enter"), sent)

    assert answer.url == reverse("requests:enter")
    request = Request.objects.get()
    assert (request.channel, request.state, request.items.count()) == ("phone", State.ACKNOWLEDGED, 2)


def test_queue_has_the_one_due_first_on_top() -> None:
    at = now()
    later = make.received(Right.ACCESS, at=at)
    sooner = make.received(Right.ERASURE, at=at - timedelta(days=25))
    page = client_of("privacy").get(reverse("requests:queue")).content.decode()

    assert page.index(make.request(sooner).reference) < page.index(make.request(later).reference)
    assert AuditEvent.objects.filter(deed="request.listed").count() == 1


def test_request_is_answered_from_beginning_to_end_by_clicking() -> None:
    make.known()
    at = now()
    request_id = make.received(Right.ERASURE, at=at)
    Client().post(link(request_id), {"do": "confirm"})
    browser, item_id = client_of("privacy"), make.item(request_id).id
    page = reverse("requests:sheet", args=[request_id])
    assert browser.get(page).status_code == 200

    wrong = browser.post(reverse("requests:decide", args=[request_id, item_id]), {f"{item_id}-outcome": "refused"})
    assert wrong.status_code == 422
    decided = {
        f"{item_id}-outcome": "refused",
        f"{item_id}-reason": "legal_duty",
        f"{item_id}-reasons": "Kirjanpitolaki 2:10.",
    }
    browser.post(reverse("requests:decide", args=[request_id, item_id]), decided)
    assert "Kirjanpitolaki 2:10." in browser.get(page).content.decode()
    browser.post(reverse("requests:step", args=[request_id, "answer"]), {"way": "email", "greeting": ""})
    make.arrived(now() + timedelta(seconds=1))
    browser.post(reverse("requests:step", args=[request_id, "close"]))

    assert make.request(request_id).state == State.CLOSED


def test_every_state_has_a_page() -> None:
    make.known()
    browser = client_of("privacy")
    by_state = {
        State.RECEIVED: make.received(Right.ACCESS, email="", by=make.PRIVACY, channel=Channel.LETTER),
        State.ACKNOWLEDGED: make.received(Right.ACCESS, email="uusi@example.com"),
        State.ASSESSING: make.proved(Right.ACCESS),
        State.FULFILLING: make.proved(Right.OBJECTION),
    }
    make.ruled(by_state[State.FULFILLING], Outcome.GRANTED)
    by_state[State.ANSWERED] = make.received(Right.MARKETING_OBJECTION)
    make.swept()
    by_state[State.WITHDRAWN] = make.proved(Right.ERASURE)
    actions.withdraw(by=make.HERSELF, at=make.AT + HOUR, request_id=by_state[State.WITHDRAWN])

    for state, request_id in by_state.items():
        assert make.request(request_id).state == state
        assert browser.get(reverse("requests:sheet", args=[request_id])).status_code == 200
        assert Client().get(link(request_id)).status_code in {200, 404}
    assert RequestItem.objects.count() == len(by_state)
