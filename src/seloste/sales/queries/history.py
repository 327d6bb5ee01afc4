"""A person's orders, their messages and payments, on her timeline. The timeline itself looks which the duty sees."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seloste.kernel.duty import Duty
from seloste.kernel.timeline import Entry
from seloste.payments.choices import State, Way
from seloste.payments.models import Payment
from seloste.sales.queries.orders import BOOKS, PURPOSE
from seloste.shop.choices import OrderSource, OrderState, Side
from seloste.shop.models import Order, OrderLine, OrderMessage

#: So many of the newest stand on the timeline; the list of orders has all of them.
NEWEST = 200


def timeline_entries(by: Duty, person_id: UUID) -> Sequence[Entry]:
    """Return the person's orders, what she wrote about them, and what was paid. What we wrote is told by the mail."""
    if by.purposes.isdisjoint({PURPOSE, BOOKS}):
        return []
    rows = list(Order.objects.filter(person=person_id).order_by("-placed_at", "-id")[:NEWEST])
    if not rows:
        return []
    return [*_orders(rows), *_messages(rows), *_payments(rows)]


def _orders(rows: Sequence[Order]) -> list[Entry]:
    titles: dict[UUID, list[str]] = {}
    for line in OrderLine.objects.filter(order__in=rows).order_by("place"):
        titles.setdefault(line.order_id, []).append(
            f"{line.title} × {line.quantity}" if line.quantity > 1 else line.title
        )
    return [
        Entry(
            id=row.id,
            kind="order",
            at=row.placed_at,
            title=gettext_lazy("Order"),
            text="\n".join(titles.get(row.id, [])),
            source="order",
            source_detail=str(OrderSource(row.source).label) if row.source != OrderSource.CHECKOUT else "",
            purposes=_purposes(row),
            category="order",
            reference=row.reference,
            marks=(capfirst(str(OrderState(row.state).label)),),
        )
        for row in rows
    ]


def _purposes(row: Order) -> tuple[str, ...]:
    """Return for what an order is held: for the books too, once there is something to be booked."""
    return (PURPOSE, BOOKS) if row.paid_at or row.invoice else (PURPOSE,)


def _messages(rows: Sequence[Order]) -> list[Entry]:
    called = {row.id: row.reference for row in rows}
    return [
        Entry(
            id=one.id,
            kind="order_message",
            at=one.at,
            title=gettext_lazy("Message about an order"),
            text=one.text,
            source=one.source,
            purposes=(PURPOSE,),
            category="correspondence",
            reference=called[one.order_id],
        )
        for one in OrderMessage.objects.filter(order__in=rows, side=Side.IN).order_by("-at")[:NEWEST]
    ]


def _payments(rows: Sequence[Order]) -> list[Entry]:
    called = {f"order:{row.id}": row.reference for row in rows}
    called |= {f"invoice:{row.invoice}": row.reference for row in rows if row.invoice}
    had = Payment.objects.filter(subject_key__in=list(called), paid_at__isnull=False).order_by("-paid_at")[:NEWEST]
    return [
        Entry(
            id=one.id,
            kind="payment",
            at=one.paid_at,
            title=gettext_lazy("A payment"),
            text=_("%(amount)s EUR, %(way)s") % {"amount": f"{one.paid_amount}", "way": Way(one.provider).label},
            source="order",
            purposes=(PURPOSE, BOOKS),
            category="billing",
            reference=called[one.subject_key],
            marks=(capfirst(str(State(one.state).label)),),
        )
        for one in had
        if one.paid_at
    ]
