"""Keeping the figures of days that are over."""

from datetime import date, datetime, timedelta

from django.db import transaction

from seloste.kernel.clock import local_date
from seloste.sales.choices import FigureOf
from seloste.sales.models import Figure
from seloste.sales.queries.figures import DAY, Sums, reckoned, sealed_until
from seloste.shop.models import Order

#: So long after midnight a day is kept: whoever took money just before it has committed by then.
GRACE = timedelta(hours=1)
#: So many days are reckoned in one go, where a shop has just been put in or the worker was long away.
AT_ONCE = 31


def keep_figures(at: datetime) -> int:
    """Keep the figures of every day that is over and not kept yet; return how many days they were. Safe to repeat."""
    last, kept = local_date(at - GRACE) - DAY, 0
    while (first := _next()) is not None and first <= last:
        until = min(first + (AT_ONCE - 1) * DAY, last)
        _keep(first, until)
        kept += (until - first).days + 1
    return kept


def _next() -> date | None:
    """Return the first day that is not kept; None where nothing was ever sold."""
    sealed = sealed_until()
    if sealed is not None:
        return sealed + DAY
    first = Order.objects.filter(paid_at__isnull=False).order_by("paid_at").values_list("paid_at", flat=True).first()
    return local_date(first) if first else None


@transaction.atomic
def _keep(first: date, last: date) -> None:
    """Keep these days; one on which nothing was sold has its row as well, so that it is known to be over."""
    found = reckoned(first, last)
    for place in range((last - first).days + 1):
        found.setdefault((first + place * DAY, FigureOf.ALL, ""), Sums())
    rows = [
        Figure(
            day=day,
            of=of,
            key=key,
            orders=sums.orders,
            quantity=sums.quantity,
            net=sums.net,
            gross=sums.gross,
            refunds=sums.refunds,
            returned=sums.returned,
        )
        for (day, of, key), sums in sorted(found.items())
    ]
    Figure.objects.bulk_create(rows, batch_size=1_000, ignore_conflicts=True)
