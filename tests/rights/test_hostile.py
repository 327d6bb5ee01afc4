"""Strangers can have us send only so many messages to one address, however they press."""

from datetime import timedelta

import pytest
from django.db import connection
from tests import make as tests_make
from tests.outreach.test_at_once import at_once
from tests.rights import make

from seloste.mail.models import Message
from seloste.rights import actions
from seloste.rights.choices import Right, State
from seloste.rights.models import Request

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def published() -> None:
    from seloste.notices.queries import publications

    publications._published.clear()  # noqa: SLF001 -- a process remembers what the test before has emptied
    tests_make.version_id(make.BEFORE)


def test_requests_at_once_for_one_address_confirm_no_more_than_the_limit() -> None:
    arrivals = [make.arrival(Right.ACCESS) for _ in range(10)]

    def receive(arrival: actions.Arrival) -> None:
        actions.receive(by=make.HERSELF, at=make.AT, arrival=arrival)
        connection.close()

    at_once([lambda one=one: receive(one) for one in arrivals])  # type: ignore[misc]

    assert Message.objects.filter(address=make.ADDRESS).count() == 3


def test_requests_of_a_whole_day_for_one_address_confirm_no_more_than_the_days_limit() -> None:
    for number in range(10):
        make.received(Right.ACCESS, at=make.AT + number * timedelta(minutes=50))

    assert Message.objects.filter(address=make.ADDRESS).count() == 6
    assert Request.objects.count() == 10


def test_next_day_is_confirmed_again_and_other_addresses_always() -> None:
    for _ in range(5):
        make.received(Right.ACCESS)

    make.received(Right.ACCESS, email="toinen@example.com")
    make.received(Right.ACCESS, at=make.AT + timedelta(days=1))

    assert Message.objects.filter(address="toinen@example.com").count() == 1
    assert Message.objects.filter(address=make.ADDRESS).count() == 4


def test_request_past_the_limit_is_received_like_any_other_and_waits_for_its_confirmation() -> None:
    requests = [make.request(make.received(Right.ACCESS)) for _ in range(4)]

    assert [one.state for one in requests] == [State.ACKNOWLEDGED] * 3 + [State.RECEIVED]
