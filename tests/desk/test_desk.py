"""Every page of the desk: it works, it asks who is there, it is recorded, and looking changes nothing."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, reverse
from tests import make as house
from tests.desk import make

from seloste.audit.models import AuditEvent
from seloste.consents import actions as consents
from seloste.declaration.load import current
from seloste.desk import urls
from seloste.desk.forms import ADDITIONS
from seloste.desk.shown import AT_ONCE
from seloste.kernel.clock import now
from seloste.register import actions as register

pytestmark = pytest.mark.django_db


class World:
    """A person, a message and an organisation, and the arguments that the addresses want."""

    def __init__(self) -> None:
        at = now()
        self.person = make.person(email="maija@example.com", phone="040 123 4567")
        self.message = make.message()
        self.organisation = make.organisation()
        self.project = register.open_project(
            by=house.duty(), at=at, person_id=self.person, origin=house.origin(at=at, purposes=("projects",)),
            name="Uudistus", started_on=at.date(),
        )  # fmt: skip
        self.note = register.add_note(
            by=house.duty(), at=at, person_id=self.person, origin=house.origin(at=at), text="Soittaa huomenna."
        )

        self.receipt = consents.refuse(
            by=house.duty("marketing"), at=at, person_id=self.person, consent="marketing_email", language="fi",
            source="phone",
        )  # fmt: skip

    def places(self) -> list[str]:
        """Return the address of every page of the desk that is only looked at."""
        one = {"person_id": self.person, "message_id": self.message, "organisation_id": self.organisation}
        plain = [str(pattern.name) for pattern in patterns() if pattern.name not in WITH_MORE | POSTS]
        return [
            *(
                reverse(
                    f"desk:{name}", kwargs={key: value for key, value in one.items() if f"<uuid:{key}>" in route(name)}
                )
                for name in plain
            ),
            *(reverse("desk:add", args=[self.person, what]) for what in ADDITIONS),
            reverse("desk:correct", args=[self.person, "note", self.note]),
            reverse("desk:correct", args=[self.person, "project", self.project]),
            reverse("desk:close_project", args=[self.person, self.project]),
            reverse("desk:receipt", args=[self.person, self.receipt]),
            reverse("desk:touched", args=[uuid4()]),
            reverse("desk:notice_difference", args=["1.0", house.VERSION]),
        ]


#: Pages whose addresses need more than the world's ids, and addresses that only take a form.
WITH_MORE = {
    *("add", "correct", "close_project", "touched", "notice_difference", "receipt", "receipt_file", "receipt_pdf"),
    *("annul", "lift_restriction", "prohibition", "relevance"),  # test_permissions asks for them
    *("recipient_notice", "sealed"),  # test_given asks for them
    *("sent", "sent_cancel", "sent_decide"),  # messages that leave: tests/mail asks for them
}
POSTS = {"remove", "bring_back", "language", "decline", "handled", "message_back"}


def patterns() -> list[URLPattern]:
    return list(urls.urlpatterns)


def route(name: str) -> str:
    return next(str(pattern.pattern) for pattern in patterns() if pattern.name == name)


def test_every_address_of_the_desk_names_its_deed() -> None:
    assert [pattern.name for pattern in patterns() if not getattr(pattern.callback, "requires", ())] == []


def test_every_page_works_and_changes_nothing_but_record_and_session() -> None:
    world, browser = World(), make.client("privacy")
    before = make.tables()

    statuses = {place: browser.get(place).status_code for place in world.places()}

    assert {place: status for place, status in statuses.items() if status != 200} == {
        reverse("desk:notice_difference", args=["1.0", house.VERSION]): 404
    }
    assert make.tables() == before


def test_every_page_asks_to_sign_in() -> None:
    world = World()

    places = [*world.places(), *post_places(world)]
    answers = {place: Client().get(place).status_code for place in places}

    assert set(answers.values()) == {302}


def post_places(world: World) -> list[str]:
    about = {"person_id": world.person, "kind": "note", "item_id": world.note, "message_id": world.message}
    return [
        reverse(f"desk:{name}", kwargs={key: value for key, value in about.items() if f":{key}>" in route(name)})
        for name in POSTS
    ]


def test_a_form_address_is_not_looked_at() -> None:
    world, browser = World(), make.client("privacy")

    assert {browser.get(place).status_code for place in post_places(world)} == {405}


@pytest.mark.parametrize("role", ["technical", "accounting", "owner"])
def test_charlie_meets_nobody(role: str) -> None:
    world, charlie = World(), make.client(role)

    mine = [place for place in [*world.places(), *post_places(world)] if str(world.person) in place]
    answers = {place: charlie.get(place).status_code for place in mine if place not in post_places(world)}
    posted = {place: charlie.post(place, {}).status_code for place in mine}

    assert set(answers.values()) == {404}
    assert set(posted.values()) <= {404, 405}
    assert AuditEvent.objects.filter(denied=True).count() > 0


@pytest.mark.parametrize("role", ["technical", "accounting", "owner"])
def test_charlie_reads_no_message(role: str) -> None:
    world, charlie = World(), make.client(role)

    places = [reverse("desk:message", args=[world.message]), reverse("desk:enter_new", args=[world.message])]

    assert {charlie.get(place).status_code for place in places} == {404}


def test_who_was_refused_a_person_is_in_the_record() -> None:
    person_id, charlie = make.person(), make.client("accounting")

    charlie.get(reverse("desk:person", args=[person_id]))

    event = AuditEvent.objects.get(deed="person.read", denied=True)
    assert (event.subjects, event.role) == ([person_id], "accounting")


def test_a_wrong_address_about_a_person_of_ones_own_is_no_denial() -> None:
    person_id, browser = make.person(), make.client()

    answer = make.send(browser, "desk:close_project", person_id, uuid4(), closed_on="2026-01-15")

    assert answer.status_code == 404
    assert not AuditEvent.objects.filter(denied=True).exists()


def test_a_person_nobody_ever_was_leaves_no_subject() -> None:
    browser = make.client()

    answer = browser.get(reverse("desk:person", args=[uuid4()]))

    assert answer.status_code == 404
    assert not AuditEvent.objects.filter(denied=True).exists()


def test_a_look_at_a_person_is_recorded_with_what_was_seen() -> None:
    world, browser = World(), make.client()

    browser.get(reverse("desk:person", args=[world.person]))

    seen = {
        category
        for event in AuditEvent.objects.filter(subjects=[world.person], deed__in=["person.read", "timeline.read"])
        for category in event.categories
    }
    assert seen == {"identity", "contact", "correspondence", "project"}


def lists() -> dict[str, Callable[[int], object]]:
    """Return the pages with lists, and what puts one more line on them."""
    return {
        "desk:home": lambda n: make.person(family_name=f"Mallikas{n}"),
        "desk:messages": lambda n: make.message(name=f"Maija {n}", email=f"maija{n}@example.com"),
        "desk:organisations": lambda n: make.organisation(f"Mallila {n} Oy"),
        "desk:owed": lambda n: make.person(family_name=f"Mallikas{n}"),
    }


@pytest.mark.parametrize("name", lists())
def test_a_longer_list_costs_no_more_questions(name: str) -> None:
    browser, add = make.client(), lists()[name]
    add(1)
    browser.get(reverse(name))
    with CaptureQueriesContext(connection) as one:
        browser.get(reverse(name))
    add(2)
    add(3)

    with CaptureQueriesContext(connection) as three:
        browser.get(reverse(name))

    assert len(three) == len(one)


def test_a_longer_person_costs_no_more_questions() -> None:
    person_id, browser = make.person(email="maija@example.com"), make.client()
    place = reverse("desk:person", args=[person_id])
    browser.get(place)
    with CaptureQueriesContext(connection) as one:
        browser.get(place)
    for number in range(3):
        note(person_id, f"Huomattava {number}")

    with CaptureQueriesContext(connection) as three:
        page = browser.get(place)

    assert len(three) == len(one) + 1  # the record of the timeline, which was empty before
    assert page.content.decode().count("Huomattava") == 3


def test_a_long_timeline_asks_before_it_shows_everything() -> None:
    person_id, browser = make.person(), make.client()
    for number in range(AT_ONCE + 2):
        note(person_id, f"Huomattava {number}")
    place = reverse("desk:person", args=[person_id])

    pages = [browser.get(place, asked).content.decode() for asked in ({}, {"all": "1"}, {"show": "feedback"})]

    assert [page.count("Huomattava") for page in pages] == [AT_ONCE, AT_ONCE + 2, 0]
    assert ["all=1" in page for page in pages] == [True, False, False]


def note(person_id: UUID, text: str) -> None:
    at = now()
    register.add_note(by=house.duty(), at=at, person_id=person_id, origin=house.origin(at=at), text=text)


def test_no_page_tells_a_name_in_an_address() -> None:
    world, browser = World(), make.client()
    pages = [browser.get(place).content.decode() for place in world.places()]

    addresses = [address for page in pages for address in re.findall(r'(?:href|action|hx-post)="([^"]*)"', page)]

    assert [address for address in addresses if re.search("mallikas", address, re.IGNORECASE)] == []


def test_a_duty_is_offered_nothing_that_it_does_not_include() -> None:
    person_id = make.person(purposes=("b2b_contact",))
    browser = make.client("marketing")
    page = browser.get(reverse("desk:person", args=[person_id])).content.decode()

    offered = {what: reverse("desk:add", args=[person_id, what]) in page for what in ADDITIONS}
    opened = {what: browser.get(reverse("desk:add", args=[person_id, what])).status_code == 200 for what in ADDITIONS}

    assert offered == opened
    assert {what for what, is_there in offered.items() if not is_there} == {"palaute", "projekti"}


@pytest.mark.parametrize("name", ["organisations", "owed", "ending"])
def test_a_list_of_what_the_duty_does_not_include_is_not_there(name: str) -> None:
    assert make.client("technical").get(reverse(f"desk:{name}")).status_code == 404


def test_first_page_leads_each_role_on_and_says_who_does_the_rest() -> None:
    page: Any = make.client("owner").get(reverse("desk:home"))
    content = page.content.decode().partition("<main")[2]
    assert [reverse(place) in content for place in ("accounts:staff", "desk:notice", "sales:sales")] == [True] * 3
    assert page.context["jobs"]["own"]["name"] in content
    assert len(page.context["jobs"]["others"]) == len(current().role) - 1
