"""What a person sees, moves and has erased of what she subscribed to; and what goes on needs her data."""

from datetime import UTC, date, datetime

import pytest
from tests.make import AT, duty
from tests.services import make

from seloste.kernel import kept, timeline
from seloste.kernel.clock import local_date
from seloste.register.choices import Source
from seloste.services.actions import changing, renewing
from seloste.services.actions.door import Asked
from seloste.services.choices import AskedBy
from seloste.services.models import Subscription, SubscriptionChange
from seloste.shop.models import Order

pytestmark = pytest.mark.django_db


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC)


def whose(row: Subscription) -> kept.Whose:
    person = Order.objects.values_list("person_id", flat=True).get(id=row.order_id)
    assert person is not None
    return kept.Whose(persons=frozenset({person}))


def records(key: str, of: kept.Whose) -> list[kept.Record]:
    return list(next(store for store in kept.kept() if store.key == key).records(of))


def test_each_change_is_shown_with_who_asked_and_how_it_reached_us() -> None:
    row = make.subscribed()
    asked = Asked(by=AskedBy.CUSTOMER, source=Source.PHONE, on=AT.date(), name="Pekka", detail="soitti")
    told = {**make.told(row, by=duty()), "asked": asked}
    changing.cancel(**told)
    found = records("services.changes", whose(row))
    started, cancelled = sorted(found, key=lambda one: one.values["kind"] != "started")  # both of one moment
    assert (started.about.source, started.values["kind"]) == ("order", "started")
    assert (cancelled.about.source, cancelled.about.source_detail) == ("phone", "soitti")
    assert (cancelled.values["asked_by"], cancelled.values["asked_name"]) == ("customer", "Pekka")
    assert cancelled.about.names_others
    assert cancelled.about.until is not None


def test_what_goes_on_stays_until_it_has_ended_and_then_goes() -> None:
    row = make.subscribed()
    hers = whose(row)
    (person,) = hers.persons
    needed = kept.still_needed(hers.persons, AT.date())[person]
    assert needed["order"].until is None
    surviving = kept.Surviving(purposes=needed, today=AT.date())
    store = next(store for store in kept.kept() if store.key == "services.subscriptions")
    assert store.stays(records(store.key, hers)[0], surviving) is not None
    changing.stop(**make.told(row))
    Order.objects.filter(id=row.order_id).update(state="cancelled")
    again = hers.afresh()
    from seloste.services.models import ServiceActivation

    ServiceActivation.objects.filter(order=row.order_id).update(state="dropped", settled_at=AT)
    assert store.stays(records(store.key, again)[0], surviving) is None
    for one in kept.kept():
        if one.key.startswith("services."):
            one.erase([record.id for record in records(one.key, again)])
    assert not Subscription.objects.exists()
    assert not SubscriptionChange.objects.exists()


def test_somebody_else_is_shown_nothing_of_it() -> None:
    row = make.subscribed()
    other = make.subscribed(email="muu@example.com", title="Muu")
    found = records("services.subscriptions", whose(other))
    assert [record.id for record in found] == [other.id]
    assert row.id not in {record.id for record in found}


def test_the_timeline_tells_each_change_to_whom_may_see_orders() -> None:
    row = make.subscribed()
    changing.cancel(**make.told(row))
    renewing.sweep(noon(date(2026, 12, 25)))
    (person,) = whose(row).persons
    told = [entry for entry in timeline.entries(duty(), person) if entry.kind == "subscription"]
    assert [entry.reference for entry in told] == [row.reference] * 3
    assert local_date(told[0].at) == date(2026, 12, 25)
    assert not [entry for entry in timeline.entries(duty("technical"), person) if entry.kind == "subscription"]
