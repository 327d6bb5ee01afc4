"""One real browser for all tests of a process: each test gets a profile of its own in it, and leaves none behind."""

import asyncio
from asyncio import AbstractEventLoop
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Playwright, sync_playwright


class Chromium:
    """The distribution's browser, started when it is first asked for.

    Its event loop counts as running from then on, and in a running loop neither Django nor asyncio lets a test work as
    usual. So the loop is taken from the thread while no test holds the browser, and given back when one does.
    """

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._loop: AbstractEventLoop | None = None
        self._browser: Browser | None = None

    @contextmanager
    def held(self) -> Iterator[Browser]:
        """Hold the browser, without the profile of any other test."""
        browser = self._awake()
        try:
            yield browser
            for context in browser.contexts:
                context.close()
        finally:
            asyncio._set_running_loop(None)  # noqa: SLF001 -- meant for event loops, and one is put to sleep here

    def close(self) -> None:
        """End the browser and what drives it."""
        if self._playwright:
            asyncio._set_running_loop(self._loop)  # noqa: SLF001 -- likewise
            if self._browser:
                self._browser.close()
            self._playwright.stop()

    def _awake(self) -> Browser:
        if self._playwright is None:
            self._playwright = sync_playwright().start()
            self._loop = asyncio.get_running_loop()
        asyncio._set_running_loop(self._loop)  # noqa: SLF001 -- likewise
        if self._browser is None or not self._browser.is_connected():
            # Without a graphics card Chromium would reckon one with the processor, which the tests need themselves.
            told = ["--no-sandbox", "--disable-gpu", "--disable-software-rasterizer"]
            self._browser = self._playwright.chromium.launch(executable_path="/usr/bin/chromium", args=told)
        return self._browser
