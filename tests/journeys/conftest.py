"""A real browser, and the house served to it as it is."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright


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
def chromium(house: str) -> Iterator[Browser]:
    """A browser of the distribution; started after what the test stands on was made."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()
