"""A person asks for erasure, shows with a button that it is she, and reads the answer; an employee answers by clicking.

The mail travels over SMTP to a real server on this machine. The open pages work with no script, cookie or account.
"""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page
from tests import make
from tests.accounts import make as staff
from tests.journeys.make import aside, deliver, look, path_in, sign_in
from tests.mail.relay import Relay

from seloste.kernel.clock import now
from seloste.rights.models import Request

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ADDRESS = "maija@example.com"
LINK = r"/oikeudet/[\w-]{60,}/"


@pytest.fixture
def employee(house: str) -> str:
    """Somebody who answers requests, and a customer of half a year, made before the browser's event loop runs."""
    make.version_id(now())
    make.person(at=now() - timedelta(days=180), email=ADDRESS)
    return str(staff.staff("privacy").email)


def ask(page: Page) -> None:
    page.goto("/oikeudet/")
    assert page.locator("input:checked").count() == 0
    page.check("[name=right_erasure]")
    page.fill("[name=message]", "Poistakaa tietoni, en ole enää asiakas.")
    page.fill("[name=email]", ADDRESS)
    page.wait_for_timeout(3_100)  # the form refuses what was quicker than people write
    page.click("form.fields .button.large")
    page.wait_for_url(re.compile(LINK))


def test_request_from_the_form_to_the_answer(
    page: Page, relay: Relay, chromium: Browser, house: str, employee: str
) -> None:
    ask(page)
    reader = chromium.new_page(base_url=house, locale="fi-FI")
    reader.goto("/oikeudet/")
    look(reader)
    page.goto(path_in(deliver(relay), LINK))
    page.click("[name=do][value=confirm]")
    assert page.locator(".notice-line.good").count() == 1

    clerk = chromium.new_page(base_url=house, locale="fi-FI")
    sign_in(clerk, employee)
    clerk.goto("/tyopoyta/oikeudet/")
    look(clerk)
    clerk.click("td a")
    clerk.wait_for_selector("form[action*='/paatos/']")
    look(clerk)
    clerk.select_option("[name$=outcome]", "refused")
    clerk.click("form[action*='/paatos/'] button")
    clerk.wait_for_selector("[data-errors]")
    look(clerk)
    clerk.select_option("[name$=outcome]", "refused")
    clerk.select_option("[name$='-reason']", "legal_duty")
    clerk.fill("[name$=reasons]", "Laskut säilytetään kirjanpitolain mukaan vuoden 2029 loppuun.")
    clerk.click("form[action*='/paatos/'] button")
    clerk.wait_for_selector("form[action$='/askel/answer/']")
    look(clerk)
    clerk.click("form[action$='/askel/answer/'] button")
    clerk.wait_for_selector("form[action$='/askel/close/']")

    page.goto(path_in(deliver(relay), LINK))
    assert "kirjanpitolain" in page.inner_text("main")
    with page.expect_download() as download:
        page.click("a[href$='.pdf']")
    assert download.value.path().read_bytes().startswith(b"%PDF")
    reader.goto(page.url)
    look(reader)
    clerk.click("form[action$='/askel/close/'] button")
    clerk.wait_for_selector("text=Asia on päättynyt")
    assert aside(lambda: list(Request.objects.values_list("state", "identity"))) == [("closed", "verified")]


def test_request_by_telephone_is_entered_and_looks_right(
    page: Page, chromium: Browser, house: str, employee: str
) -> None:
    clerk = chromium.new_page(base_url=house, locale="fi-FI")
    sign_in(clerk, employee)
    clerk.goto("/tyopoyta/oikeudet/uusi/")
    look(clerk)
    clerk.click("form.fields .button.large")
    clerk.wait_for_selector("[data-errors]")
    look(clerk)
    clerk.select_option("[name=channel]", "phone")
    clerk.check("[name=rights][value=access]")
    clerk.fill("[name=name]", "Maija Mallikas")
    clerk.click("form.fields .button.large")
    clerk.wait_for_url(re.compile(r"/oikeudet/[0-9a-f-]{36}/$"))
    look(clerk)
    page.goto("/oikeudet/tuntematon/")
    assert page.locator("h1").count() == 1
