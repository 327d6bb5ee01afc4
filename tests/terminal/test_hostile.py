"""Whoever has a whole network of addresses is still one caller."""

from pathlib import Path

import pytest
from django.core.cache import cache
from tests import make as house
from tests.outreach.test_at_once import at_once
from tests.terminal.make import answer, visitor

from seloste.floods.rules import Limit
from seloste.terminal import rules
from seloste.terminal.models import DeviceChoice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def published(folder: Path) -> None:
    house.version_id()


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let three answers an hour be few."""
    monkeypatch.setattr(rules, "FROM_A_CALLER", Limit(an_hour=3))


def pressed(address: str) -> int:
    """Answer from the address; return what the site says to it."""
    browser = visitor()
    browser.defaults["REMOTE_ADDR"] = address
    return int(answer(browser, "none").status_code)


def test_a_flood_from_one_network_is_stopped(few: None) -> None:
    answers = [pressed(f"2001:db8:0:1::{number:x}") for number in range(6)]

    assert answers == [303] * 3 + [429] * 3
    assert DeviceChoice.objects.count() == 3


def test_neighbours_in_an_ipv4_network_are_callers_of_their_own(few: None) -> None:
    assert [pressed(f"192.0.2.{number}") for number in range(6)] == [303] * 6
    assert [pressed("192.0.2.1") for _ in range(3)] == [303, 303, 429]


def test_cache_that_forgets_neither_lets_a_flood_in_nor_fails(few: None) -> None:
    answers = []
    for _ in range(5):
        answers.append(pressed("192.0.2.7"))
        cache.clear()

    assert answers == [303] * 3 + [429] * 2


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_answers_at_once_from_one_caller_are_all_counted(few: None) -> None:
    answers = at_once([lambda: pressed("192.0.2.7")] * 8)

    assert sorted(answers) == [303] * 3 + [429] * 5
