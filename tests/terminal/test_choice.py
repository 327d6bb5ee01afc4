"""What a visitor answers: kept with its words, believed only from the visitor's own cookie, and ended in time."""

from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path

import pytest
from django.core import signing
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import make as house
from tests.notices.make import table
from tests.terminal.make import ORIGIN, answer, asked, policy, visitor

from seloste.declaration import canonical, diff, load
from seloste.kernel import duty as duties
from seloste.kernel.duty import operator
from seloste.notices import actions as notices
from seloste.notices.queries import publications
from seloste.terminal import actions, queries, rules
from seloste.terminal.choices import Place
from seloste.terminal.models import AskedWording, DeviceChoice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def published(folder: Path) -> None:
    house.version_id()


def states() -> list[tuple[str, str, str]]:
    return list(DeviceChoice.objects.order_by("id").values_list("question", "state", "place"))


def test_a_visitor_is_asked_and_nothing_is_stored_by_asking() -> None:
    browser = visitor()

    page = browser.get("/")

    assert asked(browser)
    assert not page.cookies
    assert DeviceChoice.objects.count() == 0


@pytest.mark.parametrize(("what", "state", "allowed"), [("all", "given", True), ("none", "refused", False)])
def test_an_answer_is_kept_and_ends_the_question(what: str, state: str, *, allowed: bool) -> None:
    browser = visitor()

    response = answer(browser, what, place="banner")

    assert (response.status_code, response.headers["Location"]) == (303, "/")
    assert states() == [("map", state, "banner")]
    assert not asked(browser)
    assert (ORIGIN in policy(browser)) == allowed


def test_the_words_and_their_language_are_kept_with_the_answer() -> None:
    visitor().post("/sv/kakor/val/", {"answer": "all", "back": "/sv/"})

    row = DeviceChoice.objects.select_related("wording").get()
    assert row.wording.language == "sv"
    assert row.wording.text.startswith("Visning av en karta\nKartan laddas från Esimerkkikartta Oy:s server.")
    assert AskedWording.objects.count() == 1
    assert (row.keep_until - row.valid_until).days in {365, 366}


def test_withdrawing_takes_one_press_and_is_its_own_event() -> None:
    browser = visitor()
    answer(browser, "all")
    assert "Withdraw what you allowed" in browser.get("/en/").content.decode()

    answer(browser, "none")

    assert [state for _, state, _ in states()] == ["given", "withdrawn"]
    assert ORIGIN not in policy(browser)
    assert DeviceChoice.objects.values("device").distinct().count() == 1


def test_the_same_answer_twice_is_one_event() -> None:
    browser = visitor()

    answer(browser, "all")
    answer(browser, "all")

    assert len(states()) == 1


def test_a_bot_that_never_posts_makes_no_rows() -> None:
    for place in ("/", "/evasteet/", "/sv/kakor/", "/tietosuoja/", "/yhteys/"):
        Client().get(place)

    assert DeviceChoice.objects.count() == AskedWording.objects.count() == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"referer": "https://evil.example/testserver/"},
        {"referer": "http://testserver.evil.example/"},
        {},
    ],
)
def test_an_answer_from_elsewhere_is_refused(headers: dict[str, str]) -> None:
    browser = Client(headers=headers)

    response = answer(browser, "all")

    assert response.status_code == 403
    assert DeviceChoice.objects.count() == 0
    assert not response.cookies


@pytest.mark.parametrize("headers", [{"origin": "http://testserver"}, {"referer": "http://testserver/evasteet/"}])
def test_an_older_browser_of_ours_is_believed(headers: dict[str, str]) -> None:
    assert answer(Client(headers=headers), "none").status_code == 303
    assert len(states()) == 1


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "\r\nSet-Cookie: a=b",
        "",
        "x",
    ],
)
def test_nobody_is_led_elsewhere(back: str) -> None:
    response = answer(visitor(), "none", back=back)

    assert response.status_code == 303
    assert response.headers["Location"] == "/evasteet/"


def test_choose_leads_to_the_page_with_nothing_ticked() -> None:
    browser = visitor()

    response = answer(browser, "choose", back="/tietosuoja/")
    page = browser.get(response.headers["Location"]).content.decode()

    assert response.headers["Location"] == "/evasteet/?back=%2Ftietosuoja%2F#valinta"
    assert '<input type="checkbox" name="item" value="map"' in page
    assert " checked" not in page
    assert DeviceChoice.objects.count() == 0


