"""Visitors come and go; a technician sees how many, and what the security log holds of one who knocked at doors."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from tests import make
from tests.accounts import make as staff

from seloste.kernel.clock import now

if TYPE_CHECKING:
    from seloste.visits.actions.books import Books

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

MOBILE, WIDE = 320, 1280


@pytest.fixture
def books(house: str, tmp_path: Path) -> "Iterator[Books]":
    """Have the house count."""
    from seloste.visits.actions.books import Books, open_books

    opened = Books(tmp_path / "visits")
    open_books(opened)
    yield opened
    open_books(None)


@pytest.fixture
def technician(house: str) -> str:
    """An employee of technical maintenance, made before the browser's event loop runs."""
    make.version_id(now())
    return staff.staff("technical").email


def sign_in(page: Page, address: str) -> None:
    page.goto("/tyopoyta/kavijat/")
    page.fill("[name=login]", address)
    page.fill("[name=password]", staff.PASSWORD)
    page.click("form.fields button")
    page.fill("[name=code]", staff.code())
    page.click("form.fields button")
    page.wait_for_url("**/tyopoyta/**")


def look(page: Page) -> None:
    """Hold the page to WCAG and to 320 pixels, in light and in dark."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # colours must not be on their way
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["target"]) for one in found] == []
    page.set_viewport_size({"width": MOBILE, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= MOBILE
    page.set_viewport_size({"width": WIDE, "height": 900})


def read_on(visitor: Page) -> None:
    """Come by a typed address, read three pages by their links, load one again, and knock at a door that is none."""
    visitor.goto("/")
    visitor.click("nav.main a >> nth=0")
    visitor.wait_for_load_state()
    visitor.reload()
    visitor.click(".site-name")
    visitor.wait_for_load_state()
    visitor.goto("/wp-login.php?user=maija")


def test_visitors_are_counted_and_shown_without_a_script(
    technician: str, chromium: Browser, house: str, books: "Books"
) -> None:
    for _number in range(2):
        context = chromium.new_context(base_url=house, locale="fi-FI", java_script_enabled=False, user_agent=FIREFOX)
        read_on(context.new_page())
        assert context.cookies() == []
        context.close()
    page = chromium.new_page(base_url=house, locale="fi-FI", viewport={"width": WIDE, "height": 900})
    sign_in(page, technician)
    enter(books)

    page.goto("/tyopoyta/kavijat/?period=today")
    look(page)
    figures = page.locator(".figures .large").all_inner_texts()
    assert figures[0] == "8"
    assert figures[1] not in {"2", "8"}  # two visits are fewer than are shown

    page.locator("figure.chart summary").click()
    look(page)
    page.click(".chips a >> nth=3")
    page.wait_for_url("**period=year**")
    assert page.locator("svg.bars rect").count() == 52
    look(page)

    page.goto("/tyopoyta/tietoturvaloki/")
    look(page)
    lines = page.locator("table.log code").all_inner_texts()
    assert "GET /wp-login.php" in lines
    assert "maija" not in page.content()
    page.locator("th button.link").first.click()
    page.wait_for_load_state()
    assert "127.0.0.1" not in page.url
    look(page)


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def enter(books: "Books") -> None:
    """Have the clerk enter what has gathered, outside the browser's event loop."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as elsewhere:
        assert elsewhere.submit(entered, books).result()


def entered(books: "Books") -> bool:
    from django.db import connection

    try:
        return books.enter()
    finally:
        connection.close()
