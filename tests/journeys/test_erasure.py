"""A person asks to be erased; an employee sees the plan, the person can stop it, and reads her certificate.

The mail travels over SMTP to a real server on this machine. The open pages work with no script, cookie or account.
"""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page
from tests import make
from tests.accounts import make as staff
from tests.journeys.make import aside, deliver, look, path_in, sign_in
from tests.mail.relay import Relay

from seloste.erasure import jobs as erasure
from seloste.erasure.models import ErasureJob
from seloste.kernel.clock import now
from seloste.register import actions as register
from seloste.register.models import Name, Person
from seloste.rights import jobs

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ADDRESS = "maija@example.com"
LINK = r"/oikeudet/[\w-]{60,}/"
STOP = r"/oikeudet/[\w-]{60,}/poisto/"


@pytest.fixture
def employee(house: str) -> str:
    """Somebody who answers requests, and a customer of half a year who was sent an invoice."""
    then = now() - timedelta(days=180)
    make.version_id(then)
    person_id = make.person(at=then, email=ADDRESS)
    came = make.origin("order", purposes=("accounting", "customer_care"), at=then)
    told = {"street": "Mallikatu 1", "postal_code": "00100", "city": "Helsinki"}
    register.add_address(by=make.duty("accounting"), at=then, person_id=person_id, origin=came, **told)
    return str(staff.staff("privacy").email)


def ask(page: Page) -> None:
    page.goto("/oikeudet/")
    page.check("[name=right_erasure]")
    page.fill("[name=email]", ADDRESS)
    page.wait_for_timeout(3_100)  # the form refuses what was quicker than people write
    page.click("form.fields .button.large")
    page.wait_for_url(re.compile(LINK))


def over(at_once: timedelta) -> None:
    """Let the three days be over, and the worker do what it does."""
    ErasureJob.objects.update(not_before_at=now() - at_once)
    assert erasure.finish(now()) == 1
    assert jobs.settle_erasures(now()) == 1


def test_erasure_from_the_plan_to_the_certificate(
    page: Page, relay: Relay, chromium: Browser, house: str, employee: str
) -> None:
    ask(page)
    page.goto(path_in(deliver(relay), LINK))
    page.click("[name=do][value=confirm]")

    clerk = chromium.new_page(base_url=house, locale="fi-FI")
    sign_in(clerk, employee)
    clerk.goto("/tyopoyta/oikeudet/")
    clerk.click("td a")
    clerk.click("a[href*='/poisto/']")
    clerk.wait_for_selector("#goes")
    assert "Mallikatu 1" in clerk.inner_text("section[aria-labelledby=stays]")
    assert ADDRESS in clerk.inner_text("section[aria-labelledby=goes]")
    look(clerk)
    clerk.click("[name=do][value=decide]")
    clerk.click("form[action*='/toteuta/'] button")
    clerk.wait_for_selector("a[href*='/poisto/']")
    clerk.click("a[href*='/poisto/']")
    look(clerk)

    reader = chromium.new_page(base_url=house, locale="fi-FI")
    reader.goto(path_in(deliver(relay), STOP))
    look(reader)
    assert aside(Name.objects.count) == 1

    aside(lambda: over(timedelta()))
    assert aside(lambda: (Name.objects.count(), Person.objects.get().blocked_at is not None)) == (0, True)
    reader.reload()
    look(reader)
    clerk.reload()
    clerk.wait_for_selector("#gone")
    look(clerk)
    with clerk.expect_download() as download:
        clerk.click("a[href$='todistus.pdf']")
    assert download.value.path().read_bytes().startswith(b"%PDF")
    clerk.click("p.overline a")
    clerk.click("form[action$='/askel/answer/'] button")
    clerk.wait_for_selector("form[action$='/askel/close/']")
    page.goto(path_in(deliver(relay), LINK))
    assert "Kirjanpitolaki" in page.inner_text("main")
