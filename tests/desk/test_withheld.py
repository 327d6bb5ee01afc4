# ruff: noqa: ANN401 -- deeds of every shape are asked
"""Restricted data are shown for the person's rights alone, blocked ones for bookkeeping and claims too (I43, I55)."""

import inspect
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from tests import make as house
from tests.desk import make
from tests.desk.test_desk import World

from seloste.accounts.middleware import PURPOSE
from seloste.audit.queries import Window
from seloste.consents import queries as consents
from seloste.consents.choices import Channel
from seloste.consents.queries import contact, panel
from seloste.consents.rules.contact import Decision
from seloste.desk import queries as desk
from seloste.disclosures import queries as disclosures
from seloste.intake import actions as intake
from seloste.intake import queries as messages
from seloste.intake.choices import Direction
from seloste.kernel import timeline
from seloste.kernel.clock import now
from seloste.kernel.duty import Duty, system
from seloste.kernel.refusals import Missing, Refusal
from seloste.mail import actions as outgoing
from seloste.mail import queries as mail
from seloste.mail.choices import MessageKind
from seloste.register import actions as register
from seloste.register import queries as persons
from seloste.register import search
from seloste.register.models import Correction, Ground, Person, Restriction

pytestmark = pytest.mark.django_db

#: In every field of the person stands a word with this in it, and in nothing else.
CANARY = "kanarialintu"
ROLES = ("customer_service", "marketing", "accounting", "technical", "owner")


class Held(World):
    """A person with a canary in everything that is known of her; an organisation, messages and a colleague's note."""

    def __init__(self) -> None:
        super().__init__()
        at, by = now(), house.duty("privacy")
        every = house.origin(at=at, purposes=("customer_care", "b2b_contact"))
        told: dict[str, Any] = {"by": by, "at": at, "origin": every}
        self.person = register.add_person(**told, given_name="Kanarialintu", family_name="Kanarialintunen")
        told["person_id"] = self.person
        for kind, value in (
            ("email", f"{CANARY}@example.com"),
            ("phone", "040 7654321"),
            ("web", f"https://{CANARY}.example.com"),
        ):
            self.contact = register.add_contact_point(**told, kind=kind, value=value)
        register.add_address(**told, street=f"{CANARY.title()}tie 1", postal_code="00100", city="Helsinki")
        self.position = register.add_position(**told, organisation_id=self.organisation, title=f"{CANARY}nhoitaja")
        first = register.add_note(**told, text=f"Aiempi {CANARY}")
        values = {"text": f"Muistio {CANARY}"}
        self.note = register.correct(by=by, at=at, kind="note", item_id=first, origin=every, values=values)
        self.correction = Correction.objects.get(item=first).id
        care = {**told, "origin": house.origin(at=at)}
        removed = register.add_note(**care, text=f"Poistettu {CANARY}")
        register.remove(by=by, at=at, kind="note", item_id=removed)
        project = {**told, "origin": house.origin(at=at, purposes=("projects",))}
        self.project = register.open_project(**project, name=f"Hanke {CANARY}", started_on=at.date())
        feedback = {**told, "origin": house.origin(at=at, purposes=("feedback",))}
        register.add_feedback(**feedback, text=f"Palaute {CANARY}", given_at=at)
        intake.note_interaction(**care, kind="call", text=f"Puhelu {CANARY}", occurred_at=at)
        self.queued = outgoing.queue(
            by=by, at=at, key="k1", kind=MessageKind.SERVICE, purpose="customer_care", person_id=self.person,
            address=f"{CANARY}@example.com", language="fi", subject=f"Asia {CANARY}", text=f"Viesti {CANARY}",
        )  # fmt: skip
        self.waiting = make.message(email=f"{CANARY}@example.com", name="Toinen Nimi")

    def more_places(self) -> list[str]:
        """Return the pages of other rooms on which a person may be named."""
        return [
            reverse("desk:sent", args=[self.queued]),
            reverse("desk:message", args=[self.waiting]),
            reverse("desk:enter_for", args=[self.person, self.message]),
            *(reverse(f"desk:{name}") for name in ("outbox", "messages", "owed", "ending", "home", "record")),
            reverse("desk:organisation", args=[self.organisation]),
        ]


def restricted(person_id: UUID) -> None:
    register.restrict(by=house.duty(), at=now(), person_id=person_id, reason="accuracy", source="phone")


def blocked(person_id: UUID) -> None:
    Person.objects.filter(id=person_id).update(blocked_at=now())


def answers(browser: Client, world: Held) -> Iterator[tuple[str, str]]:
    for place in [*world.places(), *world.more_places()]:
        yield place, browser.get(place).content.decode()
    for typed in ("Kanarialint", "kanarialintu@", "040 765", "Mallila", reference(world.person)):
        browser.post(reverse("desk:search"), {"q": typed})
        yield f"search {typed}", browser.get(reverse("desk:search")).content.decode()


def reference(person_id: UUID) -> str:
    return Person.objects.get(id=person_id).reference


