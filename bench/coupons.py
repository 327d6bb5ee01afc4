"""Measures redeeming: 200 buyers at once for a coupon with a limit of three, again and again, on real connections.

What counts is right or wrong, not how fast: over the limit, or refused below it. ``AT_ONCE`` are truly at the same
moment, as many as the database gives connections for; the others come as soon as one of these is through.
"""

import threading
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from bench.orders import TEN, place
from seloste.kernel.clock import now
from seloste.kernel.duty import system
from seloste.shop.actions import coupons
from seloste.shop.choices import CouponKind
from seloste.shop.models import Coupon, Order, Redemption

BUYERS, AT_ONCE, LIMIT = 200, 40, 3


def race(rounds: int) -> dict[str, Any]:
    """Return what came of so many rounds: how often the limit was passed, and how often it was not reached."""
    orders = [place(number) for number in range(BUYERS)]
    began = time.perf_counter()
    used = [_round(number, orders) for number in range(rounds)]
    return {
        "rounds": rounds,
        "buyers": BUYERS,
        "at_once": AT_ONCE,
        "limit": LIMIT,
        "over": sum(count > LIMIT for count in used),
        "wrongly_refused": sum(count < LIMIT for count in used),
        "redemptions_a_second": round(rounds * BUYERS / (time.perf_counter() - began)),
    }


def _round(number: int, orders: Sequence[UUID]) -> int:
    """Let everybody try to use one coupon; return how many could, after asking the tables too."""
    at, code = now(), f"BENCH-{number}-{time.monotonic_ns()}"[:40]
    told = {"kind": CouponKind.PERCENT, "limit": LIMIT}
    coupon = coupons.add(by=system("order"), at=at, code=code, value=TEN, **told)  # type: ignore[arg-type]
    took: list[UUID] = []
    start = threading.Barrier(AT_ONCE)

    def try_all(mine: Sequence[UUID]) -> None:
        start.wait(60)
        took.extend(order for order in mine if _redeem(coupon, order))
        connection.close()

    threads = [threading.Thread(target=try_all, args=(orders[place::AT_ONCE],)) for place in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counted = Redemption.objects.filter(coupon_id=coupon).count()
    if not len(took) == counted == Coupon.objects.get(id=coupon).used:
        raise RuntimeError(f"told {len(took)}, stored {counted}")
    Redemption.objects.filter(coupon_id=coupon).delete()  # the same orders come again for the next coupon
    return counted


def _redeem(coupon: UUID, order_id: UUID) -> bool:
    try:
        with transaction.atomic():
            coupons.redeem(at=now(), coupon_id=coupon, order=Order.objects.get(id=order_id))
    except coupons.CouponRefused:
        return False
    return True
