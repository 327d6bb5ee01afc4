# ruff: noqa: ANN401 -- the test client's own kind of response; values go through to the deeds
"""One's own page: what may come and why, one press each way; a yes only from the address, a no from every link."""

from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from tests import make
from tests.outreach import make as outreach

from seloste.consents.choices import Channel, ConsentState
from seloste.consents.models import ConsentEvent, ObjectionEvent, Suppression
from seloste.consents.queries import consent_of, decide, is_suppressed, objects, persons_with
from seloste.declaration.load import current
from seloste.floods.models import Knock
from seloste.kernel.clock import now
from seloste.kernel.marks import mark_of
from seloste.outreach.models import Asked
from seloste.outreach.queries.preferences import herself, preferences, reader
from seloste.outreach.rules.links import NOBODY
from seloste.outreach.shown.preferences import page as shown
from seloste.register.models import ContactPoint, Ground, Name, NoticeDelivery, Person

pytestmark = pytest.mark.django_db
MARKETING = "direct_marketing"


@pytest.fixture(autouse=True)
def published() -> None:
    make.version_id(now())


def text_of(response: HttpResponseBase) -> str:
    assert isinstance(response, HttpResponse)
    return unescape(response.content.decode())


def press(path: str, do: str, *, follow: bool = False, **values: str) -> Any:
    return Client().post(path, {"do": do, **values}, follow=follow)


def state(person_id: UUID, channel: str = "email") -> ConsentState | None:
    found = consent_of(person_id, MARKETING, channel)
    return found.state if found else None


def may_mail(person_id: UUID) -> bool:
    told: Any = {"channel": Channel.EMAIL, "address": outreach.ADDRESS, "is_marketing": True, "at": now()}
    return decide(person_id=person_id, **told).allow


# --- Double opt-in


def test_newsletter_is_confirmed_by_a_press_and_by_nothing_else() -> None:
    link = outreach.asked(wanted=[outreach.CONSENT])
    for _ in range(3):
        Client().get(link)
        Client().head(link)
    assert Person.objects.count() == 0

    answer = press(link, "confirm", follow=True)

    person_id = persons_with(outreach.ADDRESS)[0]
    assert answer.status_code == 200
    assert state(person_id) is ConsentState.GIVEN
    assert may_mail(person_id)


def test_page_shows_the_exact_words_before_they_are_confirmed() -> None:
    link = outreach.asked(wanted=[outreach.CONSENT])

    page = text_of(Client().get(link))

    assert current().consent[outreach.CONSENT].text.fi in page
    assert 'value="confirm"' in page


def test_confirmed_consent_can_be_proved_without_a_network_address() -> None:
    person_id = outreach.subscriber()

    event = ConsentEvent.objects.get(subject=person_id, state=ConsentState.GIVEN)
    request = Asked.objects.get()
    assert str(request.id) in event.evidence
    assert str(request.message_id) in event.evidence
    assert "127.0.0.1" not in event.evidence
    assert (event.role, event.evidence_kind, event.source) == ("visitor", "confirmed", "web_form")
    assert event.wording.text == current().consent[outreach.CONSENT].text.fi


def test_new_subscriber_is_nameless_informed_verified_and_held_for_marketing_alone() -> None:
    person_id = outreach.subscriber()

    point = ContactPoint.objects.get(person_id=person_id)
    assert Name.objects.filter(person_id=person_id).count() == 0
    assert (point.value, point.source, point.purposes) == (outreach.ADDRESS, "web_form", [MARKETING])
    assert point.verified_at is not None
    assert list(Ground.objects.filter(person_id=person_id).values_list("purpose", "basis")) == [(MARKETING, "consent")]
    assert NoticeDelivery.objects.filter(person_id=person_id, delivered_at=None).count() == 0


def test_known_person_is_not_entered_twice_and_keeps_her_other_purposes() -> None:
    person_id = outreach.person()

    assert outreach.subscriber() == person_id

    assert Person.objects.count() == 1
    assert sorted(ContactPoint.objects.get().purposes) == ["customer_care", MARKETING]
    assert may_mail(person_id)


def test_confirming_twice_is_one_consent() -> None:
    link = outreach.asked(wanted=[outreach.CONSENT])

    for _ in range(2):
        press(link, "confirm")

    assert ConsentEvent.objects.count() == 1