def shown(browser: Client, world: Held) -> set[str]:
    """Return the pages that show a canary: what was typed into the search box, or written in a new message, is none."""
    typed = (f"{CANARY}@example.com</", 'value="Kanarialint"', 'value="kanarialintu@"')
    found = set()
    for place, page in answers(browser, world):
        text = page
        if str(world.waiting) in place or place == reverse("desk:messages") or place.startswith("search"):
            for own in typed:
                text = text.replace(own, "")
        if "kanarialintun" in text.lower() or f"muistio {CANARY}" in text.lower() or _named(text):
            found.add(place)
    return found


def _named(text: str) -> bool:
    words = ("Kanarialintutie", "Puhelu k", "Palaute k", "Hanke k", "Asia k", "Viesti k", "Poistettu k", "040 7654321")
    return any(word in text for word in (*words, "+358407654321", f"//{CANARY}.example.com"))


@pytest.mark.parametrize("state", [restricted, blocked])
def test_no_page_of_the_desk_shows_withheld_data(state: Any) -> None:
    world = Held()
    assert shown(make.client("customer_service"), world) != set()
    state(world.person)

    for role in ROLES:
        assert (role, shown(make.client(role), world)) == (role, set())
    privacy = make.client("privacy")
    assert reverse("desk:person", args=[world.person]) in shown(privacy, world)
    session = privacy.session
    session[PURPOSE] = "customer_care"
    session.save()
    assert shown(privacy, world) == set()


def test_of_a_restricted_person_the_number_is_told_and_of_a_blocked_one_nothing() -> None:
    world, browser = Held(), make.client()
    place = reverse("desk:person", args=[world.person])
    restricted(world.person)

    page = browser.get(place)
    assert (page.status_code, reference(world.person) in page.content.decode()) == (403, True)
    hits = search.search(by=house.duty(), at=now(), typed="Kanarialintunen").hits
    assert [(hit.name, hit.matched, hit.detail, hit.withheld) for hit in hits] == [("", "", "", True)]

    blocked(world.person)
    assert browser.get(place).status_code == 404
    assert search.search(by=house.duty(), at=now(), typed="Kanarialintunen").hits == []
    assert search.search(by=house.duty(), at=now(), typed=reference(world.person)).hits == []


# --- Every question ---------------------------------------------------------------------------------------------------

#: Questions asked of other things than a person in the register: a receipt, a notice to a recipient, new messages.
OF_OTHER_THINGS = {
    "seloste.consents.queries.receipts.receipt",
    "seloste.consents.queries.receipts.receipt_page",
    "seloste.consents.queries.receipts.receipt_pdf",
    "seloste.desk.queries.receipt",
    "seloste.desk.queries.receipt_page",
    "seloste.desk.queries.receipt_pdf",
    "seloste.desk.queries.restriction",
    "seloste.disclosures.queries.notice",
    "seloste.intake.queries.messages",
    "seloste.register.queries.withheld.check_use",
    "seloste.register.queries.withheld.withheld_from",
    "seloste.register.queries.withheld.without_withheld",
}


def questions() -> dict[str, Any]:
    rooms = (persons, messages, mail, consents, panel, contact, desk, disclosures, search)
    named = {
        f"{deed.__module__}.{name}": deed
        for room in rooms
        for name, deed in vars(room).items()
        if inspect.isfunction(deed) and not name.startswith("_") and deed.__module__.startswith("seloste.")
    }
    asked = {name: deed for name, deed in named.items() if {"by", "_by"} & set(inspect.signature(deed).parameters)}
    return {
        name: deed for name, deed in asked.items() if ("duty" not in name and ".queries" in name) or "search" in name
    }


def arguments(deed: Any, by: Duty, world: Held) -> dict[str, Any]:
    at = now()
    known: dict[str, Any] = {
        "by": by, "_by": by, "at": at, "person_id": world.person, "person_ids": [world.person], "item_id": world.note,
        "message_id": world.queued if deed.__module__ == "seloste.mail.queries" else world.message, "kind": "note",
        "submission_id": world.message, "organisation_id": world.organisation, "typed": reference(world.person),
        "until": at.date() + timedelta(days=10_000), "ending_by": at.date() + timedelta(days=10_000), "language": "fi",
        "notice_url": "/", "contacts": [("email", f"{CANARY}@example.com")], "before": None, "ends": {},
        "account_id": None, "correction_id": world.correction, "within": Window(),
    }  # fmt: skip
    asked = inspect.signature(deed).parameters.values()
    return {one.name: known[one.name] for one in asked if one.name in known}


def told(deed: Any, by: Duty, world: Held) -> str:
    asked = arguments(deed, by, world)
    parameters = inspect.signature(deed).parameters
    leading = [asked.pop(name) for name in ("_by", "person_id") if "_by" in parameters and name in asked]
    try:
        with transaction.atomic():
            return repr(deed(*leading, **asked))
    except Refusal as refusal:
        return str(refusal)


