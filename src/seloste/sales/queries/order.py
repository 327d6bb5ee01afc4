"""One order with everything that hangs on it. What the duty may not see is not asked for at all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from seloste.audit.actions import record
from seloste.catalogue.queries.offers import offers
from seloste.invoices.queries import vouchers
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing
from seloste.payments.models import Payment, PaymentTrouble
from seloste.register import queries as register
from seloste.sales.queries.orders import BOOKS, CATEGORIES, PURPOSE, may_see, within
from seloste.services.choices import TaskState
from seloste.services.models import Deliverable, ProjectOpening, ServiceActivation, Subscription
from seloste.services.queries.customer import task_kind
from seloste.shop.choices import OrderState, PaysBy, WithdrawalState
from seloste.shop.models import Order, OrderEvent, OrderLine, OrderMessage, Refund, Withdrawal
from seloste.shop.queries import needed
from seloste.shop.queries.unreached import is_unreached
from seloste.shop.rules import course

#: Fields of the order that its page shows, each where the duty sees the category that ``Order.holds`` says.
SHOWN = (
    "given_name", "family_name", "email", "phone", "company", "business_id", "vat_number", "street", "postal_code",
    "city", "country", "delivery_name", "delivery_phone", "delivery_street", "delivery_postal_code", "delivery_city",
    "delivery_country", "einvoice_address", "einvoice_operator", "buyer_reference", "wishes", "pays_by", "paid_at",
    "coupon_code", "language", "source", "linked_how", "linked_at",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Ordered:
    """A line of the order. ``sold_as`` is its name on the documents, where the reader knows it by another."""

    id: UUID
    title: str
    sku: str
    kind: str
    quantity: int
    unit: Decimal
    discount: Decimal
    net: Decimal
    vat: Decimal
    gross: Decimal
    vat_rate: Decimal
    vat_country: str
    period_from: date | None
    period_until: date | None
    fulfilled_at: datetime | None
    sold_as: str = ""
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that happened to the order: who did it and how it came to us."""

    at: datetime
    what: str
    why: str
    amount: Decimal | None
    source: str
    actor: UUID
    role: str
    line: UUID | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A message about the order."""

    id: UUID
    at: datetime
    side: str
    text: str
    handled_at: datetime | None
    actor: UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class Stated:
    """A withdrawal from the order."""

    id: UUID
    reference: str
    stated_at: datetime
    refund_due_on: date
    state: str
    text: str
    answer: str
    lines: Sequence[UUID]


@dataclass(frozen=True, kw_only=True, slots=True)
class Paid:
    """An attempt to pay the order."""

    id: UUID
    provider: str
    state: str
    amount: Decimal
    paid_amount: Decimal
    refunded_amount: Decimal
    created_at: datetime
    paid_at: datetime | None
    troubles: Sequence[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Returned:
    """Money that went back, or is on its way."""

    id: UUID
    amount: Decimal
    why: str
    words: str
    state: str
    asked_at: datetime
    done_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Running:
    """A service that goes on because of this order."""

    id: UUID
    reference: str
    title: str
    state: str
    paid_until: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Handed:
    """Something that is handed over because of this order: a file, goods, a service to switch on, a project."""

    id: UUID
    line: UUID
    kind: str
    title: str
    state: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """An order as one duty may see it. A part is None where the duty does not see such data.

    ``withdrawn`` are the lines from which the buyer says to withdraw, and nobody has answered yet.
    """

    id: UUID
    reference: str
    state: OrderState
    placed_at: datetime
    gross: Decimal
    net: Decimal
    vat: Decimal
    discount: Decimal
    refunded: Decimal
    is_paid: bool
    by_invoice: bool
    is_business: bool
    person_id: UUID | None
    organisation_id: UUID | None
    follows: tuple[UUID, str] | None
    values: Mapping[str, Any]
    lines: Sequence[Ordered]
    events: Sequence[Event]
    withdrawn: frozenset[UUID] = frozenset()
    is_confirmed: bool = False
    is_unreached: bool = False
    can_move: bool = False
    messages: Sequence[Told] | None = None
    withdrawals: Sequence[Stated] | None = None
    payments: Sequence[Paid] | None = None
    invoices: Sequence[vouchers.Listed] | None = None
    refunds: Sequence[Returned] | None = None
    services: Sequence[Running] = field(default_factory=tuple)
    handed: Sequence[Handed] | None = None


@transaction.atomic
def sheet(*, by: Duty, at: datetime, order_id: UUID, language: str = "") -> Sheet:
    """Return the order; Missing where it is not there for the duty, Withheld where its person's data are restricted.

    Products are named in ``language``, as the catalogue names them now, where the buyer ordered in another.
    """
    row = _row(by, order_id)
    seen = {name: getattr(row, name) for name in SHOWN if _sees(by, name)}
    record(by=by, at=at, deed="order.read", subjects=_subjects(row), categories=_categories(by), item=row.id)
    return Sheet(
        id=row.id,
        reference=row.reference,
        state=OrderState(row.state),
        placed_at=row.placed_at,
        gross=row.gross,
        net=row.net,
        vat=row.vat,
        discount=row.discount,
        refunded=row.refunded,
        is_paid=row.paid > 0,
        by_invoice=row.pays_by == PaysBy.INVOICE,
        is_business=row.is_business,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        follows=(row.follows.id, row.follows.reference) if row.follows else None,
        values=seen,
        lines=_lines(row, language or row.language, at),
        events=_events(row),
        withdrawn=_withdrawn(row),
        is_confirmed=row.confirmed_at is not None and row.state not in course.ENDED,
        is_unreached=is_unreached(row.id),
        can_move=Order.objects.filter(needed.being_handled(), id=row.id).exists(),
        **_parts(row, by),
    )


def _row(by: Duty, order_id: UUID) -> Order:
    """Return the order where the duty may look at it; of whom it is withheld is told by the register's refusal."""
    if not may_see(by) or "read" not in by.may:
        raise Missing
    row = Order.objects.select_related("follows").filter(id=order_id).first()
    if row is None:
        raise Missing
    if row.person_id is not None:
        register.check_use(row.person_id, by=by)
    if not within(by).filter(id=order_id).exists():
        raise Missing
    return row


