"""Payments in a list."""

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from seloste.sales.choices import ListKey
from seloste.sales.queries.payments import SOURCE, PaymentOnList
from seloste.sales.rules.columns import Badge, Column
from seloste.sales.shown.cells import euros
from seloste.sales.shown.listing import Shelf
from seloste.sales.shown.order import payment_badge
from seloste.sales.shown.orders import SHORT


def _odd(line: PaymentOnList) -> Badge | None:
    return Badge(text=_odd_words(line), tone="bad", icon="warning") if line.troubles else None


def _odd_words(line: PaymentOnList) -> str:
    number = len(line.troubles)
    return ngettext("%(n)s to look into", "%(n)s to look into", number) % {"n": number} if number else ""


def _back(line: PaymentOnList) -> str:
    return _("%(amount)s returned") % {"amount": euros(line.refunded)} if line.refunded else ""


COLUMNS = (
    Column(
        key="created_at",
        label=gettext_lazy("Begun"),
        category="billing",
        value=lambda line: line.created_at,
        url=lambda line: reverse("sales:payment", args=[line.id]),
        order="vanhin",
    ),
    Column(
        key="subject",
        label=gettext_lazy("What is paid"),
        is_plain=True,
        category="billing",
        value=lambda line: line.subject.name,
        url=lambda line: reverse("sales:order", args=[line.subject.order_id]) if line.subject.order_id else "",
    ),
    Column(
        key="way",
        label=gettext_lazy("Paid by"),
        is_plain=True,
        category="billing",
        value=lambda line: str(SHORT[line.way]),
    ),
    Column(
        key="state",
        label=gettext_lazy("State"),
        is_plain=True,
        category="billing",
        value=lambda line: capfirst(str(line.state.label)),
        badge=lambda line: payment_badge(line.state),
    ),
    Column(
        key="odd",
        label=gettext_lazy("Does not fit"),
        is_rare=True,
        is_plain=True,
        category="billing",
        value=_odd_words,
        badge=_odd,
    ),
    Column(
        key="amount",
        label=gettext_lazy("To be paid"),
        category="billing",
        value=lambda line: line.amount,
        shape="number",
        order="summa",
    ),
    Column(
        key="paid",
        label=gettext_lazy("Paid"),
        category="billing",
        value=lambda line: line.paid,
        note=_back,
        shape="number",
    ),
)

SHELF = Shelf(
    key=ListKey.PAYMENTS,
    source=SOURCE,
    place="sales:payments",
    title=gettext_lazy("Payments"),
    about=gettext_lazy("Each attempt to pay, as the payment service or the bank tells it."),
    seek=gettext_lazy("Order or invoice number"),
    columns=COLUMNS,
    empty=gettext_lazy("No payments yet"),
    empty_text=gettext_lazy("Payments appear here as soon as somebody begins one."),
    icon="scale",
    links=((gettext_lazy("What does not fit"), "sales:odd", "warning"),),
)
