"""The orders, as a duty may see them: a list and one order with everything that hangs on it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from seloste.kernel.duty import Duty
from seloste.register import queries as register
from seloste.sales.queries import listing as pages
from seloste.sales.queries.products import product_options
from seloste.sales.queries.source import Source
from seloste.sales.rules.listing import Asked, Filter, Listing, Order, Ready
from seloste.services.choices import TaskState
from seloste.services.models import ServiceActivation
from seloste.shop.choices import OrderSource, OrderState, PaysBy, RefundState, Side, WithdrawalState
from seloste.shop.models import Order as OrderRow
from seloste.shop.models import OrderLine, OrderMessage, Refund, Withdrawal
from seloste.shop.queries import undelivered
from seloste.shop.queries.unreached import unreached
from seloste.shop.rules import course

PURPOSE, BOOKS = "order", "accounting"
#: What an order on the list tells of.
CATEGORIES = ("order", "identity", "organisation", "billing")
#: What waits for somebody, by its word in the address.
WAITS = {
    "tehtava": _("for something to be switched on or handed over"),
    "henkilo": _("for whose it is"),
    "viesti": _("for an answer to a message"),
    "peruutus": _("for a decision on a withdrawal"),
    "palautus": _("for money to leave"),
    "vahvistus": _("for a confirmation to arrive"),
}
#: Several states under one word: what is to be delivered.
TO_DELIVER = "toimitettavat"


def may_see(by: Duty) -> bool:
    """Tell whether the duty handles orders or keeps their books."""
    return by.sees("order", (PURPOSE, BOOKS))


def within(by: Duty) -> "QuerySet[OrderRow]":
    """Return the orders that the duty sees: bookkeeping sees what was paid or invoiced, and nothing before that."""
    rows = register.without_withheld(OrderRow.objects.all(), by)
    if PURPOSE in by.purposes:
        return rows
    return rows.filter(Q(paid_at__isnull=False) | Q(invoice__isnull=False))


LISTING = Listing(
    key="orders",
    filters=(
        Filter(
            key="tila",
            label=_("State"),
            options=((TO_DELIVER, _("to be delivered")), *OrderState.choices),
            category="order",
        ),
        Filter(key="odottaa", label=_("Waits"), options=tuple(WAITS.items()), category="order"),
        Filter(key="tuote", label=_("Product"), options=product_options, category="order"),
        Filter(key="tapa", label=_("Paid by"), options=PaysBy.choices, category="billing"),
    ),
    orders=(
        Order(key="", label=_("newest first"), column="placed_at", kind="moment"),
        Order(key="vanhin", label=_("oldest first"), column="placed_at", kind="moment", descends=False),
        Order(key="-summa", label=_("largest first"), column="gross", kind="money"),
        Order(key="summa", label=_("smallest first"), column="gross", kind="money", descends=False),
    ),
    ready=(
        Ready(label=_("All"), asks={}),
        Ready(label=_("To be delivered"), asks={"tila": TO_DELIVER}, icon="out", counts=True, category="delivery"),
        Ready(label=_("To be done"), asks={"odottaa": "tehtava"}, icon="check", counts=True, category="delivery"),
        Ready(label=_("Await payment"), asks={"tila": "placed"}, icon="clock"),
        Ready(
            label=_("Whose is it?"), asks={"odottaa": "henkilo"}, icon="question", counts=True, category="provenance"
        ),
        Ready(
            label=_("Confirmation came back"),
            asks={"odottaa": "vahvistus"},
            icon="mail",
            counts=True,
            category="contact",
        ),
        Ready(label=_("Messages"), asks={"odottaa": "viesti"}, icon="mail", counts=True, category="correspondence"),
        Ready(
            label=_("Withdrawals"), asks={"odottaa": "peruutus"}, icon="undo", counts=True, category="correspondence"
        ),
        Ready(label=_("Refunds under way"), asks={"odottaa": "palautus"}, icon="undo", counts=True, category="billing"),
    ),
    dates=_("Ordered"),
    prefixes="T",
)


def rows(by: Duty, asked: Asked) -> "QuerySet[OrderRow]":
    """Return the orders as asked."""
    found = pages.during(within(by), "placed_at", asked)
    for key, narrow in _NARROW.items():
        if asked.chosen.get(key):
            found = narrow(found, asked.chosen[key])
    if asked.sought:
        return found.filter(reference=asked.sought)
    if asked.typed and "organisation" in by.categories:
        return found.filter(company__istartswith=asked.typed)
    return found


def _in_state(found: "QuerySet[OrderRow]", state: str) -> "QuerySet[OrderRow]":
    if state == TO_DELIVER:
        return found.filter(undelivered.is_due())
    return found.filter(state=state)


def _of_product(found: "QuerySet[OrderRow]", product: str) -> "QuerySet[OrderRow]":
    return found.filter(Exists(OrderLine.objects.filter(order=OuterRef("pk"), product_id=product)))


def _waits(found: "QuerySet[OrderRow]", what: str) -> "QuerySet[OrderRow]":
    if what == "henkilo":
        return found.filter(person=None)
    if what == "vahvistus":
        return found.filter(id__in=unreached())
    waiting: Mapping[str, Any] = {
        "viesti": OrderMessage.objects.filter(side=Side.IN, handled_at=None),
        "peruutus": Withdrawal.objects.filter(state=WithdrawalState.STATED, order__isnull=False),
        "palautus": Refund.objects.filter(state=RefundState.ASKED),
        "tehtava": ServiceActivation.objects.filter(state=TaskState.WAITING),
    }
    return found.filter(id__in=waiting[what].values("order_id"))


def _paid_by(found: "QuerySet[OrderRow]", way: str) -> "QuerySet[OrderRow]":
    return found.filter(pays_by=way)


_NARROW: Mapping[str, Callable[["QuerySet[OrderRow]", str], "QuerySet[OrderRow]"]] = {
    "tila": _in_state,
    "odottaa": _waits,
    "tuote": _of_product,
    "tapa": _paid_by,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderOnList:
    """An order as a line of the list."""

    id: UUID
    reference: str
    placed_at: datetime
    state: OrderState
    name: str
    company: str
    what: str
    more: int
    gross: Decimal
    refunded: Decimal
    pays_by: PaysBy
    source: OrderSource
    country: str
    person_id: UUID | None
    is_due: bool
    waits: Sequence[str]


def _lines(by: Duty, _at: datetime, found: Sequence[OrderRow]) -> list[OrderOnList]:
    ids = [row.id for row in found]
    titles: dict[UUID, list[str]] = {}
    due: set[UUID] = set()
    for line in OrderLine.objects.filter(order__in=ids).order_by("place"):
        titles.setdefault(line.order_id, []).append(line.title)
        if line.is_undelivered:
            due.add(line.order_id)
    waiting = _waiting(by, ids)
    return [_line(row, titles.get(row.id, []), waiting, is_due=row.id in due) for row in found]


def _waiting(by: Duty, ids: Sequence[UUID]) -> dict[str, set[UUID]]:
    """Return of these orders which wait for what; what the duty may not see waits for others."""
    found: dict[str, set[UUID]] = {}
    if "correspondence" in by.categories:
        messages = OrderMessage.objects.filter(order__in=ids, side=Side.IN, handled_at=None)
        found["viesti"] = set(messages.values_list("order_id", flat=True))
        stated = Withdrawal.objects.filter(order__in=ids, state=WithdrawalState.STATED)
        found["vahvistus"] = unreached(ids)
        found["peruutus"] = set(stated.filter(order__isnull=False).values_list("order_id", flat=True))
    return found


def _line(row: OrderRow, titles: Sequence[str], waiting: Mapping[str, set[UUID]], *, is_due: bool) -> OrderOnList:
    waits = [what for what, orders in waiting.items() if row.id in orders]
    return OrderOnList(
        id=row.id,
        reference=row.reference,
        placed_at=row.placed_at,
        state=OrderState(row.state),
        name=f"{row.given_name} {row.family_name}".strip(),
        company=row.company,
        what=titles[0] if titles else "",
        more=max(len(titles) - 1, 0),
        gross=row.gross,
        refunded=row.refunded,
        pays_by=PaysBy(row.pays_by),
        source=OrderSource(row.source),
        country=row.country,
        person_id=row.person_id,
        is_due=is_due and row.state in course.STILL_DELIVERING,
        waits=[*waits, *(["henkilo"] if row.person_id is None else [])],
    )


SOURCE = Source(
    listing=LISTING,
    deed="order.listed",
    categories=CATEGORIES,
    may_see=may_see,
    rows=rows,
    lines=_lines,
    persons=lambda line: line.person_id,
)
