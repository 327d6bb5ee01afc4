"""A cancelled order leaves no page on which it could still be paid; money that comes all the same is not kept."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.make import AT, version_id
from tests.shop import life_make as life

from seloste.payments import transport
from seloste.payments.models import Payment, PaymentTrouble
from seloste.payments.transport import Told
from seloste.shop.actions import states
from seloste.shop.choices import OrderState, Why
from seloste.shop.models import Order

pytestmark = pytest.mark.django_db


@dataclass
class Counter:
    """A provider with one payment: what was asked of it, and what it answers."""

    account: str
    reference: str
    captured: int = 0
    closed: list[str] = field(default_factory=list)

    def fetch(self, provider_id: str, _at: datetime) -> Told:
        """Answer how the payment stands."""
        facts: dict[str, Any] = {"account": self.account, "currency": "EUR", "reference": self.reference}
        facts |= {"captured": self.captured} if self.captured else {}
        facts |= {"ended": "expired"} if provider_id in self.closed and not self.captured else {}
        return Told(event_id="", kind="answer", raw=b"", facts=facts)

    def close(self, provider_id: str, _at: datetime) -> None:
        """Close the page."""
        self.closed.append(provider_id)


@pytest.fixture(autouse=True)
def published() -> None:
    version_id()


def begun(monkeypatch: pytest.MonkeyPatch, *, captured: bool = False) -> tuple[Order, Counter]:
    """Return an order whose buyer has been led to the provider."""
    order = life.placed()
    payment = Payment.objects.get(subject_key=f"order:{order.id}")
    Payment.objects.filter(id=payment.id).update(provider_id="there-1")
    counter = Counter(payment.account, payment.reference, captured=int(order.gross * 100) if captured else 0)
    monkeypatch.setattr(transport, "provider", lambda _way: counter)
    return order, counter


@pytest.mark.parametrize("why", [Why.BY_CUSTOMER, Why.BY_STAFF])
def test_page_of_a_cancelled_order_is_closed_once(why: Why, monkeypatch: pytest.MonkeyPatch) -> None:
    order, counter = begun(monkeypatch)
    states.cancel(by=life.SYSTEM, at=life.SOON, order_id=order.id, why=why)
    order = life.forward(order, at=life.SOON)
    Order.objects.filter(id=order.id).update(next_step_at=life.SOON)
    life.forward(order, at=life.SOON + timedelta(minutes=1))

    assert counter.closed == ["there-1"]
    assert Payment.objects.get(provider_id="there-1").state == "expired"
    assert order.state == OrderState.CANCELLED
    assert "PAYMENT_FAILED" not in life.history(order)


def test_money_that_came_before_the_page_was_closed_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    order, counter = begun(monkeypatch, captured=True)
    states.cancel(by=life.SYSTEM, at=life.SOON, order_id=order.id, why=Why.BY_CUSTOMER)
    order = life.forward(order, at=life.SOON)
    assert (order.state, order.paid, counter.closed) == (OrderState.CANCELLED, 0, [])
    assert PaymentTrouble.objects.filter(settled_at=None).count() == 1, "an employee returns it"


def test_what_the_clock_cancelled_may_still_be_paid(monkeypatch: pytest.MonkeyPatch) -> None:
    order, counter = begun(monkeypatch)
    assert order.expires_at is not None
    assert order.expires_at > AT
    life.forward(order, at=order.expires_at)
    assert counter.closed == []