def test_a_box_that_is_not_ticked_is_no() -> None:
    answer(visitor(), "some")

    assert [state for _, state, _ in states()] == ["refused"]


def test_consent_where_the_content_would_stand() -> None:
    browser = visitor()
    assert "<iframe" not in browser.get("/").content.decode()

    answer(browser, "allow", "map", place="content")

    assert f'<iframe src="{ORIGIN}/kartta"' in browser.get("/").content.decode()
    assert states() == [("map", "given", "content")]


def test_the_policy_opens_only_on_the_page_that_shows_it() -> None:
    browser = visitor()
    answer(browser, "all")

    assert f"frame-src {ORIGIN}" in policy(browser, "/")
    assert ORIGIN not in policy(browser, "/tietosuoja/")
    assert ORIGIN not in policy(browser, "/evasteet/")


def test_a_browser_that_says_no_is_not_asked_and_not_overruled() -> None:
    browser = visitor()
    answer(browser, "all")
    saying_no = {"sec-gpc": "1"}

    page = browser.get("/", headers=saying_no).content.decode()
    pressed = browser.post("/evasteet/valinta/", {"answer": "all", "back": "/"}, headers=saying_no)

    assert 'id="asking-title"' not in page
    assert "<iframe" not in page
    assert ORIGIN not in browser.get("/", headers=saying_no).headers["Content-Security-Policy"]
    assert pressed.headers["Location"].startswith("/evasteet/")
    assert len(states()) == 1


def test_a_no_from_a_browser_that_says_no_is_kept_with_the_signal() -> None:
    browser = visitor(**{"sec-gpc": "1"})

    answer(browser, "none")

    assert DeviceChoice.objects.values_list("state", "gpc").get() == ("refused", True)


def test_the_database_knows_that_such_a_browser_cannot_say_yes() -> None:
    answer(visitor(), "none")
    row = DeviceChoice.objects.get()
    row.pk, row.reference, row.state, row.gpc = None, "00000000-0000-7000-8000-000000000001", "given", True

    with pytest.raises(IntegrityError, match="device_choice_heeds_gpc"):
        row.save(force_insert=True)


@pytest.mark.parametrize(
    "sql", ["UPDATE terminal_devicechoice SET state = 'given'", "DELETE FROM terminal_devicechoice"]
)
def test_an_answer_is_only_added(sql: str) -> None:
    answer(visitor(), "none")

    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_receipt_is_for_the_device_that_answered() -> None:
    browser, other = visitor(), visitor()
    answer(browser, "all")
    answer(other, "all")
    place = f"/evasteet/kuitti/{DeviceChoice.objects.order_by('id')[0].reference}/"

    own = browser.get(place)

    assert own.status_code == 200
    assert b"dpv:ConsentGiven" in own.content
    assert b"Kartta ladataan Esimerkkikartta Oy:n palvelimelta." in own.content
    assert [other.get(place).status_code, Client().get(place).status_code] == [404, 404]


def test_pages_ask_no_table_whatever_was_answered() -> None:
    browser = visitor()
    answer(browser, "all")

    for one in (visitor(), browser):
        with CaptureQueriesContext(
            connection,
        ) as asked_of_tables:
            one.get("/")
        assert len(asked_of_tables) == 0


def test_caches_are_told_what_a_page_hangs_on() -> None:
    browser = visitor()
    first = browser.get("/tietosuoja/")
    answer(browser, "none")
    second = browser.get("/tietosuoja/", headers={"if-none-match": first.headers["ETag"]})

    assert {"Cookie", "Sec-GPC"} <= set(first.headers["Vary"].split(", "))
    assert second.status_code == 200
    assert browser.get("/").headers["Cache-Control"] == "private, no-cache"
    assert browser.get("/evasteet/").headers["Cache-Control"].count("no-store") == 1


def test_a_flood_is_stopped() -> None:
    answers = [answer(visitor(), "none").status_code for _ in range(101)]

    assert answers[-2:] == [303, 429]


# --- Cookies of others, older ones, and what comes later


def test_a_forged_yes_is_no() -> None:
    answer(visitor(), "all")
    forger = visitor()
    for value in ("map-1", "1.00.map-yes", f"1.{'0' * 32}.map-{'a' * 12}-1-739945:{'A' * 43}"):
        forger.cookies["choice"] = value
        assert ORIGIN not in policy(forger)
        assert asked(forger)


