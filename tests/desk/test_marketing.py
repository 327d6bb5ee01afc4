"""Marketing at the desk: everybody can note a no, a yes needs words and proof, and the page says why it may or not."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from tests import make as house
from tests.desk import make

from seloste.audit.models import AuditEvent
from seloste.consents import actions as consents
from seloste.consents.choices import ConsentState, EvidenceKind
from seloste.consents.models import ConsentEvent, ObjectionEvent
from seloste.consents.rules.receipt import public_key, signing_key, verify
from seloste.desk.shown import DEEDS
from seloste.kernel.clock import local_date, now
from seloste.register import actions as register
from seloste.register.models import ContactPoint, Ground

pytestmark = pytest.mark.django_db

SAID = {"source": "phone"}
PROOF = {**SAID, "evidence_kind": "recording", "evidence": "Nauhoite 4711", "evidence_on": str(local_date(now()))}
#: What is sent to each form, and the state that it leaves.
SENT = {
    "consent": ({"words": "marketing_email.sv", **PROOF}, "given"),
    "refusal": ({"words": "marketing_sms.fi", "source": "phone"}, "refused"),
    "withdrawal": ({"consent": "marketing_email", "source": "phone"}, "withdrawn"),
    "objection": ({"source": "phone"}, "objected"),
}
#: What whoever is at the telephone must be able to note.
NOES = ("withdrawal", "objection")


def person() -> UUID:
    """Return a person whom customer service and marketing both see."""
    return make.person(email="maija@example.com", purposes=("customer_care", "b2b_contact"))


def say(browser: Client, what: str, person_id: UUID, **changes: object) -> Any:  # noqa: ANN401 -- the client's answer
    return make.send(browser, f"desk:{what}", person_id, **{**SENT[what][0], **changes})


def states() -> list[str]:
    return [
        *ConsentEvent.objects.values_list("state", flat=True),
        *ObjectionEvent.objects.values_list("state", flat=True),
    ]


def page_of(browser: Client, person_id: UUID) -> str:
    return browser.get(reverse("desk:person", args=[person_id])).content.decode()


def give(person_id: UUID) -> UUID:
    make.client()
    said: dict[str, Any] = {"consent": "marketing_email", "language": "fi", "source": "phone"}
    return consents.give(by=house.duty("marketing"), at=now(), person_id=person_id, evidence=evidence(), **said)


def evidence() -> consents.Evidence:
    return consents.Evidence(kind=EvidenceKind.RECORDING, kept="Nauhoite 4711", on=local_date(now()))


@pytest.mark.parametrize("role", ["marketing", "privacy"])
@pytest.mark.parametrize("what", SENT)
def test_what_was_said_is_noted(what: str, role: str) -> None:
    person_id = person()

    answer = say(make.client(role), what, person_id)

    assert (answer.status_code, answer["Location"]) == (302, reverse("desk:marketing", args=[person_id]))
    assert states() == [SENT[what][1]]


@pytest.mark.parametrize("what", SENT)
def test_what_is_sent_twice_is_noted_once(what: str) -> None:
    person_id, browser, token = person(), make.client("marketing"), str(uuid4())

    answers = [say(browser, what, person_id, token=token) for _time in range(2)]

    assert [(answer.status_code, answer["Location"]) for answer in answers] == [
        (302, reverse("desk:marketing", args=[person_id]))
    ] * 2
    assert len(states()) == 1


@pytest.mark.parametrize("what", NOES)
def test_clerk_notes_a_no_without_seeing_consents(what: str) -> None:
    person_id, clerk = person(), make.client("customer_service")
    page = page_of(clerk, person_id)

    answer = say(clerk, what, person_id)

    assert reverse(f"desk:{what}", args=[person_id]) in page
    assert (answer.status_code, states()) == (302, [SENT[what][1]])
    assert answer["Location"] == reverse("desk:person", args=[person_id])
    assert "917/2014" not in page_of(clerk, person_id)


@pytest.mark.parametrize("what", ["consent", "refusal"])
def test_clerk_has_no_form_for_what_the_duty_does_not_include(what: str) -> None:
    person_id, clerk = person(), make.client("customer_service")

    assert clerk.get(reverse(f"desk:{what}", args=[person_id])).status_code == 404
    assert say(clerk, what, person_id).status_code == 404
    assert reverse(f"desk:{what}", args=[person_id]) + '"' not in page_of(clerk, person_id)
    assert states() == []


@pytest.mark.parametrize("role", ["technical", "accounting", "owner"])
@pytest.mark.parametrize("what", SENT)
def test_charlie_notes_nothing(what: str, role: str) -> None:
    answer = say(make.client(role), what, person())

    assert (answer.status_code, states()) == (404, [])


@pytest.mark.parametrize("what", SENT)
def test_nothing_is_chosen_beforehand(what: str) -> None:
    page = make.client("marketing").get(reverse(f"desk:{what}", args=[person()])).content.decode()

    form = page[page.index('<form class="fields"') :]
    chosen = re.findall(r"<(?:input|option)[^>]*\b(?:checked|selected)\b[^>]*>", form)
    assert set(chosen) <= {'<option value="" selected>'}


@pytest.mark.parametrize("what", SENT)
def test_empty_form_is_refused_and_changes_nothing(what: str) -> None:
    person_id, browser = person(), make.client("marketing")
    before = make.tables()

    answer = browser.post(reverse(f"desk:{what}", args=[person_id]), {"token": str(uuid4())})

    assert (answer.status_code, make.tables()) == (422, before)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("evidence", {"evidence": " "}),
        ("evidence_kind", {"evidence_kind": ""}),
        ("evidence_kind", {"evidence_kind": "confirmed"}),
        ("evidence_kind", {"evidence_kind": "earlier"}),
        ("evidence_on", {"evidence_on": ""}),
        ("evidence_on", {"evidence_on": "2999-01-01"}),
        ("evidence_on", {"evidence_on": "2020-01-01"}),
        ("source", {"source": "directory"}),
        ("words", {"words": "marketing_email"}),
        ("words", {"words": "marketing_email.de"}),
        ("words", {"words": ""}),
    ],
)
def test_consent_that_cannot_be_proved_is_refused_at_its_field(field: str, changes: dict[str, str]) -> None:
    answer = say(make.client("marketing"), "consent", person(), **changes)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert states() == []


def test_words_are_shown_in_full_in_their_language() -> None:
    page = make.client("marketing").get(reverse("desk:consent", args=[person()])).content.decode()

    assert page.count('<span lang="sv">Husgrove får skicka mig') == 2
    assert page.count('<span lang="fi">Husgrove saa lähettää minulle') == 2


def test_consent_over_an_objection_is_refused() -> None:
    person_id, browser = person(), make.client("marketing")
    say(browser, "objection", person_id)

    answer = say(browser, "consent", person_id)

    assert (answer.status_code, states()) == (422, ["objected"])


def test_withdrawal_is_of_the_words_that_were_answered() -> None:
    person_id, browser = person(), make.client("marketing")
    say(browser, "consent", person_id)

    say(make.client("customer_service"), "withdrawal", person_id)

    languages = ConsentEvent.objects.order_by("id").values_list("state", "wording__language")
    assert list(languages) == [("given", "sv"), ("withdrawn", "sv")]


def test_channel_without_an_address_offers_to_add_one_and_claims_no_missing_consent() -> None:
    person_id = person()
    say(make.client("marketing"), "consent", person_id, words="marketing_sms.fi")

    page = make.client("marketing").get(reverse("desk:marketing", args=[person_id])).content.decode()

    assert f'href="{reverse("desk:add", args=[person_id, "puhelin"])}"' in page
    assert "Tekstiviestiin tarvitaan" not in page


def test_objection_said_on_the_telephone_is_one_link_from_the_top_of_the_page() -> None:
    person_id = person()
    url = reverse("desk:objection", args=[person_id])

    page = make.client("customer_service").get(reverse("desk:person", args=[person_id])).content.decode()

    assert f'href="{url}"' in page.split('<div class="person">')[0]


def test_objection_ends_the_purpose() -> None:
    person_id = person()
    give(person_id)

    say(make.client("customer_service"), "objection", person_id)

    assert not Ground.objects.filter(purpose="direct_marketing", ended_at=None).exists()


def test_person_held_for_marketing_alone_is_gone_after_the_withdrawal() -> None:
    person_id, browser = (
        make.person(by=house.duty("marketing"), purposes=("direct_marketing",)),
        make.client("marketing"),
    )

    answer = say(browser, "withdrawal", person_id)

    assert (answer.status_code, answer["Location"]) == (302, reverse("desk:home"))
    assert browser.get(reverse("desk:person", args=[person_id])).status_code == 404


def test_page_says_yes_with_rule_law_receipt_and_what_must_be_said() -> None:
    person_id, browser = person(), make.client("marketing")
    reference = give(person_id)
    ContactPoint.objects.update(verified_at=now())
    told: dict[str, Any] = {"by": house.duty(), "at": now(), "person_id": person_id, "given_at": now()}
    register.note_information_given(**told, channel="phone")

    panel = browser.get(reverse("desk:person", args=[person_id])).context["marketing"]

    mail, text = panel["answers"][:2]
    assert (mail["tone"], mail["law"], len(mail["must_carry"])) == ("good", "917/2014 200 § 1", 5)
    assert mail["receipt_url"] == reverse("desk:receipt", args=[person_id, reference])
    assert (text["tone"], text["must_carry"], text["receipt_url"]) == ("bad", [], "")
    assert [answer["is_known"] for answer in panel["answers"]] == [True, False, False, False]
    assert [bool(consent["at"]) for consent in panel["consents"]] == [True, False]


def test_page_shows_consents_only_to_whom_it_is_the_job() -> None:
    person_id = person()
    reference = str(give(person_id))

    shown = {
        role: reference in page_of(make.client(role), person_id)
        for role in ("marketing", "privacy", "customer_service")
    }

    assert shown == {"marketing": True, "privacy": True, "customer_service": False}


def test_look_at_consents_is_recorded() -> None:
    person_id = person()

    page_of(make.client("marketing"), person_id)

    assert AuditEvent.objects.get(deed="consent.read").subjects == [person_id]


def test_event_stands_on_the_timeline_with_its_receipt_and_no_correction() -> None:
    person_id, browser = person(), make.client("marketing")
    say(browser, "consent", person_id)
    say(browser, "objection", person_id)

    years = browser.get(reverse("desk:person", args=[person_id]) + "?show=consents").context["years"]

    entries = [entry for year in years for entry in year["entries"]]
    assert [(entry["icon"], len(entry["links"])) for entry in entries] == [("cross", 0), ("scale", 1)]
    assert "kuitti" in entries[1]["links"][0]["url"]


@pytest.mark.parametrize(
    ("name", "kind"), [("receipt_file", "application/ld+json"), ("receipt_pdf", "application/pdf")]
)
def test_receipt_is_a_file_that_anyone_can_verify(name: str, kind: str) -> None:
    person_id = person()
    address = reverse(f"desk:{name}", args=[person_id, give(person_id)])

    answer = make.client("privacy").get(address)

    assert (answer["Content-Type"], "no-store" in answer["Cache-Control"]) == (kind, True)
    assert answer["Content-Disposition"].startswith("attachment; ")
    content = verify(answer.content, trusted=public_key(signing_key(settings.SEAL_KEY)))
    assert content["dpv:hasDataSubject"]["@id"] == f"urn:uuid:{person_id}"


def test_receipt_is_a_page_that_says_where_the_evidence_is_and_how_to_verify() -> None:
    person_id = person()

    page = make.client("marketing").get(reverse("desk:receipt", args=[person_id, give(person_id)])).content.decode()

    assert "Nauhoite 4711" in page
    assert "seloste consent verify receipt.pdf --key " in page
    assert reverse("consents:receipt_key") in page


@pytest.mark.parametrize("name", ["receipt", "receipt_file", "receipt_pdf"])
@pytest.mark.parametrize("role", ["customer_service", "technical", "accounting", "owner"])
def test_charlie_gets_no_receipt(name: str, role: str) -> None:
    person_id = person()
    address = reverse(f"desk:{name}", args=[person_id, give(person_id)])

    assert make.client(role).get(address).status_code == 404


@pytest.mark.parametrize("name", ["receipt", "receipt_file", "receipt_pdf"])
def test_receipt_is_not_found_under_another_person(name: str) -> None:
    reference, other = give(person()), person()

    assert make.client("privacy").get(reverse(f"desk:{name}", args=[other, reference])).status_code == 404


def test_every_deed_of_consents_has_its_words() -> None:
    states_of = ["read", "receipt", *ConsentState.values]
    deeds = {
        *(f"consent.{state}" for state in states_of),
        "objection.objected",
        "objection.lifted",
        "suppression.added",
        "suppression.lifted",
        "acknowledgement.added",
        "person.restricted",
        "person.restriction_lifted",
        "contactpoint.calls_forbidden",
        "contactpoint.calls_allowed",
        "position.relevance_noted",
    }

    assert deeds <= set(DEEDS)
