"""A visitor orders a newsletter, reads her mail, confirms, keeps the receipt, withdraws; a clerk sends a letter.

The mail travels: over SMTP to a real server on this machine. The page works with no script, no cookie and no account.
"""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page
from tests import make
from tests.accounts import make as staff
from tests.journeys.make import aside, deliver, look, path_in, sign_in
from tests.mail.relay import Relay

from seloste.consents.models import ConsentEvent, Suppression
from seloste.consents.queries import persons_with
from seloste.kernel.clock import now
from seloste.outreach.actions import mailings

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ADDRESS = "maija@example.com"
LINK = r"/suostumukset/[\w-]{60,}/"


@pytest.fixture
def employee(house: str) -> str:
    """Somebody whose job is marketing, made before the browser's event loop runs."""
    make.version_id(now())
    return str(staff.staff("marketing").email)


def ask(page: Page, *, newsletter: bool) -> None:
    page.goto("/suostumukset/")
    page.fill("[name=email]", ADDRESS)
    if newsletter:
        page.check("[name=consent_marketing_email]")
    page.wait_for_timeout(3_100)  # the form refuses what was quicker than people write
    page.click("main form button")
    page.wait_for_selector("[name=code]")


def test_newsletter_from_the_first_page_to_the_withdrawal(page: Page, relay: Relay) -> None:
    page.goto("/suostumukset/")
    assert page.locator("input:checked").count() == 0
    ask(page, newsletter=True)

    page.goto(path_in(deliver(relay), LINK))
    page.click("[name=do][value=confirm]")
    assert page.locator("[role=status] .notice-line, .notice-line.good").count() == 1
    assert page.locator("[name=do][value=withdraw]").count() == 2  # undo, and the consent's own button

    page.click("a[href*='/kuitti/']")
    with page.expect_download() as download:
        page.click("a[href$='.pdf']")
    assert download.value.path().read_bytes().startswith(b"%PDF")

    page.go_back()
    page.click("article [name=do][value=withdraw]")
    assert page.locator(".notice-line.good").count() == 1
    assert page.locator("article [name=do][value=give]").count() >= 1
    assert page.context.cookies() == []
    states = aside(lambda: list(ConsentEvent.objects.order_by("id").values_list("state", flat=True)))
    assert states == ["given", "withdrawn"]


def test_code_opens_the_page_on_another_device(page: Page, relay: Relay, chromium: Browser, house: str) -> None:
    ask(page, newsletter=False)
    code = re.search(r"\b\d{3} \d{3}\b", deliver(relay))
    assert code

    page.fill("[name=code]", code[0])
    page.click("main form button")

    assert page.locator("[name=do][value=object]").count() == 1
    assert len(urlsplit(page.url).path.split("/")[2]) > 60


def test_letter_goes_out_and_one_click_ends_it(
    page: Page, relay: Relay, chromium: Browser, house: str, employee: str
) -> None:
    ask(page, newsletter=True)
    page.goto(path_in(deliver(relay), LINK))
    page.click("[name=do][value=confirm]")

    clerk = chromium.new_page(base_url=house, locale="fi-FI")
    sign_in(clerk, employee)
    clerk.goto("/tyopoyta/kirjeet/uusi/")
    clerk.fill("[name=subject_fi]", "Syksyn uutiset")
    clerk.fill("[name=text_fi]", "Hei!\n\nUusi versio on täällä.")
    look(clerk)
    clerk.click("form.fields .button")
    clerk.wait_for_url(re.compile(r"/kirjeet/[0-9a-f-]{36}/$"))
    look(clerk)
    clerk.click("a[href$='/vastaanottajat/']")
    look(clerk)
    clerk.click("form.actions .button")
    clerk.wait_for_url("**/laheta/")
    look(clerk)
    clerk.click(".button.large")
    clerk.wait_for_url(re.compile(r"/kirjeet/[0-9a-f-]{36}/$"))
    aside(lambda: mailings.forward(now()))
    letter = deliver(relay)
    clerk.reload()
    look(clerk)

    assert "Uusi versio on täällä." in letter
    page.goto(path_in(letter, r"/suostumukset/peru/[\w-]{60,}/"))
    page.click("main form button")
    assert page.context.cookies() == []
    assert aside(lambda: (Suppression.objects.count(), len(persons_with(ADDRESS)))) == (1, 1)


def test_every_open_page_is_for_everybody(page: Page, relay: Relay, chromium: Browser, house: str) -> None:
    ask(page, newsletter=True)
    own = path_in(deliver(relay), LINK)
    reader = chromium.new_page(base_url=house, locale="fi-FI")

    reader.goto("/suostumukset/")
    look(reader)
    reader.click("main form button")
    reader.wait_for_selector("[data-errors]")
    look(reader)
    reader.goto("/suostumukset/koodi/")
    look(reader)
    reader.goto("/suostumukset/tuntematon/")
    look(reader)
    reader.goto(own)
    look(reader)
    reader.click("[name=do][value=confirm]")
    look(reader)
    reader.click("a[href*='/kuitti/']")
    look(reader)
    reader.go_back()
    reader.click("section [name=do][value=object]")
    look(reader)
