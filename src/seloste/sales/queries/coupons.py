"""Coupons: what each takes off, how often it was used, and until when it is valid. No person is in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing
from seloste.sales.queries import listing as pages
from seloste.sales.queries.source import Source
from seloste.sales.rules.listing import Asked, Filter, Listing, Order, Ready
from seloste.shop.choices import CouponKind
from seloste.shop.models import Coupon

STANDS = {
    "voimassa": _("valid"),
    "tulossa": _("to come"),
    "loppunut": _("used up"),
    "paattynyt": _("over"),
}


def may_see(by: Duty) -> bool:
    """Tell whether the duty handles orders."""
    return by.sees("order", ("order",))


LISTING = Listing(
    key="coupons",
    filters=(Filter(key="tila", label=_("State"), options=tuple(STANDS.items()), category="order"),),
    orders=(
        Order(key="", label=_("newest first"), column="made_at", kind="moment"),
        Order(key="koodi", label=_("by code"), column="code", kind="text", descends=False),
    ),
    ready=(
        Ready(label=_("All"), asks={}),
        Ready(label=_("Valid"), asks={"tila": "voimassa"}, icon="check"),
        Ready(label=_("Over"), asks={"tila": "paattynyt"}, icon="cross"),
    ),
    dates=_("Made"),
)


def _rows(_by: Duty, asked: Asked) -> "QuerySet[Coupon]":
    found, at = pages.during(Coupon.objects.all(), "made_at", asked), asked.at
    over = Q(stopped_at__isnull=False) | Q(valid_until__lte=at)
    used_up = Q(limit__isnull=False, used__gte=F("limit"))
    narrowed = {
        "voimassa": found.exclude(over).exclude(used_up).filter(valid_from__lte=at),
        "tulossa": found.exclude(over).filter(valid_from__gt=at),
        "loppunut": found.filter(used_up),
        "paattynyt": found.filter(over),
    }
    return narrowed.get(asked.chosen.get("tila", ""), found)


@dataclass(frozen=True, kw_only=True, slots=True)
class CouponOnList:
    """A coupon as a line of the list."""

    id: UUID
    shown: str
    kind: CouponKind
    value: Decimal
    used: int
    limit: int | None
    least: Decimal
    valid_from: datetime
    valid_until: datetime | None
    note: str
    made_at: datetime
    stands: str


def _lines(_by: Duty, at: datetime, found: Sequence[Coupon]) -> list[CouponOnList]:
    return [_line(row, at) for row in found]


def _line(row: Coupon, at: datetime) -> CouponOnList:
    return CouponOnList(
        id=row.id,
        shown=row.shown,
        kind=CouponKind(row.kind),
        value=(row.percent if row.kind == CouponKind.PERCENT else row.amount) or Decimal(0),
        used=row.used,
        limit=row.limit,
        least=row.min_total,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        note=row.note,
        made_at=row.made_at,
        stands=_stands(row, at),
    )


def _stands(row: Coupon, at: datetime) -> str:
    if row.stopped_at or (row.valid_until and row.valid_until <= at):
        return "paattynyt"
    if row.limit is not None and row.used >= row.limit:
        return "loppunut"
    return "tulossa" if row.valid_from > at else "voimassa"


SOURCE = Source(
    listing=LISTING,
    deed="coupon.listed",
    categories=(),
    may_see=may_see,
    rows=_rows,
    lines=_lines,
    persons=lambda _line: None,
)


def coupon(*, by: Duty, at: datetime, coupon_id: UUID) -> CouponOnList:
    """Return one coupon; Missing where there is none for this duty. No person is in it, so nothing is recorded."""
    SOURCE.check(by)
    row = Coupon.objects.filter(id=coupon_id).first()
    if row is None:
        raise Missing
    return _line(row, at)