def test_replayed_confirmation_does_not_undo_a_later_no() -> None:
    link = outreach.asked(wanted=[outreach.CONSENT])
    press(link, "confirm")
    press(link, "withdraw", consent=outreach.CONSENT)

    press(link, "confirm")

    assert state(persons_with(outreach.ADDRESS)[0]) is ConsentState.WITHDRAWN


def test_request_is_over_after_two_days() -> None:
    link = outreach.asked(wanted=[outreach.CONSENT])
    Asked.objects.update(until_at=now())

    answer = press(link, "confirm")

    assert (answer.status_code, Person.objects.count()) == (404, 0)


def test_words_that_changed_in_between_are_not_confirmed() -> None:
    link = outreach.asked(wanted=[outreach.CONSENT])
    Asked.objects.update(words=["0" * 64])

    answer = press(link, "confirm")

    assert (answer.status_code, ConsentEvent.objects.count()) == (409, 0)


def test_somebody_elses_order_is_not_confirmed_by_looking_at_ones_page() -> None:
    outreach.asked(wanted=[outreach.CONSENT])
    own = outreach.asked()

    press(own, "confirm")

    assert ConsentEvent.objects.count() == 0


# --- Withdrawing, objecting, and back


def test_withdrawing_takes_one_press_like_giving() -> None:
    person_id = outreach.subscriber()
    link = outreach.letter_link(person_id)

    page = text_of(press(link, "withdraw", consent=outreach.CONSENT, follow=True))

    assert state(person_id) is ConsentState.WITHDRAWN
    assert not may_mail(person_id)
    assert 'value="give"' in page


def test_withdrawn_consent_is_called_withdrawn_and_not_refused() -> None:
    link = outreach.asked(wanted=[outreach.CONSENT])
    press(link, "confirm")
    press(link, "withdraw", consent=outreach.CONSENT)

    page = shown(preferences(reader(link.split("/")[-2], at=now()), by=herself(), at=now(), language="en"))

    assert next(one.icon for one in page.ways if one.consent == outreach.CONSENT) == "undo"


def test_undo_of_a_withdrawal_is_a_new_consent_from_the_address() -> None:
    person_id = outreach.subscriber()
    link = outreach.letter_link(person_id)
    press(link, "withdraw", consent=outreach.CONSENT)

    press(link, "give", consent=outreach.CONSENT)

    assert state(person_id) is ConsentState.GIVEN
    assert may_mail(person_id)
    assert not is_suppressed(Channel.EMAIL, outreach.ADDRESS)


def test_who_allows_by_a_letters_link_is_told_at_the_address() -> None:
    person_id = outreach.person()
    before = len(outreach.messages())

    press(outreach.letter_link(person_id), "give", consent=outreach.CONSENT)

    told = outreach.messages()[before:]
    assert [message.kind for message in told] == ["service"]
    assert outreach.link_in(told[0])


def test_objection_ends_everything_and_only_she_lifts_it() -> None:
    person_id = outreach.subscriber()
    link = outreach.letter_link(person_id)

    page = text_of(press(link, "object", follow=True))
    assert objects(person_id, MARKETING)
    assert 'value="give"' not in page
    assert not may_mail(person_id)

    press(link, "lift")
    assert not objects(person_id, MARKETING)
    assert not is_suppressed(Channel.EMAIL, outreach.ADDRESS)


def test_who_forbids_everything_takes_back_what_she_consented_to() -> None:
    person_id = outreach.subscriber()
    make_number(person_id)
    link = outreach.letter_link(person_id)
    press(link, "give", consent="marketing_sms")

    press(link, "object")
    press(link, "lift")

    assert [state(person_id), state(person_id, "sms")] == [ConsentState.WITHDRAWN] * 2
    assert not may_mail(person_id)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_her_last_word_decides_whatever_came_before(seed: int) -> None:
    """A plain model of what she may expect, beside the house: after a no nothing, after her own yes the newsletter."""
    import random

    dice = random.Random(seed)  # noqa: S311 -- a sequence to try, the same every time
    person_id = outreach.person()
    wants, forbids, is_closed = False, False, False
    for _ in range(10):
        word = dice.choice(["order", "give", "withdraw", "object", "lift", "click", "look"])
        say(word, person_id)
        if word in {"order", "give"}:
            wants, forbids, is_closed = True, False, False
        elif word == "withdraw":
            wants, is_closed = False, True
        elif word == "object":
            wants, forbids, is_closed = False, True, True
        elif word == "lift" and forbids:
            forbids, is_closed = False, False
        elif word == "click":
            forbids = forbids or (not wants and state(person_id) is None)
            wants, is_closed = False, True

        assert (objects(person_id, MARKETING), is_suppressed(Channel.EMAIL, outreach.ADDRESS)) == (forbids, is_closed)
        assert may_mail(person_id) == (wants and not forbids and not is_closed)


