"""An order as its customer sees it, on the page whose link she has. Nothing of the register comes in here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from seloste.invoices import queries as invoices
from seloste.invoices.queries import Listed
from seloste.kernel.refusals import Missing
from seloste.shop import links
from seloste.shop.choices import Happened, OrderState, PaysBy, Side, WithdrawalState
from seloste.shop.models import Order, OrderEvent, OrderLine, OrderMessage, Refund, Withdrawal
from seloste.shop.queries import people, standing
from seloste.shop.queries.standing import Withdrawable
from seloste.shop.queries.unreached import is_unreached
from seloste.shop.rules import course
from seloste.shop.rules.links import Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One thing that was ordered."""

    id: UUID
    title: str
    quantity: int
    gross: Decimal
    interval: str
    delivered_at: datetime | None
    is_undelivered: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One line of the order's history."""

    at: datetime
    what: Happened
    why: str
    amount: Decimal | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A message about the order."""

    at: datetime
    side: Side
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Stated:
    """A withdrawal and how it stands."""

    reference: str
    stated_at: datetime
    state: WithdrawalState
    words: str
    answer: str
    refund_due_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderPage:
    """Everything that the page shows, and what may be done on it."""

    id: UUID
    reference: str
    language: str
    state: OrderState
    placed_at: datetime
    expires_at: datetime | None
    pays_by: PaysBy
    lines: Sequence[Line]
    discount: Decimal
    net: Decimal
    vat: Decimal
    gross: Decimal
    paid: Decimal
    refunded: Decimal
    coupon: str
    steps: Sequence[Step]
    messages: Sequence[Said]
    vouchers: Sequence[Listed]
    withdrawals: Sequence[Stated]
    right: Withdrawable
    is_business: bool
    is_late_part: bool
    can_link: bool
    can_cancel: bool
    is_confirmed: bool
    is_unreached: bool

    @property
    def is_due(self) -> bool:
        """Tell whether something of it is still to be delivered, also where a part of the money went back."""
        return self.state in course.STILL_DELIVERING and any(line.is_undelivered for line in self.lines)

    @property
    def left_to_pay(self) -> Decimal:
        """Return what is still to be paid; nothing for an order that has ended."""
        return Decimal("0.00") if self.state in course.ENDED else max(self.gross - self.paid, Decimal("0.00"))

    @property
    def waits(self) -> Stated | None:
        """Return the withdrawal that waits for our answer."""
        return next((one for one in self.withdrawals if one.state is WithdrawalState.STATED), None)

    @property
    def can_withdraw(self) -> bool:
        """Tell whether a withdrawal may be stated: whatever we think of it, while there is a contract."""
        return not self.is_business and self.state not in course.ENDED and self.waits is None and not self.can_cancel


#: What of the history the customer has no use for: how our own tables were kept.
_OURS = frozenset({Happened.LINKED, Happened.MESSAGE_IN, Happened.MESSAGE_OUT})


def order_page(letters: str, *, at: datetime) -> OrderPage:
    """Return the page of the order that the letters open; Missing for forged ones, and where the order is gone."""
    link = links.opened(letters)
    order = Order.objects.filter(id=link.row).first() if link else None
    if link is None or order is None:
        raise Missing
    return _page(order, is_mailed=link.kind is Kind.MAILED, at=at)


def _page(order: Order, *, is_mailed: bool, at: datetime) -> OrderPage:
    lines = [_line(line) for line in order.lines.order_by("place")]
    return OrderPage(
        id=order.id,
        reference=order.reference,
        language=order.language,
        state=OrderState(order.state),
        placed_at=order.placed_at,
        expires_at=order.expires_at,
        pays_by=PaysBy(order.pays_by),
        lines=lines,
        discount=order.discount,
        net=order.net,
        vat=order.vat,
        gross=order.gross,
        paid=order.paid,
        refunded=order.refunded,
        coupon=order.coupon_code,
        steps=_steps(order),
        messages=_messages(order),
        vouchers=invoices.of([course.key_of(order.id)]),
        withdrawals=_withdrawals(order),
        right=standing.right(order, at=at),
        is_business=order.is_business,
        is_late_part=any(line.delivered_at for line in lines) and any(line.is_undelivered for line in lines),
        can_link=_can_link(order, is_mailed=is_mailed),
        is_confirmed=order.confirmed_at is not None and order.state not in course.ENDED,
        is_unreached=is_unreached(order.id),
        can_cancel=course.may_cancel(OrderState(order.state), is_paid=order.paid > 0),
    )


def _can_link(order: Order, *, is_mailed: bool) -> bool:
    waits = is_mailed and order.person_id is None
    return waits and people.provable(order.email) is not None and not people.is_corrected(order.id)


def _line(line: OrderLine) -> Line:
    return Line(
        id=line.id,
        title=line.title,
        quantity=line.quantity,
        gross=line.gross,
        interval=line.interval,
        delivered_at=line.fulfilled_at,
        is_undelivered=line.is_undelivered,
    )


def _steps(order: Order) -> list[Step]:
    rows = OrderEvent.objects.filter(order=order.id).order_by("id")
    found = [Step(at=row.at, what=Happened(row.what), why=row.why, amount=row.amount) for row in rows]
    return [step for step in found if step.what not in _OURS]


def _messages(order: Order) -> list[Said]:
    rows = OrderMessage.objects.filter(order=order).order_by("at", "id")
    return [Said(at=row.at, side=Side(row.side), text=row.text) for row in rows]


def _withdrawals(order: Order) -> list[Stated]:
    return [
        Stated(
            reference=row.reference,
            stated_at=row.stated_at,
            state=WithdrawalState(row.state),
            words=row.words,
            answer=row.answer,
            refund_due_on=row.refund_due_on,
        )
        for row in Withdrawal.objects.filter(order=order).order_by("stated_at", "id")
    ]


def refunds_of(order_id: UUID) -> Mapping[UUID, Decimal]:
    """Return what went back of the order, refund by refund."""
    return dict(Refund.objects.filter(order=order_id).order_by("asked_at").values_list("id", "amount"))
