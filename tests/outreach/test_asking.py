"""Asking for one's page: the same answer for every address, few messages, codes that work once."""

import re
from datetime import datetime, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import make
from tests.outreach import make as outreach

from seloste.floods.models import Knock
from seloste.kernel.clock import now
from seloste.kernel.duty import system, visitor
from seloste.mail.models import Message
from seloste.outreach.actions import asking
from seloste.outreach.models import Asked
from seloste.outreach.rules.asking import FROM_A_NETWORK, MOST_TRIES
from seloste.register import actions as register
from seloste.register.models import ContactPoint, Person

pytestmark = pytest.mark.django_db
MOST_FROM_A_NETWORK = FROM_A_NETWORK.an_hour


@pytest.fixture(autouse=True)
def published() -> None:
    make.version_id(now())


def text_of(response: HttpResponseBase) -> str:
    assert isinstance(response, HttpResponse)
    return unescape(response.content.decode())


def test_known_and_unknown_addresses_get_the_same_bytes_and_the_same_work() -> None:
    outreach.person("tuttu1@example.com")
    outreach.ask("ensin@example.com")  # whatever is only done once has been done
    answers = {}
    for address in ("tuttu1@example.com", "vieras@example.com"):
        with CaptureQueriesContext(connection) as queries:
            answer = outreach.ask(address)
        page = answer.content.decode().replace(address, "")
        answers[address] = (answer.status_code, sorted(answer.headers.items()), page, len(queries))

    known, unknown = answers.values()

    assert known[0] == 200
    assert known[2:] == unknown[2:]
    assert [name for name, _value in known[1]] == [name for name, _value in unknown[1]]


def test_address_whose_mail_comes_back_is_answered_like_any_other() -> None:
    outreach.person("palautuva@example.com")
    register.note_bounce(by=system("rights"), at=now(), address="palautuva@example.com")

    pages = {
        (answer.status_code, answer.content.decode().replace(address, ""))
        for address in ("palautuva@example.com", "vieras@example.com")
        for answer in [outreach.ask(address)]
    }

    assert len(pages) == 1
    assert outreach.messages("palautuva@example.com") == []


def test_asking_enters_nobody_and_confirms_nothing() -> None:
    outreach.ask(wanted=[outreach.CONSENT])

    assert (Person.objects.count(), ContactPoint.objects.count(), Asked.objects.count()) == (0, 0, 1)


def test_message_carries_a_link_and_a_code_and_nothing_of_the_register() -> None:
    outreach.person(given_name="Maija", family_name="Mallikas")

    outreach.ask()

    (message,) = outreach.messages()
    assert (message.kind, message.purpose, message.person) == ("service", "rights", None)
    assert outreach.link_in(message).startswith(outreach.START)
    assert re.fullmatch(r"\d{3} \d{3}", outreach.code_in(message))
    assert "Mallikas" not in message.text


def test_form_has_no_ticked_box_and_sets_no_cookie() -> None:
    answer = Client().get(outreach.START)

    assert 'name="consent_marketing_email"' in text_of(answer)
    assert " checked" not in text_of(answer)
    assert not answer.cookies


@pytest.mark.parametrize("path", ["/suostumukset/", "/sv/suostumukset/", "/en/suostumukset/"])
def test_form_speaks_the_language_of_its_address(path: str) -> None:
    language = path.split("/")[1] if path.count("/") > 2 else "fi"

    assert f'<html lang="{language}"' in text_of(Client().get(path))


@pytest.mark.parametrize(
    "address",
    [
        "maija@example.com,kaikki@example.com",
        "maija@example.com; kaikki@example.com",
        "maija@example.com kaikki@example.com",
        "Maija <maija@example.com>",
        "<maija@example.com>",
        "maija@example.com\r\nBcc: kaikki@example.com",
        "maija@example.com\nkaikki@example.com",
        "maija@example.com%0ABcc:kaikki@example.com",
        '"maija@example.com,x"@example.com',
        "maija@[127.0.0.1]",
        "mäiä@example.com",
        "maija@example.com\u2028kaikki@example.com",
        "x" * 300 + "@example.com",
        "maija",
        "",
    ],
)
def test_anything_but_one_address_is_refused_at_its_field(address: str) -> None:
    answer = outreach.ask(address)

    assert answer.status_code == 422
    assert 'href="#email"' in text_of(answer)
    assert (Message.objects.count(), Asked.objects.count()) == (0, 0)


def test_the_same_press_twice_sends_once_and_a_corrected_address_sends_anew() -> None:
    mark = outreach.token()

    for address in ("maja@example.com", "maja@example.com", "maija@example.com"):
        assert outreach.ask(address, token=mark).status_code == 200

    assert [len(outreach.messages(address)) for address in ("maja@example.com", "maija@example.com")] == [1, 1]


def test_one_address_gets_at_most_three_messages_an_hour_and_the_answer_stays_the_same() -> None:
    pages = {outreach.ask().content for _ in range(6)}

    assert len(outreach.messages()) == 3
    assert len(pages) == 1


