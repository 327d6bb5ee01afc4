"""Withdrawals that wait for an answer. Nobody is refused by a machine (S4.10): each is settled by an employee."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from seloste.audit.actions import record
from seloste.kernel.duty import Duty
from seloste.kernel.ids import read_reference
from seloste.kernel.money import NOTHING
from seloste.kernel.refusals import Missing
from seloste.sales.queries.orders import PURPOSE, within
from seloste.services.models import SubscriptionChange
from seloste.services.queries import history
from seloste.shop.actions import withdrawing
from seloste.shop.choices import OrderSource, WithdrawalState
from seloste.shop.models import Order, OrderLine, Withdrawal
from seloste.shop.queries import standing
from seloste.shop.rules.withdrawal import Right

CATEGORIES = ("order", "identity", "contact", "correspondence")
#: Nobody works off more in a day.
MOST = 200
#: How many orders of one address are offered.
OFFERED = 10


def may_see(by: Duty) -> bool:
    """Tell whether the duty answers withdrawals."""
    return by.sees("correspondence", (PURPOSE,)) and "read" in by.may


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A withdrawal that waits; without an order where number and address did not fit together."""

    id: UUID
    reference: str
    stated_at: datetime
    refund_due_on: date
    name: str
    email: str
    told_reference: str
    text: str
    words: str
    order_id: UUID | None
    order_reference: str


def _seen(by: Duty) -> "Sequence[Withdrawal]":
    rows = (
        Withdrawal.objects.filter(state=WithdrawalState.STATED).select_related("order").order_by("refund_due_on", "id")
    )
    hidden = set(
        Order.objects.filter(id__in=[row.order_id for row in rows]).exclude(id__in=within(by)).values_list("id")
    )
    return [row for row in rows[:MOST] if (row.order_id,) not in hidden]


@transaction.atomic
def waiting(*, by: Duty, at: datetime) -> list[Waiting]:
    """Return what waits, what is due first on top; Missing where it is not this duty's."""
    if not may_see(by):
        raise Missing
    rows = _seen(by)
    persons = sorted({row.order.person_id for row in rows if row.order and row.order.person_id})
    record(by=by, at=at, deed="withdrawal.listed", subjects=persons, categories=CATEGORIES)
    return [_waiting(row) for row in rows]


def _waiting(row: Withdrawal) -> Waiting:
    return Waiting(
        id=row.id,
        reference=row.reference,
        stated_at=row.stated_at,
        refund_due_on=row.refund_due_on,
        name=row.name,
        email=row.email,
        told_reference=row.told_reference,
        text=row.text,
        words=row.words,
        order_id=row.order_id,
        order_reference=row.order.reference if row.order else "",
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A line that is withdrawn from: what may go back of it, and what the law says of the right."""

    id: UUID
    title: str
    most: Decimal
    right: Right
    is_meant: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Matter:
    """A withdrawal with its order's lines.

    ``puts_back`` tells of the change of a subscription whether accepting it puts the subscription back by itself, or an
    employee has to; None where the order is no such change.
    """

    waiting: Waiting
    parts: Sequence[Part]
    last_day: date | None
    is_paid: bool
    is_in_time: bool = False
    others: Sequence["Other"] = ()
    puts_back: bool | None = None

    @property
    def is_whole(self) -> bool:
        """Tell whether all of the order is meant."""
        return all(part.is_meant for part in self.parts)

    @property
    def amount(self) -> Decimal:
        """Return what goes back, or is credited, where the withdrawal is accepted as it was stated."""
        return sum((part.most for part in self.parts if part.is_meant), NOTHING)


@transaction.atomic
def matter(*, by: Duty, at: datetime, withdrawal_id: UUID) -> Matter:
    """Return one that waits; Missing where it is not there for this duty, or was settled."""
    row = Withdrawal.objects.filter(id=withdrawal_id, state=WithdrawalState.STATED).select_related("order").first()
    if row is None or not may_see(by) or not _is_within(by, row):
        raise Missing
    persons = [row.order.person_id] if row.order and row.order.person_id else []
    record(by=by, at=at, deed="withdrawal.read", subjects=persons, categories=CATEGORIES, item=row.id)
    right = standing.right(row.order, at=row.stated_at) if row.order else None
    return Matter(
        waiting=_waiting(row),
        parts=_parts(row, right) if row.order and right else (),
        last_day=right.last_day if right else None,
        puts_back=_puts_back(row),
        is_paid=bool(row.order and row.order.paid),
        is_in_time=bool(row.order and withdrawing.is_in_time(row.order, row)),
        others=() if row.order else _others(by, at, row),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Other:
    """An order of the e-mail address from which a withdrawal came without an order's number."""

    reference: str
    placed_at: datetime
    what: Sequence[str]


def _others(by: Duty, at: datetime, row: Withdrawal) -> list[Other]:
    """Return the newest orders of the address, for the employee to choose from: the address alone proves nothing."""
    orders = list(within(by).filter(email__iexact=row.email).order_by("-placed_at", "-id")[:OFFERED])
    persons = sorted({order.person_id for order in orders if order.person_id})
    if orders:
        record(by=by, at=at, deed="order.searched", subjects=persons, categories=["order"], item=row.id)
    titles: dict[UUID, list[str]] = {}
    for order, title in OrderLine.objects.filter(order__in=orders).order_by("place").values_list("order_id", "title"):
        titles.setdefault(order, []).append(title)
    return [
        Other(reference=order.reference, placed_at=order.placed_at, what=titles.get(order.id, [])) for order in orders
    ]


def _puts_back(row: Withdrawal) -> bool | None:
    if row.order is None or row.order.source != OrderSource.CHANGE:
        return None
    made = SubscriptionChange.objects.select_related("subscription").filter(bill=row.order.id).first()
    return made is not None and history.may_be_put_back(made)


def is_settled(withdrawal_id: UUID) -> bool:
    """Tell whether there is such a withdrawal, and it waits no more."""
    return Withdrawal.objects.filter(id=withdrawal_id).exclude(state=WithdrawalState.STATED).exists()


def _is_within(by: Duty, row: Withdrawal) -> bool:
    return row.order is None or within(by).filter(id=row.order.id).exists()


def _parts(row: Withdrawal, right: standing.Withdrawable) -> list[Part]:
    left = withdrawing.undoable(row.order) if row.order else {}
    named = set(row.lines)
    return [
        Part(
            id=line.id,
            title=line.title,
            most=left.get(line.id, Decimal(0)),
            right=right.lines[line.id].right,
            is_meant=not named or line.id in named,
        )
        for line in OrderLine.objects.filter(order=row.order).order_by("place")
    ]


def order_called(*, by: Duty, typed: str) -> UUID:
    """Return the order of that number; Missing where this duty sees none."""
    found = within(by).filter(reference=read_reference(typed) or "").values_list("id", flat=True).first()
    if found is None:
        raise Missing
    return found
