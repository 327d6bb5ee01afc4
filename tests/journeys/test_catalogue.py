"""An employee makes a product without a script, looks at it as a visitor will, and sells it; a visitor finds it."""

import pytest
from playwright.sync_api import Browser, Page
from tests import make
from tests.accounts import make as staff
from tests.catalogue.test_pages import picture
from tests.journeys.make import MOBILE, WIDE, look, sign_in

from seloste.kernel.clock import now

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

WORDS = {
    "fi": ("Lomakepaja", "Selkeät lomakkeet omille sivuillesi."),
    "sv": ("Formulärverkstaden", "Tydliga formulär för den egna webbplatsen."),
    "en": ("Form Workshop", "Clear forms for your own site."),
}


@pytest.fixture
def clerk(house: str) -> str:
    """Who handles orders, made before the browser's event loop runs."""
    make.version_id(now())
    return str(staff.staff("customer_service").email)


def opened(chromium: Browser, house: str, *, signed_in: Page | None = None, scripts: bool = True) -> Page:
    """Return a page whose console stays empty: nothing on it is refused by the content policy."""
    state = signed_in.context.storage_state() if signed_in else None
    context = chromium.new_context(base_url=house, locale="fi-FI", java_script_enabled=scripts, storage_state=state)
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.on("console", lambda said: pytest.fail(said.text))
    return page


def test_product_from_draft_to_shop(clerk: str, chromium: Browser, house: str) -> None:
    desk = opened(chromium, house, scripts=False)
    sign_in(desk, clerk, "/tyopoyta/kauppa/tuotteet/")
    desk.click("a[href$='/tuotteet/uusi/']")
    desk.check("[name=kind][value=licence]")
    desk.check("[name=vat_kind][value=electronic]")
    desk.fill("[name=title_fi]", WORDS["fi"][0])
    desk.click("main form button")
    sheet = desk.url
    assert desk.locator("main button[disabled]").count() == 1, "it cannot be put on sale yet"

    desk.click("a[href$='/tekstit/']")
    for language, (title, summary) in WORDS.items():
        desk.fill(f"[name=title_{language}]", title)
        desk.fill(f"[name=summary_{language}]", summary)
    desk.click("main form button")
    desk.wait_for_url(sheet)
    desk.click("a[href$='/muunnelma/']")
    desk.fill("[name=sku]", "LOMAKE")
    desk.check("[name=interval][value=year]")
    desk.fill("[name=amount]", "89,00")
    desk.check("[name=vat_included][value=no]")
    desk.click("main form button")
    desk.wait_for_url(sheet)
    desk.click("a[href$='/kuva/']")
    desk.set_input_files("[name=picture]", {"name": "kuva.png", "mimeType": "image/png", "buffer": picture()})
    for language in WORDS:
        desk.fill(f"[name=alt_{language}]", "Lomake")
    desk.click("main form button")
    desk.wait_for_url(sheet)

    desk.click("a[href$='/esikatselu/fi/']")
    assert desk.locator("h1").inner_text() == WORDS["fi"][0]
    desk.goto(sheet)
    desk.click("form[action$='/myyntiin/'] button")
    desk.wait_for_url(sheet)
    assert desk.locator("a[href='/kauppa/lomakepaja/']").count() == 1

    looker = opened(chromium, house, signed_in=desk)
    for place in (sheet, f"{sheet}tekstit/"):
        looker.goto(place)
        look(looker, widths=(MOBILE, WIDE))

    visitor = opened(chromium, house)
    visitor.goto("/kauppa/")
    look(visitor, widths=(MOBILE, WIDE))
    visitor.click("main h3 a")
    assert visitor.locator(".price strong").inner_text() == "111,70\xa0€"
    assert visitor.evaluate("document.querySelector('.frame img').naturalWidth") > 0
    look(visitor, widths=(MOBILE, WIDE))
    visitor.click("nav a[lang=sv]")
    visitor.wait_for_url("**/sv/kauppa/formularverkstaden/")
    assert visitor.context.cookies() == []
