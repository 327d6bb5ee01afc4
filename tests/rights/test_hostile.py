"""Strangers can have us send only so many messages to one address, however they press."""

import pytest
from django.db import connection
from tests import make as tests_make
from tests.outreach.test_at_once import at_once
from tests.rights import make

from seloste.mail.models import Message
from seloste.rights import actions
from seloste.rights.choices import Right

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
