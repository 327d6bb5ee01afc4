"""What a real browser holds after every page, against what the notice declares and the visitor chose (S4.3, S5.5).

Four visitors (one who answers nothing, one who refuses, one who accepts, one whose browser says no for her) go through
every public page, under the notice as it is and under the one with a third party's optional item.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from tests import make
from tests.accounts import make as staff
from tests.journeys.make import sign_in, violations

from seloste.config import demo_third_party
from seloste.declaration import load
from seloste.kernel.clock import now

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

STATES = ("nothing", "refused", "accepted", "gpc")
BANNER = ".asking"
#: The page that asks in its own words.
OWN_PAGE = {"/evasteet/", "/sv/kakor/", "/en/cookies/"}
#: A browser may deny a frame any storage at all: then there is none.
STORED = """async () => {
  const names = async (read) => { try { return await read(); } catch { return []; } };
  return {
    local: await names(() => Object.keys(localStorage)), session: await names(() => Object.keys(sessionStorage)),
    databases: await names(async () => (await indexedDB.databases()).map((one) => one.name)),
    caches: await names(() => caches.keys()),
  };
}"""
#: Scrolling is no answer. Wait until the page has seen itself scrolled, but not for its smooth way down.
SCROLLED = """() => new Promise((done) => {
  scrollTo({top: document.body.scrollHeight, behavior: "instant"});
  requestAnimationFrame(() => requestAnimationFrame(done));
})"""
#: What makes a button as easy to see and to press as another.
LOOK = """(buttons) => buttons.map((one) => {
  const look = getComputedStyle(one), box = one.getBoundingClientRect();
  const names = ["color", "backgroundColor", "borderColor", "borderWidth", "borderStyle", "fontSize", "fontWeight",
                 "fontFamily", "padding", "opacity", "textDecorationLine", "boxShadow", "cursor", "outlineStyle"];
  const size = [Math.round(box.width), Math.round(box.height)];
  return [one.tagName, one.type, ...size, ...names.map((name) => look[name])].join("|");
})"""


@pytest.fixture
def third_party() -> Iterator[str]:
    """Another company's server, which counts who asks it."""
    with demo_third_party.host(port=0) as origin:
        yield origin


