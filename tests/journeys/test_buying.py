"""Somebody buys without an account: from a product to the cart, the checkout, the payment service and back.

Nothing needs a script. The payment service is the stand-in, a process of its own on loopback.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pytest_django import Settings
from tests import make as house_of
from tests.catalogue import make as catalogue
from tests.journeys.make import MOBILE, WIDE, aside, look
from tests.payments import make as payments

from seloste.config.gateway import Gateway
from seloste.kernel.clock import now
from seloste.shop.choices import OrderState
from seloste.shop.models import Cart, Order

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
BOTH = (MOBILE, WIDE)
MAIJA = {
    "given_name": "Maija",
    "family_name": "Mallikas",
    "email": "maija@example.com",
    "street": "Mallikatu 1",
    "postal_code": "00100",
    "city": "Helsinki",
}


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[str]:
    """The stand-in for the payment services."""
    running = Gateway(tmp_path / "gateway")
    yield running.start()
    running.stop()


@pytest.fixture
def on_sale(
    house: str, gateway: str, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """A shop with a guide and a service, under a notice that names the payment services."""
    with payments.under(payments.lay_over(tmp_path / "notice"), monkeypatch):
        settings.PUBLIC_ORIGIN = house
        payments.set_up(settings, gateway)
        house_of.version_id(now())
        catalogue.on_sale("Opas", "49.00", slug="opas", at=now())
        yield


@pytest.fixture
def page(request: pytest.FixtureRequest, on_sale: None, chromium: Browser, house: str, gateway: str) -> Iterator[Page]:
    """A Finnish reader with scripts or without, whose browser asks us and the payment service and nobody else."""
    context = chromium.new_context(base_url=house, locale="fi-FI", java_script_enabled=request.param)
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    foreign: list[str] = []
    opened.on(
        "request", lambda asked: foreign.append(asked.url) if not asked.url.startswith((house, gateway)) else None
    )
    yield opened
    assert foreign == []
    assert {cookie["name"] for cookie in context.cookies()} <= {"cart", "csrf"}


def put_in(page: Page) -> None:
    page.goto("/kauppa/opas-fi/")
    page.click("form[action$='/'] button.large")
    page.wait_for_selector(".basket-line")


def fill(page: Page, way: str) -> None:
    for name, text in MAIJA.items():
        page.fill(f"[name={name}]", text)
    page.check(f"[name=pays_by][value={way}]")
    page.check("[name=acknowledged]")
    page.check("[name=terms]")


@pytest.mark.parametrize("page", [False], ids=["without scripts"], indirect=True)
def test_guest_buys_without_scripts_pays_and_comes_back(page: Page) -> None:
    put_in(page)
    page.fill(".basket-count input", "2")
    page.click("aside button[value=checkout]")
    page.wait_for_selector(".checkout")
    assert page.locator("input:checked").count() == 0  # I22
    assert not page.locator("[name=company]").is_visible()
    page.check("[name=is_business]")
    assert page.locator("[name=company]").is_visible()
    page.uncheck("[name=is_business]")
    fill(page, "paytrail")
    page.click("button.large[value=order]")

    page.wait_for_selector("button[value=pay]")  # the payment service's own page
    assert aside(Order.objects.get).state == OrderState.PLACED
    page.click("button[value=pay]")
    reference = aside(Order.objects.get).reference
    page.wait_for_selector(f"text={reference}")
    paid = aside(Order.objects.get)
    assert (str(paid.gross), paid.paid_at is not None) == ("98.00", True)
    assert aside(lambda: Cart.objects.filter(lines__isnull=False).count()) == 0


@pytest.mark.parametrize("page", [True], ids=["with scripts"], indirect=True)
def test_guest_orders_on_invoice_and_every_page_can_be_read_by_everybody(page: Page) -> None:
    put_in(page)
    page.fill(".basket-count input", "1,5")
    page.click("aside button[value=checkout]")
    page.wait_for_selector(".error-summary")
    look(page, widths=BOTH)
    page.fill(".basket-count input", "1")
    page.click("aside button[value=checkout]")
    page.wait_for_selector(".checkout")
    look(page, widths=BOTH)
    page.click("button.large[value=order]")
    page.wait_for_selector(".error-summary")
    assert aside(Order.objects.count) == 0
    page.check("[name=is_business]")
    look(page, widths=BOTH)
    page.uncheck("[name=is_business]")
    for country, sum_to_pay in (("NO", "39,04"), ("FI", "49,00")):  # another country, another tax: told at once
        page.select_option("[name=country]", country)
        page.wait_for_selector(f"#owed:has-text('{sum_to_pay}')")
    fill(page, "invoice")
    page.click("button.large[value=order]")
    page.wait_for_selector(".reference")
    made = aside(Order.objects.get)
    assert page.inner_text(".reference strong") == made.reference
    look(page, widths=BOTH)
    page.goto(str(page.locator("nav.main a").nth(1).get_attribute("href")))
    page.wait_for_selector(".notice-line.good")  # who comes back to the cart finds the order
    assert made.reference in page.inner_text(".notice-line.good")
    look(page)
    page.click("footer a[href*='terms'], footer a[href*='toimitusehdot']")
    page.wait_for_selector(".blank-form")
    look(page, widths=BOTH)
    assert aside(Order.objects.count) == 1
