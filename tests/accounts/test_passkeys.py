"""Passkeys, with a virtual one in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import CDPSession, Page, sync_playwright
from tests.accounts import make
from tests.browser import Chromium

from seloste.audit.models import AuditEvent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def browser_page(house: str, employee: str, browsers: Chromium) -> Iterator[Page]:
    with browsers.held() as browser:
        page = browser.new_page(base_url=house, locale="fi-FI")
        page.set_default_timeout(30_000)
        yield page


@pytest.fixture
def employee(house: str) -> str:
    """The address of somebody with a code app, made before the browser's event loop runs."""
    return make.staff("owner").email


@pytest.fixture
def device(browser_page: Page) -> tuple[CDPSession, str]:
    """A device that holds passkeys and knows its owner's finger."""
    session = browser_page.context.new_cdp_session(browser_page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return session, made["authenticatorId"]


def sign_in(page: Page, address: str) -> None:
    page.goto("/tili/kirjaudu/")
    page.fill("[name=login]", address)
    page.fill("[name=password]", make.PASSWORD)
    page.click("form.fields button")
    page.fill("[name=code]", make.code())
    page.click("form.fields button")
    page.wait_for_url("**/tyopoyta/")


def add_passkey(page: Page) -> None:
    page.goto("/tili/avaimet/uusi/")
    page.click("[data-passkey]")
    page.wait_for_url("**/tili/varakoodit/")


def sign_out(page: Page) -> None:
    page.goto("/tili/kirjaudu-ulos/")
    page.click("main form button")


def test_passkey_alone_opens_the_desk(browser_page: Page, employee: str, device: tuple[CDPSession, str]) -> None:
    sign_in(browser_page, employee)
    add_passkey(browser_page)
    sign_out(browser_page)

    browser_page.goto("/tili/kirjaudu/")
    browser_page.click("[data-passkey]")
    browser_page.wait_for_url("**/tyopoyta/")

    response = browser_page.goto("/tili/henkilosto/")
    assert response is not None
    assert response.status == 200


def test_passkey_is_the_second_step_after_the_password(
    browser_page: Page, employee: str, device: tuple[CDPSession, str]
) -> None:
    sign_in(browser_page, employee)
    add_passkey(browser_page)
    sign_out(browser_page)

    browser_page.goto("/tili/kirjaudu/")
    browser_page.fill("[name=login]", employee)
    browser_page.fill("[name=password]", make.PASSWORD)
    browser_page.click("form.fields button")
    browser_page.click("[data-passkey]")

    browser_page.wait_for_url("**/tyopoyta/")


def test_passkey_of_an_unverified_holder_opens_nothing(
    browser_page: Page, employee: str, device: tuple[CDPSession, str]
) -> None:
    sign_in(browser_page, employee)
    add_passkey(browser_page)
    sign_out(browser_page)
    session, authenticator = device
    session.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})

    browser_page.goto("/tili/kirjaudu/")
    browser_page.click("[data-passkey]")
    browser_page.wait_for_selector("[data-passkey-trouble]:visible")

    browser_page.goto("/tili/")
    assert "/tili/kirjaudu/" in browser_page.url


def test_forged_passkey_is_refused_and_recorded(browser_page: Page, employee: str) -> None:
    browser_page.goto("/tili/kirjaudu/")
    forged = '{"type":"public-key","id":"AAAA","rawId":"AAAA","response":{"userHandle":"AAAA"}}'
    browser_page.evaluate(
        "said => { const form = document.querySelector('[data-passkey]').form;"
        " form.elements.credential.value = said; form.submit(); }",
        forged,
    )
    browser_page.wait_for_selector(".toast.bad")

    browser_page.goto("/tili/")
    assert "/tili/kirjaudu/" in browser_page.url


def test_owner_gets_in_with_a_passkey_while_somebody_guesses_the_password(
    browser_page: Page, employee: str, device: tuple[CDPSession, str]
) -> None:
    sign_in(browser_page, employee)
    add_passkey(browser_page)
    sign_out(browser_page)
    for _ in range(7):
        browser_page.goto("/tili/kirjaudu/")
        browser_page.fill("[name=login]", employee)
        browser_page.fill("[name=password]", "guessing")
        browser_page.click("form.fields button")
        browser_page.wait_for_selector(".error-summary")

    browser_page.goto("/tili/kirjaudu/")
    browser_page.click("[data-passkey]")

    browser_page.wait_for_url("**/tyopoyta/")


def test_no_page_breaks_the_content_security_policy(
    browser_page: Page, employee: str, device: tuple[CDPSession, str]
) -> None:
    said: list[str] = []
    browser_page.on("console", lambda message: said.append(message.text))
    sign_in(browser_page, employee)
    add_passkey(browser_page)

    for path in ("/tili/", "/tili/salasana/", "/tili/avaimet/uusi/", "/tili/henkilosto/", "/tili/tehtavat/"):
        browser_page.goto(path)

    assert said == []


def test_passkey_sign_in_is_recorded(house: str, employee: str) -> None:
    use_a_passkey(house, employee)

    deeds = list(AuditEvent.objects.order_by("id").values_list("deed", flat=True))
    assert deeds.count("session.started") == 2
    assert deeds.count("factor.passkey_added") == 1


def use_a_passkey(url: str, address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(base_url=url)
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        sign_in(page, address)
        add_passkey(page)
        sign_out(page)
        page.goto("/tili/kirjaudu/")
        page.click("[data-passkey]")
        page.wait_for_url("**/tyopoyta/")
        browser.close()