@pytest.fixture
def optional(third_party: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run by the notice with the third party's item."""
    folder = demo_third_party.lay_over(load.DEFAULT_FOLDER, tmp_path / "notice", origin=third_party)
    monkeypatch.setenv("SELOSTE_NOTICE", str(folder))
    return third_party


@pytest.fixture
def origin(request: pytest.FixtureRequest) -> str:
    """The third party's origin, or nothing under the notice as it is."""
    return str(request.getfixturevalue("optional")) if request.param else ""


@pytest.fixture
def clerk(origin: str, house: str) -> str:
    """Somebody who works here, made before the browser's event loop runs."""
    make.version_id(now())
    return staff.staff("technical").email


@dataclass
class Seen:
    """What a browser was seen to hold and to ask for."""

    cookies: set[str] = field(default_factory=set)
    hosts: set[str] = field(default_factory=set)
    stored: list[str] = field(default_factory=list)
    banners: dict[str, bool] = field(default_factory=dict)
    ticked: list[str] = field(default_factory=list)


def visitor(chromium: Browser, house: str, state: str, **how: Any) -> tuple[Page, Seen]:  # noqa: ANN401 -- the browser's own options
    headers = {"Sec-GPC": "1"} if state == "gpc" else {}
    context = chromium.new_context(base_url=house, locale="fi-FI", extra_http_headers=headers, **how)
    page, seen = context.new_page(), Seen()
    page.set_default_timeout(30_000)
    context.on("request", lambda asked: seen.hosts.add("{0.scheme}://{0.netloc}".format(urlsplit(asked.url))))
    return page, seen


def choose(page: Page, state: str) -> None:
    """Answer as this visitor does, where there is a question."""
    page.goto("/")
    value = {"refused": "none", "accepted": "all"}.get(state)
    if value and page.locator(BANNER).count():
        page.click(f"{BANNER} .answers button[value={value}]")
        page.wait_for_selector(BANNER, state="detached")


def crawl(page: Page, house: str, seen: Seen, *, in_finnish: bool) -> None:
    """Go through every page that a public page leads to, and to the desk's door; or through the Finnish ones."""
    waiting, done = ["/", *OWN_PAGE] if in_finnish else ["/", "/sv/", "/en/"], set()
    while waiting:
        place = waiting.pop()
        if place in done or place.endswith((".pdf", ".json", ".jsonld")) or place.startswith(("/tyopoyta/", "/tili/")):
            continue
        done.add(place)
        page.goto(place)
        page.evaluate(SCROLLED)
        look(page, place, seen)
        links = page.eval_on_selector_all("a[href]:not([download])", "(links) => links.map((one) => one.href)")
        paths = [urlsplit(link).path for link in links if link.startswith(f"{house}/")]
        waiting += [path for path in paths if not in_finnish or not path.startswith(("/sv/", "/en/"))]
    assert len(done) > 15, done


def look(page: Page, place: str, seen: Seen) -> None:
    for frame in page.frames:
        frame.wait_for_load_state()
        found = frame.evaluate(STORED)
        seen.stored += [f"{place} {kind} {name}" for kind, names in found.items() for name in names]
    seen.stored += [f"{place} {name}" for name in kept(page)]
    seen.cookies |= {f"{cookie['domain'].lstrip('.')} {cookie['name']}" for cookie in page.context.cookies()}
    seen.banners[place] = page.locator(BANNER).count() > 0
    seen.ticked += page.eval_on_selector_all("[checked]", f"(found) => found.map((one) => '{place} ' + one.name)")


def kept(page: Page) -> list[str]:
    """Return what is in the site's local and session storage, as the browser itself tells: a page could hide it."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(page.url))
    inside = page.context.new_cdp_session(page)
    found = []
    for is_local in (True, False):
        where = {"storageId": {"securityOrigin": origin, "isLocalStorage": is_local}}
        found += inside.send("DOMStorage.getDOMStorageItems", where)["entries"]
    inside.detach()
    return [str(name) for name, _value in found]


def declared(state: str) -> set[str]:
    """Return the cookies that this visitor's browser may hold, by what the notice says."""
    items = load.current().terminal.values()
    may = [item for item in items if item.necessary or state == "accepted"]
    return {f"{item.host or 'localhost'} {item.name.removeprefix('__Host-')}" for item in may if item.kind == "cookie"}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("origin", [False, True], ids=["default", "optional"], indirect=True)
def test_the_browser_holds_what_is_declared_and_chosen(
    state: str, origin: str, clerk: str, house: str, chromium: Browser
) -> None:
    page, seen = visitor(chromium, house, state)
    choose(page, state)

    crawl(page, house, seen, in_finnish=state in {"refused", "gpc"})  # the other two see all of it, asked and not
    sign_in(page, clerk)
    look(page, "/tyopoyta/", seen)

    may_load = {house, origin} if origin and state == "accepted" else {house}
    asked = {place for place, is_there in seen.banners.items() if is_there}
    assert seen.cookies <= declared(state)
    assert seen.stored == []
    assert seen.hosts == may_load
    assert seen.ticked == []
    assert set(seen.banners) >= OWN_PAGE
    if origin and state == "nothing":
        assert asked == set(seen.banners) - OWN_PAGE - {"/tyopoyta/"}
    else:
        assert asked == set()
    if origin:
        assert ("127.0.0.1 kartta_laite" in seen.cookies) == (state == "accepted")
        assert ("localhost choice" in seen.cookies) == (state in {"refused", "accepted"})


def test_what_is_stored_would_be_seen(house: str, chromium: Browser) -> None:
    page, seen = visitor(chromium, house, "nothing")
    page.goto("/")
    inside = page.context.new_cdp_session(page)
    where = {"storageId": {"securityOrigin": house, "isLocalStorage": False}, "key": "tracker", "value": "1"}
    inside.send("DOMStorage.setDOMStorageItem", where)
    page.evaluate("new Promise((done) => { indexedDB.open('tracks').onsuccess = () => done() })")
    page.context.add_cookies([{"name": "tracker", "value": "1", "url": house}])

    look(page, "/", seen)

    assert sorted(seen.stored) == ["/ databases tracks", "/ tracker"]
    assert seen.cookies == {"localhost tracker"}


# --- The question itself ----------------------------------------------------------------------------------------------


@pytest.fixture
def asking(optional: str, house: str) -> str:
    """The house under a notice that asks."""
    make.version_id(now())
    return house


def cookies(context: BrowserContext) -> set[str]:
    return {str(cookie["name"]) for cookie in context.cookies()}


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_answers_look_the_same(width: int, scheme: str, asking: str, chromium: Browser) -> None:
    page, _ = visitor(chromium, asking, "nothing", viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto("/")

    looks = page.eval_on_selector_all(f"{BANNER} .answers button", LOOK)

    assert len(looks) == 3
    assert len(set(looks)) == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for place in ("/", "/evasteet/", "/tietosuoja/"):
        page.goto(place)
        assert violations(page) == []
    page.click("a[href='/'].site-name")
    page.click(f"{BANNER} .answers button[value=all]")
    page.wait_for_selector("iframe")
    assert violations(page) == []
    page.goto("/evasteet/")
    assert violations(page) == []


def test_the_page_below_can_be_used_without_answering(asking: str, chromium: Browser) -> None:
    page, _ = visitor(chromium, asking, "nothing")
    page.goto("/yhteys/")

    page.fill("[name=message]", "Hei!")
    page.click("nav.main a[href='/tietosuoja/']")
    page.wait_for_url("**/tietosuoja/")

    assert page.locator(BANNER).count() == 1
    assert "choice" not in cookies(page.context)


def test_answering_loses_nothing_that_is_being_written(asking: str, chromium: Browser) -> None:
    page, _ = visitor(chromium, asking, "nothing")
    page.goto("/yhteys/")
    page.fill("[name=message]", "Pitkä viesti")

    page.click(f"{BANNER} .answers button[value=none]")
    page.wait_for_selector(BANNER, state="detached")

    assert page.input_value("[name=message]") == "Pitkä viesti"
    assert "choice" in cookies(page.context)


def test_closing_is_refusing(asking: str, chromium: Browser) -> None:
    page, seen = visitor(chromium, asking, "nothing")
    page.goto("/")

    page.click(f"{BANNER} .close")
    page.wait_for_selector(BANNER, state="detached")
    page.reload()

    assert [page.locator(BANNER).count(), page.locator("iframe").count()] == [0, 0]
    assert seen.hosts == {asking}


def test_the_keyboard_alone_is_enough_and_is_never_caught(asking: str, chromium: Browser) -> None:
    page, _ = visitor(chromium, asking, "nothing")
    page.goto("/tietosuoja/")
    stops = []
    for _step in range(8):
        page.keyboard.press("Tab")
        stops.append(page.evaluate("document.activeElement.value || document.activeElement.className"))

    assert stops[0] == "skip"
    assert stops[2:6] == ["all", "none", "choose", "none"]
    assert stops[6] == "site-name"
    for _step in range(3):
        page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.value") == "choose"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(BANNER, state="detached")

    assert page.url.endswith("/tietosuoja/")
    assert page.evaluate("document.activeElement.id") == "content"


@pytest.mark.parametrize("answer", ["all", "none"])
def test_everything_works_without_script(answer: str, asking: str, chromium: Browser) -> None:
    page, _ = visitor(chromium, asking, "nothing", java_script_enabled=False)
    page.goto("/sv/dataskydd/")

    page.click(f"{BANNER} .answers button[value={answer}]")
    back = page.url
    page.goto("/sv/")

    assert back.endswith("/sv/dataskydd/")
    assert page.locator(BANNER).count() == 0
    assert page.locator("iframe").count() == (answer == "all")


def test_choosing_withdrawing_and_choosing_again(asking: str, optional: str, chromium: Browser) -> None:
    page, seen = visitor(chromium, asking, "nothing", java_script_enabled=False)
    page.goto("/")
    page.click(f"{BANNER} .answers button[value=choose]")
    page.check("[name=item]")
    page.click("main button[value=some]")
    assert page.url == f"{asking}/"
    assert page.locator("iframe").count() == 1

    page.click("footer button[value=none]")  # one press, on the page itself
    assert [page.locator("iframe").count(), page.locator(".asking-here").count()] == [0, 1]
    seen.hosts.clear()
    page.reload()
    assert seen.hosts == {asking}

    page.click(".asking-here button")
    assert page.locator("iframe").get_attribute("src") == f"{optional}/kartta"


def test_the_browser_itself_refuses_what_is_not_allowed(asking: str, optional: str, chromium: Browser) -> None:
    """Even markup that slipped past the tag loads nothing: the policy of the page has no such origin."""
    page, seen = visitor(chromium, asking, "nothing")
    page.goto("/")

    page.evaluate(
        "(place) => { const one = document.createElement('iframe'); one.src = place; document.body.append(one); }",
        f"{optional}/kartta",
    )
    page.wait_for_timeout(500)

    assert "kartta_laite" not in cookies(page.context)
    assert seen.hosts == {asking}
