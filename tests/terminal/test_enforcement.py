"""Only what is declared, and only what is allowed, leaves the house: each cookie of each response is looked at."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings
from tests import make as house
from tests.accounts import make as staff
from tests.terminal.make import answer, visitor

from seloste.declaration import load
from seloste.terminal import actions
from seloste.terminal.choices import Fault
from seloste.terminal.middleware import CookieFaultError, TerminalMiddleware
from seloste.terminal.models import CookieFault

pytestmark = pytest.mark.django_db
AT = house.AT

OWN_ITEM = """
[terminal.memory]
name      = "muisti"
kind      = "cookie"
necessary = false
purpose   = "embedded_map"
text.fi   = "Muistaa, mitä katsoit."
text.sv   = "Minns vad du tittade på."
text.en   = "Remembers what you looked at."
lifetime  = "P30D"
party     = "own"
"""


@pytest.fixture
def in_service(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drop instead of raise, and begin with nothing counted."""
    settings.UNDECLARED_COOKIE_IS_A_FAULT = False
    monkeypatch.setattr(actions, "_unwritten", {})
    monkeypatch.setattr(actions, "_written_at", {})


def through(make: Callable[[HttpResponse], object], *, at: datetime = AT, cookies: str = "") -> HttpResponse:
    """Send one response through the middleware."""

    def view(_request: HttpRequest) -> HttpResponse:
        response = HttpResponse("")
        make(response)
        return response

    request = RequestFactory().get("/", headers={"cookie": cookies} if cookies else {})
    request.resolver_match = None
    return TerminalMiddleware(view, clock=lambda: at)(request)


def kept(make: Callable[[HttpResponse], object], *, at: datetime = AT, cookies: str = "") -> "SimpleCookie":
    return through(make, at=at, cookies=cookies).cookies


def test_an_undeclared_cookie_is_a_fault_in_tests() -> None:
    with pytest.raises(CookieFaultError, match="tracker"):
        through(lambda response: response.set_cookie("tracker", "1"))


@pytest.mark.usefixtures("in_service")
def test_an_undeclared_cookie_is_dropped_and_counted() -> None:
    def both(response: HttpResponse) -> None:
        response.set_cookie("tracker", "1")
        response.set_cookie("csrf", "1")

    assert list(kept(both)) == ["csrf"]
    assert list(CookieFault.objects.values_list("name", "fault", "count")) == [("tracker", "undeclared", 1)]


@pytest.mark.usefixtures("in_service")
def test_a_fault_on_every_page_writes_once_a_minute() -> None:
    def bad(response: HttpResponse) -> None:
        response.set_cookie("tracker", "1")

    for second in range(0, 150, 10):
        through(bad, at=AT + timedelta(seconds=second))

    row = CookieFault.objects.get()
    assert (row.count, row.last_at) == (13, AT + timedelta(seconds=120))


@pytest.mark.usefixtures("in_service")
def test_a_header_set_past_the_framework_is_looked_at_too() -> None:
    def raw(response: HttpResponse) -> None:
        response.headers["Set-Cookie"] = "tracker=1; Path=/"

    response = through(raw)

    assert "Set-Cookie" not in response.headers
    assert list(response.cookies) == []
    assert CookieFault.objects.get().name == "tracker"


@pytest.mark.usefixtures("in_service")
@pytest.mark.parametrize("raw", ["", "=", ";;;", "a b=c", "\x00=1", "tracker", "tracker=1; Max-Age=x; Path"])
def test_a_header_that_is_no_cookie_sets_nothing(raw: str) -> None:
    def odd(response: HttpResponse) -> None:
        response.headers["Set-Cookie"] = raw

    response = through(odd)

    assert "Set-Cookie" not in response.headers
    assert list(response.cookies) == []


def test_taking_a_cookie_away_is_never_a_fault() -> None:
    def gone(response: HttpResponse) -> None:
        response.delete_cookie("old_tracker")

    assert kept(gone)["old_tracker"]["max-age"] == 0


