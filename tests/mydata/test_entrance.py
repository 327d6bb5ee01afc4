# ruff: noqa: ANN401 -- what the test client gives back
"""Into one's own page: the same answer for every address; a code or a link opens it once, for the right person."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import make as house
from tests.mydata import make

from seloste.audit.models import AuditEvent
from seloste.kernel.clock import now
from seloste.kernel.duty import system
from seloste.mydata import jobs
from seloste.mydata.models import Session
from seloste.outreach.models import Asked
from seloste.outreach.rules.asking import MOST_TRIES
from seloste.register import actions as register
from seloste.register.models import ContactPoint

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def published() -> None:
    cache.clear()
    house.version_id(now() - make.LONG_AGO)


def plain(answer: Any, address: str) -> str:
    """Return the page without the marks that are another each time."""
    words = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
    return words.replace(address, "")


# --- The same for every address ---------------------------------------------------------------------------------------


def test_known_and_unknown_get_the_same_bytes_and_the_same_work() -> None:
    make.known("tuttu1@example.com")
    make.ask("ensin@example.com")  # whatever is only done once has been done
    answers, work = {}, {}
    for address in ("tuttu1@example.com", "vieras@example.com"):
        with CaptureQueriesContext(connection) as queries:
            answer = make.ask(address)
        answers[address] = (answer.status_code, sorted(answer.headers), plain(answer, address))
        work[address] = [re.sub(r"'[^']*'|\d+", "?", query["sql"])[:60] for query in queries]

    known, unknown = answers.values()
    assert known[0] == 200
    assert known == unknown
    first, second = work.values()
    assert len(first) > 5
    assert first == second
    assert not any("register_" in words for words in first)


def test_known_and_unknown_guess_with_the_same_work() -> None:
    make.known("tuttu1@example.com")
    make.enter("000 000", "ensin@example.com")  # whatever is only done once has been done
    counts = []
    for address in ("tuttu1@example.com", "vieras@example.com"):
        make.ask(address)
        jobs.write_letters(now())
        with CaptureQueriesContext(connection) as queries:
            answer = make.enter("000 000", address)
        counts.append((answer.status_code, len(queries), plain(answer, address)))

    assert counts[0][0] == 422
    assert counts[0] == counts[1]


def test_one_letter_goes_to_every_address() -> None:
    make.known()
    make.ask()
    make.ask("vieras@example.com")
    assert (make.letters(), make.letters("vieras@example.com")) == ([], [])

    assert jobs.write_letters(now()) == 2
    assert jobs.write_letters(now()) == 0

    assert [len(make.letters(one)) for one in (make.ADDRESS, "vieras@example.com")] == [1, 1]
    assert {one.kind for one in (*make.letters(), *make.letters("vieras@example.com"))} == {"service"}


def test_an_address_gets_three_letters_an_hour_and_the_answer_stays_the_same() -> None:
    make.known()
    answers = [make.ask() for _ in range(5)]

    jobs.write_letters(now())

    assert len(make.letters()) == 3
    assert len({plain(answer, make.ADDRESS) for answer in answers}) == 1


# --- What opens it ----------------------------------------------------------------------------------------------------


def test_code_opens_the_page_once() -> None:
    person_id = make.known()
    letter = make.asked()
    browser = Client()

    answer = make.enter(make.code_in(letter), browser=browser)

    assert (answer.status_code, answer.url) == (302, make.PAGE)
    cookie = answer.cookies[settings.MYDATA_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == (True, "Strict", "/", "")
    assert "Mallikas" in browser.get(make.PAGE).content.decode()
    assert make.enter(make.code_in(letter)).status_code == 422
    assert make.session_of(browser).person == person_id
    assert AuditEvent.objects.filter(deed="mydata.opened", subjects=[person_id]).count() == 1


def test_link_opens_the_page_by_a_press_and_once() -> None:
    make.known()
    path = make.link_in(make.asked())
    browser = Client()

    assert browser.get(path).status_code == 200
    assert browser.head(path).status_code == 200
    assert Session.objects.count() == 0
    assert browser.post(path)["Location"] == make.PAGE
    assert "Mallikas" in browser.get(make.PAGE).content.decode()
    assert (Client().get(path).status_code, Client().post(path).status_code) == (404, 404)
    assert make.enter(make.code_in(make.letters()[-1])).status_code == 422


@pytest.mark.parametrize("path", ["/omat-tiedot/", "/sv/mina-uppgifter/", "/en/my-data/"])
def test_entrance_speaks_three_languages(path: str) -> None:
    make.known()
    page = Client().get(path)
    letter = make.asked(path=path)

    assert f'lang="{path[1:3] if path[3] == "/" else "fi"}"' in page.content.decode()
    assert "Set-Cookie" not in page.headers or settings.MYDATA_COOKIE_NAME not in page.cookies
    assert make.link_in(letter).startswith(path)


# --- What does not ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(days=29)])
def test_address_that_is_too_new_is_told_so_kindly(ago: timedelta) -> None:
    make.known(ago=ago)
    letter = make.asked()

    assert not re.search(r"\d{3} \d{3}", letter.text)
    assert "/oikeudet/" in letter.text
    assert "/avaa/" not in letter.text


def test_shared_address_opens_nobodys_page() -> None:
    make.known()
    make.known(given_name="Matti")

    assert "/oikeudet/" in make.asked().text
    assert "/avaa/" not in make.letters()[-1].text


def test_common_mailbox_opens_nobodys_page() -> None:
    make.known("info@example.com")
    letter = make.asked("info@example.com")

    assert ("/avaa/" in letter.text, "/oikeudet/" in letter.text) == (False, True)


def test_address_whose_mail_comes_back_gets_nothing_and_is_answered_alike() -> None:
    make.known("palautuva@example.com")
    register.note_bounce(by=system("rights"), at=now(), address="palautuva@example.com")

    answer, other = make.ask("palautuva@example.com"), make.ask("vieras@example.com")
    jobs.write_letters(now())

    assert plain(answer, "palautuva@example.com") == plain(other, "vieras@example.com")
    assert not any("/avaa/" in one.text for one in make.letters("palautuva@example.com"))


def test_address_that_became_shared_between_letter_and_code_opens_nothing() -> None:
    make.known()
    letter = make.asked()
    make.known(given_name="Matti", ago=timedelta(0))

    assert make.enter(make.code_in(letter)).status_code == 422
    assert Client().post(make.link_in(letter)).status_code == 404
    assert Session.objects.count() == 0


def test_address_that_somebody_else_had_before_opens_only_the_present_holders_page() -> None:
    """Re-registered: the first one's row is past; the second has it for half a year."""
    first = make.known(given_name="Entinen", ago=timedelta(days=400))
    point = ContactPoint.objects.get(person_id=first)
    register.remove(by=house.duty(), at=now() - timedelta(days=300), kind="contact", item_id=point.id)
    second = make.known(given_name="Nykyinen")
    browser = make.browser_of()

    assert make.session_of(browser).person == second
    page = browser.get(make.PAGE).content.decode()
    assert ("Nykyinen" in page, "Entinen" in page) == (True, False)


