"""Payments, as those who keep the books see them: a list, one payment, and what does not fit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.invoices.models import Invoice
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing
from seloste.payments.choices import Origin, RefundState, State, Trouble, Way
from seloste.payments.models import Payment, PaymentEvent, PaymentTrouble, Refund
from seloste.register import queries as register
from seloste.register.models import Person
from seloste.sales.queries import listing as pages
from seloste.sales.queries.source import Source
from seloste.sales.rules.listing import Asked, Filter, Listing, Order, Ready
from seloste.shop.models import Order as OrderRow

PURPOSES = ("order", "accounting")
CATEGORIES = ("order", "billing")
#: Nobody works off more in a day.
MOST = 200


def may_see(by: Duty) -> bool:
    """Tell whether the duty sees what was paid."""
    return by.sees("billing", PURPOSES)


LISTING = Listing(
    key="payments",
    filters=(
        Filter(key="tila", label=_("State"), options=State.choices, category="billing"),
        Filter(key="tapa", label=_("Paid by"), options=Way.choices, category="billing"),
    ),
    orders=(
        Order(key="", label=_("newest first"), column="created_at", kind="moment"),
        Order(key="vanhin", label=_("oldest first"), column="created_at", kind="moment", descends=False),
        Order(key="-summa", label=_("largest first"), column="amount", kind="money"),
        Order(key="summa", label=_("smallest first"), column="amount", kind="money", descends=False),
    ),
    ready=(
        Ready(label=_("All"), asks={}),
        Ready(label=_("Paid"), asks={"tila": "paid"}, icon="check"),
        Ready(label=_("Waiting"), asks={"tila": "open"}, icon="clock"),
        Ready(label=_("Disputed"), asks={"tila": "disputed"}, icon="warning", counts=True),
    ),
    dates=_("Begun"),
    prefixes="T",
)


def _rows(by: Duty, asked: Asked) -> "QuerySet[Payment]":
    found = pages.during(Payment.objects.exclude(subject_key__in=_withheld(by)), "created_at", asked)
    for key, column in (("tila", "state"), ("tapa", "provider")):
        if asked.chosen.get(key):
            found = found.filter(**{column: asked.chosen[key]})
    return found.filter(subject_key__in=_subjects_called(asked.sought)) if asked.sought else found


def _withheld(by: Duty) -> list[str]:
    """Return what payments of people are of whose data this duty may not use now; they are few."""
    persons = Person.objects.filter(register.withheld_from(by))
    orders = OrderRow.objects.filter(person__in=persons).values_list("id", "invoice")
    return [key for order, invoice in orders for key in _keys(order, invoice)]


def _keys(order: UUID, invoice: UUID | None) -> list[str]:
    return [f"order:{order}", *([f"invoice:{invoice}"] if invoice else [])]


def _subjects_called(sought: str) -> list[str]:
    orders = OrderRow.objects.filter(reference=sought).values_list("id", "invoice")
    invoices = Invoice.objects.filter(number=sought).values_list("id", flat=True)
    return [key for order, invoice in orders for key in _keys(order, invoice)] + [f"invoice:{one}" for one in invoices]


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """What a payment is of: an order or an invoice of one."""

    name: str
    order_id: UUID | None
    person_id: UUID | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PaymentOnList:
    """A payment as a line of the list."""

    id: UUID
    created_at: datetime
    subject: Subject
    way: Way
    state: State
    amount: Decimal
    paid: Decimal
    refunded: Decimal
    troubles: Sequence[Trouble]


def _lines(_by: Duty, _at: datetime, found: Sequence[Payment]) -> list[PaymentOnList]:
    subjects = subjects_of(row.subject_key for row in found)
    troubles: dict[UUID | None, list[Trouble]] = {}
    for payment, kind in PaymentTrouble.objects.filter(
        payment__in=[row.id for row in found], settled_at=None
    ).values_list("payment", "kind"):
        troubles.setdefault(payment, []).append(Trouble(kind))
    return [
        PaymentOnList(
            id=row.id,
            created_at=row.created_at,
            subject=subjects[row.subject_key],
            way=Way(row.provider),
            state=State(row.state),
            amount=row.amount,
            paid=row.paid_amount,
            refunded=row.refunded_amount,
            troubles=troubles.get(row.id, []),
        )
        for row in found
    ]


def subjects_of(keys: Iterable[str]) -> dict[str, Subject]:
    """Return what payments are of, by their keys; what is gone has no name any more."""
    wanted = list(keys)
    found = {key: Subject(name="–", order_id=None, person_id=None) for key in wanted}
    ids = {kind: [_id(key) for key in wanted if key.startswith(f"{kind}:")] for kind in ("order", "invoice")}
    for row in OrderRow.objects.filter(id__in=ids["order"]):
        found[f"order:{row.id}"] = Subject(name=row.reference, order_id=row.id, person_id=row.person_id)
    numbers = dict(Invoice.objects.filter(id__in=ids["invoice"]).values_list("id", "number"))
    orders = {row.invoice: row for row in OrderRow.objects.filter(invoice__in=ids["invoice"])}
    for invoice, number in numbers.items():
        order = orders.get(invoice)
        found[f"invoice:{invoice}"] = Subject(
            name=number, order_id=order.id if order else None, person_id=order.person_id if order else None
        )
    return found


def _id(key: str) -> UUID:
    return UUID(key.partition(":")[2])


SOURCE = Source(
    listing=LISTING,
    deed="payment.listed",
    categories=CATEGORIES,
    may_see=may_see,
    rows=_rows,
    lines=_lines,
    persons=lambda line: line.subject.person_id,
)


# --- One payment ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """Something that was heard of the payment."""

    at: datetime
    kind: str
    origin: Origin


@dataclass(frozen=True, kw_only=True, slots=True)
class MoneyBack:
    """A refund of the payment, with how it fares."""

    id: UUID
    amount: Decimal
    why: str
    state: RefundState
    asked_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Odd:
    """Something that does not fit."""

    id: UUID
    kind: Trouble
    found_at: datetime
    amount: Decimal | None
    payment: UUID | None
    way: Way
    settled_at: datetime | None
    how: str
    subject: Subject | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PaymentSheet:
    """One payment with everything that was heard of it."""

    line: PaymentOnList
    reference: str
    provider_id: str
    expected_at: datetime
    paid_at: datetime | None
    heard: Sequence[Heard]
    refunds: Sequence[MoneyBack]
    odd: Sequence[Odd]


@transaction.atomic
def sheet(*, by: Duty, at: datetime, payment_id: UUID) -> PaymentSheet:
    """Return the payment; Missing where it is not there for this duty."""
    SOURCE.check(by)
    row = _rows(by, Asked(at=at)).filter(id=payment_id).first()
    if row is None:
        raise Missing
    line = _lines(by, at, [row])[0]
    subjects = [line.subject.person_id] if line.subject.person_id else []
    record(by=by, at=at, deed="payment.read", subjects=subjects, categories=CATEGORIES, item=row.id)
    troubles = PaymentTrouble.objects.filter(payment=row.id).order_by("-found_at", "id")
    return PaymentSheet(
        line=line,
        reference=row.reference,
        provider_id=row.provider_id,
        expected_at=row.expected_at,
        paid_at=row.paid_at,
        heard=_heard(row),
        refunds=[_back(one) for one in Refund.objects.filter(payment=row).order_by("asked_at", "id")],
        odd=[_odd(one, line.subject) for one in troubles],
    )


def _heard(row: Payment) -> list[Heard]:
    events = PaymentEvent.objects.filter(payment=row.id).order_by("received_at", "id")
    return [Heard(at=one.received_at, kind=one.kind, origin=Origin(one.origin)) for one in events]


def _back(one: Refund) -> MoneyBack:
    return MoneyBack(
        id=one.id,
        amount=one.amount,
        why=one.why,
        state=RefundState(one.state),
        asked_at=one.asked_at,
        settled_at=one.settled_at,
    )


def _odd(one: PaymentTrouble, subject: Subject | None) -> Odd:
    return Odd(
        id=one.id,
        kind=Trouble(one.kind),
        found_at=one.found_at,
        amount=one.amount,
        payment=one.payment,
        way=Way(one.provider),
        settled_at=one.settled_at,
        how=one.how,
        subject=subject,
    )


# --- What does not fit ------------------------------------------------------------------------------------------------


@transaction.atomic
def odd(*, by: Duty, at: datetime) -> list[Odd]:
    """Return what does not fit and nobody has looked into, the oldest first."""
    SOURCE.check(by)
    rows = list(PaymentTrouble.objects.filter(settled_at=None).order_by("found_at", "id")[:MOST])
    keys = dict(Payment.objects.filter(id__in=[one.payment for one in rows]).values_list("id", "subject_key"))
    subjects, hidden = subjects_of(keys.values()), set(_withheld(by))
    named = [(one, keys.get(one.payment, "") if one.payment else "") for one in rows]
    record(by=by, at=at, deed="payment.listed", categories=CATEGORIES)
    return [_odd(one, subjects.get(key)) for one, key in named if key not in hidden]


def odd_count(*, by: Duty) -> int:
    """Return how much does not fit. No personal data, no record."""
    return PaymentTrouble.objects.filter(settled_at=None).count() if may_see(by) else 0


def by_hand(*, by: Duty) -> int:
    """Return how many refunds somebody has to pay by bank transfer. No personal data, no record."""
    return Refund.objects.filter(state=RefundState.BY_HAND).count() if may_see(by) else 0
