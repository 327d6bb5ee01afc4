"""What is begun, paid, paid twice, paid too late, and sent back."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings
from tests.make import AT, duty
from tests.payments import make

from seloste.kernel.duty import system
from seloste.kernel.refusals import Missing
from seloste.payments import actions
from seloste.payments.actions import following, refunding
from seloste.payments.choices import RefundState, RefundWhy, Settled, State, Trouble, Way
from seloste.payments.models import Payment, PaymentEvent, PaymentTrouble, Refund

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("providers")]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """What other rooms are told of payments, in order."""
    heard: list[tuple[str, Any]] = []
    for kind in following.KINDS:
        monkeypatch.setitem(
            following.deeds, kind, [lambda _by, _at, one, kind=kind: heard.append((kind, one.refunded_amount))]
        )
    return heard


@pytest.fixture
def cancelled(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Things that nobody wants any more."""
    keys: set[str] = set()
    matter = actions.Matter(look=lambda key: actions.Standing(reference="T-TEST", is_wanted=key not in keys))
    monkeypatch.setitem(following.matters, "thing", matter)
    return keys


def troubles() -> list[str]:
    return sorted(PaymentTrouble.objects.filter(settled_at=None).values_list("kind", flat=True))


def test_the_same_attempt_is_begun_once() -> None:
    first = make.payment(key="thing:1")
    assert make.payment(key="thing:1").id == first.id
    assert make.payment(key="thing:1", amount=Decimal("50.00")).id != first.id
    assert make.payment(Way.STRIPE, key="thing:1").id != first.id
    assert make.payment(key="thing:1", at=AT + timedelta(days=2)).id != first.id


def test_what_is_paid_is_not_begun_again() -> None:
    make.paid(make.payment(key="thing:1"))
    with pytest.raises(actions.AlreadyPaid):
        make.payment(Way.STRIPE, key="thing:1")


def test_a_payment_is_told_once_however_often_it_is_heard(told: list[Any]) -> None:
    one = make.paid(make.payment())
    make.paid(one, at=AT + timedelta(hours=1))
    make.answer(one, captured=4990, ended="failed")
    assert (one.state, told) == (State.PAID, [("paid", Decimal(0))])
    assert (one.paid_at, Payment.objects.get().paid_amount) == (AT, make.SUM)


def test_a_failed_payment_that_comes_after_all_is_told(told: list[Any]) -> None:
    one = make.answer(make.payment(), ended="failed")
    assert make.paid(one).state == State.PAID
    assert [kind for kind, _ in told] == ["failed", "paid"]


def test_money_in_small_is_never_paid_and_told_once(told: list[Any]) -> None:
    one = make.answer(make.payment(), captured=1)
    make.answer(one, captured=1, ended="failed")
    assert (one.state, told, troubles()) == (State.OPEN, [], [Trouble.AMOUNT])
    assert PaymentTrouble.objects.get().amount == Decimal("0.01")


@pytest.mark.parametrize("way", [Way.STRIPE, Way.PAYTRAIL])
def test_paid_twice_is_surplus(way: str, told: list[Any]) -> None:
    first, second = make.payment(Way.PAYTRAIL, key="thing:1"), make.payment(way, key="thing:1", amount=Decimal(50))
    make.paid(first)
    second = make.paid(second, at=AT + timedelta(minutes=1))
    assert [kind for kind, _ in told] == ["paid", "surplus"]
    assert (second.state, troubles()) == (State.PAID, [Trouble.TWICE])
    make.answer(second, refunds={"r": [5000, "done"]})
    assert (troubles(), PaymentTrouble.objects.get().how) == ([], Settled.BY_ITSELF)


def test_late_money_for_what_was_cancelled_is_kept_and_told(told: list[Any], cancelled: set[str]) -> None:
    one = make.payment(key="thing:1")
    cancelled.add("thing:1")
    assert make.paid(one).state == State.PAID
    assert ([kind for kind, _ in told], troubles()) == (["surplus"], [Trouble.NOT_WANTED])


def test_transfers_add_up_and_each_counts_once(told: list[Any]) -> None:
    one = make.payment(Way.INVOICE)
    for reference, amount in [("b1", "20.00"), ("b1", "20.00"), ("b2", "29.90"), ("b3", "1.00")]:
        one = actions.received_transfer(
            by=duty("accounting"),
            at=AT,
            payment_id=one.id,
            amount=Decimal(amount),
            paid_on=AT.date(),
            bank_reference=reference,
        )
    assert (one.state, one.paid_amount, [kind for kind, _ in told]) == (State.PAID, Decimal("50.90"), ["paid"])


def test_more_than_was_asked_for_is_told() -> None:
    one = make.payment(Way.INVOICE)
    values: dict[str, Any] = {"by": duty("accounting"), "at": AT, "payment_id": one.id, "paid_on": AT.date()}
    actions.received_transfer(**values, amount=Decimal("60.00"), bank_reference="b1")
    assert troubles() == [Trouble.TOO_MUCH]
    assert PaymentTrouble.objects.get().amount == Decimal("10.10")
    with pytest.raises(ValueError, match="brings"):
        actions.received_transfer(**values, amount=Decimal(0), bank_reference="b2")


