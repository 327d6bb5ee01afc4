# ruff: noqa: ANN401 -- the test client's own kind of response; values go through to the deeds
"""Letters to many: written, looked at, chosen by the one rule, sent once, stopped; for those whose job it is."""

from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from tests import make
from tests.accounts import make as staff
from tests.outreach import make as outreach

from seloste.consents.choices import Rule
from seloste.kernel.clock import now
from seloste.kernel.marks import mark_of
from seloste.kernel.refusals import Missing, NotAllowed
from seloste.mail.models import Message
from seloste.outreach.actions import mailings
from seloste.outreach.actions.mailings import AT_ONCE, NotSendable, TooLate
from seloste.outreach.choices import MailingState
from seloste.outreach.models import Mailing, Recipient, Tally
from seloste.outreach.queries.mailings import audience, sheet
from seloste.register.models import ContactPoint

pytestmark = pytest.mark.django_db
WORDS = {"fi": ("Syksyn uutiset", "Hei!\n\nTässä on uutta."), "sv": ("Höstens nyheter", "Hej!\n\nHär är nytt.")}


@pytest.fixture(autouse=True)
def published() -> None:
    make.version_id(now())


def text_of(response: HttpResponseBase) -> str:
    assert isinstance(response, HttpResponse)
    return unescape(response.content.decode())


def written(words: Any = None) -> UUID:
    mailing_id = uuid4()
    mailings.write(by=make.duty("marketing"), at=now(), mailing_id=mailing_id, words=words or WORDS)
    return mailing_id


def step(deed: Any, mailing_id: UUID, role: str = "marketing") -> None:
    deed(by=make.duty(role), at=now(), mailing_id=mailing_id)


def chosen() -> UUID:
    mailing_id = written()
    step(mailings.choose_audience, mailing_id)
    return mailing_id


def state(mailing_id: UUID) -> str:
    return str(Mailing.objects.get(id=mailing_id).state)


def letters() -> list[Message]:
    return list(Message.objects.filter(kind="marketing").order_by("id"))


# --- Writing


def test_same_form_sent_twice_is_one_letter() -> None:
    mailing_id = uuid4()

    for _ in range(2):
        mailings.write(by=make.duty("marketing"), at=now(), mailing_id=mailing_id, words=WORDS)

    assert Mailing.objects.count() == 1
    assert [one.language for one in sheet(by=make.duty("marketing"), mailing_id=mailing_id).words] == ["fi", "sv"]


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("", "Teksti"),
        ("Otsikko", ""),
        ("Otsikko\r\nBcc: kaikki@example.com", "Teksti"),
        ("x" * 151, "Teksti"),
        ("Otsikko", "x" * 20_001),
        ("Otsikko", "Katso https://example.net/tarjous"),
        ("Otsikko", "Katso www.example.net"),
        ("Otsikko", "Katso HTTP://example.net"),
        ("Otsikko", f"Katso {settings.PUBLIC_ORIGIN}@example.net/"),
        ("Otsikko", f"Katso {settings.PUBLIC_ORIGIN}.example.net/"),
        ("Otsikko", "Katso javascript://x"),
        ("Otsikko", "Tunnus 131052-308T"),
        ("Otsikko", "Teksti\x00"),
    ],
)
def test_letter_that_may_not_be_sent_is_refused_when_it_is_written(subject: str, text: str) -> None:
    from seloste.kernel.refusals import Refusal

    with pytest.raises(Refusal):
        written({"fi": (subject, text)})

    assert Mailing.objects.count() == 0


def test_links_to_our_own_pages_are_fine() -> None:
    written({"fi": ("Otsikko", f"Katso {settings.PUBLIC_ORIGIN}/en/ ja kirjoita.")})


def test_finnish_is_needed() -> None:
    with pytest.raises(NotSendable):
        written({"sv": ("Höst", "Hej")})


# --- Choosing


def test_audience_is_who_the_rule_allows_with_rule_and_evidence() -> None:
    yes = outreach.subscriber("kylla@example.com")
    outreach.person("ei@example.com")
    said_no = outreach.subscriber("perui@example.com")
    Client().post(outreach.letter_link(said_no, "perui@example.com"), {"do": "object"})

    mailing_id = chosen()

    row = Recipient.objects.get()
    assert (row.person_id, row.address, row.rule) == (yes, "kylla@example.com", Rule.CONSENT.value)
    assert row.evidence
    found = {(one.allow, one.rule): one.count for one in Tally.objects.filter(mailing=mailing_id)}
    assert sum(found.values()) == 3
    assert found[(True, Rule.CONSENT.value)] == 1


