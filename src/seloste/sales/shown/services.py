"""Subscriptions in a list, and one on its page."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from seloste.declaration.load import current
from seloste.sales.choices import ListKey
from seloste.sales.queries.services import SOURCE, ChangeLine, ServiceOnList, ServiceSheet
from seloste.sales.rules.columns import Badge, Column
from seloste.sales.shown.listing import Shelf
from seloste.services.choices import AskedBy, State

STATES = {
    State.ACTIVE: ("good", "check"),
    State.PAUSED: ("warn", "clock"),
    State.CANCELLED: ("", "cross"),
    State.ENDED: ("", "cross"),
}


def state_badge(state: State) -> Badge:
    """Return the mark of a state."""
    tone, icon = STATES[state]
    return Badge(text=capfirst(str(state.label)), tone=tone, icon=icon)


def _title(line: ServiceOnList) -> str:
    return f"{line.title} × {line.quantity}" if line.quantity > 1 else line.title


COLUMNS = (
    Column(
        key="reference",
        label=gettext_lazy("Subscription"),
        category="order",
        value=lambda line: line.reference,
        url=lambda line: reverse("sales:service", args=[line.id]),
    ),
    Column(key="title", label=gettext_lazy("What"), is_plain=True, category="order", value=_title),
    Column(
        key="customer",
        label=gettext_lazy("Customer"),
        is_plain=True,
        category="identity",
        value=lambda line: line.customer,
        note=lambda line: line.name,
    ),
    Column(
        key="state",
        label=gettext_lazy("State"),
        is_plain=True,
        category="order",
        value=lambda line: capfirst(str(line.state.label)),
        badge=lambda line: state_badge(line.state),
    ),
    Column(
        key="started_at",
        label=gettext_lazy("Begun"),
        category="order",
        value=lambda line: line.started_at,
        order="vanhin",
    ),
    Column(
        key="until_on",
        label=gettext_lazy("Paid until"),
        category="order",
        value=lambda line: line.paid_until,
        order="paattyy",
    ),
    Column(
        key="price",
        label=gettext_lazy("Price"),
        is_plain=True,
        category="order",
        value=lambda line: line.price,
        note=lambda line: f"/ {line.interval.label}",
        shape="number",
    ),
)

SHELF = Shelf(
    key=ListKey.SERVICES,
    source=SOURCE,
    place="sales:services",
    title=gettext_lazy("Subscriptions"),
    about=gettext_lazy("Services that go on, with each of their changes."),
    seek=gettext_lazy("Number or company"),
    columns=COLUMNS,
    empty=gettext_lazy("No subscriptions yet"),
    empty_text=gettext_lazy("A subscription begins when an order of one is paid."),
    icon="history",
)


def page(sheet: ServiceSheet, *, colleagues: Mapping[UUID, str], language: str) -> dict[str, Any]:
    """Return the context of a subscription's page."""
    return {
        "service": sheet,
        "line": sheet.line,
        "badge": state_badge(sheet.line.state),
        "changes": [_change(one, colleagues, language) for one in sheet.changes],
    }


def _change(one: ChangeLine, colleagues: Mapping[UUID, str], language: str) -> dict[str, Any]:
    declared = current().source.get(one.source)
    source = declared.name.in_language(language) if declared else ""
    asked = capfirst(str(AskedBy(one.asked_by).label))
    return {
        "change": one,
        "words": capfirst(str(one.kind.label)),
        "asked": f"{asked}: {one.asked_name}" if one.asked_name else asked,
        "source": f"{source} ({one.source_detail})" if one.source_detail else source,
        "entered_by": colleagues.get(one.entered_by, ""),
    }
