"""Several buyers, and one who presses twice, at one moment (P51, T17). Small here; the bench does 200 at once."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import pytest
from django.db import connection
from tests.catalogue import make as catalogue
from tests.make import version_id
from tests.shop import make

from seloste.catalogue.models import Variant
from seloste.kernel.refusals import Refusal
from seloste.payments.models import Payment
from seloste.shop.actions.coupons import CouponRefused
from seloste.shop.actions.placing import Stale
from seloste.shop.choices import PaysBy
from seloste.shop.models import Coupon, Order, Redemption

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def published() -> None:
    version_id()


def together(deeds: Sequence[Callable[[], object]]) -> list[object]:
    """Do all at one moment, each on a connection of its own; return what came of each, refusals included."""
    barrier = threading.Barrier(len(deeds))
    came: list[object] = [None] * len(deeds)

    def run(place: int, deed: Callable[[], object]) -> None:
        barrier.wait(30)
        try:
            came[place] = deed()
        except Refusal as refusal:
            came[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, deed)) for place, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return came


def test_coupon_is_never_overused_and_never_refused_below_its_limit() -> None:
    guide = catalogue.on_sale()
    for round_ in range(3):
        code = f"KOE-{round_}"
        made = make.coupon(code, limit=3)
        ready = [
            (make.cart((guide, 1), code=code), replace(make.MAIJA, email=f"maija{round_}{place}@example.com"))
            for place in range(16)
        ]
        deeds = [partial(make.place, token, make.quote(token), orderer=orderer) for token, orderer in ready]
        came = together(deeds)
        refused = [one for one in came if isinstance(one, CouponRefused)]
        assert (len(came) - len(refused), len(refused)) == (3, 13)
        assert Coupon.objects.get(id=made).used == Redemption.objects.filter(coupon=made).count() == 3


def test_double_press_at_one_moment_is_one_order() -> None:
    make.coupon("SYKSY-10")
    token = make.cart((catalogue.on_sale(stock=8), 1), code="SYKSY-10")
    quote_id = make.quote(token)
    came = together([lambda: make.place(token, quote_id, pays_by=PaysBy.PAYTRAIL)] * 6)
    assert len(set(came)) == 1
    assert (Order.objects.count(), Payment.objects.count(), Coupon.objects.get().used) == (1, 1, 1)
    assert Variant.objects.get().stock == 7


def test_of_two_quotes_of_one_cart_one_becomes_an_order() -> None:
    token = make.cart((catalogue.on_sale(), 1))
    quotes = [make.quote(token), make.quote(token)]
    came = together([partial(make.place, token, one) for one in quotes])
    assert (Order.objects.count(), sum(isinstance(one, Stale) for one in came)) == (1, 1)