@pytest.mark.usefixtures("in_service")
@pytest.mark.parametrize(
    ("name", "max_age", "left"),
    [("sid", 8 * 3600, 8 * 3600), ("sid", 24 * 3600, 24 * 3600), ("sid", 24 * 3600 + 1, 24 * 3600), ("csrf", 60, "")],
)
def test_nothing_stays_longer_than_the_notice_says(name: str, max_age: int, left: object) -> None:
    found = kept(lambda response: response.set_cookie(name, "1", max_age=max_age))

    assert found[name]["max-age"] == left
    assert CookieFault.objects.filter(fault=Fault.TOO_LONG).count() == (max_age != left)


@pytest.mark.usefixtures("in_service")
def test_an_end_told_as_a_date_counts_as_well() -> None:
    ends = AT + timedelta(days=400)

    found = kept(lambda response: response.set_cookie("sid", "1", expires=ends.astimezone(UTC)))

    assert (found["sid"]["max-age"], found["sid"]["expires"]) == (24 * 3600, "")


@pytest.mark.usefixtures("in_service")
def test_an_optional_cookie_needs_consent(folder: Path) -> None:
    file = folder / "map.over.toml"
    file.write_text(file.read_text(encoding="utf-8") + OWN_ITEM, encoding="utf-8")
    load.forget()
    house.version_id()
    browser = visitor()

    def remember(response: HttpResponse) -> None:
        response.set_cookie("muisti", "1", max_age=3600)

    before = kept(remember)
    answer(browser, "allow", "memory")
    choice = browser.cookies["choice"].value

    assert list(before) == []
    assert CookieFault.objects.get().fault == "without_consent"
    assert list(kept(remember, cookies=f"choice={choice}", at=datetime.now(UTC))) == ["muisti"]  # noqa: TID251


def test_withdrawing_takes_our_own_cookies_away_at_once(folder: Path) -> None:
    file = folder / "map.over.toml"
    file.write_text(file.read_text(encoding="utf-8") + OWN_ITEM, encoding="utf-8")
    load.forget()
    house.version_id()
    browser = visitor()
    answer(browser, "all")
    browser.cookies["muisti"] = "1"

    response = answer(browser, "withdraw", "memory")

    assert response.cookies["muisti"]["max-age"] == 0
    assert browser.cookies["muisti"].value == ""


def test_a_browser_that_says_no_loses_what_it_had(folder: Path) -> None:
    file = folder / "map.over.toml"
    file.write_text(file.read_text(encoding="utf-8") + OWN_ITEM, encoding="utf-8")
    load.forget()
    browser = visitor()
    browser.cookies["muisti"] = "1"

    assert browser.get("/", headers={"sec-gpc": "1"}).cookies["muisti"]["max-age"] == 0


def test_the_default_notice_asks_nothing_and_changes_nothing() -> None:
    house.version_id()
    response = Client(headers={"cookie": "choice=1.2.3:x"}).get("/")

    page = response.content.decode()
    assert "asking" not in page
    assert "Vary" not in response.headers or "Sec-GPC" not in response.headers["Vary"]
    assert visitor().post("/evasteet/valinta/", {"answer": "all"}).status_code == 404


def test_the_browser_is_told_that_its_no_is_heeded() -> None:
    assert Client().get("/.well-known/gpc.json").json()["gpc"] is True


# --- The staff's page


@pytest.mark.parametrize("role", ["technical", "privacy"])
@pytest.mark.usefixtures("in_service")
def test_those_who_look_after_the_site_see_what_was_stopped(role: str) -> None:
    through(lambda response: response.set_cookie("tracker", "1"), at=datetime.now(UTC))  # noqa: TID251

    page = staff.client_of(role).get("/tyopoyta/evasteet/")

    assert page.status_code == 200
    assert "<code>tracker</code>" in page.content.decode()


def test_for_others_the_page_does_not_exist() -> None:
    answers = [staff.client_of(role).get("/tyopoyta/evasteet/").status_code for role in ("customer_service", "owner")]

    assert answers == [404, 404]


def test_a_stranger_is_led_to_the_sign_in() -> None:
    assert Client().get("/tyopoyta/evasteet/").status_code == 302