@transaction.atomic
def note_denied(*, by: Duty, at: datetime, order_id: UUID) -> None:
    """Record that an order outside the duty was asked for (S8.3). The asker learns nothing from it."""
    row = Order.objects.filter(id=order_id).first()
    if row is not None:
        record(by=by, at=at, deed="order.read", subjects=_subjects(row), item=row.id, denied=True)


def _subjects(row: Order) -> list[UUID]:
    return [row.person_id] if row.person_id else []


def _categories(by: Duty) -> list[str]:
    possible = (*CATEGORIES, "contact", "delivery", "correspondence", "provenance")
    return [category for category in possible if category in by.categories]


def _sees(by: Duty, name: str) -> bool:
    """Tell whether the duty sees the field: every category that it can be of, for one of the order's purposes."""
    holding: Any = Order.holds[name]
    return all(by.sees(category, (PURPOSE, BOOKS)) for category in holding.categories)


def _parts(row: Order, by: Duty) -> dict[str, Any]:
    parts: dict[str, Any] = {"services": _services(row)}
    if "correspondence" in by.categories:
        parts |= {"messages": _messages(row), "withdrawals": _withdrawals(row)}
    if "billing" in by.categories:
        key = f"order:{row.id}"
        parts |= {"payments": _payments(row), "invoices": vouchers.of([key]), "refunds": _refunds(row)}
    if "delivery" in by.categories:
        parts |= {"handed": _handed(row)}
    return parts


def _lines(row: Order, language: str, at: datetime) -> list[Ordered]:
    found = list(row.lines.order_by("place"))
    known = named([line.variant_id for line in found], language, at) if language != row.language else {}
    return [_ordered(line, known.get(line.variant_id, line.title)) for line in found]


def named(variant_ids: Iterable[UUID | None], language: str, at: datetime) -> dict[UUID | None, str]:
    """Return what the catalogue calls the variants now in the language; what it does not know is left out."""
    found = offers([key for key in variant_ids if key], at)
    return {key: offer.title(language) for key, offer in found.items()}


