"""Who looked at an order that had no person yet: its person is told of it as of any other look (art. 15, S8.3)."""

from uuid import UUID

import pytest
from tests.access import make as access
from tests.make import duty, version_id
from tests.shop import life_make as life

from seloste.access.queries import contents
from seloste.sales.queries import order as desk
from seloste.shop.actions import linking
from seloste.shop.models import Order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def published() -> None:
    version_id()


def look(order: Order) -> None:
    desk.sheet(by=duty(), at=life.LATER, order_id=order.id)


def looks(person: UUID | None) -> int:
    """Return how often she is told that her data were looked at on the day."""
    assert person is not None
    found = contents(by=access.HERSELF, at=life.LATER, person_id=person, language="fi")
    assert str(duty().actor) not in repr(found)
    return sum(one.times for one in found.look_ups if one.on == life.LATER.date())


def test_look_at_a_waiting_order_reaches_whoever_it_waits_for_and_nobody_else() -> None:
    hers, other = life.bought(orderer=life.by("a@example.com")), life.bought(orderer=life.by("b@example.com"))
    waiting = life.bought(orderer=life.by("a@example.com"))
    assert waiting.person_id is None

    look(waiting)
    assert (looks(hers.person_id), looks(other.person_id)) == (1, 0)

    linking.same_person(by=duty(), at=life.LATER, order_id=waiting.id, person_id=other.person_id or UUID(int=0))
    linked = looks(other.person_id)
    assert linked > 1, "the look before it was hers, and that it was put with her"
    look(Order.objects.get(id=waiting.id))
    assert looks(hers.person_id) == 0, "it was somebody else's"
    assert looks(other.person_id) == linked + 1
