"""How much was sold and returned: counts and sums of everybody together, of no person.

What is sold counts on the day on which its money came, what is returned on the day on which it left. A day that is
over is reckoned once and kept (``Figure``); the days since then are reckoned from the orders. So a year is answered
from some thousand small rows, however many orders there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Max, Sum

from seloste.kernel.clock import HELSINKI
from seloste.kernel.duty import Duty
from seloste.kernel.money import NOTHING
from seloste.kernel.refusals import Missing
from seloste.sales.choices import FigureOf
from seloste.sales.models import Figure
from seloste.sales.rules.periods import Bar
from seloste.visits.rules.spans import Span

DAY = timedelta(days=1)
#: Job roles that sell, keep the books or answer for the whole.
PURPOSES = frozenset({"order", "accounting"})

#: What was sold, by the day in Helsinki: in all, by product, by country; one reading for all three.
SOLD = """
SELECT (o.paid_at AT TIME ZONE 'Europe/Helsinki')::date AS day, GROUPING(l.product_id, l.vat_country) AS of,
       l.product_id::text, l.vat_country, count(DISTINCT o.id), sum(l.quantity), sum(l.net), sum(l.gross)
FROM shop_order o JOIN shop_orderline l ON l.order_id = o.id
WHERE o.paid_at >= %s AND o.paid_at < %s
GROUP BY GROUPING SETS ((day), (day, l.product_id), (day, l.vat_country))
"""
#: What was returned, likewise. ``parts`` say how much of which line.
RETURNED = """
WITH back AS (
    SELECT r.id, (r.done_at AT TIME ZONE 'Europe/Helsinki')::date AS day, (part->>'line')::uuid AS line,
           (part->>'gross')::numeric AS gross
    FROM shop_refund r, jsonb_array_elements(r.parts) AS part
    WHERE r.state = 'done' AND r.done_at >= %s AND r.done_at < %s
)
SELECT back.day, GROUPING(l.product_id, l.vat_country) AS of, l.product_id::text, l.vat_country,
       count(DISTINCT back.id), sum(back.gross)
FROM back LEFT JOIN shop_orderline l ON l.id = back.line
GROUP BY GROUPING SETS ((back.day), (back.day, l.product_id), (back.day, l.vat_country))
"""
#: What GROUPING says of a row: which of the columns it is not of.
_OF = {3: FigureOf.ALL, 1: FigureOf.PRODUCT, 2: FigureOf.COUNTRY}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sums:
    """What was sold and returned, of something."""

    orders: int = 0
    quantity: int = 0
    net: Decimal = NOTHING
    gross: Decimal = NOTHING
    refunds: int = 0
    returned: Decimal = NOTHING

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            orders=self.orders + other.orders,
            quantity=self.quantity + other.quantity,
            net=self.net + other.net,
            gross=self.gross + other.gross,
            refunds=self.refunds + other.refunds,
            returned=self.returned + other.returned,
        )

    @property
    def left(self) -> Decimal:
        """Return what was sold less what was returned."""
        return self.gross - self.returned


@dataclass(frozen=True, kw_only=True, slots=True)
class Half:
    """One side of the comparison."""

    span: Span
    total: Sums
    course: Sequence[Sums]
    parts: Mapping[FigureOf, Mapping[str, Sums]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sales:
    """The sales of a span beside those of another."""

    now: Half
    then: Half | None
    bars: Sequence[Bar]
    then_bars: Sequence[Bar] = field(default_factory=tuple)


Key = tuple[date, FigureOf, str]


def may_see(by: Duty) -> bool:
    """Tell whether the duty sells, keeps the books or answers for the whole. No person is in the figures."""
    return not by.purposes.isdisjoint(PURPOSES) or "staff" in by.may


def sales(*, by: Duty, span: Span, bars: Sequence[Bar], compared: Span | None, then_bars: Sequence[Bar]) -> Sales:
    """Return the sales of the span; Missing where the duty has no part in them."""
    if not may_see(by):
        raise Missing
    then = _half(compared, then_bars) if compared else None
    return Sales(now=_half(span, bars), then=then, bars=bars, then_bars=then_bars)


def _half(span: Span, bars: Sequence[Bar]) -> Half:
    sealed = sealed_until()
    found = _kept(span, sealed) | _live(span, sealed)
    days = {day: sums for (day, of, _key), sums in found.items() if of == FigureOf.ALL}
    parts: dict[FigureOf, dict[str, Sums]] = {FigureOf.PRODUCT: {}, FigureOf.COUNTRY: {}}
    for (_day, of, key), sums in found.items():
        if of in parts:
            parts[of][key] = parts[of].get(key, Sums()) + sums
    return Half(
        span=span,
        total=sum(days.values(), Sums()),
        course=[_together(days, bar) for bar in bars],
        parts=parts,
    )


def _together(days: Mapping[date, Sums], bar: Bar) -> Sums:
    number = (bar.last - bar.first).days + 1
    return sum((days.get(bar.first + place * DAY, Sums()) for place in range(number)), Sums())


def sealed_until() -> date | None:
    """Return the last day whose figures are kept."""
    found: date | None = Figure.objects.filter(of=FigureOf.ALL).aggregate(last=Max("day"))["last"]
    return found


def _kept(span: Span, sealed: date | None) -> dict[Key, Sums]:
    """Return the kept figures: days of the whole, and one sum of all days of each product and country."""
    if sealed is None or sealed < span.first:
        return {}
    rows = Figure.objects.filter(day__gte=span.first, day__lte=min(span.last, sealed))
    names = ("orders", "quantity", "net", "gross", "refunds", "returned")
    found = {(row["day"], FigureOf.ALL, ""): _sums(row) for row in rows.filter(of=FigureOf.ALL).values("day", *names)}
    summed = (
        rows.exclude(of=FigureOf.ALL).order_by().values("of", "key").annotate(**{f"{n}_sum": Sum(n) for n in names})
    )
    for row in summed:
        told = {name: row[f"{name}_sum"] for name in names}
        found[span.first, FigureOf(row["of"]), row["key"]] = _sums(told)
    return found


def _sums(row: Mapping[str, int | Decimal]) -> Sums:
    names = ("orders", "quantity", "net", "gross", "refunds", "returned")
    return Sums(**{name: row[name] for name in names})  # type: ignore[arg-type]


def _live(span: Span, sealed: date | None) -> dict[Key, Sums]:
    """Return the figures of the days that are not kept yet."""
    first = max(span.first, sealed + DAY) if sealed else span.first
    return reckoned(first, span.last) if first <= span.last else {}


def reckoned(first: date, last: date) -> dict[Key, Sums]:
    """Reckon the figures of the days from the orders."""
    moments = [_midnight(first), _midnight(last + DAY)]
    found: dict[Key, Sums] = {}
    for day, of, product, country, orders, quantity, net, gross in _asked(SOLD, moments):
        key = _key(day, of, product, country)
        found[key] = Sums(orders=orders, quantity=quantity, net=net, gross=gross)
    for day, of, product, country, refunds, returned in _asked(RETURNED, moments):
        key = _key(day, of, product, country)
        found[key] = found.get(key, Sums()) + Sums(refunds=refunds, returned=returned)
    return found


def _key(day: date, of: int, product: str | None, country: str | None) -> Key:
    kind = _OF[of]
    said = {FigureOf.ALL: "", FigureOf.PRODUCT: product, FigureOf.COUNTRY: country}[kind]
    return day, kind, said or ""


def _asked(question: str, told: Iterable[datetime]) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, list(told))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=HELSINKI)