@pytest.mark.parametrize("state", [restricted, blocked])
def test_no_question_tells_withheld_data(state: Any) -> None:
    world, clerk = Held(), house.duty()
    asked = {name: deed for name, deed in questions().items() if name not in OF_OTHER_THINGS}
    assert len(asked) > 30
    telling = {name for name, deed in asked.items() if CANARY in told(deed, clerk, world).lower()}
    assert len(telling) >= 8, telling
    state(world.person)

    for role in ROLES:
        by = house.duty(role)
        leaks = {name for name, deed in asked.items() if "_by" not in inspect.signature(deed).parameters}
        assert {name for name in leaks if CANARY in told(asked[name], by, world).lower()} == set()
        assert timeline.entries(by, world.person) == []
    assert timeline.entries(house.duty("privacy"), world.person) != []


# --- Deeds ------------------------------------------------------------------------------------------------------------


def test_deeds_about_a_restricted_person_are_refused_but_what_comes_in_is_stored() -> None:
    world, clerk, at = Held(), house.duty(), now()
    restricted(world.person)
    told: dict[str, Any] = {"by": clerk, "at": at, "person_id": world.person}
    origin = house.origin(at=at)
    refused: list[Callable[[], object]] = [
        lambda: register.add_note(**told, origin=origin, text="Uusi"),
        lambda: register.set_language(**told, language="sv"),
        lambda: register.remove(**told, kind="note", item_id=world.note),
        lambda: register.close_project(**told, item_id=world.project, closed_on=at.date()),
        lambda: register.correct(
            by=clerk, at=at, kind="note", item_id=world.note, origin=origin, values={"text": "Muu"}
        ),
        lambda: intake.note_interaction(
            **told, origin=origin, kind="call", text="Soitimme", occurred_at=at, direction=Direction.OUT
        ),
    ]
    for deed in refused:
        with pytest.raises(persons.Withheld), transaction.atomic():
            deed()

    browser = make.client()
    page = browser.get(reverse("desk:enter_for", args=[world.person, world.message]))
    assert (page.status_code, reference(world.person) in page.content.decode()) == (200, True)
    sent = make.send(browser, "desk:enter_for", world.person, world.message, keep=["email"])
    assert sent.status_code in {302, 422}
    intake.enter_for(by=clerk, at=at, submission_id=world.waiting, person_id=world.person, keep=set())
    assert any("Toinen" not in entry.text for entry in timeline.entries(house.duty("privacy"), world.person))


def test_marketing_is_denied_and_the_audience_leaves_withheld_people_out() -> None:
    person = make.person(email="maija@example.com")
    for state in (restricted, blocked):
        state(person)
        decision: Decision = consents.decide(
            person_id=person, channel=Channel.EMAIL, address="maija@example.com",
            is_marketing=True, at=now(),
        )  # fmt: skip
        assert not decision.allow
        Restriction.objects.all().delete()


def test_the_flag_equals_the_truth_whatever_begins_and_ends_when() -> None:
    privacy, at = house.duty("privacy"), now()
    one, other = make.person(), make.person(email="muu@example.com")
    begun = []
    for number, reason in enumerate(("accuracy", "claim", "objection")):
        moment = at + timedelta(minutes=number)
        begun.append(register.restrict(by=privacy, at=moment, person_id=one, reason=reason, source="phone"))
        assert truth() == flags()
    for number, restriction in enumerate(begun):
        later = at + timedelta(hours=1, minutes=number)
        register.lift_restriction(by=privacy, at=later, restriction_id=restriction, told_at=later)
        assert truth() == flags()
    assert flags() == {one: None, other: None}


def truth() -> dict[UUID, Any]:
    return {
        person: Restriction.objects.filter(person_id=person, ended_at=None)
        .order_by("since_at")
        .values_list("since_at", flat=True)
        .first()
        for person in Person.objects.values_list("id", flat=True)
    }


def flags() -> dict[UUID, Any]:
    return dict(Person.objects.values_list("id", "restricted_at"))


def test_bookkeeping_and_claims_still_reach_a_blocked_person() -> None:
    person, at = make.person(), now()
    Ground.objects.filter(person_id=person).update(purpose="contract_management")
    blocked(person)
    clerk = house.duty()

    with pytest.raises(Missing):
        persons.person_page(by=clerk, at=at, person_id=person)
    seen = persons.person_page(by=clerk.working_on("contract_management"), at=at, person_id=person)
    assert seen.id == person
    assert persons.unusable(system("customer_care"), [person, uuid4()]) == set()


def test_her_no_is_noted_although_her_data_are_restricted() -> None:
    person, browser = make.person(email="maija@example.com"), make.client()
    restricted(person)

    page = browser.get(reverse("desk:objection", args=[person]))
    assert (page.status_code, "Mallikas" in page.content.decode()) == (200, False)
    sent = make.send(browser, "desk:objection", person, source="phone")

    assert (sent.status_code, consents.objects(person, consents.MARKETING)) == (302, True)
