"""What a customer sees of what she ordered: subscriptions with what they cost next, files, and what is being done.

Whoever holds the link of an order or a subscription sees that one; on her own open page a person sees all of hers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from seloste.catalogue.choices import ProductKind, VatKind
from seloste.catalogue.queries import files
from seloste.invoices import queries as invoices
from seloste.kernel.clock import local_date
from seloste.kernel.money import cents
from seloste.kernel.periods import add
from seloste.kernel.refusals import Missing
from seloste.services.choices import AskedBy, ChangeKind, State, TaskState
from seloste.services.models import (
    Deliverable,
    ProjectOpening,
    ServiceActivation,
    Subscription,
    SubscriptionChange,
)
from seloste.services.queries import links, offered, words
from seloste.services.queries.offered import Choice
from seloste.services.queries.standing import standing_of
from seloste.services.rules.life import LONGEST_PAUSE, Standing
from seloste.services.rules.links import Kind
from seloste.shop import links as orders
from seloste.shop.choices import OrderState
from seloste.shop.models import Order, OrderLine
from seloste.shop.queries import standing as withdrawing
from seloste.shop.rules.course import ENDED

#: How long the page of a subscription is shown after its end.
OPEN_AFTER = timedelta(days=90)
#: How many changes are shown; the rest is in the copy of one's data.
NEWEST = 50
#: How many orders are listed; older ones are in the copy of one's data.
LISTED = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """What is to change when the period ends."""

    kind: ChangeKind
    title: str
    quantity: int
    price: Decimal
    interval: str
    on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """One change as it is told: when, what, who asked and how it reached us, and what it cost."""

    at: datetime
    kind: ChangeKind
    effective_on: date
    title: str
    quantity: int
    price: Decimal
    interval: str
    asked_by: str
    source: str
    amount: Decimal
    bill: UUID | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """A subscription as its customer sees it. ``bills_on`` and ``bills`` are the next bill, where one comes."""

    id: UUID
    letters: str
    reference: str
    order_id: UUID
    language: str
    title: str
    sku: str
    variant: UUID
    quantity: int
    unit: Decimal
    price: Decimal
    interval: str
    is_gross: bool
    state: State
    paid_until: date
    left: int
    bills_on: date | None
    bills: Decimal
    bills_interval: str
    resumes_on: date | None
    ended_on: date | None
    waiting: Waiting | None
    rise_on: date | None
    rise: Decimal | None
    can_change: bool
    can_pause: bool
    can_cancel: bool
    can_keep: bool


def opened(letters: str, *, at: datetime) -> Seen:
    """Return the subscription that the link opens; Missing where it opens nothing (any more)."""
    return seen(row_of(letters, at=at), at=at)


def may_withdraw_until(seen: Seen, *, at: datetime) -> date | None:
    """Return the last day on which a consumer may withdraw from the contract; None where she may not."""
    order = Order.objects.filter(id=seen.order_id).exclude(state__in=ENDED).first()
    right = withdrawing.right(order, at=at) if order else None
    return right.last_day if right and right.is_open else None


def row_of(letters: str, *, at: datetime) -> Subscription:
    """Return the row that the link opens; Missing where it opens nothing (any more)."""
    found = links.opened(Kind.SUBSCRIPTION, letters)
    rows = Subscription.objects.select_related("order", "line", "next_change")
    row = rows.filter(id=found).first() if found else None
    if row is None or (row.ended_on and local_date(at) > row.ended_on + OPEN_AFTER):
        raise Missing
    return row


def seen(row: Subscription, *, at: datetime) -> Seen:
    """Return the subscription as its customer sees it."""
    standing, on = standing_of(row), local_date(at)
    goes_on = row.state in {State.ACTIVE, State.PAUSED}
    coming = standing.coming
    return Seen(
        id=row.id,
        letters=links.letters_of(Kind.SUBSCRIPTION, row.id),
        reference=row.reference,
        order_id=row.order_id,
        language=row.order.language,
        title=row.title,
        sku=row.sku,
        variant=row.variant,
        quantity=row.quantity,
        unit=row.unit,
        price=standing.terms.price,
        interval=row.interval,
        is_gross=row.is_gross,
        state=State(row.state),
        paid_until=row.until_on - timedelta(days=1),
        left=standing.left(on),
        bills_on=max(row.until_on, on) if goes_on else None,
        bills=coming.price if goes_on else Decimal(0),
        bills_interval=coming.interval,
        resumes_on=row.resumes_on,
        ended_on=row.ended_on,
        waiting=_waiting(row, standing),
        rise_on=row.rise_on,
        rise=cents(row.rise_unit * row.quantity) if row.rise_unit is not None else None,
        can_change=goes_on,
        can_pause=row.state == State.ACTIVE and standing.left(on) > 0,
        can_cancel=goes_on,
        can_keep=row.state == State.CANCELLED and on < row.until_on,
    )


def _waiting(row: Subscription, standing: Standing) -> Waiting | None:
    change, terms = row.next_change, standing.next_terms
    if change is None or terms is None:
        return None
    return Waiting(
        kind=ChangeKind(change.kind),
        title=change.title,
        quantity=terms.quantity,
        price=terms.price,
        interval=terms.interval,
        on=row.until_on,
    )


def choices(letters: str, *, at: datetime) -> Sequence[Choice]:
    """Return what the subscription of the link can be changed to."""
    return offered.choices(row_of(letters, at=at), at=at)


def latest_pause(on: date) -> date:
    """Return the last day on which a pause that begins on the day may end."""
    return add(on, LONGEST_PAUSE)


def changes(subscription_id: UUID) -> Sequence[Happening]:
    """Return what happened to the subscription, the newest first."""
    rows = SubscriptionChange.objects.filter(subscription=subscription_id).order_by("-number")[:NEWEST]
    return [
        Happening(
            at=row.at,
            kind=ChangeKind(row.kind),
            effective_on=row.effective_on,
            title=row.title,
            quantity=row.quantity,
            price=cents(row.unit * row.quantity),
            interval=row.interval,
            asked_by=str(AskedBy(row.asked_by).told),
            source=row.get_source_display(),
            amount=row.amount,
            bill=row.bill,
        )
        for row in rows
    ]


# --- What was bought once ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Bought:
    """A file that was bought. ``size`` is in bytes."""

    id: UUID
    order_id: UUID
    title: str
    name: str
    size: int
    granted_at: datetime
    is_withdrawn: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """Something that we do for an order: ``kind`` is goods, licence, project or service."""

    order_id: UUID
    title: str
    state: TaskState
    settled_at: datetime | None
    kind: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Ordered:
    """What orders gave."""

    subscriptions: Sequence[Seen]
    files: Sequence[Bought]
    work: Sequence[Done]

    def __bool__(self) -> bool:
        """Tell whether there is anything."""
        return bool(self.subscriptions or self.files or self.work)


def of_orders(order_ids: Sequence[UUID], *, at: datetime) -> Ordered:
    """Return what the orders gave: subscriptions that go on first."""
    rows = Subscription.objects.filter(order__in=order_ids).select_related("order", "line", "next_change")
    found = [seen(row, at=at) for row in rows.order_by("started_at", "id")]
    return Ordered(
        subscriptions=sorted(found, key=lambda one: one.state == State.ENDED),
        files=_files(order_ids),
        work=_work(order_ids),
    )


def followed_by(order_id: UUID, *, at: datetime) -> Sequence[Seen]:
    """Return the subscriptions whose renewal or change the order bills."""
    rows = Subscription.objects.filter(order__followed_by=order_id).select_related("order", "line", "next_change")
    billed = rows.filter(changes__bill=order_id).distinct()
    return [seen(row, at=at) for row in billed]


def _files(order_ids: Sequence[UUID]) -> list[Bought]:
    rows = Deliverable.objects.filter(order__in=order_ids).order_by("granted_at", "id")
    found = [(row, files.file(row.file)) for row in rows]
    return [
        Bought(
            id=row.id,
            order_id=row.order_id,
            title=row.title,
            name=file.name,
            size=file.size,
            granted_at=row.granted_at,
            is_withdrawn=row.withdrawn_at is not None,
        )
        for row, file in found
        if file is not None
    ]


def _work(order_ids: Sequence[UUID]) -> list[Done]:
    tasks = ServiceActivation.objects.filter(order__in=order_ids).order_by("created_at", "id").select_related("line")
    projects = ProjectOpening.objects.filter(order__in=order_ids).order_by("created_at", "id")
    return [
        *(_done(row, task_kind(row.line)) for row in tasks),
        *(_done(row, "project") for row in projects),
    ]


def task_kind(line: OrderLine) -> str:
    """Return what an employee does for a line: goods are sent, a licence is given, a service is begun."""
    if line.vat_kind == VatKind.GOODS:
        return "goods"
    return "licence" if line.kind == ProductKind.LICENCE else "service"


def _done(row: ServiceActivation | ProjectOpening, kind: str) -> Done:
    return Done(
        order_id=row.order_id,
        title=row.title,
        state=TaskState(row.state),
        settled_at=row.settled_at,
        kind=kind,
    )


# --- All of a person --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Invoiced:
    """A voucher of an order: what is left to pay, and until when."""

    id: UUID
    number: str
    kind: str
    issued_on: date
    due_on: date
    total: Decimal
    left: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderSeen:
    """An order in the customer's list; ``letters`` open its page."""

    id: UUID
    letters: str
    reference: str
    placed_at: datetime
    state: str
    gross: Decimal
    titles: Sequence[str]
    invoices: Sequence[Invoiced]
    needs_payment: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Hers:
    """All that a person ordered, the newest first, and what it gave."""

    orders: Sequence[OrderSeen]
    ordered: Ordered
    left_out: int


