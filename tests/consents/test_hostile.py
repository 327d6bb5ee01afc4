"""A yes that was never said leaves no trace in what decides."""

from datetime import timedelta

import pytest
from tests import make
from tests.consents.make import reachable, told, yes

from seloste.consents import actions as consents
from seloste.consents.choices import OPTED_OUT
from seloste.consents.queries import MARKETING, consent_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("no", [consents.withdraw, consents.refuse])
def test_yes_noted_in_error_does_not_undo_the_no_before_it(no: object) -> None:
    person_id = reachable()
    consents.give(**yes(person_id))
    no(**told(person_id, at=make.AT + timedelta(days=1)))  # type: ignore[operator]
    later = make.AT + timedelta(days=3)
    clerk = make.duty("marketing")
    reference = consents.give(**yes(person_id, at=later, by=clerk))

    consents.annul(by=clerk, at=later + timedelta(minutes=1), person_id=person_id, reference=reference)

    stands = consent_of(person_id, MARKETING, "email")
    assert stands is not None
    assert stands.state in OPTED_OUT
