"""May I market to this person? One page answers, and everything that opens or closes a way is noted from it."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from tests import make as house
from tests.desk import make

from seloste.audit.models import AuditEvent
from seloste.consents import actions as consents
from seloste.consents.choices import Channel, EvidenceKind, Rule
from seloste.consents.models import ConsentEvent, ObjectionEvent, Suppression
from seloste.consents.queries import is_suppressed
from seloste.desk.shown import NOTHING_ALLOWS, WHY
from seloste.kernel.clock import local_date, now
from seloste.kernel.duty import system
from seloste.register.models import ContactPoint, Position, Restriction

pytestmark = pytest.mark.django_db
ADDRESS = "maija@example.com"
TODAY = str(local_date(now()))
PROOF = {"evidence_kind": "email", "evidence": "Viesti 25.11. klo 9.12", "evidence_on": TODAY}
PAGES = ("lift_objection", "suppress", "lift_suppression")


def person(**rest: Any) -> UUID:  # noqa: ANN401 -- goes through to the person
    """Return a person whom customer service and marketing both see."""
    return make.person(email=ADDRESS, phone="040 123 4567", purposes=("customer_care", "b2b_contact"), **rest)


def told(person_id: UUID) -> dict[str, Any]:
    return {"by": house.duty("marketing"), "at": now(), "person_id": person_id}


def evidence() -> consents.Evidence:
    return consents.Evidence(kind=EvidenceKind.SIGNED_PAPER, kept="Kansio 1", on=local_date(now()))


def give(person_id: UUID) -> UUID:
    make.client()
    said: dict[str, Any] = {"consent": "marketing_email", "language": "fi", "source": "meeting"}
    return consents.give(**told(person_id), **said, evidence=evidence())


def context(browser: Client, person_id: UUID, asked: str = "") -> Any:  # noqa: ANN401 -- the page's values
    return browser.get(reverse("desk:marketing", args=[person_id]) + asked).context


def item(person_id: UUID, kind: str) -> UUID:
    found: UUID = ContactPoint.objects.values_list("id", flat=True).get(person_id=person_id, kind=kind)
    return found


# --- The page ---------------------------------------------------------------------------------------------------------


def test_page_answers_for_every_channel_with_rule_law_and_plain_words() -> None:
    person_id, browser = person(), make.client("marketing")

    answers = context(browser, person_id)["answers"]

    assert [answer["key"] for answer in answers] == ["email", "sms", "phone", "post"]
    assert all(answer["law"] and answer["rule"] and answer["why"] for answer in answers)


def test_every_rule_of_marketing_has_plain_words() -> None:
    assert set(WHY) >= set(Rule) - {Rule.NO_GROUND, Rule.SAME_ADDRESS}
    assert set(NOTHING_ALLOWS) == set(Channel)


@pytest.mark.parametrize("role", ["customer_service", "accounting", "technical", "owner"])
def test_charlie_sees_no_page(role: str) -> None:
    person_id, browser = person(), make.client(role)
    give(person_id)

    assert browser.get(reverse("desk:marketing", args=[person_id])).status_code == 404
    for page in PAGES:
        assert browser.get(reverse(f"desk:{page}", args=[person_id])).status_code == 404
        assert make.send(browser, f"desk:{page}", person_id, **PROOF).status_code == 404
    for page, more in (("prohibition", item(person_id, "phone")), ("relevance", uuid4()), ("annul", uuid4())):
        assert make.send(browser, f"desk:{page}", person_id, more).status_code == 404


def test_person_who_is_not_there_has_no_page() -> None:
    browser = make.client("marketing")

    assert browser.get(reverse("desk:marketing", args=[uuid4()])).status_code == 404


def test_look_at_the_page_is_recorded() -> None:
    person_id, browser = person(), make.client("privacy")

    context(browser, person_id)

    deeds = set(AuditEvent.objects.filter(subjects__contains=[person_id]).values_list("deed", flat=True))
    assert {"person.read", "consent.read"} <= deeds


def test_looking_changes_nothing() -> None:
    person_id, browser = person(), make.client("marketing")
    reference = give(person_id)
    before = make.tables()

    for page in ("marketing", "consent", "objection", *PAGES, "restrict"):
        assert browser.get(reverse(f"desk:{page}", args=[person_id])).status_code == 200
    for page in ("receipt", "receipt_file", "receipt_pdf"):
        assert browser.get(reverse(f"desk:{page}", args=[person_id, reference])).status_code == 200

    assert make.tables() == before


def test_history_tells_everything_with_evidence_and_receipts() -> None:
    person_id, browser = person(), make.client("marketing")
    give(person_id)
    consents.withdraw(**told(person_id), consent="marketing_email", source="phone", evidence="Puhelu 25.11.")
    consents.object_to(**told(person_id), purpose="direct_marketing", source="phone")

    lines = context(browser, person_id)["lines"]

    assert len(lines) == 6  # a yes, its withdrawal, an objection, and three ways closed by it
    assert [bool(line["receipt_url"]) for line in lines].count(True) == 2
    assert {line["evidence"] for line in lines} >= {"Puhelu 25.11.", "Signed paper: Kansio 1"} or any(
        line["evidence"].endswith(": Kansio 1") for line in lines
    )


def test_long_history_is_shown_when_asked_for() -> None:
    person_id, browser = person(), make.client("marketing")
    for day in range(25, 0, -1):
        said = {**told(person_id), "at": now() - timedelta(days=day)}
        consents.withdraw(**said, consent="marketing_email", source="phone", language="fi")

    few, all_of_them = context(browser, person_id), context(browser, person_id, "?all=1")

    assert (len(few["lines"]), few["more"], len(all_of_them["lines"]), all_of_them["more"]) == (20, 5, 25, 0)


def test_reader_without_the_right_to_write_is_offered_nothing() -> None:
    person_id, browser = person(), make.client("marketing")

    page = browser.get(reverse("desk:marketing", args=[person_id])).content.decode()

    assert all(reverse(f"desk:{name}", args=[person_id]) in page for name in ("consent", "objection", "suppress"))
    assert reverse("desk:lift_objection", args=[person_id]) not in page  # nothing to lift
    assert reverse("desk:lift_suppression", args=[person_id]) not in page


def test_form_of_a_consent_asks_for_the_whole_evidence() -> None:
    form = make.client("marketing").get(reverse("desk:consent", args=[person()])).context["form"]

    assert [name for name in form.fields if name != "token"] == [
        "words",
        "source",
        "evidence_kind",
        "evidence",
        "evidence_on",
    ]
    assert all(field.required for field in form.fields.values())


# --- Objection and addresses ------------------------------------------------------------------------------------------


def test_objection_is_lifted_with_evidence() -> None:
    person_id, browser = person(), make.client("marketing")
    make.send(browser, "desk:objection", person_id, source="phone")
    address = reverse("desk:lift_objection", args=[person_id])
    assert address in browser.get(reverse("desk:marketing", args=[person_id])).content.decode()

    refused = make.send(browser, "desk:lift_objection", person_id, source="email", **{**PROOF, "evidence": ""})
    done = make.send(browser, "desk:lift_objection", person_id, source="email", **PROOF)

    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["evidence"])
    assert done.status_code == 302
    assert list(ObjectionEvent.objects.order_by("id").values_list("state", flat=True)) == ["objected", "lifted"]
    assert not context(browser, person_id)["objects"]
    assert ConsentEvent.objects.count() == 0


@pytest.mark.parametrize("reason", ["objected", "minor", "bounced"])
def test_address_is_forbidden_and_allowed_again(reason: str) -> None:
    person_id, browser = person(), make.client("marketing")
    key = f"email.{item(person_id, 'email')}"

    make.send(browser, "desk:suppress", person_id, address=key, reason=reason)

    closed = context(browser, person_id)["closed"]
    assert [one["text"] for one in closed] == [ADDRESS]
    assert is_suppressed("email", ADDRESS)

    answer = make.send(browser, "desk:lift_suppression", person_id, address=f"{key}.{reason}", **PROOF)

    assert answer.status_code == 302
    assert not is_suppressed("email", ADDRESS)
    assert Suppression.objects.order_by("-id")[0].evidence == PROOF["evidence"]


def test_address_of_an_erased_person_is_not_an_employees_to_open() -> None:
    person_id, browser = person(), make.client("marketing")
    consents.suppress(by=system("rights"), at=now(), channel="email", address=ADDRESS, reason="erased")

    found = context(browser, person_id)
    key = f"email.{item(person_id, 'email')}.erased"
    answer = make.send(browser, "desk:lift_suppression", person_id, address=key, **PROOF)

    assert (len(found["closed"]), found["can_open"]) == (1, False)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["address"])


@pytest.mark.parametrize("address", ["", "email", "email.x", "fax.1"])
def test_address_that_is_not_the_persons_is_refused(address: str) -> None:
    person_id, browser = person(), make.client("marketing")

    answer = make.send(browser, "desk:suppress", person_id, address=address, reason="objected")

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["address"])


@pytest.mark.parametrize("page", ["consent", "suppress", "lift_objection", "restrict"])
def test_nothing_is_chosen_beforehand(page: str) -> None:
    person_id, browser = person(), make.client("marketing")

    form = browser.get(reverse(f"desk:{page}", args=[person_id])).content.decode().partition('<form class="fields"')[2]

    chosen = re.findall(r"<(?:input|option)[^>]*\b(?:checked|selected)\b[^>]*>", form)
    assert set(chosen) <= {'<option value="" selected>'}


# --- Restriction ------------------------------------------------------------------------------------------------------


def test_restriction_is_noted_by_anybody_and_ended_by_who_answers_for_rights() -> None:
    person_id, clerk, privacy = person(), make.client("customer_service"), make.client("privacy")
    make.send(clerk, "desk:restrict", person_id, reason="accuracy", source="phone")
    restriction = Restriction.objects.get()

    seen = make.client("marketing").get(reverse("desk:marketing", args=[person_id]))
    assert (seen.status_code, "Mallikas" in seen.content.decode()) == (403, False)
    answers = context(privacy, person_id)["answers"]
    assert {answer["law"] for answer in answers if answer["is_known"]} == {"GDPR 18(2)"}

    for role in ("marketing", "customer_service"):
        assert (
            make.send(make.client(role), "desk:lift_restriction", person_id, restriction.id, told_on=TODAY).status_code
            == 404
        )
    assert (
        make.send(privacy, "desk:lift_restriction", person_id, restriction.id, told_on="2999-01-01").status_code == 422
    )
    assert make.send(privacy, "desk:lift_restriction", person_id, restriction.id, told_on=TODAY).status_code == 302
    assert context(privacy, person_id)["restrictions"] == []


def test_restriction_is_not_ended_under_another_person() -> None:
    person_id, privacy = person(), make.client("privacy")
    make.send(privacy, "desk:restrict", person_id, reason="claim", source="email")

    answer = make.send(privacy, "desk:lift_restriction", person(), Restriction.objects.get().id, told_on=TODAY)

    assert (answer.status_code, Restriction.objects.get().ended_at) == (404, None)


# --- What we found out ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("found", "rule"), [("no", Rule.UNTIL_FORBIDDEN), ("yes", Rule.NO_GROUND)])
def test_look_into_the_prohibition_register_decides_about_calls(found: str, rule: Rule) -> None:
    person_id, browser = person(), make.client("marketing")
    inform(person_id)
    number = item(person_id, "phone")

    answer = make.send(browser, "desk:prohibition", person_id, number, found=found)

    phone = next(one for one in context(browser, person_id)["answers"] if one["key"] == "phone")
    assert answer.status_code == 302
    assert phone["rule"] == rule.label


@pytest.mark.parametrize("found", ["", "maybe"])
def test_look_that_found_nothing_is_refused(found: str) -> None:
    person_id, browser = person(), make.client("marketing")

    answer = make.send(browser, "desk:prohibition", person_id, item(person_id, "phone"), found=found)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["found"])


def test_number_of_another_is_not_noted() -> None:
    browser, number = make.client("marketing"), item(person(), "phone")

    assert make.send(browser, "desk:prohibition", person(), number, found="no").status_code == 404


def test_what_belongs_to_the_duties_opens_the_address_at_work() -> None:
    browser, person_id = make.client("marketing"), person()
    inform(person_id)
    at = now()
    origin = house.origin("phone", purposes=("b2b_contact",), at=at)
    told_of: dict[str, Any] = {"by": house.duty("marketing"), "at": at, "origin": origin}
    from seloste.register import actions as register

    organisation = register.add_organisation(**told_of, name="Mallila Oy", website="https://example.com")
    position = register.add_position(
        **told_of, person_id=person_id, organisation_id=organisation, title="Toimitusjohtaja"
    )
    ContactPoint.objects.update(verified_at=at)

    answer = make.send(browser, "desk:relevance", person_id, position, relevance="Päättää verkkopalveluista")

    page = context(browser, person_id)
    assert answer.status_code == 302
    assert Position.objects.get().relevance == "Päättää verkkopalveluista"
    assert page["work"][0]["title"] == "Toimitusjohtaja, Mallila Oy"
    assert page["answers"][0]["rule"] == Rule.JOB.label
    form = browser.get(reverse("desk:relevance", args=[person_id, position])).context["form"]
    assert form.initial == {"relevance": "Päättää verkkopalveluista"}
    assert browser.get(reverse("desk:relevance", args=[person_id, uuid4()])).status_code == 404


def inform(person_id: UUID) -> None:
    from seloste.register import actions as register

    said: dict[str, Any] = {"by": house.duty(), "at": now(), "person_id": person_id, "given_at": now()}
    register.note_information_given(**said, channel="phone")


# --- A slip of the pen ------------------------------------------------------------------------------------------------


def test_consent_noted_by_mistake_is_undone_from_the_bar() -> None:
    person_id, browser = person(), make.client("marketing")
    words = {"words": "marketing_email.fi", "source": "email", **PROOF}

    page = browser.post(
        reverse("desk:consent", args=[person_id]), {"token": str(uuid4()), **words}, follow=True
    ).content.decode()
    undo = reverse("desk:annul", args=[person_id, ConsentEvent.objects.get().reference])
    answers = [browser.post(undo) for _time in range(2)]

    assert f'action="{undo}"' in page
    assert [answer.status_code for answer in answers] == [302, 302]
    assert list(ConsentEvent.objects.order_by("id").values_list("state", "cause")) == [
        ("given", ""),
        ("invalidated", "noted_in_error"),
    ]
    assert browser.get(undo).status_code == 405