def test_count_before_choosing_is_the_count_after_it() -> None:
    outreach.subscriber("kylla@example.com")
    outreach.person("ei@example.com")
    duty = make.duty("marketing")

    before = audience(by=duty, at=now())
    mailing_id = chosen()

    assert {(one.allow, one.rule, one.count) for one in before} == {
        (one.allow, one.rule, one.count) for one in sheet(by=duty, mailing_id=mailing_id).counts
    }


def test_two_persons_with_one_address_get_one_letter() -> None:
    outreach.subscriber()
    second = outreach.person()
    register_consent(second)

    chosen()

    assert Recipient.objects.count() == 1


def register_consent(person_id: UUID) -> None:
    Client().post(outreach.letter_link(person_id), {"do": "give", "consent": outreach.CONSENT})


def test_chosen_audience_is_chosen_once_and_can_be_let_go() -> None:
    outreach.subscriber()
    mailing_id = chosen()

    with pytest.raises(TooLate):
        step(mailings.choose_audience, mailing_id)
    step(mailings.let_go, mailing_id)

    assert (state(mailing_id), Recipient.objects.count(), Tally.objects.count()) == (MailingState.DRAFT, 0, 0)


def test_letter_whose_audience_is_chosen_is_not_written_anew() -> None:
    mailing_id = chosen()

    with pytest.raises(TooLate):
        mailings.write(by=make.duty("marketing"), at=now(), mailing_id=mailing_id, words=WORDS)


# --- Sending


def test_letter_is_sent_once_to_each_whatever_is_pressed() -> None:
    people = [outreach.subscriber(f"tilaaja{number}@example.com") for number in range(3)]
    mailing_id = chosen()

    for _ in range(3):
        step(mailings.send, mailing_id)
        mailings.forward(now())

    assert sorted(str(one.person) for one in letters()) == sorted(map(str, people))
    assert state(mailing_id) == MailingState.SENT
    assert Recipient.objects.filter(message_id=None).count() == 0


def test_nothing_leaves_before_the_second_step() -> None:
    outreach.subscriber()
    chosen()

    assert mailings.forward(now()) == 0
    assert letters() == []


def test_each_gets_the_letter_in_her_language_or_in_finnish() -> None:
    for address, language in (("a@example.com", "sv"), ("b@example.com", "en"), ("c@example.com", "fi")):
        person_id = outreach.subscriber(address)
        Client().post(outreach.letter_link(person_id, address), {"do": "language", "language": language})
    mailing_id = chosen()

    step(mailings.send, mailing_id)
    mailings.forward(now())

    assert {one.address: one.subject for one in letters()} == {
        "a@example.com": "Höstens nyheter",
        "b@example.com": "Syksyn uutiset",
        "c@example.com": "Syksyn uutiset",
    }


def test_letter_carries_links_that_work() -> None:
    person_id = outreach.subscriber()
    mailing_id = chosen()
    step(mailings.send, mailing_id)
    mailings.forward(now())

    (letter,) = letters()
    page = Client().get(letter.preferences_url.removeprefix(settings.PUBLIC_ORIGIN))
    click = Client().post(letter.one_click_url.removeprefix(settings.PUBLIC_ORIGIN))

    assert (page.status_code, click.status_code) == (200, 200)
    assert letter.person == person_id


def test_who_says_no_after_the_choice_gets_nothing_and_is_counted() -> None:
    person_id = outreach.subscriber()
    mailing_id = chosen()
    Client().post(outreach.one_click(person_id))

    step(mailings.send, mailing_id)
    mailings.forward(now())

    assert letters() == []
    assert Recipient.objects.get().denied != ""
    assert state(mailing_id) == MailingState.SENT


def test_address_that_mail_cannot_carry_holds_up_nobody() -> None:
    odd, fine = outreach.subscriber("a@example.com"), outreach.subscriber("b@example.com")
    letters_of_two = "mäiä@example.com"
    ContactPoint.objects.filter(person_id=odd).update(value=letters_of_two, mark=mark_of(letters_of_two))
    mailing_id = chosen()

    step(mailings.send, mailing_id)
    mailings.forward(now())
    page = staff.client_of("marketing").get(reverse("mailings:mailing", args=[mailing_id]))

    assert [one.person for one in letters()] == [fine]
    assert page.status_code == 200
    assert state(mailing_id) == MailingState.SENT


def test_sending_goes_on_in_parts_and_stops_where_it_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailings, "AT_ONCE", 2)
    for number in range(5):
        outreach.subscriber(f"tilaaja{number}@example.com")
    mailing_id = chosen()
    step(mailings.send, mailing_id)

    handed = [mailings.forward(now()) for _ in range(3)]
    step(mailings.stop, mailing_id)
    later = mailings.forward(now())

    assert (handed, later) == ([2, 0, 0], 0)
    assert {one.state for one in letters()} == {"cancelled"}
    assert {one.why for one in letters()} == {"called_off"}
    assert state(mailing_id) == MailingState.STOPPED
    assert AT_ONCE > 2


