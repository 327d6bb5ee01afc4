"""Subscriptions, as those who handle orders see them: a list, and one with each of its changes (S5.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.catalogue.transport import vies
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.money import cents
from seloste.kernel.refusals import Missing
from seloste.register import queries as register
from seloste.sales.queries import listing as pages
from seloste.sales.queries.orders import PURPOSE, within
from seloste.sales.queries.products import product_options
from seloste.sales.queries.source import Source
from seloste.sales.rules.listing import Asked, Filter, Listing, Order, Ready
from seloste.services.choices import ChangeKind, Interval, State
from seloste.services.models import Subscription, SubscriptionChange, SubscriptionPeriod
from seloste.services.queries import offered, owed, untold
from seloste.services.queries.standing import hangs_on_vat_number
from seloste.shop.models import Order as OrderRow
from seloste.shop.queries.standing import vat_of

CATEGORIES = ("order", "identity", "organisation")
#: What waits for somebody, by its word in the address.
UNTOLD = "kertomatta"
WAITS = {UNTOLD: _("for the customer to be told of the renewal")}


def may_see(by: Duty) -> bool:
    """Tell whether the duty handles orders. Bookkeeping sees what is billed, and that is the orders."""
    return by.sees("order", (PURPOSE,))


LISTING = Listing(
    key="services",
    filters=(
        Filter(key="tila", label=_("State"), options=State.choices, category="order"),
        Filter(key="odottaa", label=_("Waits"), options=tuple(WAITS.items()), category="order"),
        Filter(key="vali", label=_("Period"), options=Interval.choices, category="order"),
        Filter(key="tuote", label=_("Product"), options=product_options, category="order"),
    ),
    orders=(
        Order(key="", label=_("newest first"), column="started_at", kind="moment"),
        Order(key="vanhin", label=_("oldest first"), column="started_at", kind="moment", descends=False),
        Order(key="paattyy", label=_("by the end of what is paid"), column="until_on", kind="day", descends=False),
    ),
    ready=(
        Ready(label=_("All"), asks={}),
        Ready(label=_("To be told"), asks={"odottaa": UNTOLD}, icon="mail", counts=True),
        Ready(label=_("In force"), asks={"tila": "active"}, icon="check"),
        Ready(label=_("Paused"), asks={"tila": "paused"}, icon="clock"),
        Ready(label=_("Cancelled"), asks={"tila": "cancelled"}, icon="cross"),
    ),
    dates=_("Begun"),
    prefixes="TS",
)


def _rows(by: Duty, asked: Asked) -> "QuerySet[Subscription]":
    found = Subscription.objects.filter(order__in=within(by)).select_related("order")
    found = pages.during(found, "started_at", asked)
    for key, column in (("tila", "state"), ("vali", "interval"), ("tuote", "product")):
        if asked.chosen.get(key):
            found = found.filter(**{column: asked.chosen[key]})
    if asked.chosen.get("odottaa") == UNTOLD:
        found = untold.untold(found, on=local_date(asked.at))
    if asked.sought:
        return found.filter(reference=asked.sought) | found.filter(order__reference=asked.sought)
    if asked.typed and "organisation" in by.categories:
        return found.filter(order__company__istartswith=asked.typed)
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceOnList:
    """A subscription as a line of the list."""

    id: UUID
    reference: str
    title: str
    quantity: int
    state: State
    interval: Interval
    price: Decimal
    started_at: datetime
    until_on: date
    customer: str
    name: str
    order_id: UUID
    order_reference: str
    person_id: UUID | None

    @property
    def paid_until(self) -> date:
        """Return the last day that is paid; the next period begins on ``until_on``."""
        return self.until_on - timedelta(days=1)


def _lines(_by: Duty, _at: datetime, found: Sequence[Subscription]) -> list[ServiceOnList]:
    return [_line(row) for row in found]


def _line(row: Subscription) -> ServiceOnList:
    order: OrderRow = row.order
    name = f"{order.given_name} {order.family_name}".strip()
    return ServiceOnList(
        id=row.id,
        reference=row.reference,
        title=row.title,
        quantity=row.quantity,
        state=State(row.state),
        interval=Interval(row.interval),
        price=cents(row.unit * row.quantity),
        started_at=row.started_at,
        until_on=row.until_on,
        customer=order.company or name,
        name=name if order.company else "",
        order_id=order.id,
        order_reference=order.reference,
        person_id=order.person_id,
    )


SOURCE = Source(
    listing=LISTING,
    deed="subscription.listed",
    categories=CATEGORIES,
    may_see=may_see,
    rows=_rows,
    lines=_lines,
    persons=lambda line: line.person_id,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeLine:
    """A change: when it was entered and from when it holds, who asked and how, and what it cost."""

    kind: ChangeKind
    at: datetime
    effective_on: date
    asked_by: str
    asked_name: str
    asked_on: date
    source: str
    source_detail: str
    entered_by: UUID
    title: str
    quantity: int
    amount: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class PeriodLine:
    """A period that was billed."""

    begins_on: date
    ends_on: date
    amount: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceSheet:
    """One subscription with its changes and periods, and what it can become."""

    line: ServiceOnList
    is_gross: bool
    next_title: str
    rise: tuple[Decimal, date] | None
    resumes_on: date | None
    ended_on: date | None
    changes: Sequence[ChangeLine]
    periods: Sequence[PeriodLine]
    choices: Mapping[str, str]
    is_untold: bool
    owes: Sequence[UUID]
    vat: "VatLine | None"


@dataclass(frozen=True, kw_only=True, slots=True)
class VatLine:
    """On what the tax of a company rests: its number, whether it was found to be in force, and when that was."""

    number: str
    is_valid: bool
    since: datetime
    is_asked: bool


@transaction.atomic
def sheet(*, by: Duty, at: datetime, subscription_id: UUID) -> ServiceSheet:
    """Return the subscription; Missing where it is not there for this duty."""
    row = row_of(by=by, subscription_id=subscription_id)
    line = _line(row)
    persons = [line.person_id] if line.person_id else []
    record(by=by, at=at, deed="subscription.read", subjects=persons, categories=CATEGORIES, item=row.id)
    return ServiceSheet(
        line=line,
        is_gross=row.is_gross,
        next_title=row.next_change.title if row.next_change else "",
        rise=(row.rise_unit, row.rise_on) if row.rise_unit is not None and row.rise_on else None,
        resumes_on=row.resumes_on,
        ended_on=row.ended_on,
        changes=[_change(one) for one in row.changes.order_by("-number")],
        periods=_periods(row),
        choices={str(one.variant): one.title for one in offered.choices(row, at=at)},
        owes=list(owed.owed().filter(subscription=row).order_by("number").values_list("id", flat=True)),
        is_untold=untold.is_untold(row, on=local_date(at)),
        vat=_vat(row),
    )


def _vat(row: Subscription) -> VatLine | None:
    if not hangs_on_vat_number(row):
        return None
    known = vat_of(row.order)
    return VatLine(number=row.order.vat_number, is_valid=bool(known.evidence), since=known.since, is_asked=vies.is_on())


def row_of(*, by: Duty, subscription_id: UUID) -> Subscription:
    """Return the row; Missing where it is not there for this duty. The caller records the read."""
    SOURCE.check(by)
    row = Subscription.objects.select_related("order", "line", "next_change").filter(id=subscription_id).first()
    if row is None:
        raise Missing
    if row.order.person_id:
        register.check_use(row.order.person_id, by=by)
    return row


def _change(one: SubscriptionChange) -> ChangeLine:
    return ChangeLine(
        kind=ChangeKind(one.kind),
        at=one.at,
        effective_on=one.effective_on,
        asked_by=one.asked_by,
        asked_name=one.asked_name,
        asked_on=one.asked_on,
        source=one.source,
        source_detail=one.source_detail,
        entered_by=one.entered_by,
        title=one.title,
        quantity=one.quantity,
        amount=one.amount,
    )


def _periods(row: Subscription) -> list[PeriodLine]:
    rows = SubscriptionPeriod.objects.filter(subscription=row).order_by("-begins_on")[:24]
    return [PeriodLine(begins_on=one.begins_on, ends_on=one.ends_on, amount=one.amount) for one in rows]