def test_a_cookie_of_another_house_is_none() -> None:
    browser = visitor()
    answer(browser, "all")
    whole = browser.cookies["choice"].value
    other = signing.Signer(key="x" * 60, salt="seloste.terminal.choice").sign(whole.rpartition(":")[0])

    browser.cookies["choice"] = other

    assert whole.rpartition(":")[0] == other.rpartition(":")[0]
    assert asked(browser)


def test_a_copied_cookie_reaches_no_further_than_the_browser_that_has_it() -> None:
    browser, thief, other = visitor(), visitor(), visitor()
    answer(browser, "all")
    thief.cookies["choice"] = browser.cookies["choice"].value

    answer(thief, "none")

    assert ORIGIN not in policy(thief)
    assert ORIGIN in policy(browser)
    assert asked(other)


def test_a_new_item_is_asked_and_the_earlier_answer_stays(folder: Path) -> None:
    browser = visitor()
    answer(browser, "all")
    file = folder / "map.over.toml"
    second = table(folder, "map.over.toml", "[terminal.map]").replace("[terminal.map]", "[terminal.film]")
    file.write_text(file.read_text(encoding="utf-8") + second.replace("kartta_laite", "filmi"), encoding="utf-8")
    load.forget()
    publish(folder)

    assert asked(browser)
    assert ORIGIN in policy(browser)
    answer(browser, "withdraw", "film")

    assert not asked(browser)
    assert states() == [("map", "given", "page"), ("film", "refused", "page")]


def publish(folder: Path) -> None:
    """Publish the loaded notice as another version."""
    file = folder / "map.over.toml"
    file.write_text(
        file.read_text(encoding="utf-8").replace('"2.90"', '"2.91"\neffective_from = 2026-11-25'), encoding="utf-8"
    )
    load.forget()
    declared = load.current()
    last = publications.versions()[0]
    change = diff.heaviest(
        diff.changes(publications.published(last.version).values, canonical.plain(declared)),
    )
    notices.publish(
        by=operator("rights", may=frozenset({"notice"})),
        at=house.AT,
        accept=change,
        effective_from=declared.meta.effective_from,
    )


def test_an_answer_goes_when_its_time_of_proof_is_over() -> None:
    found = rules.Choice(book=queries.book())
    for at in (datetime(2023, 3, 1, tzinfo=UTC), house.AT):
        actions.answer(
            by=duties.visitor("embedded_map"),
            at=at,
            before=found,
            answers={"map": False},
            language="fi",
            place=Place.PAGE,
        )

    due = [(one.on.isoformat(), one.count) for one in queries.due(date(2026, 11, 25))]
    cleared = actions.clear(duties.system("rights"), house.AT, 10)

    assert due == [("2025-03-01", 1)]
    assert cleared == 1
    assert queries.held() == 1


@pytest.mark.parametrize("value", ["1", " 1 ", "1, 1", "1,0"])
def test_the_signal_is_heard_however_it_is_repeated(value: str) -> None:
    assert not asked(visitor(**{"sec-gpc": value}))


@pytest.mark.parametrize("value", ["0", "", "true", "11", "-1"])
def test_what_is_no_signal_is_none(value: str) -> None:
    assert asked(visitor(**{"sec-gpc": value}))


def test_the_answer_to_a_form_does_not_ask() -> None:
    page = visitor().post("/yhteys/", {"message": ""}).content.decode()

    assert "asking-title" not in page


# --- The page and the documents


@pytest.mark.parametrize(("language", "place"), [("fi", "/evasteet/"), ("sv", "/sv/kakor/"), ("en", "/en/cookies/")])
def test_the_page_names_every_item_in_its_language(language: str, place: str) -> None:
    page = unescape(Client().get(place).content.decode())

    for item in load.current().terminal.values():
        assert f"<code>{item.name}</code>" in page
        said = item.necessity or item.text
        assert said is not None
        assert said.in_language(language) in page


@pytest.mark.parametrize("name", ["tietosuojaseloste.pdf", "tietosuoja.jsonld", "tilt.json", ""])
def test_the_notice_is_printed_with_an_optional_item(name: str) -> None:
    assert Client().get(f"/tietosuoja/{name}").status_code == 200
