"""Invoices in a list."""

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from seloste.invoices.choices import Kind
from seloste.kernel.money import NOTHING
from seloste.sales.choices import ListKey
from seloste.sales.queries.invoices import SOURCE, InvoiceOnList
from seloste.sales.rules.columns import Badge, Column
from seloste.sales.shown.listing import Shelf


def _state(line: InvoiceOnList) -> str:
    if line.kind is Kind.CREDIT_NOTE:
        return capfirst(str(line.kind.label))
    if line.days_late:
        return ngettext("%(n)s day late", "%(n)s days late", line.days_late) % {"n": line.days_late}
    return _("Not paid yet") if line.left > NOTHING else _("Paid")


def _badge(line: InvoiceOnList) -> Badge:
    if line.kind is Kind.CREDIT_NOTE:
        return Badge(text=_state(line), icon="undo")
    if line.days_late:
        return Badge(text=_state(line), tone="bad", icon="warning")
    is_open = line.left > NOTHING
    return Badge(text=_state(line), tone="" if is_open else "good", icon="clock" if is_open else "check")


def _reminded(line: InvoiceOnList) -> str:
    if not line.reminders:
        return ""
    return ngettext("reminded %(n)s time", "reminded %(n)s times", line.reminders) % {"n": line.reminders}


COLUMNS = (
    Column(
        key="number",
        label=gettext_lazy("Number"),
        category="billing",
        value=lambda line: line.number,
        url=lambda line: reverse("invoices:invoice", args=[line.id]),
    ),
    Column(
        key="issued_on",
        label=gettext_lazy("Issued"),
        category="billing",
        value=lambda line: line.issued_on,
        order="vanhin",
    ),
    Column(key="buyer", label=gettext_lazy("Buyer"), is_plain=True, category="identity", value=lambda line: line.buyer),
    Column(
        key="order",
        label=gettext_lazy("Order"),
        is_plain=True,
        category="order",
        value=lambda line: line.order_reference,
        url=lambda line: reverse("sales:order", args=[line.order_id]) if line.order_id else "",
    ),
    Column(
        key="due_on",
        label=gettext_lazy("Due date"),
        category="billing",
        value=lambda line: line.due_on if line.kind is Kind.INVOICE else None,
        order="era",
    ),
    Column(key="state", label=gettext_lazy("State"), is_plain=True, category="billing", value=_state, badge=_badge),
    Column(key="reminded", label=gettext_lazy("Reminders"), is_rare=True, category="billing", value=_reminded),
    Column(
        key="net",
        label=gettext_lazy("Without VAT"),
        category="billing",
        value=lambda line: line.net,
        shape="number",
    ),
    Column(
        key="total",
        label=gettext_lazy("Total"),
        is_plain=True,
        category="billing",
        value=lambda line: line.total,
        shape="number",
        order="-summa",
    ),
    Column(
        key="left",
        label=gettext_lazy("Left to pay"),
        category="billing",
        value=lambda line: line.left,
        shape="number",
    ),
)

SHELF = Shelf(
    key=ListKey.INVOICES,
    source=SOURCE,
    place="sales:invoices",
    title=gettext_lazy("Invoices"),
    about=gettext_lazy("Invoices and credit notes in the order of their numbers, and what is left to pay."),
    seek=gettext_lazy("Invoice, order or company"),
    columns=COLUMNS,
    empty=gettext_lazy("No invoices yet"),
    empty_text=gettext_lazy("An invoice is made when an order is paid, or when it is ordered on invoice."),
    icon="document",
    links=(
        (gettext_lazy("Late payers"), "invoices:late", "clock"),
        (gettext_lazy("Bank"), "invoices:bank", "organisation"),
        (gettext_lazy("For the bookkeeping"), "invoices:export", "download"),
    ),
)
