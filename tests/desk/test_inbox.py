"""A message from a form waits at the desk, and changes nobody before somebody decides."""

from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from tests.desk import make

from seloste.audit.models import AuditEvent
from seloste.intake.models import Interaction, Submission
from seloste.register.models import ContactPoint, Feedback, Name, Person

pytestmark = pytest.mark.django_db


def state(message_id: UUID) -> str:
    return Submission.objects.values_list("state", flat=True).get(id=message_id)


def test_a_message_shows_who_it_may_be_from() -> None:
    same_address = make.person(given_name="Toinen", family_name="Nimi", email="maija@example.com")
    same_name = make.person()
    browser, message_id = make.client(), make.message()

    page = browser.get(reverse("desk:message", args=[message_id])).content.decode()

    places = [page.index(reverse("desk:enter_for", args=[one, message_id])) for one in (same_address, same_name)]
    assert places == sorted(places)


def test_nothing_of_a_message_is_ticked_beforehand() -> None:
    person_id, message_id = make.person(email="maija@example.com"), make.message(phone="+358401234567")
    browser = make.client()

    pages = [
        browser.get(reverse("desk:enter_for", args=[person_id, message_id])).content.decode(),
        browser.get(reverse("desk:enter_new", args=[message_id])).content.decode(),
    ]

    assert [page.count("checkbox") for page in pages] == [2, 2]
    assert [page.count("checked") for page in pages] == [0, 0]


def test_a_message_is_added_to_a_person_with_the_ticked_values_alone() -> None:
    person_id, message_id = make.person(), make.message(phone="+358401234567")
    browser = make.client()

    answer = make.send(browser, "desk:enter_for", person_id, message_id, keep=["phone"])

    assert answer["Location"] == reverse("desk:person", args=[person_id])
    assert ContactPoint.objects.get().value == "+358401234567"
    assert Interaction.objects.get(person_id=person_id).text == "Hei! Kysyisin tilauksestani."
    assert Name.objects.count() == 1


def test_a_message_becomes_a_new_person() -> None:
    message_id, browser = make.message(name="Vilja Vierailija"), make.client()

    make.send(browser, "desk:enter_new", message_id, given_name="Vilja", family_name="Vierailija", keep=["email"])

    assert Name.objects.get().family_name == "Vierailija"
    assert ContactPoint.objects.get().source == "web_form"
    assert state(message_id) == "accepted"


def test_a_message_entered_twice_is_one_person() -> None:
    message_id, browser, token = make.message(), make.client(), str(uuid4())

    answers = [
        make.send(browser, "desk:enter_new", message_id, given_name="M", family_name="M", token=token)
        for _time in range(2)
    ]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Person.objects.count() == 1


def test_a_message_decided_by_a_colleague_is_told() -> None:
    message_id, browser = make.message(), make.client()
    make.client().post(reverse("desk:decline", args=[message_id]))

    answer = make.send(browser, "desk:enter_new", message_id, given_name="M", family_name="M")

    assert answer.status_code == 422
    assert Person.objects.count() == 0


def test_a_declined_message_can_be_brought_back() -> None:
    message_id, browser = make.message(), make.client()

    page = browser.post(reverse("desk:decline", args=[message_id]), follow=True).content.decode()
    declined = state(message_id)
    browser.post(reverse("desk:message_back", args=[message_id]))

    assert reverse("desk:message_back", args=[message_id]) in page
    assert (declined, state(message_id)) == ("declined", "waiting")


def test_anonymous_feedback_is_handled_without_a_person() -> None:
    message_id = make.message("feedback", name="", email="", message="Kiitos!")
    browser = make.client()

    page = browser.get(reverse("desk:message", args=[message_id])).content.decode()
    browser.post(reverse("desk:handled", args=[message_id]))

    assert reverse("desk:enter_new", args=[message_id]) not in page
    assert (state(message_id), Person.objects.count(), Feedback.objects.count()) == ("handled", 0, 0)


def test_reading_a_message_is_recorded() -> None:
    message_id, browser = make.message(), make.client()

    browser.get(reverse("desk:message", args=[message_id]))

    event = AuditEvent.objects.get(deed="submission.read")
    assert (event.item, event.categories) == (message_id, ["contact", "correspondence", "identity"])


def test_what_a_visitor_wrote_is_shown_as_text() -> None:
    message_id = make.message(message="<script>alert(1)</script><img src=x>")
    browser = make.client()

    page = browser.get(reverse("desk:message", args=[message_id])).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_handled_and_declined_messages_have_lists_of_their_own() -> None:
    message_id, browser = make.message(), make.client()
    browser.post(reverse("desk:handled", args=[message_id]))
    link = 'href="{}"'.format(reverse("desk:message", args=[message_id]))

    found = {
        name: link in browser.get(reverse("desk:messages"), {"state": name}).content.decode()
        for name in ("waiting", "handled", "declined")
    }

    assert found == {"waiting": False, "handled": True, "declined": False}
    assert browser.get(reverse("desk:messages"), {"state": "accepted"}).status_code == 404
