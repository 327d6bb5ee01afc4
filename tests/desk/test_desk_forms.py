"""The desk's forms: each does its deed, once; what cannot be kept is refused at the field, and nothing is lost."""

import re
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.desk import make

from seloste.audit.models import AuditEvent
from seloste.intake.models import Interaction
from seloste.kernel.clock import now
from seloste.register.models import (
    ContactPoint,
    Feedback,
    Name,
    Note,
    NoticeDelivery,
    Organisation,
    Person,
    Position,
    PostalAddress,
    Project,
)

pytestmark = pytest.mark.django_db

CALL = {"occurred_at": "2026-01-15T14:05", "direction": "in", "text": "Kysyi tarjousta.", "source": "phone"}
TODAY = "2026-01-15"
#: What is sent to add each thing, and the table in which it then stands.
SENT = {
    "sahkoposti": ({"value": "uusi@example.com", "source": "email"}, ContactPoint),
    "puhelin": ({"value": "040 765 4321", "source": "phone"}, ContactPoint),
    "verkko-osoite": ({"value": "example.com/sivu", "source": "email"}, ContactPoint),
    "profiili": ({"network": "linkedin", "value": "maija", "source": "social"}, ContactPoint),
    "osoite": (
        {"street": "Mallitie 1", "postal_code": "02770", "city": "Espoo", "country": "FI", "source": "phone"},
        PostalAddress,
    ),
    "asema": ({"new_organisation": "Mallila Oy", "role": "Johtaja", "source": "phone"}, Position),
    "muistiinpano": ({"text": "Soittaa huomenna.\nAamulla.", "source": "phone"}, Note),
    "palaute": ({"text": "Hyvin toimi.", "given_on": TODAY, "source": "phone", "purpose": "feedback"}, Feedback),
    "projekti": (
        {"name": "Uudistus", "description": "", "started_on": TODAY, "source": "phone", "purpose": "projects"},
        Project,
    ),
    "puhelu": (CALL, Interaction),
    "tapaaminen": (CALL | {"source": "meeting"}, Interaction),
    "some-viesti": (CALL | {"source": "social"}, Interaction),
    "viesti": (CALL | {"source": "email"}, Interaction),
    "loyto": (
        {
            "occurred_at": "2026-01-15T14:05",
            "text": "Yrityksen sivuilla uusi nimike.",
            "source": "web_page",
            "source_detail": "https://example.com/henkilosto",
            "purpose": "b2b_contact",
        },
        Interaction,
    ),
}  # fmt: skip


def add(browser: Client, person_id: UUID, what: str, /, **values: object) -> Any:  # noqa: ANN401 -- the test client's answer
    return make.send(browser, "desk:add", person_id, what, **{"purpose": "customer_care", **values})


@pytest.mark.parametrize("what", SENT)
def test_each_addition_adds_its_item_with_its_source(what: str) -> None:
    person_id, browser = make.person(), make.client()
    values, model = SENT[what]

    answer = add(browser, person_id, what, **values)

    item = model.objects.filter(person_id=person_id).get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("desk:person", args=[person_id]))
    assert (item.source, item.purposes) == (values["source"], [values.get("purpose", "customer_care")])
    assert AuditEvent.objects.filter(item=item.id, subjects=[person_id]).exists()


