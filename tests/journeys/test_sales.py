"""A clerk's day: finds an order by its number, delivers it, answers; the books return money."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page
from tests import make as general
from tests.accounts import make as staff
from tests.journeys.make import MOBILE, WIDE, aside, look, sign_in
from tests.sales import make

from seloste.kernel.clock import now
from seloste.shop.models import Order, OrderMessage, Refund

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def order(house: str) -> Order:
    """A paid order with a question about it, among others; made before the browser's event loop runs."""
    at = now()
    person = general.person(purposes=("order", "accounting"), at=at)
    for days in range(1, 4):
        make.order(at=at - timedelta(days=days), state="paid", paid_at=at - timedelta(days=days), person_id=person)
    made = make.order(person_id=person, state="paid", paid_at=at, lines=("Kahvimylly", "Suodatin"))
    OrderMessage.objects.create(
        id=made.token, order=made, token=made.id, side="in", text="Milloin tulee?", source="web_form", at=at,
        actor=made.id,
    )  # fmt: skip
    return made


@pytest.fixture
def clerk(order: Order) -> str:
    """An employee of customer service."""
    return staff.staff().email


@pytest.fixture
def bookkeeper(order: Order) -> str:
    """An employee who keeps the books."""
    return staff.staff("accounting").email


def opened(chromium: Browser, house: str) -> Page:
    context = chromium.new_context(base_url=house, locale="fi-FI")
    page = context.new_page()
    page.set_default_timeout(10_000)
    return page


def test_order_is_found_delivered_answered_and_refunded(
    clerk: str, bookkeeper: str, order: Order, chromium: Browser, house: str
) -> None:
    page = opened(chromium, house)
    sign_in(page, clerk)
    page.fill(".find input[type=search]", order.reference)
    page.press(".find input[type=search]", "Enter")
    page.wait_for_url("**/haku/")
    page.click(f"main a.hit:has-text('{order.reference}')")
    page.wait_for_url(f"**/tilaukset/{order.id}/")
    look(page, widths=(WIDE, MOBILE))

    page.click(f"a[href$='/{order.id}/toimita/']")
    page.click("form.fields button")
    page.wait_for_url(f"**/tilaukset/{order.id}/")
    page.click(f".deeds a[href$='/{order.id}/vastaa/']")
    page.fill("[name=text]", "Paketti lähti tänään.")
    page.click("form.fields button")
    page.wait_for_url(f"**/tilaukset/{order.id}/")
    assert "Paketti lähti tänään." in page.inner_text(".talk")
    aside(order.refresh_from_db)
    assert order.state == "delivered"

    page.goto("/tyopoyta/kauppa/tilaukset/?tila=toimitettavat&valitut=kaikki")
    look(page, widths=(WIDE, MOBILE))
    page.click("button[value=toimita]")
    page.click("form.what-happens button.button")
    page.wait_for_url("**/tilaukset/")
    page.goto("/tyopoyta/kauppa/myynti/")
    look(page, widths=(MOBILE,))

    books = opened(chromium, house)
    sign_in(books, bookkeeper, f"/tyopoyta/kauppa/tilaukset/{order.id}/")
    assert "Paketti lähti" not in books.content()
    books.click(f".deeds a[href$='/{order.id}/palauta/']")
    books.locator("form.fields input[inputmode=decimal] >> nth=0").fill("25,50")
    books.locator("form.fields input[inputmode=decimal] >> nth=1").fill("0")
    books.check("[name=why][value=complaint]")
    books.click("form.fields button")
    look(books)
    assert aside(Refund.objects.count) == 0
    books.click("form.actions button.button")
    books.wait_for_url(f"**/tilaukset/{order.id}/")
    assert aside(Refund.objects.count) == 1
