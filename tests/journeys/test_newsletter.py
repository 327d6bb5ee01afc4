"""A visitor orders a newsletter, reads her mail, confirms, keeps the receipt, withdraws; a clerk sends a letter.

The mail travels: over SMTP to a real server on this machine. The page works with no script, no cookie and no account.
"""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, Page
from tests import make
from tests.accounts import make as staff
from tests.journeys.test_visitor_to_clerk import sign_in
from tests.mail import relay as relays
from tests.mail.relay import Relay

from seloste.consents.models import ConsentEvent, Suppression
from seloste.consents.queries import persons_with
from seloste.kernel.clock import now
from seloste.mail.jobs import Sender
from seloste.mail.transport import Smtp
from seloste.outreach.actions import mailings

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ADDRESS = "maija@example.com"
MOBILE, WIDE = 320, 1280


@pytest.fixture
def employee(house: str) -> str:
    """Somebody whose job is marketing, made before the browser's event loop runs."""
    make.version_id(now())
    return str(staff.staff("marketing").email)


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Relay]:
    """A mail server on this machine."""
    with relays.running(tmp_path / "ledger") as running:
        yield running


@pytest.fixture
def page(employee: str, chromium: Browser, house: str) -> Iterator[Page]:
    """A Finnish reader without JavaScript; her browser asks no foreign host and is given no cookie to keep."""
    context = chromium.new_context(base_url=house, locale="fi-FI", java_script_enabled=False)
    opened = context.new_page()
    opened.set_default_timeout(10_000)
    foreign: list[str] = []
    opened.on("request", lambda asked: foreign.append(asked.url) if not asked.url.startswith(house) else None)
    yield opened
    assert foreign == []


def aside(work: Callable[[], Any]) -> Any:  # noqa: ANN401 -- what the work returns
    """Work on the tables beside the browser's event loop."""

    def done() -> Any:  # noqa: ANN401 -- likewise
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as beside:
        return beside.submit(done).result()


def deliver(relay: Relay) -> str:
    """Have the outbox send what waits; return the text of the newest message."""
    aside(lambda: Sender(Smtp(relay.url, ledger=relay.ledger)).run(now()))
    body = relay.messages()[-1].get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def path_in(text: str, pattern: str = r"/suostumukset/[\w-]{60,}/") -> str:
    found = re.search(rf"{re.escape(settings.PUBLIC_ORIGIN)}\S*?({pattern})", text)
    assert found, text
    return urlsplit(found[1]).path


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

    page.goto(path_in(deliver(relay)))
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
    page.goto(path_in(deliver(relay)))
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


def look(page: Page) -> None:
    """Hold the page to WCAG in both lights, and to 320 pixels."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = Axe().run(page).response["violations"]
        assert [(scheme, one["id"], one["nodes"][0]["target"]) for one in found] == []
    page.set_viewport_size({"width": MOBILE, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= MOBILE
    page.set_viewport_size({"width": WIDE, "height": 900})


def test_every_open_page_is_for_everybody(page: Page, relay: Relay, chromium: Browser, house: str) -> None:
    ask(page, newsletter=True)
    own = path_in(deliver(relay))
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
