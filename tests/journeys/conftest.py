"""A real browser, and the house served to it as it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.browser import Chromium
from tests.mail import relay as relays
from tests.mail.relay import Relay


@pytest.fixture
def house(transactional_db: None) -> Iterator[str]:
    """Serve the house, static files by its own middleware."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.test.testcases import LiveServerThread

    from seloste.notices.queries import publications

    # A process remembers the published notice; the tables of the test before are emptied under it.
    publications._published.clear()  # noqa: SLF001

    def as_it_is(handler: WSGIHandler) -> WSGIHandler:
        return handler

    thread = LiveServerThread("localhost", static_handler=as_it_is)  # type: ignore[arg-type]  # a callable will do
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://localhost:{thread.port}"
    thread.terminate()


@pytest.fixture
def chromium(house: str, browsers: Chromium) -> Iterator[Browser]:
    """A browser of the distribution; taken after what the test stands on was made."""
    with browsers.held() as browser:
        yield browser


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Relay]:
    """A mail server on this machine."""
    with relays.running(tmp_path / "ledger") as running:
        yield running


@pytest.fixture
def page(employee: str, chromium: Browser, house: str) -> Iterator[Page]:
    """A Finnish reader without JavaScript, who keeps no cookie and asks no other host; ``employee`` was made before."""
    context = chromium.new_context(base_url=house, locale="fi-FI", java_script_enabled=False)
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    foreign: list[str] = []
    opened.on("request", lambda asked: foreign.append(asked.url) if not asked.url.startswith(house) else None)
    yield opened
    assert (foreign, context.cookies()) == ([], [])
