"""Senders beside each other write down in one file how often messages were taken."""

import pytest
from tests import make
from tests.mail.make import BY
from tests.outreach.test_at_once import at_once

from seloste.mail import home

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_senders_at_once_do_not_stand_in_each_others_way() -> None:
    home.move_in(by=BY, at=make.AT)

    def remember() -> None:
        for _ in range(60):
            home.remember()

    at_once([remember] * 6)

    assert home.standing() is home.Standing.HOME
