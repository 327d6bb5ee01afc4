"""Visitors come and go; a technician sees how many, and what the security log holds of one who knocked at doors."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page
from tests import make
from tests.accounts import make as staff
from tests.journeys.make import WIDE, aside, look, sign_in

from seloste.kernel.clock import now

if TYPE_CHECKING:
    from seloste.visits.actions.books import Books

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


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
    sign_in(page, technician, "/tyopoyta/kavijat/")
    assert aside(books.enter)

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