def say(word: str, person_id: UUID) -> None:
    """Let her say it, each time by a fresh link."""
    if word == "order":
        Asked.objects.all().delete()
        Knock.objects.all().delete()
        press(outreach.asked(wanted=[outreach.CONSENT]), "confirm")
    elif word == "click":
        Client().post(outreach.one_click(person_id))
    elif word == "look":
        Client().get(outreach.letter_link(person_id))
    else:
        press(outreach.letter_link(person_id), word, consent=outreach.CONSENT)


def test_confirming_a_new_order_lifts_an_earlier_objection() -> None:
    person_id = outreach.subscriber()
    press(outreach.letter_link(person_id), "object")

    outreach.asked(wanted=[outreach.CONSENT])
    assert objects(person_id, MARKETING)
    press(outreach.link_in(outreach.messages()[-1]), "confirm")

    assert not objects(person_id, MARKETING)
    assert may_mail(person_id)


def test_no_concerns_everybody_with_the_address() -> None:
    first, second = outreach.subscriber(), outreach.person()
    assert first != second

    press(outreach.letter_link(first), "object")

    assert [objects(one, MARKETING) for one in (first, second)] == [True, True]


def test_unknown_address_can_be_forbidden_for_good() -> None:
    link = outreach.asked()

    page = text_of(press(link, "object", follow=True))

    assert is_suppressed(Channel.EMAIL, outreach.ADDRESS)
    assert Person.objects.count() == 0
    person_id = outreach.person()
    assert not may_mail(person_id)
    assert "suostumukset" in page


def test_erased_person_can_still_say_no_and_not_yes() -> None:
    gone = uuid4()
    link = outreach.letter_link(gone)

    said_no = [press(link, "withdraw", consent=outreach.CONSENT).status_code, press(link, "object").status_code]
    said_yes = press(link, "give", consent=outreach.CONSENT).status_code

    assert said_no == [302, 302]
    assert said_yes == 422
    assert Suppression.objects.filter(mark=mark_of(outreach.ADDRESS)).exists()
    assert ConsentEvent.objects.filter(state=ConsentState.GIVEN).count() == 0
    assert Person.objects.count() == 0


def test_link_to_nobody_in_particular_says_no_for_nobody() -> None:
    press(outreach.letter_link(NOBODY), "object")

    assert (ObjectionEvent.objects.count(), ConsentEvent.objects.count()) == (0, 0)


def test_text_messages_need_a_number_that_we_hold() -> None:
    person_id = outreach.person()
    link = outreach.letter_link(person_id)

    refused = press(link, "give", consent="marketing_sms").status_code
    make_number(person_id)
    given = press(link, "give", consent="marketing_sms").status_code

    assert (refused, given) == (422, 302)
    assert state(person_id, "sms") is ConsentState.GIVEN
    assert state(person_id) is None


def make_number(person_id: UUID) -> None:
    from seloste.register import actions as register

    told: Any = {"by": make.duty(), "at": now(), "person_id": person_id, "origin": make.origin(at=now())}
    register.add_contact_point(**told, kind="phone", value="040 123 4567")


def test_withdrawing_one_channel_leaves_the_other() -> None:
    person_id = outreach.subscriber()
    make_number(person_id)
    link = outreach.letter_link(person_id)
    press(link, "give", consent="marketing_sms")

    press(link, "withdraw", consent=outreach.CONSENT)

    assert [state(person_id), state(person_id, "sms")] == [ConsentState.WITHDRAWN, ConsentState.GIVEN]


def test_language_is_chosen_on_the_page() -> None:
    person_id = outreach.person()

    press(outreach.letter_link(person_id), "language", language="sv")
    wrong = press(outreach.letter_link(person_id), "language", language="xx")

    assert Person.objects.get().language == "sv"
    assert wrong.status_code == 404


@pytest.mark.parametrize("do", ["", "delete", "confirm"])
def test_what_no_button_says_is_not_done(do: str) -> None:
    person_id = outreach.person()

    assert press(outreach.letter_link(person_id), do).status_code == 404


