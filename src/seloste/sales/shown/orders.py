"""Orders in a list."""

from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from seloste.sales.choices import ListKey
from seloste.sales.queries.orders import SOURCE, OrderOnList
from seloste.sales.rules.columns import Badge, Column
from seloste.sales.shown.listing import Bulk, Shelf
from seloste.shop.choices import OrderState

#: How the states look: what needs a hand is marked, the rest is quiet.
STATES = {
    OrderState.PLACED: ("", "clock"),
    OrderState.PAID: ("accent", "out"),
    OrderState.DELIVERING: ("accent", "out"),
    OrderState.DELIVERED: ("good", "check"),
    OrderState.CLOSED: ("", "check"),
    OrderState.CANCELLED: ("", "cross"),
    OrderState.WITHDRAWN: ("warn", "undo"),
    OrderState.PARTLY_REFUNDED: ("", "undo"),
    OrderState.REFUNDED: ("", "undo"),
}
WAITING = {
    "henkilo": gettext_lazy("whose?"),
    "viesti": gettext_lazy("message"),
    "peruutus": gettext_lazy("withdrawal"),
    "vahvistus": gettext_lazy("confirmation came back"),
}
#: Ways of paying in a word.
SHORT: dict[str, Any] = {"paytrail": "Paytrail", "stripe": "Stripe", "invoice": gettext_lazy("Invoice")}


def state_badge(state: OrderState, *, is_due: bool) -> Badge:
    """Return the mark of a state; of what went back in part, it says whether the rest is still to be delivered."""
    both = is_due and state is OrderState.PARTLY_REFUNDED
    tone, icon = STATES[OrderState.DELIVERING if both else state]
    return Badge(text=state_words(state, is_due=is_due), tone=tone, icon=icon)


def state_words(state: OrderState, *, is_due: bool) -> str:
    """Return the state in words."""
    both = is_due and state is OrderState.PARTLY_REFUNDED
    return _("To be delivered, partly refunded") if both else capfirst(str(state.label))


def _what(line: OrderOnList) -> str:
    if not line.more:
        return line.what
    rest = ngettext("and %(more)s more", "and %(more)s more", line.more) % {"more": line.more}
    return f"{line.what} {rest}"


def _waits(line: OrderOnList) -> Badge | None:
    words = _waiting_words(line)
    return Badge(text=words, tone="warn", icon="question") if words else None


def _waiting_words(line: OrderOnList) -> str:
    return capfirst(", ".join(str(WAITING[what]) for what in line.waits))


def _refunded(line: OrderOnList) -> str:
    return _("of it returned") if 0 < line.refunded < line.gross else ""


COLUMNS = (
    Column(
        key="reference",
        label=gettext_lazy("Order"),
        category="order",
        value=lambda line: line.reference,
        url=lambda line: reverse("sales:order", args=[line.id]),
    ),
    Column(
        key="placed_at",
        label=gettext_lazy("Ordered"),
        category="order",
        value=lambda line: line.placed_at,
        order="vanhin",
    ),
    Column(
        key="customer",
        label=gettext_lazy("Customer"),
        is_plain=True,
        category="identity",
        value=lambda line: line.company or line.name,
        note=lambda line: line.name if line.company else "",
    ),
    Column(key="what", label=gettext_lazy("What"), is_plain=True, category="order", value=_what),
    Column(
        key="state",
        label=gettext_lazy("State"),
        is_plain=True,
        category="order",
        value=lambda line: state_words(line.state, is_due=line.is_due),
        badge=lambda line: state_badge(line.state, is_due=line.is_due),
    ),
    Column(
        key="waits",
        label=gettext_lazy("Waits"),
        is_rare=True,
        is_plain=True,
        category="order",
        value=_waiting_words,
        badge=_waits,
    ),
    Column(
        key="pays_by", label=gettext_lazy("Paid by"), category="billing", value=lambda line: str(SHORT[line.pays_by])
    ),
    Column(
        key="gross",
        label=gettext_lazy("Total"),
        is_plain=True,
        category="order",
        value=lambda line: line.gross,
        note=_refunded,
        shape="number",
        order="summa",
    ),
)

SHELF = Shelf(
    key=ListKey.ORDERS,
    source=SOURCE,
    place="sales:orders",
    title=gettext_lazy("Orders"),
    about=gettext_lazy("What was ordered, how far it has come, and what waits for somebody."),
    seek=gettext_lazy("Order number or company"),
    columns=COLUMNS,
    empty=gettext_lazy("No orders yet"),
    empty_text=gettext_lazy("Orders appear here as soon as somebody orders in the shop."),
    icon="order",
    bulk=(
        Bulk(key="toimita", label=gettext_lazy("Mark as delivered"), category="delivery"),
        Bulk(key="peru", label=gettext_lazy("Cancel the orders"), category="order"),
    ),
)
