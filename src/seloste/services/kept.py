"""What this room keeps about a person: what goes on, each of its changes, her files and what is being done for her.

All of it belongs to an order and goes with it. While a subscription goes on, its contract needs them both; cancelling
it is what ends that.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, Model, OuterRef
from django.utils.translation import gettext_lazy as _

from seloste.kernel.kept import BY_STAFF, SHOWN, About, Kept, Record, Stay, Surviving, Whose, erase_rows, values_of
from seloste.kernel.refusals import Words
from seloste.services.choices import State, TaskState
from seloste.services.models import (
    Deliverable,
    DownloadLink,
    ProjectOpening,
    ServiceActivation,
    Subscription,
    SubscriptionChange,
    SubscriptionPeriod,
)
from seloste.shop.kept import OPEN, last_day, matters_of
from seloste.shop.models import Order

PURPOSE = "order"
GOES_ON = Stay(
    law="GDPR 6(1)(b), 17(1)(a)",
    why=_("The subscription goes on. When it is cancelled and has ended, it goes as well."),
    blocks=False,
)
_BEGUN = Stay(
    law="GDPR 6(1)(b), 17(1)(a)",
    why=_("What was ordered is still being done. When that is over, it goes as well."),
    blocks=False,
)

_SUBSCRIPTION = {
    "reference": _("Number"),
    "title": _("What"),
    "sku": _("Product number"),
    "interval": _("Period"),
    "quantity": _("Quantity"),
    "unit": _("Price of one"),
    "is_gross": _("The price includes tax"),
    "discount": _("Discount"),
    "state": _("State"),
    "started_at": _("Began"),
    "since_on": _("Present period counted from"),
    "until_on": _("Next period begins"),
    "resumes_on": _("Pause ends"),
    "rise_unit": _("Coming price of one"),
    "rise_on": _("Coming price from"),
    "told_on": _("Reminded of the renewal"),
    "told_for": _("Renewal that was reminded of"),
    "ended_on": _("Ended"),
}
_COUNTED = "how the days of a period are counted; what follows from it is shown"
_OFFER = "a mark of the public offer, which is shown by its name"
_CHANGE = {
    "at": _("When"),
    "kind": _("What happened"),
    "effective_on": _("From"),
    "asked_by": _("Who asked"),
    "asked_name": _("Who asked, by name"),
    "asked_on": _("Asked on"),
    "source": _("How it reached us"),
    "title": _("What"),
    "sku": _("Product number"),
    "interval": _("Period"),
    "quantity": _("Quantity"),
    "unit": _("Price of one"),
    "was_title": _("What it was"),
    "was_quantity": _("Quantity before"),
    "was_unit": _("Price of one before"),
    "amount": _("Billed, or returned where negative"),
}
_PERIOD = {
    "begins_on": _("From"),
    "ends_on": _("Next period begins"),
    "amount": _("Billed"),
    "billed_at": _("When"),
}
_FILE = {
    "title": _("What"),
    "granted_at": _("Given"),
    "links": _("Links made"),
    "withdrawn_at": _("Taken back"),
}
_LINK = {
    "made_at": _("Made"),
    "expires_at": _("Runs out"),
    "used": _("Times used"),
    "last_used_at": _("Used last"),
}
_TASK = {
    "title": _("What"),
    "quantity": _("Quantity"),
    "state": _("State"),
    "created_at": _("Ordered"),
    "settled_at": _("Done"),
}
_PROJECT = {
    "title": _("What"),
    "state": _("State"),
    "created_at": _("Ordered"),
    "settled_at": _("Opened"),
}


def _about(order: Order, row: Any, at: str, category: str) -> About:  # noqa: ANN401 -- a row of any table
    asked = str(getattr(row, "asked_name", "")) + str(getattr(row, "source_detail", ""))
    return About(
        source=getattr(row, "source", "order"),
        source_detail=getattr(row, "source_detail", "") or order.reference,
        since_at=getattr(row, at),
        purposes=(PURPOSE,),
        bases=("legitimate_interest" if order.is_business else "contract",),
        until=last_day(order),
        names_others=bool(asked),  # whoever asked on the telephone may be somebody else
        category=category,
    )


def _of_orders(
    model: type[Model], fields: Iterable[str], *, order: str, at: str, category: str = "order"
) -> Callable[[Whose], list[Record]]:
    """Return how rows that belong to the people's orders are found; ``order`` is the way from the row to its order."""

    def records(whose: Whose) -> list[Record]:
        matters = matters_of(whose)
        rows: Any = model._base_manager.filter(**{f"{order}__in": list(matters)})  # noqa: SLF001 -- of any model
        found = rows.annotate(of_order=F(order)).order_by("pk")
        return [_record(row, *matters[row.of_order]) for row in found]

    def _record(row: Any, parent: Order, is_open: bool) -> Record:  # noqa: ANN401, FBT001 -- a row of the table
        return Record(
            id=row.pk,
            person=parent.person_id,
            values=values_of(row, fields),
            about=_about(parent, row, at, category),
            known=OPEN if is_open else "",
        )

    return records


