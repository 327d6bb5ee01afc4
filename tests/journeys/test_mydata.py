"""A person opens her own page with a code from her mail: sees all of it, corrects, chooses, downloads, plans and stops.

The mail travels over SMTP to a real server on this machine. Nothing needs a script or an account; the one cookie goes
when she closes the page.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page
from tests import make
from tests.journeys.make import aside, deliver, look
from tests.mail.relay import Relay

from seloste.kernel.clock import now
from seloste.mydata import jobs
from seloste.register.models import Name

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ADDRESS = "maija@example.com"
PLACES = {"fi": "/omat-tiedot/", "sv": "/sv/mina-uppgifter/", "en": "/en/my-data/"}


@pytest.fixture
def known(house: str) -> None:
    """Somebody who has been a customer for half a year, made before the browser's event loop runs."""
    before = now() - timedelta(days=180)
    make.version_id(before)
    make.person(at=before, email=ADDRESS, phone="+358 40 123 4567")


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(request: pytest.FixtureRequest, known: None, chromium: Browser, house: str) -> Iterator[Page]:
    """A Finnish reader, with scripts and without, whose browser asks no other host."""
    context = chromium.new_context(base_url=house, locale="fi-FI", java_script_enabled=request.param)
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    foreign: list[str] = []
    opened.on("request", lambda asked: foreign.append(asked.url) if not asked.url.startswith(house) else None)
    yield opened
    assert foreign == []


def code_for(page: Page, relay: Relay) -> str:
    aside(lambda: jobs.write_letters(now()))
    found = re.search(r"\b\d{3} \d{3}\b", deliver(relay))
    assert found is not None
    return found[0]


def enter(page: Page, relay: Relay) -> None:
    page.goto("/omat-tiedot/")
    page.fill("[name=email]", ADDRESS)
    page.wait_for_timeout(3_100)  # the form refuses what was quicker than people write
    page.click("form.fields .button.large")
    page.fill("[name=code]", code_for(page, relay))
    page.click("form.fields .button.large")
    page.wait_for_selector("#herself")


def test_person_sees_corrects_chooses_downloads_plans_and_stops(page: Page, relay: Relay) -> None:
    enter(page, relay)
    assert "Maija Mallikas" in page.inner_text("h1 ~ .lead")
    cookies = {one["name"]: one for one in page.context.cookies()}
    assert (cookies["mydata"]["httpOnly"], cookies["mydata"]["sameSite"], cookies["mydata"]["expires"]) == (
        True,
        "Strict",
        -1,
    )

    page.click(".mine-values .do a >> nth=0")
    page.fill("[name=family_name]", "Uusinimi")
    page.click("form.fields .button.large")
    page.wait_for_selector(".notice-line.good")
    assert "Maija Uusinimi" in page.inner_text(".mine-values")
    assert aside(lambda: Name.objects.get(ended_at=None).family_name) == "Uusinimi"

    page.click("#marketing ~ ul [name=do][value=give] >> nth=0")
    page.wait_for_selector("#marketing ~ ul [name=do][value=withdraw]")
    page.click("#marketing ~ ul [name=do][value=withdraw] >> nth=0")
    page.wait_for_selector("#marketing ~ ul [name=do][value=give]")

    page.click(".mine-deeds a[href$='/lataa/']")
    page.click("[name=do][value=portability]")
    page.wait_for_selector("a[href^='/oikeudet/paketti/']")

    page.goto("/omat-tiedot/poista/")
    page.click("[name=do][value=erase]")
    page.wait_for_selector(".notice-line.warn [name=do][value=stop]")
    page.click(".notice-line.warn [name=do][value=stop]")
    page.wait_for_selector(".notice-line.good")
    assert page.locator(".notice-line.warn").count() == 0

    page.click(".open-until button")
    page.wait_for_selector("section.calm")
    assert "mydata" not in {one["name"] for one in page.context.cookies()}
    page.goto("/omat-tiedot/")
    assert page.locator("[name=email]").count() == 1


def test_pages_look_right_in_three_languages(known: None, chromium: Browser, house: str, relay: Relay) -> None:
    page = chromium.new_page(base_url=house, locale="fi-FI")
    page.goto("/omat-tiedot/")
    look(page)
    enter(page, relay)
    for place in PLACES.values():
        page.goto(place)
        page.wait_for_selector("#herself")
        look(page)
    page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true })")
    look(page)
    for deed in ("selvitys/", "lataa/", "rajoita/", "vastusta/", "poista/"):
        page.goto(f"/omat-tiedot/{deed}")
        look(page)
    page.goto("/omat-tiedot/")
    page.click(".mine-values .do a >> nth=0")
    page.fill("[name=given_name]", "\u202e")
    page.click("form.fields .button.large")
    page.wait_for_selector("[data-errors]")
    look(page)
