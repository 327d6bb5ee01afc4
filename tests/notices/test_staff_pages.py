"""The pages for those who look after the notice: generated, complete, and only for their duty."""

import csv
import io

import pytest
from tests.accounts.make import client_of
from tests.notices.make import AT
from tests.notices.test_pages import Words

from seloste.declaration.lint import lint
from seloste.declaration.load import current
from seloste.notices.actions import ensure_published

pytestmark = pytest.mark.django_db

PAGES = ["seloste/", "seloste/art30/", "seloste/art30.csv", "seloste/versiot/"]


def address(page: str) -> str:
    return f"/tyopoyta/{page}"


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", ["customer_service", "marketing", "accounting", "technical"])
def test_the_pages_do_not_exist_for_other_duties(page: str, role: str) -> None:
    ensure_published(at=AT)

    assert client_of(role).get(address(page)).status_code == 404


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", ["owner", "privacy"])
def test_the_pages_are_there_for_the_duty(page: str, role: str) -> None:
    ensure_published(at=AT)

    assert client_of(role).get(address(page)).status_code == 200


def test_the_record_shows_every_activity() -> None:
    ensure_published(at=AT)

    text = Words(client_of("owner").get(address("seloste/art30/")).content.decode()).text

    declared = current()
    assert declared.controller.name in text
    for purpose in declared.purpose.values():
        assert purpose.name.fi in text
        assert purpose.subjects.fi in text
    for measure in declared.measure.values():
        assert measure.name.fi in text


def test_the_record_is_downloaded_and_not_shown() -> None:
    ensure_published(at=AT)

    response = client_of("owner").get(address("seloste/art30.csv"))

    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="art30.csv"'
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 1 + len(current().purpose)


def test_what_the_notice_lacks_is_told_with_its_law() -> None:
    ensure_published(at=AT)

    text = Words(client_of("owner").get(address("seloste/")).content.decode()).text

    for finding in lint(current()):
        assert finding.message.fi in text
        assert finding.article in text
        assert finding.where in text