@pytest.mark.parametrize("what", SENT)
def test_a_form_sent_twice_does_its_deed_once(what: str) -> None:
    person_id, browser = make.person(), make.client()
    values, model = SENT[what]
    token = str(uuid4())

    answers = [add(browser, person_id, what, **values, token=token) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert model.objects.filter(person_id=person_id).count() == 1


@pytest.mark.parametrize("what", SENT)
def test_an_empty_form_says_what_it_wants_and_changes_nothing(what: str) -> None:
    person_id, browser = make.person(), make.client()
    before = make.tables()

    answer = browser.post(reverse("desk:add", args=[person_id, what]), {"token": str(uuid4())})

    assert answer.status_code == 422
    assert "data-errors" in answer.content.decode()
    assert make.tables() == before


@pytest.mark.parametrize("what", SENT)
def test_each_addition_can_be_undone(what: str) -> None:
    person_id, browser = make.person(), make.client()
    values, model = SENT[what]
    add(browser, person_id, what, **values)
    page = browser.get(reverse("desk:person", args=[person_id])).content.decode()

    undo = next(action for action in re.findall(r'action="([^"]*)"', page) if "/poista/" in action)
    browser.post(undo)

    assert model.objects.filter(person_id=person_id).get().end_reason == "removed"


def test_an_uploaded_file_in_a_text_field_is_no_text() -> None:
    person_id, browser = make.person(), make.client()

    answer = add(
        browser, person_id, "muistiinpano", source="phone", text=SimpleUploadedFile("kuva.png", b"\x89PNG\r\n\x1a\n")
    )

    assert list(answer.context["form"].errors) == ["text"]


def test_somebody_elses_form_is_refused() -> None:
    person_id, token = make.person(), str(uuid4())
    add(make.client(), person_id, "muistiinpano", text="Ensimmäinen", source="phone", token=token)

    answer = add(make.client(), person_id, "muistiinpano", text="Toinen", source="phone", token=token)

    assert answer.status_code == 422
    assert Note.objects.count() == 1


def test_a_form_that_comes_again_with_other_words_loses_nothing() -> None:
    person_id, browser, token = make.person(), make.client(), str(uuid4())
    add(browser, person_id, "muistiinpano", text="Ensimmäinen", source="phone", token=token)

    told = add(browser, person_id, "muistiinpano", text="Toinen", source="phone", token=token)
    form = told.context["form"]
    saved = add(browser, person_id, "muistiinpano", text="Toinen", source="phone", token=form["token"].value())

    assert (told.status_code, form["text"].value(), saved.status_code) == (422, "Toinen", 302)
    assert set(Note.objects.values_list("text", flat=True)) == {"Ensimmäinen", "Toinen"}


def test_a_refused_deed_leaves_no_mark() -> None:
    person_id, browser, token = make.person(), make.client(), str(uuid4())
    add(browser, person_id, "sahkoposti", value="ei osoite", source="email", token=token)

    answer = add(browser, person_id, "sahkoposti", value="on@example.com", source="email", token=token)

    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("what", "field", "typed"),
    [
        ("sahkoposti", "value", "Maija <maija@example.com>"),
        ("sahkoposti", "value", "maija@example.com, ilkimys@example.com"),
        ("sahkoposti", "value", "maija@example.com\r\nBcc: kaikki@example.com"),
        ("puhelin", "value", "1"),
        ("verkko-osoite", "value", "javascript:alert(1)"),
        ("verkko-osoite", "value", "https://user:secret@example.com"),
        ("muistiinpano", "text", "Hänen tunnuksensa on 131052-308T."),
        ("muistiinpano", "text", "a\x00b"),
        ("muistiinpano", "text", "\u202egnirts"),
        ("muistiinpano", "text", "x" * 20_001),
        ("puhelin", "value", "0" * 201),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(what: str, field: str, typed: str) -> None:
    person_id, browser = make.person(), make.client()

    answer = add(browser, person_id, what, source="phone" if what != "sahkoposti" else "email", **{field: typed})

    form = answer.context["form"]
    assert answer.status_code == 422
    assert list(form.errors) == [field]
    assert form[field].value() == typed.replace("\r\n", "\r\n")


def test_what_is_not_utf8_is_refused_at_its_field() -> None:
    person_id, browser = make.person(), make.client()
    body = urlencode({"token": str(uuid4()), "source": "phone", "purpose": "customer_care"}) + "&text=hyv%E4"

    answer = browser.post(
        reverse("desk:add", args=[person_id, "muistiinpano"]), body, content_type="application/x-www-form-urlencoded"
    )

    assert list(answer.context["form"].errors) == ["text"]


def test_ten_thousand_fields_get_a_calm_page() -> None:
    person_id, browser = make.person(), make.client()
    body = "&".join(f"a{number}=1" for number in range(10_000))

    answer = browser.post(
        reverse("desk:add", args=[person_id, "muistiinpano"]), body, content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 400
    assert "<h1>" in answer.content.decode()


def test_the_same_address_twice_is_told_and_not_kept() -> None:
    person_id, browser = make.person(email="maija@example.com"), make.client()

    answer = add(browser, person_id, "sahkoposti", value="maija@example.com", source="email")

    assert answer.status_code == 422
    assert ContactPoint.objects.count() == 1


def test_a_source_the_notice_does_not_allow_is_refused_at_the_source() -> None:
    person_id, browser = make.person(), make.client()

    answer = add(browser, person_id, "muistiinpano", text="Sivulta", source="web_page", source_detail="example.com")

    assert list(answer.context["form"].errors) == ["source"]


def test_a_public_source_has_to_say_where() -> None:
    person_id, browser = make.person(), make.client()

    answer = add(
        browser, person_id, "muistiinpano", text="Sivulta", source="web_page", purpose="b2b_contact", source_detail=""
    )

    assert list(answer.context["form"].errors) == ["source_detail"]


def test_what_has_not_happened_yet_is_not_noted() -> None:
    person_id, browser = make.person(), make.client()

    answer = add(browser, person_id, "puhelu", **(CALL | {"occurred_at": "2999-01-01T12:00"}))

    assert list(answer.context["form"].errors) == ["occurred_at"]


@pytest.mark.parametrize("what", ["olematon", "__class__"])
def test_an_unknown_kind_is_nothing(what: str) -> None:
    person_id, browser = make.person(), make.client()

    assert browser.get(reverse("desk:person", args=[person_id]) + f"lisaa/{what}/").status_code == 404


def test_a_public_find_is_offered_only_what_it_can_be_for() -> None:
    person_id, browser = make.person(), make.client()

    form = browser.get(reverse("desk:add", args=[person_id, "loyto"])).context["form"]

    assert [key for key, _name in form.fields["purpose"].choices if key] == ["b2b_contact"]


def test_a_note_does_not_begin_a_purpose_by_a_slip() -> None:
    person_id, browser = make.person(), make.client()

    page = browser.get(reverse("desk:add", args=[person_id, "muistiinpano"]))

    assert page.context["form"]["purpose"].value() == "customer_care"


# --- Correcting, removing, bringing back


def current_item(model: Any, person_id: UUID) -> Any:  # noqa: ANN401 -- a row of any item model
    return model.objects.get(person_id=person_id, ended_at=None)


def test_a_correction_tells_that_it_was_made_and_not_what_was_there() -> None:
    person_id, browser = make.person(email="vanha@example.com"), make.client()
    old = current_item(ContactPoint, person_id)

    make.send(browser, "desk:correct", person_id, "contact", old.id, value="uusi@example.com", source="phone")

    new = current_item(ContactPoint, person_id)
    page = browser.get(reverse("desk:person", args=[person_id])).content.decode()
    assert (new.value, new.replaces, new.purposes) == ("uusi@example.com", old.id, old.purposes)
    assert ("vanha@example.com" in page, "sealed" in page or "sinetöity" in page) == (False, True)


def test_a_name_is_corrected() -> None:
    person_id, browser = make.person(), make.client()
    old = current_item(Name, person_id)

    make.send(
        browser, "desk:correct", person_id, "name", old.id, given_name="Maija", family_name="Näyte", source="phone"
    )

    assert current_item(Name, person_id).family_name == "Näyte"


def test_a_call_is_corrected() -> None:
    person_id, browser = make.person(), make.client()
    add(browser, person_id, "puhelu", **CALL)
    old = current_item(Interaction, person_id)

    make.send(browser, "desk:correct", person_id, "interaction", old.id, text="Kysyi laskusta.", source="phone")

    new = current_item(Interaction, person_id)
    assert (new.text, new.kind, new.occurred_at) == ("Kysyi laskusta.", old.kind, old.occurred_at)


def test_a_project_is_corrected_and_closed() -> None:
    person_id, browser = make.person(), make.client()
    add(browser, person_id, "projekti", **(SENT["projekti"][0] | {"description": "Rivi\nToinen"}))
    old = current_item(Project, person_id)
    place = reverse("desk:correct", args=[person_id, "project", old.id])
    initial = browser.get(place).context["form"].initial

    make.send(browser, "desk:correct", person_id, "project", old.id, name="Toinen nimi", description="", source="phone")
    new = current_item(Project, person_id)
    make.send(browser, "desk:close_project", person_id, new.id, closed_on=TODAY)

    assert (initial["name"], initial["description"]) == ("Uudistus", "Rivi\nToinen")
    assert current_item(Project, person_id).state == "closed"


def test_a_correction_that_came_too_late_says_so() -> None:
    person_id, browser = make.person(email="vanha@example.com"), make.client()
    old = current_item(ContactPoint, person_id)
    make.send(browser, "desk:correct", person_id, "contact", old.id, value="a@example.com", source="phone")

    answer = make.send(browser, "desk:correct", person_id, "contact", old.id, value="b@example.com", source="phone")

    assert answer.status_code == 422
    assert "b@example.com" in answer.content.decode()
    assert current_item(ContactPoint, person_id).value == "a@example.com"


def test_what_was_removed_can_be_brought_back() -> None:
    person_id, browser = make.person(email="maija@example.com"), make.client()
    item = current_item(ContactPoint, person_id)

    page = browser.post(reverse("desk:remove", args=[person_id, "contact", item.id]), follow=True).content.decode()
    undo = reverse("desk:bring_back", args=[person_id, "contact", item.id])
    gone = ContactPoint.objects.get().ended_at is not None
    browser.post(undo)

    assert undo in page
    assert gone
    assert ContactPoint.objects.get().ended_at is None


@pytest.mark.parametrize("page", ["desk:remove", "desk:bring_back"])
def test_an_item_of_somebody_else_is_not_there_under_another_persons_address(page: str) -> None:
    hers, other, browser = make.person(email="maija@example.com"), make.person(), make.client()
    item = current_item(ContactPoint, hers)
    if page == "desk:bring_back":
        browser.post(reverse("desk:remove", args=[hers, "contact", item.id]))
    before = ContactPoint.objects.get().ended_at

    answer = browser.post(reverse(page, args=[other, "contact", item.id]))

    assert answer.status_code == 404
    assert ContactPoint.objects.get().ended_at == before


def test_removing_twice_is_told_calmly() -> None:
    person_id, browser = make.person(email="maija@example.com"), make.client()
    place = reverse("desk:remove", args=[person_id, "contact", current_item(ContactPoint, person_id).id])
    browser.post(place)

    answer = browser.post(place, follow=True)

    assert answer.status_code == 200
    assert 'class="toast bad"' in answer.content.decode()


def test_the_language_is_changed() -> None:
    person_id, browser = make.person(), make.client()

    browser.post(reverse("desk:language", args=[person_id]), {"language": "sv"})

    assert Person.objects.get().language == "sv"


def test_an_unknown_language_is_nothing() -> None:
    person_id, browser = make.person(), make.client()

    assert browser.post(reverse("desk:language", args=[person_id]), {"language": "xx"}).status_code == 404


def test_information_given_is_noted() -> None:
    person_id, browser = make.person(), make.client()
    today = now().date().isoformat()

    make.send(browser, "desk:informed", person_id, channel="letter", given_on=today)

    assert NoticeDelivery.objects.get().channel == "letter"


# --- New people and organisations

NEW = {
    "given_name": "Vilja",
    "family_name": "Vierailija",
    "email": "vilja@example.com",
    "phone": "040 123 4567",
    "company": "Viherpiha Oy",
    "role": "Johtaja",
    "language": "fi",
    "person_kind": "person",
    "source": "phone",
    "purpose": "customer_care",
}


def test_a_person_is_entered_with_everything_told() -> None:
    browser = make.client()

    answer = make.send(browser, "desk:add_person", **NEW)

    person = Person.objects.get()
    assert answer["Location"] == reverse("desk:person", args=[person.id])
    assert ContactPoint.objects.filter(person=person).count() == 2
    assert Position.objects.get(person=person).organisation.name == "Viherpiha Oy"
    assert NoticeDelivery.objects.get().article == 13


def test_a_person_from_a_public_source_starts_the_clock_of_article_14() -> None:
    browser = make.client()

    make.send(
        browser,
        "desk:add_person",
        **(NEW | {"source": "web_page", "source_detail": "https://example.com", "purpose": "b2b_contact"}),
    )

    owed = NoticeDelivery.objects.get()
    assert (owed.article, owed.delivered_at) == (14, None)
    assert reverse("desk:person", args=[owed.person_id]) in browser.get(reverse("desk:owed")).content.decode()


def test_a_wrong_number_enters_nobody_and_is_told_at_the_number() -> None:
    browser = make.client()

    answer = make.send(browser, "desk:add_person", **(NEW | {"phone": "12"}))

    assert list(answer.context["form"].errors) == ["phone"]
    assert Person.objects.count() == 0


def test_a_person_sent_twice_is_one_person() -> None:
    browser, token = make.client(), str(uuid4())

    for _time in range(2):
        make.send(browser, "desk:add_person", **NEW, token=token)

    assert Person.objects.count() == 1


@pytest.mark.parametrize("name", ["Maija\r\nBcc: x", "Maija\x07", "131052-308T", "x" * 201, "\ufffd"])
def test_a_name_that_is_no_name_is_refused_at_the_name(name: str) -> None:
    browser = make.client()

    answer = make.send(browser, "desk:add_person", **(NEW | {"family_name": name}))

    assert list(answer.context["form"].errors) == ["family_name"]


def test_an_organisation_is_entered() -> None:
    browser = make.client()

    make.send(
        browser,
        "desk:add_organisation",
        name="Mallila Oy",
        business_id="2094551-1",
        website="",
        email="",
        phone="",
        source="phone",
        purpose="customer_care",
    )

    assert Organisation.objects.get().name == "Mallila Oy"


def test_a_wrong_business_id_is_told_at_its_field() -> None:
    browser = make.client()

    answer = make.send(
        browser, "desk:add_organisation", name="Oy", business_id="1234567-8", source="phone", purpose="customer_care"
    )

    assert list(answer.context["form"].errors) == ["business_id"]