def test_a_dispute_is_told_and_won() -> None:
    one = make.answer(make.paid(make.payment()), disputes={"d": "open"})
    assert (one.state, troubles()) == (State.DISPUTED, [Trouble.DISPUTED])
    assert make.answer(one, disputes={"d": "won"}).state == State.PAID


def test_never_more_goes_back_than_came(told: list[Any]) -> None:
    one = make.paid(make.payment(Way.INVOICE))
    values: dict[str, Any] = {"by": duty("accounting"), "at": AT, "payment_id": one.id, "why": RefundWhy.GOODWILL}
    with pytest.raises(actions.MoreThanPaid):
        actions.refund(**values, amount=Decimal("49.91"), key="a")
    with pytest.raises(actions.MoreThanPaid):
        actions.refund(**values, amount=Decimal("-1.00"), key="a")
    first = actions.refund(**values, amount=Decimal("30.00"), key="a")
    assert actions.refund(**values, amount=Decimal("30.00"), key="a").id == first.id
    with pytest.raises(actions.MoreThanPaid):
        actions.refund(**values, amount=Decimal("19.91"), key="b")
    actions.refund(**values, amount=Decimal("19.90"), key="b")
    assert first.state == RefundState.BY_HAND
    for number, row in enumerate(Refund.objects.order_by("asked_at")):
        actions.refunded_by_hand(
            by=duty("accounting"), at=AT, refund_id=row.id, paid_on=AT.date(), bank_reference=f"out{number}"
        )
    assert Payment.objects.get().state == State.REFUNDED
    assert [kind for kind, _ in told] == ["paid", "refunded", "refunded"]


def test_nothing_goes_back_of_what_never_came() -> None:
    one = make.payment()
    with pytest.raises(actions.MoreThanPaid):
        actions.refund(by=duty("accounting"), at=AT, payment_id=one.id, amount=Decimal(1), why=RefundWhy.TWICE, key="a")
    with pytest.raises(Missing):
        actions.refund(
            by=duty("accounting"), at=AT, payment_id=uuid4(), amount=Decimal(1), why=RefundWhy.TWICE, key="a"
        )


def test_who_may_not_see_orders_settles_nothing() -> None:
    make.answer(make.payment(), captured=1)
    trouble = PaymentTrouble.objects.get()
    with pytest.raises(Missing):
        actions.settle_trouble(by=duty("marketing"), at=AT, trouble_id=trouble.id, how=Settled.HARMLESS)
    mine = duty("accounting")
    for _ in range(2):
        actions.settle_trouble(by=mine, at=AT, trouble_id=trouble.id, how=Settled.HARMLESS)
    with pytest.raises(actions.Settled):
        actions.settle_trouble(by=duty("accounting"), at=AT, trouble_id=trouble.id, how=Settled.REFUNDED)


def test_a_failing_deed_undoes_the_whole_fold(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("another room")

    monkeypatch.setitem(following.deeds, "paid", [fails])
    one = make.payment()
    with pytest.raises(RuntimeError), transaction.atomic():
        make.paid(one)
    assert Payment.objects.get().state == State.OPEN


def test_events_are_only_added_to() -> None:
    make.paid(make.payment())
    event = PaymentEvent.objects.get()
    for statement in ("UPDATE payments_paymentevent SET kind = 'x'", "DELETE FROM payments_paymentevent"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert event.keep_until.year == AT.year + 6


def test_a_provider_is_never_asked_inside_a_transaction() -> None:
    from seloste.payments import transport

    with pytest.raises(transport.InTransactionError), transaction.atomic():
        actions.redirect(at=AT, payment_id=make.payment().id)


def test_a_provider_without_keys_or_without_its_name_in_the_notice_is_not_offered(providers: Settings) -> None:
    assert actions.open_ways() == [Way.PAYTRAIL, Way.STRIPE, Way.INVOICE]
    providers.STRIPE_KEY = ""
    assert actions.open_ways() == [Way.PAYTRAIL, Way.INVOICE]
    from seloste.declaration.load import current

    declared = current()
    nameless = declared.model_copy(update={"recipient": {}})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("seloste.payments.transport.current", lambda: nameless)
        assert actions.open_ways() == [Way.INVOICE]
        assert actions.undeclared() == [Way.PAYTRAIL]


def test_claims_of_refunds_are_fenced() -> None:
    one = make.paid(make.payment())
    values: dict[str, Any] = {"by": system("order"), "at": AT, "payment_id": one.id, "why": RefundWhy.CHANGE}
    actions.refund(**values, amount=Decimal(10), key="a")
    slow = refunding.claim(at=AT)
    assert slow is not None
    assert refunding.claim(at=AT) is None
    later = AT + refunding.LEASE + timedelta(seconds=1)
    assert refunding.expire_claims(at=later) == 1
    fresh = refunding.claim(at=later)
    assert fresh is not None
    assert fresh.fence > slow.fence
    assert refunding.mine(slow) is None