@pytest.mark.parametrize("typed", ["mаija@example.com", "maija@exаmple.com", "maija@examp1e.com"])
def test_look_alike_address_is_another_address(typed: str) -> None:
    """Cyrillic а in the name or in the domain, and a digit for a letter."""
    make.known()
    make.ask(typed)
    jobs.write_letters(now())

    assert make.letters() == []
    assert not any("/avaa/" in text for text in Asked.objects.values_list("address", flat=True))
    assert Session.objects.count() == 0


def test_letter_goes_to_the_address_as_it_is_on_file() -> None:
    make.known()
    letter = make.asked("MAIJA@Example.COM", to=make.ADDRESS)

    assert letter.address == make.ADDRESS


# --- Codes and links that somebody else has ---------------------------------------------------------------------------


def test_code_is_dead_after_five_guesses() -> None:
    make.known()
    code = make.code_in(make.asked())
    wrong = "000000" if code != "000 000" else "111111"
    for _ in range(MOST_TRIES):
        assert make.enter(wrong).status_code == 422

    assert make.enter(code).status_code == 422
    assert Session.objects.count() == 0


def test_code_of_one_address_opens_no_other() -> None:
    make.known()
    make.known("toinen@example.com", given_name="Toinen")
    code = make.code_in(make.asked())
    make.asked("toinen@example.com")

    assert make.enter(code, "toinen@example.com").status_code == 422


def test_code_for_preferences_opens_no_data_and_the_other_way_round() -> None:
    from tests.outreach import make as outreach

    make.known()
    outreach.ask()
    preferences = outreach.messages()[-1]
    own = make.asked()

    assert make.enter(outreach.code_in(preferences)).status_code == 422
    other = Client().post(outreach.CODE, {"email": make.ADDRESS, "code": make.code_in(own)})
    assert other.status_code == 422
    letters = make.link_in(own).rstrip("/").rsplit("/", 1)[-1]
    assert Client().get(f"/suostumukset/{letters}/").status_code == 404
    away = outreach.link_in(preferences).rstrip("/").rsplit("/", 1)[-1]
    assert Client().post(f"/omat-tiedot/avaa/{away}/").status_code == 404