def _withdrawn(row: Order) -> frozenset[UUID]:
    rows = Withdrawal.objects.filter(order=row, state=WithdrawalState.STATED)
    named_lines = list(rows.values_list("lines", flat=True))
    if [] in named_lines:  # of all of it
        return frozenset(row.lines.values_list("id", flat=True))
    return frozenset(line for lines in named_lines for line in lines)


def _ordered(line: OrderLine, title: str) -> Ordered:
    return Ordered(
        id=line.id,
        title=title,
        sold_as=line.title if line.title != title else "",
        sku=line.sku,
        kind=line.kind,
        quantity=line.quantity,
        unit=line.unit_gross,
        discount=line.discount,
        net=line.net,
        vat=line.vat,
        gross=line.gross,
        vat_rate=line.vat_rate,
        vat_country=line.vat_country,
        period_from=line.period_from,
        period_until=line.period_until,
        fulfilled_at=line.fulfilled_at,
        ended_at=line.ended_at,
    )


def _events(row: Order) -> list[Event]:
    return [
        Event(
            at=one.at,
            what=one.what,
            why=one.why,
            amount=one.amount,
            source=one.source,
            actor=one.actor,
            role=one.role,
            line=one.line,
        )
        for one in OrderEvent.objects.filter(order=row.id).order_by("-id")
    ]


def _messages(row: Order) -> list[Told]:
    return [
        Told(id=one.id, at=one.at, side=one.side, text=one.text, handled_at=one.handled_at, actor=one.actor)
        for one in OrderMessage.objects.filter(order=row).order_by("at", "id")
    ]


def _withdrawals(row: Order) -> list[Stated]:
    return [
        Stated(
            id=one.id,
            reference=one.reference,
            stated_at=one.stated_at,
            refund_due_on=one.refund_due_on,
            state=one.state,
            text=one.text,
            answer=one.answer,
            lines=one.lines,
        )
        for one in Withdrawal.objects.filter(order=row).order_by("stated_at", "id")
    ]


def _payments(row: Order) -> list[Paid]:
    keys = [f"order:{row.id}", *([f"invoice:{row.invoice}"] if row.invoice else [])]
    rows = list(Payment.objects.filter(subject_key__in=keys).order_by("created_at", "id"))
    troubles: dict[UUID | None, list[str]] = {}
    for one in PaymentTrouble.objects.filter(payment__in=[one.id for one in rows], settled_at=None):
        troubles.setdefault(one.payment, []).append(one.kind)
    return [
        Paid(
            id=one.id,
            provider=one.provider,
            state=one.state,
            amount=one.amount,
            paid_amount=one.paid_amount,
            refunded_amount=one.refunded_amount,
            created_at=one.created_at,
            paid_at=one.paid_at,
            troubles=troubles.get(one.id, []),
        )
        for one in rows
    ]


def _refunds(row: Order) -> list[Returned]:
    return [
        Returned(
            id=one.id,
            amount=one.amount,
            why=one.why,
            words=one.words,
            state=one.state,
            asked_at=one.asked_at,
            done_at=one.done_at,
        )
        for one in Refund.objects.filter(order=row).order_by("asked_at", "id")
    ]


def _services(row: Order) -> list[Running]:
    return [
        Running(
            id=one.id,
            reference=one.reference,
            title=one.title,
            state=one.state,
            paid_until=one.until_on - timedelta(days=1),
        )
        for one in Subscription.objects.filter(order=row).order_by("started_at", "id")
    ]


def _handed(row: Order) -> list[Handed]:
    files = [
        Handed(
            id=one.id,
            line=one.line_id,
            kind="file",
            title=one.title,
            state=TaskState.DROPPED if one.withdrawn_at else TaskState.DONE,
            at=one.granted_at,
        )
        for one in Deliverable.objects.filter(order=row)
    ]
    started = ServiceActivation.objects.filter(order=row).select_related("line")
    tasks: list[tuple[str, Any]] = [(task_kind(one.line), one) for one in started]
    tasks += [("project", one) for one in ProjectOpening.objects.filter(order=row)]
    handed = [
        Handed(
            id=one.id,
            line=one.line_id,
            kind=kind,
            title=one.title,
            state=one.state,
            at=one.settled_at or one.created_at,
        )
        for kind, one in tasks
    ]
    return sorted([*files, *handed], key=lambda one: (one.at, one.id))
