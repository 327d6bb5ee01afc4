"""The one who answers for privacy sees what goes tonight; the night comes; it has gone, and the machine says so."""

from datetime import datetime, time, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from tests import make
from tests.accounts import make as staff

from seloste.audit.actions import retention as engine
from seloste.audit.actions import runs
from seloste.audit.models import Run
from seloste.kernel.clock import HELSINKI, local_date, now

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

WIDTHS = (320, 1280)


@pytest.fixture
def privacy(house: str) -> str:
    """Who answers for privacy, made before the browser's event loop runs, with three runs that go tonight."""
    make.version_id(now())
    last = local_date(now()) - timedelta(days=1)
    began = datetime.combine(last - timedelta(days=30), time(12), tzinfo=HELSINKI)
    for _ in range(3):
        Run.objects.create(sweep="mail.send", started_at=began, ended_at=began, done=1, outcome="done", keep_until=last)
    return str(staff.staff("privacy").email)


def sign_in(page: Page, address: str) -> None:
    page.goto("/tyopoyta/")
    page.fill("[name=login]", address)
    page.fill("[name=password]", staff.PASSWORD)
    page.click("form.fields button")
    page.fill("[name=code]", staff.code())
    page.click("form.fields button")
    page.wait_for_url("**/tyopoyta/")


def look(page: Page) -> None:
    """Hold the page to WCAG in both themes, and to its width."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # colours must not be on their way
            found = Axe().run(page).response["violations"]
            assert [(one["id"], one["nodes"][0]["target"]) for one in found] == []


def night_passes() -> None:
    """Do what the worker does."""
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    def run() -> None:
        began_at = now()
        done = engine.run_day(began_at)
        runs.note_done(sweep="retention.run", started_at=began_at, ended_at=now(), done=done)
        connection.close()

    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(run).result()


def test_what_goes_is_told_before_and_after(privacy: str, chromium: Browser, house: str) -> None:
    page = chromium.new_context(base_url=house, locale="fi-FI").new_page()
    page.set_default_timeout(10_000)
    sign_in(page, privacy)

    page.click("nav.rooms a[href='/tyopoyta/poistuvat/']")
    assert page.locator(".figures dd").first.inner_text().strip() == "3"
    assert page.locator(".bars rect").count() >= 1
    look(page)

    night_passes()
    page.reload()
    assert page.locator(".notice-line.good").count() == 1
    assert page.locator(".notice-line.bad").count() == 0

    page.click("main a[href='/tyopoyta/poistuvat/koneisto/']")
    assert "retention.run" in page.locator("table").first.inner_text()
    assert page.locator("section:last-of-type tbody tr").count() == 1
    look(page)

    page.click("main a[href='/tyopoyta/poistuvat/henkilot/']")
    look(page)