def test_one_address_gets_at_most_six_messages_a_day() -> None:
    day = now().replace(hour=6, minute=0, second=0, microsecond=0)
    for number in range(20):
        _ask_at(day + timedelta(minutes=21 * number), network=f"192.0.{number}.1")

    assert len(outreach.messages()) == 6


def _ask_at(at: datetime, *, network: str) -> None:
    asking.ask(
        by=visitor("direct_marketing"),
        at=at,
        address=outreach.ADDRESS,
        opened_id=uuid4(),
        wanted=[],
        language="fi",
        network=network,
        notice_version_id=make.version_id(at),
    )


def test_one_network_asks_only_so_often_and_is_told() -> None:
    answers = [outreach.ask(f"maija{number}@example.com") for number in range(MOST_FROM_A_NETWORK + 2)]

    assert [answer.status_code for answer in answers] == [200] * MOST_FROM_A_NETWORK + [429] * 2
    assert Message.objects.count() == MOST_FROM_A_NETWORK


def test_no_address_is_kept_in_the_counts() -> None:
    outreach.ask()

    marks = [bytes(row.mark) for row in Knock.objects.all()]
    assert len(marks) == 2
    assert not any(b"maija" in mark or b"127" in mark for mark in marks)


def test_robot_is_refused_and_nothing_leaves() -> None:
    answer = outreach.ask(website="https://example.com")

    assert (answer.status_code, Message.objects.count()) == (422, 0)


def test_form_from_another_site_is_refused() -> None:
    answer = outreach.ask(client=Client(headers={"Sec-Fetch-Site": "cross-site"}))

    assert (answer.status_code, Message.objects.count()) == (403, 0)


# --- Codes


def enter(code: str, address: str = outreach.ADDRESS) -> HttpResponse:
    answer = Client().post(outreach.CODE, {"email": address, "code": code})
    assert isinstance(answer, HttpResponse)
    return answer


def test_code_opens_the_same_page_as_the_link() -> None:
    link = outreach.asked()

    answer = enter(outreach.code_in(outreach.messages()[-1]))

    assert (answer.status_code, answer.headers["Location"]) == (302, link)


@pytest.mark.parametrize("spelling", ["{}{}", "{}-{}", " {} {} ", "{}\u00a0{}"])
def test_code_is_read_as_people_type_it(spelling: str) -> None:
    outreach.ask()

    first, second = outreach.code_in(outreach.messages()[-1]).split()

    assert enter(spelling.format(first, second)).status_code == 302


def test_code_works_once() -> None:
    outreach.ask()
    code = outreach.code_in(outreach.messages()[-1])

    answers = [enter(code).status_code for _ in range(2)]

    assert answers == [302, 422]


def test_only_the_newest_code_works() -> None:
    outreach.ask()
    outreach.ask()
    older, newer = (outreach.code_in(message) for message in outreach.messages())

    answers = [enter(older).status_code, enter(newer).status_code]

    assert answers == [422, 302]


def test_code_is_over_after_a_quarter_of_an_hour() -> None:
    outreach.ask()
    code = outreach.code_in(outreach.messages()[-1])
    Asked.objects.update(code_until_at=now())

    assert enter(code).status_code == 422


def test_five_wrong_guesses_close_the_code() -> None:
    outreach.ask()
    code = outreach.code_in(outreach.messages()[-1])
    wrong = "000 000" if code != "000 000" else "111 111"

    answers = [enter(wrong).status_code for _ in range(MOST_TRIES)]

    assert answers == [422] * MOST_TRIES
    assert enter(code).status_code == 422
    assert Asked.objects.get().tries == MOST_TRIES


def test_code_of_another_address_does_not_work() -> None:
    outreach.ask("toinen@example.com")
    outreach.ask()

    assert enter(outreach.code_in(outreach.messages("toinen@example.com")[-1])).status_code == 422


def test_every_code_that_does_not_work_is_answered_alike() -> None:
    outreach.ask("kysyi@example.com")
    outreach.ask("kaytti@example.com")
    enter(outreach.code_in(outreach.messages("kaytti@example.com")[-1]), "kaytti@example.com")

    pages = {
        enter("000 001", address).content.decode().replace(address, "")
        for address in ("kysyi@example.com", "kaytti@example.com", "tuntematon@example.com")
    }

    assert len(pages) == 1


def test_guesses_from_one_network_are_few() -> None:
    answers = [enter("000 001", f"m{number}@example.com").status_code for number in range(MOST_FROM_A_NETWORK + 1)]

    assert answers == [422] * MOST_FROM_A_NETWORK + [429]


def test_requests_that_nobody_answered_are_forgotten() -> None:
    outreach.ask()
    later = now() + timedelta(hours=49)

    assert asking.forget_what_is_over(later) == 1
    assert Asked.objects.count() == 0


def test_cache_is_not_where_limits_are_kept() -> None:
    for _ in range(6):
        outreach.ask()
        cache.clear()

    assert len(outreach.messages()) == 3
