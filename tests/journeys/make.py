"""What a journey does again and again: sign in, look at a page as everybody sees it, read the mail."""

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.db import connection
from playwright.sync_api import Page
from tests.accounts import make as staff
from tests.mail.relay import Relay

from seloste.kernel.clock import now
from seloste.mail.jobs import Sender
from seloste.mail.transport import Smtp

MOBILE, WIDE = 320, 1280
#: How wide the page is: no wider than its window, or a reader has to push it to and fro.
WIDTH = "document.documentElement.scrollWidth"
LIGHTS: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def sign_in(page: Page, address: str, place: str = "/tyopoyta/") -> None:
    """Go to a place of the desk and sign in at its door, with a password and a code."""
    page.goto(place)
    page.fill("[name=login]", address)
    page.fill("[name=password]", staff.PASSWORD)
    page.click("form.fields button")
    page.fill("[name=code]", staff.code())
    page.click("form.fields button")
    page.wait_for_url(f"**{place}")


def look(page: Page, *, widths: Sequence[int] = (WIDE,)) -> None:
    """Hold the page to WCAG in both lights at these widths, and to 320 pixels; leave it wide."""
    page.wait_for_load_state()  # a click returns when the next page has begun: it may have nothing in it yet
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(WIDTH) <= width
        for light in LIGHTS:
            page.emulate_media(color_scheme=light, reduced_motion="reduce")  # colours must not be on their way
            assert (light, width, violations(page)) == (light, width, [])
    page.set_viewport_size({"width": MOBILE, "height": 800})
    assert page.evaluate(WIDTH) <= MOBILE
    page.set_viewport_size({"width": WIDE, "height": 900})


def violations(page: Page) -> list[object]:
    """Return what axe finds wrong: the rule, and the first place."""
    if not page.evaluate("'axe' in window"):  # half a megabyte of rules; both lights are of one page
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("axe.run({resultTypes: ['violations']}).then((all) => all.violations)")
    return [(one["id"], one["nodes"][0]["target"]) for one in found]


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


def path_in(text: str, pattern: str) -> str:
    """Return the path of the first link of ours whose path fits the pattern."""
    found = re.search(rf"{re.escape(settings.PUBLIC_ORIGIN)}\S*?({pattern})", text)
    assert found, text
    return urlsplit(found[1]).path