def _while_needed(record: Record, surviving: Surviving) -> Stay | None:
    """Let it stay while its order is needed, and for nothing else."""
    if record.known != OPEN:
        return None
    return surviving.keeps(record.about) or (_BEGUN if record.person is None else None)


def _store(
    key: str,
    name: Words,
    model: type[Model],
    *,
    categories: Iterable[str] = ("order",),
    fields: Mapping[str, Words],
    inner: Mapping[str, str] | None = None,
    records: Callable[[Whose], Sequence[Record]],
    order: int,
) -> Kept:
    return Kept(
        key=key,
        name=name,
        model=model,
        categories=frozenset(categories),
        fields=fields,
        inner=inner or {},
        records=records,
        stays=_while_needed,
        erase=partial(erase_rows, model),
        order=order,
    )


_BY_SUBSCRIPTION = "subscription__order_id"

STORES = (
    _store(
        "services.changes",
        _("Changes to subscriptions"),
        SubscriptionChange,
        categories=("order", "identity"),
        fields=_CHANGE,
        inner={"variant": _OFFER, "source_detail": SHOWN, "entered_by": BY_STAFF},
        records=_of_orders(SubscriptionChange, _CHANGE, order=_BY_SUBSCRIPTION, at="at"),
        order=40,
    ),
    _store(
        "services.periods",
        _("Periods that were billed"),
        SubscriptionPeriod,
        fields=_PERIOD,
        records=_of_orders(SubscriptionPeriod, _PERIOD, order=_BY_SUBSCRIPTION, at="billed_at"),
        order=40,
    ),
    _store(
        "services.subscriptions",
        _("Subscriptions"),
        Subscription,
        fields=_SUBSCRIPTION,
        inner={
            **dict.fromkeys(("product", "variant"), _OFFER),
            **dict.fromkeys(("anchor_on", "number", "length", "used", "told_days"), _COUNTED),
        },
        records=_of_orders(Subscription, _SUBSCRIPTION, order="order_id", at="started_at"),
        order=41,
    ),
    _store(
        "services.links",
        _("Links to files"),
        DownloadLink,
        categories=("delivery",),
        fields=_LINK,
        records=_of_orders(DownloadLink, _LINK, order="deliverable__order_id", at="made_at", category="delivery"),
        order=40,
    ),
    _store(
        "services.files",
        _("Files bought"),
        Deliverable,
        categories=("order", "delivery"),
        fields=_FILE,
        records=_of_orders(Deliverable, _FILE, order="order_id", at="granted_at"),
        order=41,
    ),
    _store(
        "services.tasks",
        _("What we do for an order"),
        ServiceActivation,
        categories=("order", "delivery"),
        fields=_TASK,
        inner={"settled_by": BY_STAFF},
        records=_of_orders(ServiceActivation, _TASK, order="order_id", at="created_at"),
        order=41,
    ),
    _store(
        "services.projects",
        _("Projects ordered"),
        ProjectOpening,
        categories=("project", "delivery"),
        fields=_PROJECT,
        records=_of_orders(ProjectOpening, _PROJECT, order="order_id", at="created_at", category="project"),
        order=41,
    ),
)


# --- Until when an order is needed ------------------------------------------------------------------------------------


def goes_on(column: str) -> Exists:
    """Tell of an order whether a subscription of it has not ended."""
    return Exists(Subscription.objects.filter(order=OuterRef(column)).exclude(state=State.ENDED))


def is_being_done(column: str) -> Exists:
    """Tell of an order whether an employee has still to do something for it."""
    return Exists(ServiceActivation.objects.filter(order=OuterRef(column), state=TaskState.WAITING))


def waits_for_project(column: str) -> Exists:
    """Tell of an order whether a project of it is still to be opened."""
    return Exists(ProjectOpening.objects.filter(order=OuterRef(column), state=TaskState.WAITING))


def still_needed(persons: frozenset[UUID], _today: date) -> dict[UUID, dict[str, Stay]]:
    """Return who has a subscription that goes on: her order and her contract are needed for it (17(1)(a))."""
    rows = Subscription.objects.filter(order__person__in=persons).exclude(state=State.ENDED)
    found = rows.values_list("order__person_id", flat=True).distinct()
    return {person: {PURPOSE: GOES_ON} for person in found}


__all__ = ["STORES", "goes_on", "is_being_done", "still_needed", "waits_for_project"]
