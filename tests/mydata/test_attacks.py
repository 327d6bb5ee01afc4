# ruff: noqa: ANN401 -- what the test client gives back
"""Whoever got hold of one mailbox tries to destroy, to take or to see what is somebody else's (security.md T5-T9)."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from tests import make as house
from tests.mydata import make
from tests.rights import make as rights

from seloste.erasure.actions import holds
from seloste.erasure.actions.execution import announce, execute, take
from seloste.erasure.choices import Cause, HoldKind
from seloste.erasure.models import ErasureJob
from seloste.erasure.queries.planning import Scope, work_out
from seloste.kernel.clock import local_date, now
from seloste.kernel.duty import NOBODY, system, visitor
from seloste.mydata.models import Session
from seloste.register import actions as register
from seloste.register.models import ContactPoint
from seloste.rights.actions import erasing
from seloste.rights.choices import Outcome, Reason, Right
from seloste.rights.models import Request, RequestItem
from seloste.rights.queries.links import LINKS
from seloste.rights.rules.links import Kind

pytestmark = pytest.mark.django_db
P = make.PAGE
OTHER = "maija.koti@example.com"


@pytest.fixture(autouse=True)
def published() -> None:
    cache.clear()
    house.version_id(now() - make.LONG_AGO)


def stop_links(address: str) -> list[str]:
    """Return the letters of the links that stop an erasure, in what was sent to the address."""
    found = [one for letter in make.letters(address) for one in re.findall(r"/([\w-]{60,})/", letter.text)]
    links_read = [(one, LINKS.read(one)) for one in found]
    return [one for one, link in links_read if link is not None and link.kind is Kind.STOP]


def with_two_addresses() -> UUID:
    person_id = make.known()
    came = house.origin(at=now() - make.LONG_AGO)
    register.add_contact_point(
        by=house.duty(), at=now() - make.LONG_AGO, person_id=person_id, origin=came, kind="email", value=OTHER
    )
    return person_id


def say(browser: Client, path: str, **told: Any) -> Any:
    return make.say(browser, f"{P}{path}", form=str(uuid4()), **told)


def change(browser: Client, person_id: UUID, before: str, after: str) -> None:
    point = ContactPoint.objects.get(person_id=person_id, value=before, ended_at=None)
    assert say(browser, f"korjaa/contact/{point.id}/", value=after).status_code == 302


def test_thief_who_changes_the_other_address_first_is_told_on_there() -> None:
    person_id = with_two_addresses()
    browser = make.browser_of()
    change(browser, person_id, OTHER, "varas@example.com")

    say(browser, "poista/", do="erase")

    assert stop_links(OTHER)
    assert not stop_links("varas@example.com")


def test_thief_who_changes_the_other_address_and_back_is_told_on_there() -> None:
    person_id = with_two_addresses()
    browser = make.browser_of()
    change(browser, person_id, OTHER, "varas@example.com")
    change(browser, person_id, "varas@example.com", OTHER)

    say(browser, "poista/", do="erase")

    assert stop_links(OTHER)


def test_one_press_on_the_link_stops_every_erasure_that_was_planned() -> None:
    with_two_addresses()
    browser = make.browser_of()
    say(browser, "poista/", do="erase")
    say(browser, "poista/", do="erase")

    erasing.stop(by=visitor("rights"), at=now(), letters=stop_links(OTHER)[0])

    assert set(ErasureJob.objects.values_list("state", flat=True)) == {"stopped"}


def test_stopping_on_the_page_stops_every_erasure_too() -> None:
    with_two_addresses()
    browser = make.browser_of()
    say(browser, "poista/", do="erase")
    say(browser, "poista/", do="erase")

    assert say(browser, "poista/", do="stop").status_code == 302

    assert list(ErasureJob.objects.values_list("state", flat=True)) == ["stopped", "stopped"]


def test_what_was_stopped_from_an_old_address_is_not_begun_again_by_a_code() -> None:
    with_two_addresses()
    browser = make.browser_of()
    say(browser, "poista/", do="erase")
    erasing.stop(by=visitor("rights"), at=now(), letters=stop_links(OTHER)[0])

    answer = say(browser, "poista/", do="erase")

    assert answer.status_code < 500
    assert set(ErasureJob.objects.values_list("state", flat=True)) == {"stopped"}


def test_common_mailbox_of_one_person_gives_her_nobody_elses_message() -> None:
    person_id = make.known()
    came = house.origin(at=now() - make.LONG_AGO)
    register.add_contact_point(
        by=house.duty(),
        at=now() - make.LONG_AGO,
        person_id=person_id,
        origin=came,
        kind="email",
        value="info@example.com",
    )
    house.message(at=now(), name="Pekka Puukko", email="info@example.com", message="Potkut sain ja olen sairas.")

    page = make.browser_of().get(P).content.decode()

    assert "Pekka Puukko" not in page
    assert "olen sairas" not in page


def test_address_that_never_was_hers_shows_her_nobody_elses_message() -> None:
    person_id, at = make.known(), now() - make.LONG_AGO
    told: dict[str, Any] = {"by": house.duty(), "at": at, "person_id": person_id, "origin": house.origin(at=at)}
    wrong = register.add_contact_point(**told, kind="email", value="pekka@example.com")
    register.remove(by=house.duty(), at=now(), kind="contact", item_id=wrong)
    house.message(at=now(), name="Pekka Puukko", email="pekka@example.com", message="Potkut sain ja olen sairas.")

    assert "olen sairas" not in make.browser_of().get(P).content.decode()


def test_page_of_somebody_erased_is_closed_and_its_cookie_opens_nothing() -> None:
    make.known()
    browser = make.browser_of()
    say(browser, "poista/", do="erase")
    person_id = Session.objects.get().person
    take([person_id])
    announce([person_id], by=system("rights"), at=now())
    execute(work_out([person_id], Scope(cause=Cause.REQUEST), today=now().date()), by=system("rights"), at=now())
    assert Session.objects.count() == 0
    assert "Mallikas" not in browser.get(P).content.decode()
    assert browser.get(f"{P}poista/").status_code == 302


def test_same_number_of_a_form_gives_nobody_a_strangers_request() -> None:
    make.known("toinen@example.com", given_name="Toini", family_name="Toinen")
    make.known()
    token = uuid4()
    rights.received(Right.ACCESS, at=now(), token=token, email=make.ADDRESS, name="", message="", phone="", address="")
    browser = make.browser_of()
    make.say(browser, f"{P}lataa/", form=str(token), do="access")
    for one in Request.objects.all():
        assert one.person is None or one.checks.filter(result="verified").exists(), one.state


def test_mailbox_of_an_employer_she_left_opens_nothing() -> None:
    at, by = now() - make.LONG_AGO, house.duty()
    person_id = make.known("maija@firma.example")
    came = house.origin(at=at, purposes=("customer_care", "b2b_contact"))
    firm = register.add_organisation(by=by, at=at, origin=came, name="Firma Oy", website="https://www.firma.example/")
    position = register.add_position(by=by, at=at, person_id=person_id, origin=came, organisation_id=firm)
    assert "/avaa/" in make.asked("maija@firma.example").text

    register.remove(by=by, at=now(), kind="position", item_id=position)

    assert "/avaa/" not in make.asked("maija@firma.example").text


def test_hold_that_comes_before_the_erasure_is_told_and_not_called_granted() -> None:
    person_id = make.known()
    say(make.browser_of(), "poista/", do="erase")
    item = RequestItem.objects.get()
    assert item.outcome == Outcome.GRANTED
    later = now() + timedelta(hours=73)
    day = local_date(later) + timedelta(days=90)
    holds.hold(
        by=house.duty("privacy"), at=now(), person_id=person_id, kind=HoldKind.CLAIM, reason="Kanne.", review_on=day
    )

    ErasureJob.objects.update(**stopped_by_the_hold(later))
    erasing.settle(by=system("rights"), at=later)

    item.refresh_from_db()
    assert (item.outcome, item.reason_code) == (Outcome.PARTLY, Reason.LEGAL_CLAIM)
    assert item.carried_out_at == later


def stopped_by_the_hold(at: datetime) -> dict[str, Any]:
    """Return how the job stands once it was carried out: everything stayed."""
    ended = {"state": "verified", "ledgered_at": at, "ended_at": at, "ended_by": NOBODY, "proof": bytes(32)}
    return {**ended, "erased": {}, "stays": []}
