"""A visitor writes; a clerk finds, decides, corrects, undoes; the privacy contact sees who looked."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page
from tests import make
from tests.accounts import make as staff
from tests.journeys.make import WIDE, look, sign_in

from seloste.kernel.clock import now

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@dataclass(frozen=True)
class People:
    """Who works here, by the address each signs in with."""

    clerk: str
    privacy: str


@pytest.fixture
def people(house: str) -> People:
    """Two employees and one person of the register, made before the browser's event loop runs."""
    make.version_id(now())
    make.person(given_name="Maija", family_name="Mallikas", email="maija@example.com", at=now())
    return People(clerk=staff.staff("customer_service").email, privacy=staff.staff("privacy").email)


@pytest.fixture
def page(people: People, chromium: Browser, house: str) -> Iterator[Page]:
    """A Finnish reader's page that fails the test on any console message or look at a foreign host."""
    opened = chromium.new_page(base_url=house, locale="fi-FI", viewport={"width": WIDE, "height": 900})
    opened.set_default_timeout(30_000)
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if is_complaint(message) else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", lambda asked: complaints.append(asked.url) if not asked.url.startswith(house) else None)
    yield opened
    assert complaints == []


def is_complaint(message: ConsoleMessage) -> bool:
    """Tell whether a message of the browser is one; a refused form is answered with 422, which it mentions."""
    return message.type in {"error", "warning"} and "422" not in message.text


def test_clerk_finds_a_person_with_the_keyboard_alone(page: Page, people: People) -> None:
    sign_in(page, people.clerk)
    look(page)

    page.keyboard.press("Control+k")
    page.keyboard.type("malli")
    page.wait_for_selector("#found .hit")
    look(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/henkilot/*/")

    assert page.inner_text("h1") == "Maija Mallikas"
    assert "malli" not in page.url
    look(page)


def test_slash_leads_to_the_search_and_escape_leaves_it(page: Page, people: People) -> None:
    sign_in(page, people.clerk)

    page.keyboard.press("/")
    page.keyboard.type("malli")
    page.wait_for_selector("#found .hit")
    page.keyboard.press("Escape")

    assert page.locator("#found .hit").count() == 0


def test_results_are_there_when_the_clerk_goes_back(page: Page, people: People) -> None:
    sign_in(page, people.clerk)
    page.fill("#find", "malli")
    page.keyboard.press("Enter")
    page.wait_for_url("**/haku/")
    page.click("main .hit")
    page.wait_for_url("**/henkilot/*/")

    page.go_back()

    assert page.locator("main .hit").count() == 1


def test_message_becomes_a_part_of_a_person(page: Page, people: People) -> None:
    sign_in(page, people.clerk)
    visit(page)

    page.goto("/tyopoyta/viestit/")
    look(page)
    page.click("main .hit")
    look(page)
    page.click(".match .button")
    look(page)
    page.check("[name=keep][value=phone]")
    page.click("form.fields button")
    page.wait_for_url("**/henkilot/*/")

    assert page.locator(".timeline .entry").count() == 1
    assert page.locator("a[href='tel:+358401234567']").count() == 1
    look(page)


def visit(page: Page) -> None:
    """Write through the contact form, in a browser of one's own."""
    assert page.context.browser is not None
    visitor = page.context.browser.new_page(base_url=page.url.split("/tyopoyta")[0], locale="fi-FI")
    visitor.goto("/")
    visitor.click(".opening a[href='/yhteys/']")
    visitor.fill("[name=name]", "Maija Mallikas")
    visitor.fill("[name=email]", "maija@example.com")
    visitor.fill("[name=phone]", "040 123 4567")
    visitor.fill("[name=message]", "Hei! Soittaisitteko tarjouksesta?")
    visitor.wait_for_timeout(3_100)  # the form refuses what was quicker than people write
    visitor.click("form.fields button")
    visitor.wait_for_selector(".reference")
    visitor.close()


def test_a_value_is_corrected_removed_and_brought_back(page: Page, people: People) -> None:
    sign_in(page, people.clerk)
    page.fill("#find", "maija@")
    page.wait_for_selector("#found .hit")
    page.click("#found .hit")

    page.click(".value:has(a[href^='mailto:']) .button")
    page.fill("[name=value]", "maija.mallikas@example.com")
    page.select_option("[name=source]", "email")
    look(page)
    page.click("form.fields button")
    assert page.locator(".value .earlier li").count() == 1  # something was corrected, and when; what it was is sealed
    assert "maija@example.com" not in page.content()
    page.click(".value:has(a[href^='mailto:']) .button")
    page.click(".button.danger")
    assert page.locator("a[href^='mailto:maija']").count() == 0
    look(page)
    page.click(".toast form button")

    assert page.locator("a[href='mailto:maija.mallikas@example.com']").count() == 1


def test_every_form_of_the_desk_can_be_used_by_everybody(page: Page, people: People) -> None:
    sign_in(page, people.clerk)
    page.goto("/tyopoyta/informoitavat/")
    person = page.get_attribute("main tbody a", "href")
    kinds = ["puhelu", "tapaaminen", "viesti", "some-viesti", "loyto", "muistiinpano", "palaute", "projekti"]
    kinds += ["sahkoposti", "puhelin", "osoite", "asema", "verkko-osoite", "profiili"]

    for place in [
        *(f"{person}lisaa/{kind}/" for kind in kinds),
        "/tyopoyta/henkilot/uusi/",
        "/tyopoyta/organisaatiot/uusi/",
    ]:
        page.goto(place)
        page.evaluate("document.querySelector('form.fields').requestSubmit()")
        page.wait_for_selector("[data-errors]")
        complaints_of_422(page)
        look(page)


def complaints_of_422(page: Page) -> None:
    """The page came back with its errors, and the first thing a reader meets is their list."""
    assert page.evaluate("document.activeElement.matches('[data-errors]')")


def test_privacy_contact_sees_who_looked(page: Page, people: People) -> None:
    sign_in(page, people.clerk)
    page.goto("/tyopoyta/informoitavat/")
    person = page.get_attribute("main tbody a", "href")
    page.goto(str(person))
    page.context.clear_cookies()
    sign_in(page, people.privacy)

    page.goto(f"{person}katsojat/")

    assert page.locator("main tbody tr").count() >= 1
    look(page)
    page.goto("/tyopoyta/loki/")
    look(page)


def test_desk_works_without_script(people: People, chromium: Browser, house: str) -> None:
    context = chromium.new_context(base_url=house, locale="fi-FI", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, people.clerk)

    page.fill("#find", "malli")
    page.keyboard.press("Enter")
    page.wait_for_url("**/haku/")
    page.click("main .hit")
    page.click("summary >> nth=0")

    assert page.inner_text("h1") == "Maija Mallikas"
