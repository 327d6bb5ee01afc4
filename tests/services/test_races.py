"""Two sweeps, two presses and a killed process at one moment: nobody is billed twice, no link is used too often."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import connection, transaction
from tests.catalogue import make as catalogue
from tests.make import duty, version_id
from tests.services import make

from seloste.catalogue import actions as sold
from seloste.kernel.clock import now
from seloste.kernel.duty import visitor
from seloste.kernel.refusals import Refusal
from seloste.services.actions import changing, downloads, renewing
from seloste.services.models import Deliverable, DownloadLink, SubscriptionChange, SubscriptionPeriod
from seloste.shop.choices import OrderSource
from seloste.shop.models import Order

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

DUE = datetime(2026, 12, 25, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def published() -> None:
    version_id()


def together(deed: Callable[[], object], *, times: int = 8) -> list[object]:
    barrier = threading.Barrier(times)
    came: list[object] = []

    def run() -> None:
        barrier.wait(30)
        try:
            came.append(deed())
        except Refusal as refusal:
            came.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _n in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return came


def test_sweeps_at_one_moment_bill_a_period_once() -> None:
    make.subscribed()
    done = together(partial(renewing.sweep, DUE))
    assert sum(int(str(one)) for one in done) == 1
    assert Order.objects.filter(source=OrderSource.RENEWAL).count() == 1
    assert SubscriptionPeriod.objects.count() == 2


def test_what_ends_before_its_commit_has_not_happened_and_is_done_again() -> None:
    row = make.subscribed()
    with transaction.atomic():
        renewing.sweep(DUE)
        transaction.set_rollback(True)
    assert (Order.objects.filter(source=OrderSource.RENEWAL).count(), SubscriptionPeriod.objects.count()) == (0, 1)
    assert renewing.sweep(DUE) == 1
    row.refresh_from_db()
    assert row.until_on.isoformat() == "2027-01-25"


def test_presses_of_one_form_at_one_moment_are_one_change() -> None:
    low, high = make.plans("30.00", "60.00")
    row = make.of(make.paid([(low, 1)]))
    told = make.told(row)
    came = together(lambda: changing.switch(**told, variant=high))
    assert len(set(map(str, came))) == 1
    assert Order.objects.filter(source=OrderSource.CHANGE).count() == 1
    assert SubscriptionChange.objects.count() == 2


def test_a_link_is_never_used_more_often_than_it_may() -> None:
    variant = catalogue.on_sale(at=now())
    sold.add_file(by=duty(), at=now(), variant_id=variant, name="opas.pdf", content=b"%PDF-1.7\n%%EOF\n")
    bought = Deliverable.objects.get(order=make.paid([(variant, 1)], at=now()))
    by = visitor("order")
    link = downloads.make_link(by=by, at=now(), order_id=bought.order_id, deliverable_id=bought.id)
    later = iter(now() + timedelta(minutes=11 * place) for place in range(1, 17))
    came = together(lambda: downloads.fetch(by=by, at=next(later), link_id=link), times=12)
    given = [one for one in came if not isinstance(one, Refusal)]
    used = DownloadLink.objects.get(id=link).used
    assert used == downloads.MOST_TIMES
    assert len(given) >= used
