# ruff: noqa: ANN401 -- the test client's own kind of response; values go through to the deeds
"""One click (RFC 8058): POST alone, in every form that mailbox providers send, at once, for ever, for everybody."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from tests import make
from tests.outreach import make as outreach

from seloste.consents.choices import Channel, ConsentState
from seloste.consents.models import ConsentEvent, ObjectionEvent, Suppression
from seloste.consents.queries import consent_of, decide, is_suppressed, objects
from seloste.kernel.clock import now
from seloste.outreach.rules.links import NOBODY

pytestmark = pytest.mark.django_db
MARKETING = "direct_marketing"
BODY = {"List-Unsubscribe": "One-Click"}


@pytest.fixture(autouse=True)
def published() -> None:
    make.version_id(now())


def browser() -> Client:
    """A mailbox provider: no cookie, checks nothing, sends no Accept that asks for a page."""
    return Client(enforce_csrf_checks=True)


def click(path: str, **rest: Any) -> Any:
    urlencoded = "application/x-www-form-urlencoded"
    return browser().post(path, "List-Unsubscribe=One-Click", content_type=urlencoded, **rest)


def test_urlencoded_click_is_enough() -> None:
    person_id = outreach.subscriber()

    answer = click(outreach.one_click(person_id))

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert not answer.cookies
    assert "Location" not in answer.headers
    assert consent_of(person_id, MARKETING, "email").state is ConsentState.WITHDRAWN  # type: ignore[union-attr]


def test_multipart_click_is_enough() -> None:
    person_id = outreach.subscriber()

    answer = browser().post(outreach.one_click(person_id), BODY)

    assert answer.status_code == 200
    assert is_suppressed(Channel.EMAIL, outreach.ADDRESS)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("", "application/x-www-form-urlencoded"),
        ("List-Unsubscribe=One-Click&x=y", "application/x-www-form-urlencoded"),
        ("not a multipart body", "multipart/form-data; boundary=x"),
        ("not a multipart body", "multipart/form-data"),
        ("{}", "application/json"),
        ("", ""),
    ],
)
def test_click_counts_whatever_is_in_it(body: str, kind: str) -> None:
    person_id = outreach.subscriber()

    answer = browser().post(outreach.one_click(person_id), body, content_type=kind)

    assert answer.status_code == 200
    assert is_suppressed(Channel.EMAIL, outreach.ADDRESS)


def test_click_twice_changes_nothing_more() -> None:
    path = outreach.one_click(outreach.subscriber())

    answers = [click(path).status_code for _ in range(3)]

    assert answers == [200, 200, 200]
    assert ConsentEvent.objects.filter(state=ConsentState.WITHDRAWN).count() == 1
    assert (ObjectionEvent.objects.count(), Suppression.objects.count()) == (0, 1)


def test_where_there_was_no_consent_a_click_objects() -> None:
    person_id = outreach.person()
    path = outreach.one_click(person_id)

    for _ in range(2):
        click(path)

    assert objects(person_id, MARKETING)
    assert ObjectionEvent.objects.count() == 1
    assert ConsentEvent.objects.count() == 0


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_ends_nothing(method: str) -> None:
    person_id = outreach.subscriber()

    getattr(Client(), method)(outreach.one_click(person_id))

    assert consent_of(person_id, MARKETING, "email").state is ConsentState.GIVEN  # type: ignore[union-attr]


def test_page_behind_the_link_has_one_button_that_needs_no_cookie() -> None:
    person_id = outreach.subscriber()
    path = outreach.one_click(person_id)

    page = Client().get(path)
    after = browser().post(path, {}, headers={"Accept": "text/html"})

    assert page.content.decode().count("<form") == 1
    assert (page.status_code, after.status_code) == (200, 200)
    assert not page.cookies
    assert not after.cookies
    assert not may_mail(person_id)


def may_mail(person_id: UUID) -> bool:
    told: Any = {"channel": Channel.EMAIL, "address": outreach.ADDRESS, "is_marketing": True, "at": now()}
    return decide(person_id=person_id, **told).allow


def test_link_of_an_old_letter_works() -> None:
    person_id = outreach.subscriber()

    click(outreach.one_click(person_id, at=now() - timedelta(days=3000)))

    assert not may_mail(person_id)


def test_click_of_the_erased_is_remembered_against_later_imports() -> None:
    gone = uuid4()

    answer = click(outreach.one_click(gone))
    again = outreach.person()

    assert answer.status_code == 200
    assert not may_mail(again)
    assert is_suppressed(Channel.EMAIL, outreach.ADDRESS)


def test_click_concerns_everybody_with_the_address() -> None:
    first, second = outreach.subscriber(), outreach.person()

    click(outreach.one_click(first))

    assert [may_mail(first), may_mail(second)] == [False, False]


def test_click_without_a_person_closes_the_address() -> None:
    click(outreach.one_click(NOBODY))

    assert is_suppressed(Channel.EMAIL, outreach.ADDRESS)
    assert (ConsentEvent.objects.count(), ObjectionEvent.objects.count()) == (0, 0)


def test_foreign_and_forged_links_end_nothing() -> None:
    person_id = outreach.subscriber()
    letters = outreach.letter_link(person_id).strip("/").split("/")[-1]
    good = outreach.one_click(person_id).strip("/").split("/")[-1]

    for shape in (letters, good[:-2], good[::-1], "x"):
        assert click(f"/suostumukset/peru/{shape}/").status_code == 404

    assert may_mail(person_id)


def test_click_wins_over_a_letter_that_waits() -> None:
    person_id = outreach.subscriber()
    click(outreach.one_click(person_id))

    outreach.asked(wanted=[outreach.CONSENT])

    assert not may_mail(person_id)


@pytest.mark.parametrize("language", ["", "/sv", "/en"])
def test_links_of_every_language_work(language: str) -> None:
    person_id = outreach.subscriber()

    assert click(language + outreach.one_click(person_id)).status_code == 200
    assert not may_mail(person_id)
