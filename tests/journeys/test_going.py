"""The one who answers for privacy sees what goes tonight; the night comes; it has gone, and the machine says so."""

from datetime import datetime, time, timedelta

import pytest
from playwright.sync_api import Browser
from tests import make
from tests.accounts import make as staff
from tests.journeys.make import MOBILE, WIDE, aside, look, sign_in

from seloste.audit.actions import retention as engine
from seloste.audit.actions import runs
from seloste.audit.models import Run
from seloste.kernel.clock import HELSINKI, local_date, now

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def privacy(house: str) -> str:
    """Who answers for privacy, made before the browser's event loop runs, with three runs that go tonight."""
    make.version_id(now())
    last = local_date(now()) - timedelta(days=1)
    began = datetime.combine(last - timedelta(days=30), time(12), tzinfo=HELSINKI)
    for _ in range(3):
        Run.objects.create(sweep="mail.send", started_at=began, ended_at=began, done=1, outcome="done", keep_until=last)
    return str(staff.staff("privacy").email)


def night_passes() -> None:
    """Do what the worker does."""
    began_at = now()
    done = engine.run_day(began_at)
    runs.note_done(sweep="retention.run", started_at=began_at, ended_at=now(), done=done)


def test_what_goes_is_told_before_and_after(privacy: str, chromium: Browser, house: str) -> None:
    page = chromium.new_context(base_url=house, locale="fi-FI").new_page()
    page.set_default_timeout(30_000)
    sign_in(page, privacy)

    page.click("nav.rooms a[href='/tyopoyta/poistuvat/']")
    assert page.locator(".figures dd").first.inner_text().strip() == "3"
    assert page.locator(".bars rect").count() >= 1
    look(page, widths=(MOBILE, WIDE))

    aside(night_passes)
    page.reload()
    assert page.locator(".notice-line.good").count() == 1
    assert page.locator(".notice-line.bad").count() == 0

    page.click("main a[href='/tyopoyta/poistuvat/koneisto/']")
    assert "retention.run" in page.locator("table").first.inner_text()
    assert page.locator("section:last-of-type tbody tr").count() == 1
    look(page, widths=(MOBILE, WIDE))

    page.click("main a[href='/tyopoyta/poistuvat/henkilot/']")
    look(page, widths=(MOBILE, WIDE))
