"""A person asks to see her data; an employee looks through what names others; she downloads the package once and reads.

The page inside the package is opened from the disk, as she would: it loads nothing, and it holds to WCAG.
"""

import io
import os
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests import make
from tests.accounts import make as staff
from tests.journeys.make import deliver, look, path_in, sign_in
from tests.mail.relay import Relay

from seloste.kernel.clock import now
from seloste.register import actions as register
from seloste.rights import actions as rights
from seloste.rights.choices import Channel, Outcome, Right
from seloste.rights.models import RequestItem

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ADDRESS = "maija@example.com"
NOTE = "Matti Virtanen (matti@example.com) kertoi puhelimessa, että Maija vaihtaa työpaikkaa keväällä."
LINK = r"/oikeudet/[\w-]{60,}/"


@pytest.fixture
def employee(house: str) -> str:
    """Somebody who answers requests, a customer of half a year of whom something is known, and her granted request."""
    at = now() - timedelta(days=180)
    make.version_id(at)
    make.person("Matti", "Virtanen", at=at, email="matti@example.com")
    person_id = make.person(at=at, email=ADDRESS, phone="+358401234567")
    register.add_note(by=make.duty(), at=at, person_id=person_id, origin=make.origin(at=at), text=NOTE)
    privacy = make.duty("privacy")
    asked = rights.Arrival(
        channel=Channel.WEB_FORM,
        language="fi",
        received_at=now() - timedelta(days=2),
        wanted=[rights.Wanted(right=Right.ACCESS)],
        notice_version_id=make.version_id(at),
        token=person_id,
        name="Maija Mallikas",
        email=ADDRESS,
    )
    request_id = rights.receive(by=privacy, at=now() - timedelta(days=1), arrival=asked).id
    rights.confirm_address(by=privacy, at=now() - timedelta(hours=9), request_id=request_id)
    item = RequestItem.objects.get(request=request_id)
    ruling = rights.Ruling(outcome=Outcome.GRANTED)
    rights.decide(by=privacy, at=now() - timedelta(hours=8), item_id=item.id, ruling=ruling)
    return str(staff.staff("privacy").email)


def shot(page: Page, name: str) -> None:
    """Keep a picture where somebody wants to look: SHOTS names the folder."""
    folder = os.environ.get("SHOTS")
    for width in (320, 1280) if folder else ():
        page.set_viewport_size({"width": width, "height": 900})
        for light in ("light", "dark"):
            page.emulate_media(color_scheme=light)
            page.screenshot(path=f"{folder}/{name}-{width}-{light}.png", full_page=True)


@pytest.fixture
def clerk(chromium: Browser, house: str, employee: str) -> Page:
    """The employee at the desk."""
    opened = chromium.new_page(base_url=house, locale="fi-FI")
    sign_in(opened, employee)
    return opened


def test_from_the_look_at_the_record_to_the_page_in_the_package(
    page: Page, relay: Relay, chromium: Browser, clerk: Page, tmp_path: Path
) -> None:
    look_through(clerk)
    answer(clerk)
    page.goto(path_in(deliver(relay), LINK))
    page.click("a[href*='/oikeudet/paketti/']")
    reader = chromium.new_page(locale="fi-FI")
    reader.goto(page.url)
    look(reader)
    shot(reader, "ready")
    with page.expect_download() as fetched:
        page.click("form button.large")
    content = fetched.value.path().read_bytes()
    reader.goto(page.url)
    look(reader)
    shot(reader, "again")
    assert "omat-tiedot" in fetched.value.suggested_filename

    place = tmp_path / "my-data.html"
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        place.write_bytes(opened.read("my-data.html"))
    reader.goto(place.as_uri())
    look(reader)
    shot(reader, "page")
    assert "Virtanen" not in reader.inner_text("body")
    assert "kertoi puhelimessa, että Maija vaihtaa" in reader.inner_text("body")


def look_through(clerk: Page) -> None:
    """Black out what names somebody else; a changed word is refused."""
    clerk.goto("/tyopoyta/oikeudet/")
    clerk.click("td a")
    clerk.click("a[href$='/paketti/']")
    clerk.wait_for_selector("mark")
    look(clerk)
    shot(clerk, "sheet")
    clerk.click("h3 a[href*='/paketti/register.notes/']")
    clerk.wait_for_selector("textarea")
    look(clerk)
    shot(clerk, "review")
    clerk.check("[value=blacked]")
    clerk.fill("[name=text_text]", "muuta")
    clerk.click("form.fields button")
    clerk.wait_for_selector("[data-errors]")
    look(clerk)
    clerk.fill(
        "[name=text_text]", NOTE.replace("Matti Virtanen (matti@example.com)", "[[Matti Virtanen (matti@example.com)]]")
    )
    clerk.fill("[name=reasons]", "Kohta kertoo toisesta henkilöstä.")
    clerk.click("form.fields button")
    clerk.wait_for_selector("form[action*='/toteuta/']")
    look(clerk)
    shot(clerk, "sheet-done")


def answer(clerk: Page) -> None:
    """Make the package: not as granted whole, for something is left out of it; then send the answer."""
    clerk.click("form[action*='/toteuta/'] button")
    clerk.wait_for_selector("form[action*='/paatos/']", state="attached")
    if not clerk.is_visible("[name$=outcome]"):
        clerk.click("details:has(form[action*='/paatos/']) > summary")
    clerk.select_option("[name$=outcome]", "partly")
    clerk.select_option("[name$='-reason']", "others_rights")
    clerk.fill("[name$=reasons]", "Peitimme kohdan, joka kertoo toisesta henkilöstä.")
    clerk.click("form[action*='/paatos/'] button")
    clerk.wait_for_selector("form[action*='/toteuta/']")
    clerk.click("form[action*='/toteuta/'] button")
    clerk.wait_for_selector("form[action$='/askel/answer/']")
    shot(clerk, "answer")
    clerk.click("form[action$='/askel/answer/'] button")
    clerk.wait_for_selector("form[action$='/askel/close/']")
