"""From the order to its end: states through one door, and what follows by itself, also after a kill."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import Error, transaction
from hypothesis import given
from hypothesis import strategies as st
from tests.catalogue import make as catalogue
from tests.make import AT, duty
from tests.shop import life_make as life
from tests.shop import make

from seloste.catalogue.models import Variant
from seloste.invoices.models import Invoice
from seloste.kernel.refusals import Missing, NotAllowed
from seloste.mail.models import Enclosure, Message
from seloste.payments.models import Payment
from seloste.shop import fulfil
from seloste.shop.actions import delivering, forward, states
from seloste.shop.actions.history import TooLate
from seloste.shop.choices import Happened, OrderState, PaysBy, Why
from seloste.shop.models import Coupon, Order, OrderEvent
from seloste.shop.rules import course, refunds, withdrawal
from seloste.shop.rules.withdrawal import Bought, Right

EUROS = st.integers(0, 500_00).map(lambda cents: Decimal(cents) / 100)


# --- Rules ------------------------------------------------------------------------------------------------------------


def test_every_state_can_be_left_as_said_and_only_the_last_one_is_final() -> None:
    assert set(course.MOVES) == set(OrderState)
    assert {state for state, next_ones in course.MOVES.items() if not next_ones} == {OrderState.REFUNDED}
    reached, new = {OrderState.PLACED}, {OrderState.PLACED}
    while new:
        new = {to for state in new for to in course.MOVES[state]} - reached
        reached |= new
    assert reached == set(OrderState)
    assert not any(state in next_ones for state, next_ones in course.MOVES.items())


@given(st.lists(st.sampled_from(OrderState), max_size=30))
def test_no_wish_leads_past_the_table_and_money_is_never_cancelled(wishes: list[OrderState]) -> None:
    state, been = OrderState.PLACED, [OrderState.PLACED]
    for wish in wishes:
        if course.may_move(state, wish):
            state = wish
            been.append(state)
    if OrderState.DELIVERED in been:
        assert been[been.index(OrderState.DELIVERED) - 1] in {OrderState.PAID, OrderState.DELIVERING}
    for before, after in pairwise(been):
        assert not (before is OrderState.PAID and after is OrderState.CANCELLED)
        assert not (before in course.ENDED and after in course.OPEN and before is not OrderState.CANCELLED)


@given(st.dates(date(2024, 1, 1), date(2039, 12, 31)))
def test_fourteen_days_end_on_a_working_day_and_never_early(start: date) -> None:
    last = withdrawal.last_day(start)
    assert timedelta(days=14) <= last - start <= timedelta(days=19)
    assert last.weekday() < 5


@pytest.mark.parametrize(
    ("placed", "last"),
    [
        (date(2026, 11, 23), date(2026, 12, 7)),
        (date(2026, 11, 21), date(2026, 12, 7)),  # a Saturday, then Independence Day on Sunday
        (date(2026, 12, 11), date(2026, 12, 28)),  # Christmas Day, Boxing Day and the weekend
        (date(2027, 3, 12), date(2027, 3, 30)),  # Good Friday to Easter Monday
    ],
)
def test_last_day_for_withdrawing(placed: date, last: date) -> None:
    assert withdrawal.last_day(placed) == last


def test_right_of_withdrawal_by_what_was_bought() -> None:
    placed, today = date(2026, 11, 23), date(2026, 12, 8)
    told: dict[str, Any] = {"placed_on": placed, "is_business": False, "today": today}
    service, goods = Bought(vat_kind="service"), Bought(vat_kind="goods")
    assert withdrawal.standing(service, **told).right is Right.OVER
    assert withdrawal.standing(service, **{**told, "today": date(2026, 12, 7)}).right is Right.OPEN
    assert withdrawal.standing(goods, **told) == withdrawal.Standing(right=Right.OPEN, last_day=None)
    came = Bought(vat_kind="goods", delivered_on=date(2026, 12, 1))
    assert withdrawal.standing(came, **told).last_day == date(2026, 12, 15)
    download = Bought(vat_kind="electronic", waives=True)
    assert withdrawal.standing(download, **{**told, "today": placed}).right is Right.OPEN  # until it is delivered
    given_up = Bought(vat_kind="electronic", waives=True, delivered_on=placed)
    assert withdrawal.standing(given_up, **{**told, "today": placed}).right is Right.WAIVED
    assert withdrawal.standing(goods, **{**told, "is_business": True}).right is Right.BUSINESS
    assert withdrawal.of_order([given_up, goods], **told).right is Right.OPEN


@given(st.lists(EUROS, min_size=1, max_size=6), st.lists(EUROS, max_size=6), st.data())
def test_never_more_goes_back_than_came(prices: list[Decimal], wishes: list[Decimal], data: st.DataObject) -> None:
    gross = {uuid4(): price for price in prices}
    paid = data.draw(st.sampled_from([sum(prices, Decimal(0)), sum(prices, Decimal(0)) / 2])).quantize(Decimal("0.01"))
    back: dict[UUID, Decimal] = {}
    for wish in [*wishes, None]:
        left = refunds.left(paid=paid, refunded=sum(back.values(), Decimal(0)), gross=gross, back=back)
        line = data.draw(st.sampled_from(list(gross)))
        try:
            parts = refunds.parts(left, None if wish is None else {line: wish})
        except refunds.TooMuchError:
            continue
        assert all(amount > 0 for amount in parts.values()) or wish is None
        back = {one: back.get(one, Decimal(0)) + parts.get(one, Decimal(0)) for one in gross}
        assert sum(back.values(), Decimal(0)) <= paid
        assert all(back[one] <= gross[one] for one in gross)


# --- What follows -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_order_that_is_paid_is_invoiced_confirmed_and_delivered_once() -> None:
    done: list[UUID] = []
    guide = life.guide(stock=3)
    with life.fulfilling(lambda _by, _at, _order, line: done.append(line.id)):
        order = life.placed((guide, 2))
        order = life.pay(order)
        forward.forward(life.SOON)
        forward.forward(life.LATER)

    assert (order.state, order.paid, order.refunded) == (OrderState.DELIVERED, order.gross, 0)
    assert done == [order.lines.get().id]
    assert life.history(order) == [
        "PLACED", "LINKED", "PAID", "INVOICED", "CONFIRMED", "LINE_DELIVERED", "DELIVERED",
    ] or life.history(order) == [
        "LINKED", "PLACED", "PAID", "INVOICED", "CONFIRMED", "LINE_DELIVERED", "DELIVERED",
    ]  # fmt: skip
    assert life.mails(order) == ["confirmed", "delivered"]
    invoice = Invoice.objects.get()
    assert (invoice.id, invoice.total, invoice.prepaid) == (order.invoice, order.gross, order.gross)
    letter = Message.objects.get(key=f"order:{order.id}:confirmed")
    assert (letter.kind, letter.purpose, letter.language) == ("service", "order", "fi")
    files = Enclosure.objects.filter(message=letter).order_by("id")
    assert [bytes(one.content)[:5] for one in files] == [b"%PDF-", b"%PDF-"]
    closed = life.forward(order, at=life.SOON + course.CLOSES_AFTER + timedelta(minutes=1))
    assert (closed.state, closed.next_step_at) == (OrderState.CLOSED, None)


@pytest.mark.django_db
def test_state_is_what_its_history_leads_to_and_the_history_cannot_be_bent() -> None:
    order = life.bought()
    events = OrderEvent.objects.filter(order=order.id).order_by("id")
    told = [(Happened(what), OrderState(state)) for what, state in events.values_list("what", "state")]
    assert course.state_after(told) == order.state
    with pytest.raises(Error), transaction.atomic():
        events.update(why="unpaid")
    with pytest.raises(Error), transaction.atomic():
        events.filter(order=order.id).delete()


@pytest.mark.django_db
def test_order_is_confirmed_at_once_and_its_payment_when_it_comes() -> None:
    order = life.placed()
    assert life.forward(order, at=AT).confirmed_at == AT
    assert life.mails(order) == ["confirmed"]
    assert not Enclosure.objects.filter(message__key=f"order:{order.id}:confirmed", name__contains="lasku").exists()
    life.pay(order)
    life.forward(order, at=life.LATER)
    assert life.mails(order) == ["confirmed", "paid"]
    assert Invoice.objects.count() == 1


@pytest.mark.django_db
def test_order_that_nobody_pays_ends_and_gives_back_what_it_held() -> None:
    guide, code = life.guide(stock=3), make.coupon("KERRAN", limit=1)
    order = life.placed((guide, 2), code="KERRAN")
    assert Variant.objects.get(id=guide).stock == 1
    assert Coupon.objects.get(id=code).used == 1

    confirmed = life.forward(order, at=AT + timedelta(seconds=10))
    assert order.expires_at is not None
    ended = life.forward(order, at=order.expires_at)
    life.forward(order, at=order.expires_at + timedelta(days=3))

    assert confirmed.state == OrderState.PLACED
    assert (ended.state, ended.ended_at, ended.next_step_at) == (OrderState.CANCELLED, order.expires_at, None)
    assert (Variant.objects.get(id=guide).stock, Coupon.objects.get(id=code).used) == (3, 0)
    assert life.mails(order) == ["cancelled", "confirmed"]
    assert not Invoice.objects.exists()


@pytest.mark.django_db
def test_payment_that_comes_too_late_has_the_order_go_on_if_it_still_can() -> None:
    guide = life.guide(stock=1)
    late, sold = life.placed((guide, 1)), None
    assert late.expires_at is not None
    life.forward(late, at=late.expires_at)
    after = late.expires_at + timedelta(minutes=1)

    revived = life.pay(late, at=after)
    assert revived.state in course.STILL_DELIVERING
    assert (revived.ended_at, revived.paid) == (None, revived.gross)
    assert Variant.objects.get(id=guide).stock == 0
    assert "PAID_LATE" in life.history(revived)

    other = catalogue.on_sale(slug="toinen", stock=1)
    lost = life.placed((other, 1), at=after, orderer=life.by("myohassa@example.com"))
    assert lost.expires_at is not None
    life.forward(lost, at=lost.expires_at)
    sold = life.placed((other, 1), at=lost.expires_at, orderer=life.by("nopea@example.com"))
    unwanted = life.pay(lost, at=lost.expires_at + timedelta(minutes=1))
    assert (unwanted.state, unwanted.paid) == (OrderState.CANCELLED, 0)  # the payments give it back
    assert sold.state == OrderState.PLACED


@pytest.mark.django_db
def test_customer_cancels_what_is_not_paid_and_nothing_else() -> None:
    order = life.placed()
    assert states.cancel(by=life.SYSTEM, at=AT, order_id=order.id, why=Why.BY_CUSTOMER)
    assert not states.cancel(by=life.SYSTEM, at=AT, order_id=order.id, why=Why.BY_CUSTOMER)
    paid = life.bought(orderer=life.by("toinen@example.com"))
    with pytest.raises(TooLate):
        states.cancel(by=life.SYSTEM, at=life.LATER, order_id=paid.id, why=Why.BY_CUSTOMER)
    with pytest.raises(Missing):
        states.cancel(by=life.SYSTEM, at=AT, order_id=uuid4(), why=Why.BY_CUSTOMER)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["marketing", "technical"])
def test_order_does_not_exist_for_whose_job_it_is_not(role: str) -> None:
    order = life.placed()
    with pytest.raises((Missing, NotAllowed)):
        states.cancel(by=duty(role), at=AT, order_id=order.id, why=Why.BY_STAFF)
    assert Order.objects.get(id=order.id).state == OrderState.PLACED


@pytest.mark.django_db
def test_order_on_invoice_is_invoiced_at_once_and_delivered_when_paid_or_let_go() -> None:
    order = life.forward(life.placed(pays_by=PaysBy.INVOICE))
    assert (order.state, life.mails(order)) == (OrderState.PLACED, ["confirmed"])
    assert Invoice.objects.get().prepaid == 0
    states.let_go(by=duty(), at=life.LATER, order_id=order.id)
    delivering.deliver(by=duty(), at=life.LATER, order_id=order.id)
    assert Order.objects.get(id=order.id).state == OrderState.DELIVERED


@pytest.mark.django_db
def test_parts_are_delivered_one_by_one_by_an_employee() -> None:
    one, two = life.guide(slug="yksi"), life.guide(slug="kaksi")
    with life.fulfilling(lambda *_told: fulfil.LATER):
        order = life.bought((one, 1), (two, 1))
    first, second = order.lines.order_by("place")
    by = duty()
    assert order.state == OrderState.DELIVERING
    assert delivering.deliver(by=by, at=life.LATER, order_id=order.id, line_ids=[first.id])
    assert not delivering.deliver(by=by, at=life.LATER, order_id=order.id, line_ids=[first.id])
    assert Order.objects.get(id=order.id).state == OrderState.DELIVERING
    assert delivering.deliver(by=by, at=life.LATER, order_id=order.id, line_ids=[second.id])
    assert life.forward(order, at=life.LATER).state == OrderState.DELIVERED
    assert life.mails(order) == ["confirmed", "delivered"]


@pytest.mark.django_db
@pytest.mark.parametrize("falls", ["_invoice", "_confirm", "_fulfil", "_tell"])
def test_step_that_dies_is_done_in_the_next_turn_and_holds_up_nobody(
    falls: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that is killed loses the transaction it was in, and no other: the same as a step that raises."""

    def dies(*_told: object) -> None:
        raise RuntimeError("killed")

    steps = forward._STEPS  # noqa: SLF001 -- what the sweep does, step by step
    names = [step.__name__.strip("_") for step in steps]
    broken = tuple(dies if name == falls.strip("_") else step for name, step in zip(names, steps, strict=True))
    with life.fulfilling(lambda *_told: None):
        monkeypatch.setattr(forward, "_STEPS", broken)
        order, other = life.placed(), life.placed(orderer=life.by("toinen@example.com"))
        order, other = life.pay(order), life.pay(other)
        assert {one.next_step_at for one in (order, other)} == {life.SOON + course.AGAIN_AFTER}
        monkeypatch.setattr(forward, "_STEPS", steps)
        order = life.forward(order, at=life.SOON + course.AGAIN_AFTER)
    other = Order.objects.get(id=other.id)
    assert {(one.state, one.paid) for one in (order, other)} == {(OrderState.DELIVERED, order.gross)}
    assert life.mails(order) == life.mails(other) == ["confirmed", "delivered"]
    assert Invoice.objects.count() == Payment.objects.count() == 2


@pytest.mark.django_db
def test_line_that_cannot_be_fulfilled_leaves_the_others_delivered() -> None:
    one, two = life.guide(slug="yksi"), life.guide(slug="kaksi")
    bad = {"line": one}

    def deed(_by: object, _at: object, _order: Order, line: Any) -> None:  # noqa: ANN401
        if line.variant_id == bad["line"]:
            raise RuntimeError("the service does not answer")

    with life.fulfilling(deed):
        order = life.bought((one, 1), (two, 1))
        assert order.state == OrderState.DELIVERING
        assert [line.fulfilled_at is None for line in order.lines.order_by("place")] == [True, False]
        bad.clear()
        bad["line"] = two
        order = life.forward(order, at=life.SOON + course.AGAIN_AFTER)
    assert order.state == OrderState.DELIVERED
