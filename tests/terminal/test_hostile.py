"""Whoever has a whole network of addresses is still one caller."""

from pathlib import Path

import pytest
from tests import make as house
from tests.terminal.make import answer, visitor

from seloste.terminal import views
from seloste.terminal.models import DeviceChoice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def published(folder: Path) -> None:
    house.version_id()


def test_a_flood_from_one_network_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST_AN_HOUR", 3)
    answers = []
    for number in range(6):
        browser = visitor()
        browser.defaults["REMOTE_ADDR"] = f"2001:db8:0:1::{number:x}"
        answers.append(answer(browser, "none").status_code)

    assert answers == [303] * 3 + [429] * 3
    assert DeviceChoice.objects.count() == 3