def of_person(person_id: UUID, *, at: datetime) -> Hers:
    """Return all that is put with the person. The caller has made sure that it is she who looks."""
    rows = Order.objects.filter(person=person_id).prefetch_related("lines").order_by("-placed_at", "-id")
    shown = list(rows[:LISTED])
    ordered = of_orders(list(rows.values_list("id", flat=True)), at=at)
    bills: dict[str, list[Invoiced]] = {}
    for one in invoices.of(f"order:{row.id}" for row in shown):
        bills.setdefault(one.order_key, []).append(_invoiced(one))
    return Hers(
        orders=[_order(row, bills.get(f"order:{row.id}", [])) for row in shown],
        ordered=ordered,
        left_out=max(0, rows.count() - LISTED),
    )


def how_many(person_id: UUID) -> tuple[int, int]:
    """Return how many orders the person has, and how many subscriptions that go on."""
    going_on = Subscription.objects.filter(order__person=person_id).exclude(state=State.ENDED)
    return Order.objects.filter(person=person_id).count(), going_on.count()


def _invoiced(one: invoices.Listed) -> Invoiced:
    return Invoiced(
        id=one.id,
        number=one.number,
        kind=str(one.kind.label),
        issued_on=one.issued_on,
        due_on=one.due_on,
        total=one.total,
        left=one.left,
    )


def _order(row: Order, bills: Sequence[Invoiced]) -> OrderSeen:
    return OrderSeen(
        id=row.id,
        letters=orders.sign(row.id),
        reference=row.reference,
        placed_at=row.placed_at,
        state=row.get_state_display(),
        gross=row.gross,
        titles=[words.called(line.title, line.quantity) for line in row.lines.all()],
        invoices=bills,
        needs_payment=row.state == OrderState.PLACED,
    )