@pytest.mark.parametrize("change", ["cut", "flipped", "grown", "spelt"])
def test_forged_link_opens_nothing(change: str) -> None:
    make.known()
    head, letters = make.link_in(make.asked()).rstrip("/").rsplit("/", 1)
    other = "A" if letters[30] != "A" else "B"
    forged = {
        "cut": letters[:-1],
        "flipped": f"{letters[:30]}{other}{letters[31:]}",
        "grown": f"{letters}A",
        "spelt": f"{letters[:-1]}-",
    }[change]

    assert (Client().get(f"{head}/{forged}/").status_code, Client().post(f"{head}/{forged}/").status_code) == (404, 404)
    assert Session.objects.count() == 0


def test_link_and_code_end_by_time() -> None:
    make.known()
    letter = make.asked()
    old = timedelta(minutes=61)
    Asked.objects.update(
        asked_at=now() - old, until_at=now() - timedelta(minutes=1), code_until_at=now() - timedelta(minutes=46)
    )

    assert make.enter(make.code_in(letter)).status_code == 422
    assert Client().post(make.link_in(letter)).status_code == 404


def test_colleagues_do_not_read_the_code_in_the_outbox() -> None:
    from seloste.mail.rules.envelope import veiled

    make.known()
    letter = make.asked()

    assert make.code_in(letter) not in veiled(letter.text)


# --- Sessions ---------------------------------------------------------------------------------------------------------


def test_token_that_somebody_planted_opens_nothing_after_entering() -> None:
    """Session fixation: whatever the browser brought along is not what it leaves with."""
    make.known()
    browser = Client()
    browser.cookies[settings.MYDATA_COOKIE_NAME] = "planted"

    make.enter(make.code_in(make.asked()), browser=browser)

    assert make.token_of(browser) != "planted"
    other = Client()
    other.cookies[settings.MYDATA_COOKIE_NAME] = "planted"
    assert "Mallikas" not in other.get(make.PAGE).content.decode()


def test_table_alone_opens_no_page() -> None:
    make.known()
    browser = make.browser_of()
    row = make.session_of(browser)
    for guess in (str(row.id), bytes(row.seal).hex(), str(row.person)):
        thief = Client()
        thief.cookies[settings.MYDATA_COOKIE_NAME] = guess
        assert "Mallikas" not in thief.get(make.PAGE).content.decode()


def test_entering_again_ends_the_page_that_was_open() -> None:
    make.known()
    make.known("toinen@example.com", given_name="Toinen")
    browser = make.browser_of()
    before = make.token_of(browser)
    make.enter(make.code_in(make.asked("toinen@example.com")), "toinen@example.com", browser=browser)

    thief = Client()
    thief.cookies[settings.MYDATA_COOKIE_NAME] = before
    assert "Mallikas" not in thief.get(make.PAGE).content.decode()
    assert Session.objects.count() == 1


def test_closing_ends_it_everywhere() -> None:
    make.known()
    browser = make.browser_of()
    copy = Client()
    copy.cookies[settings.MYDATA_COOKIE_NAME] = make.token_of(browser)
    assert browser.get("/omat-tiedot/sulje/").status_code == 302
    assert "Mallikas" in copy.get(make.PAGE).content.decode()

    answer = browser.post("/omat-tiedot/sulje/")

    assert answer.cookies[settings.MYDATA_COOKIE_NAME].value == ""
    assert "Mallikas" not in copy.get(make.PAGE).content.decode()
    assert Session.objects.count() == 0


def test_page_closes_by_itself_after_half_an_hour() -> None:
    make.known()
    browser = make.browser_of()
    make.grow_old(browser, by=timedelta(minutes=31))

    assert "Mallikas" not in browser.get(make.PAGE).content.decode()
    assert jobs.forget_what_is_over(now()) == 1


def test_page_is_kept_by_no_cache_and_found_by_no_search() -> None:
    make.known()
    answer = make.browser_of().get(make.PAGE)

    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]
    assert "Cookie" in answer["Vary"]


def test_form_without_the_mark_of_the_site_is_refused() -> None:
    make.known()
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(make.PAGE, {"email": make.ADDRESS}).status_code == 403
    assert strict.post(make.CODE, {"email": make.ADDRESS, "code": "123456"}).status_code == 403
    assert strict.post(make.link_in(make.asked())).status_code == 403
    assert str(uuid4()) not in strict.cookies