def test_stopped_letter_is_not_sent_again() -> None:
    outreach.subscriber()
    mailing_id = chosen()
    step(mailings.send, mailing_id)
    step(mailings.stop, mailing_id)

    with pytest.raises(TooLate):
        step(mailings.send, mailing_id)

    assert mailings.forward(now()) == 0
    assert letters() == []


def test_two_letters_reach_the_same_person_each_once() -> None:
    outreach.subscriber()
    for _ in range(2):
        mailing_id = chosen()
        step(mailings.send, mailing_id)
    mailings.forward(now())

    assert len(letters()) == 2


def test_draft_is_thrown_away_and_a_sent_letter_is_not() -> None:
    draft, sent = written(), chosen()
    step(mailings.send, sent)

    step(mailings.discard, draft)
    with pytest.raises(TooLate):
        step(mailings.discard, sent)

    assert list(Mailing.objects.values_list("id", flat=True)) == [sent]


# --- Whose job it is


@pytest.mark.parametrize("role", ["customer_service", "accounting", "technical", "owner"])
def test_letters_do_not_exist_outside_the_duty(role: str) -> None:
    mailing_id = chosen()
    browser = staff.client_of(role)
    pages = ["mailing", "edit", "audience", "send"]

    answers = [browser.get(reverse(f"mailings:{page}", args=[mailing_id])).status_code for page in pages]
    answers += [browser.get(reverse(f"mailings:{page}")).status_code for page in ("list", "new")]
    posts = [
        browser.post(reverse(f"mailings:{page}", args=[mailing_id])).status_code
        for page in ("send", "stop", "let_go", "discard", "audience")
    ]

    assert set(answers) == {404}
    assert set(posts) == {404}
    assert state(mailing_id) == MailingState.CHOSEN
    with pytest.raises((Missing, NotAllowed)):
        step(mailings.send, mailing_id, role)


def test_letters_of_nobody_do_not_exist() -> None:
    browser = staff.client_of("marketing")

    assert browser.get(reverse("mailings:mailing", args=[uuid4()])).status_code == 404


# --- Pages


def test_letter_goes_from_first_word_to_sent_through_the_pages() -> None:
    outreach.subscriber()
    browser = staff.client_of("marketing")
    form = browser.get(reverse("mailings:new"))
    mailing_id = form.context["form"].initial["id"]

    told = {"id": str(mailing_id), "subject_fi": "Syksy", "text_fi": "Hei!\n\nUutta."}
    answer = browser.post(reverse("mailings:new"), told)
    page = text_of(browser.get(answer.headers["Location"]))
    assert "Hei!" in page
    counted = text_of(browser.get(reverse("mailings:audience", args=[mailing_id])))
    assert Rule.CONSENT.value in counted
    step_two = browser.post(reverse("mailings:audience", args=[mailing_id]))
    assert step_two.headers["Location"] == reverse("mailings:send", args=[mailing_id])
    asked = text_of(browser.get(step_two.headers["Location"]))
    assert "Syksy" in asked
    browser.post(step_two.headers["Location"])
    mailings.forward(now())

    assert state(mailing_id) == MailingState.SENT
    assert len(letters()) == 1
    assert "Syksy" in text_of(browser.get(reverse("mailings:list")))
    assert browser.get(reverse("mailings:mailing", args=[mailing_id])).status_code == 200


def test_mistake_in_a_letter_is_told_at_its_field() -> None:
    browser = staff.client_of("marketing")
    told = {"id": str(uuid4()), "subject_fi": "Syksy", "text_fi": "Katso https://example.net"}

    answer = browser.post(reverse("mailings:new"), told)

    assert answer.status_code == 422
    assert 'href="#text_fi"' in text_of(answer)
    assert "https://example.net" in text_of(answer)


def test_preview_is_what_is_sent() -> None:
    outreach.subscriber()
    mailing_id = chosen()
    browser = staff.client_of("marketing")

    page = text_of(browser.get(reverse("mailings:mailing", args=[mailing_id])))
    step(mailings.send, mailing_id)
    mailings.forward(now())

    sent = _as_read(letters()[0])
    for line in sent.splitlines():
        if "suostumukset/" not in line:
            assert line in page


def _as_read(message: Message) -> str:
    from seloste.consents.choices import Carry
    from seloste.mail.letter import words

    carries = [one for one in Carry if one is not Carry.ARTICLE_14]
    return words(message, rule=Rule.CONSENT.value, carries=carries).text
