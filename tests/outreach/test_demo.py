"""The demo's people have spoken about letters through the real deeds, and a letter waits for the visitor."""

import pytest
from tests import make

from seloste.config import demo_letters, demo_people
from seloste.kernel.clock import now
from seloste.outreach.models import Mailing
from seloste.outreach.queries.mailings import audience

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_demo_letter_finds_people_who_want_it_and_people_who_do_not() -> None:
    make.version_id(now())
    demo_people.load(at=now())

    for _ in range(2):
        demo_letters.load(at=now())

    counts = audience(by=make.duty("marketing"), at=now())
    assert sum(one.count for one in counts if one.allow) >= 10
    assert {one.rule.value for one in counts} >= {"M2.consent", "M0.suppressed", "M0.unverified"}
    assert Mailing.objects.count() == 1