@pytest.mark.parametrize("consent", ["", "marketing_fax", "rights", "../../"])
def test_consent_that_is_not_declared_does_not_exist(consent: str) -> None:
    person_id = outreach.person()

    answers = [press(outreach.letter_link(person_id), do, consent=consent).status_code for do in ("give", "withdraw")]

    assert answers == [404, 404]


def test_page_masks_the_address_and_names_nobody() -> None:
    person_id = outreach.person(given_name="Maija", family_name="Mallikas")

    page = text_of(Client().get(outreach.letter_link(person_id)))

    assert "m•••@example.com" in page
    assert outreach.ADDRESS not in page
    assert "Mallikas" not in page


def test_page_needs_no_cookie_and_is_kept_from_others() -> None:
    person_id = outreach.person()

    answer = Client().get(outreach.letter_link(person_id))

    assert not answer.cookies
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer.headers["Cache-Control"]


def test_made_up_address_of_a_page_claims_nothing_that_is_not_so() -> None:
    person_id = outreach.person()

    page = text_of(Client().get(outreach.letter_link(person_id) + "?tehty=object&mika=x"))

    assert 'role="status"' not in page.replace('class="toasts" role="status"', "")


# --- Links that do not work


def test_every_link_that_does_not_work_is_answered_alike() -> None:
    person_id = outreach.person()
    good = outreach.letter_link(person_id)
    letters = good.strip("/").split("/")[-1]
    other = "A" if letters[40] != "A" else "B"
    shapes = {
        "forged": letters[:40] + other + letters[41:],
        "cut": letters[:-1],
        "short": "zq9-zq9",
        "long": letters + "A" * 500,
        "over": outreach.letter_link(person_id, at=now() - timedelta(days=91)).strip("/").split("/")[-1],
        "of another kind": outreach.one_click(person_id).strip("/").split("/")[-1],
        "request that is gone": _gone_request(),
    }

    answers = {name: Client().get(f"{outreach.START}{shape}/") for name, shape in shapes.items()}

    assert {answer.status_code for answer in answers.values()} == {404}
    assert len({_without_marks(answer, shapes[name]) for name, answer in answers.items()}) == 1
    assert {Client().post(f"{outreach.START}{shape}/", {"do": "object"}).status_code for shape in shapes.values()} == {
        404
    }
    assert ObjectionEvent.objects.count() == 0


def _gone_request() -> str:
    letters = outreach.asked("poissa@example.com").strip("/").split("/")[-1]
    Asked.objects.all().delete()
    return letters


def _without_marks(answer: HttpResponseBase, shape: str) -> str:
    import re

    page = text_of(answer).replace(shape, "")
    return re.sub(r'name="token" value="[^"]+"', "", page)


def test_dead_link_tells_how_to_get_a_new_one() -> None:
    page = text_of(Client().get(f"{outreach.START}x/"))

    assert f'action="{outreach.START}"' in page
    assert current().controller.email in page


def test_link_of_one_person_shows_nothing_of_another() -> None:
    mine, hers = outreach.person(), outreach.subscriber("toinen@example.com")

    page = text_of(Client().get(outreach.letter_link(mine)))

    assert 'value="withdraw"' not in page
    assert hers != mine


def test_link_keeps_to_the_person_it_was_made_for_when_the_address_moves_on() -> None:
    first = outreach.subscriber()
    link = outreach.letter_link(first)
    ContactPoint.objects.filter(person_id=first).update(ended_at=now(), ended_by=uuid4(), end_reason="removed")
    second = outreach.person()

    refused = press(link, "give", consent=outreach.CONSENT).status_code
    press(link, "withdraw", consent=outreach.CONSENT)

    assert refused == 422
    assert state(first) is ConsentState.WITHDRAWN
    assert state(second) is ConsentState.WITHDRAWN


def test_staff_cannot_confirm_for_her() -> None:
    from seloste.kernel.refusals import NotAllowed
    from seloste.outreach.actions import deciding
    from seloste.outreach.queries.preferences import reader

    link = outreach.asked(wanted=[outreach.CONSENT])
    who = reader(link.strip("/").split("/")[-1], at=now())

    with pytest.raises(NotAllowed):
        deciding.confirm(by=make.duty("marketing"), at=now(), who=who)
