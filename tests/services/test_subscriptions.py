"""Subscriptions in the database: what follows a payment, each change, renewals, and nothing twice."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django.fixtures import Settings
from tests.catalogue import make as catalogue
from tests.catalogue.test_registers import Register, register
from tests.make import AT, duty
from tests.services import make

from seloste.catalogue.choices import Interval, ProductKind
from seloste.kernel.duty import system
from seloste.kernel.refusals import Missing, NotAllowed
from seloste.mail.models import Message
from seloste.register.choices import Source
from seloste.services.actions import changing, renewing
from seloste.services.actions.door import Asked, CannotChange, OtherPrice
from seloste.services.choices import AskedBy, ChangeKind, State, TaskState
from seloste.services.models import ServiceActivation, Subscription, SubscriptionChange, SubscriptionPeriod
from seloste.services.shown.section import section
from seloste.shop.choices import OrderSource
from seloste.shop.models import Order, OrderLine

__all__ = ["register"]
pytestmark = pytest.mark.django_db


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC)


def fresh(row: Subscription) -> Subscription:
    return Subscription.objects.get(id=row.id)


def kinds(row: Subscription) -> list[str]:
    return list(SubscriptionChange.objects.filter(subscription=row).order_by("number").values_list("kind", flat=True))


# --- What follows a payment -------------------------------------------------------------------------------------------


def test_a_paid_subscription_begins_once() -> None:
    (variant,) = make.plans("30.00")
    order = make.paid([(variant, 2)])
    make.follow(order)
    row = make.of(order)
    assert (row.state, row.quantity, row.unit, row.is_gross) == (State.ACTIVE, 2, Decimal("30.00"), True)
    assert (row.since_on, row.until_on) == (date(2026, 11, 25), date(2026, 12, 25))
    assert kinds(row) == ["started"]
    period = SubscriptionPeriod.objects.get(subscription=row)
    assert (period.amount, period.bill) == (Decimal("60.00"), order.id)
    assert Order.objects.get(id=order.id).last_delivery_on == date(2026, 12, 24)


def test_everything_ordered_follows_from_the_payment_by_the_shops_own_sweep() -> None:
    from tests.catalogue import make as catalogue

    from seloste.catalogue.choices import ProductKind, VatKind
    from seloste.register import actions as register
    from seloste.register.models import Project
    from seloste.services.actions import tasks
    from seloste.services.models import ProjectOpening, ServiceActivation
    from seloste.shop.actions import forward, states
    from seloste.shop.choices import OrderState

    (plan,) = make.plans("30.00")
    project = catalogue.on_sale("Kartoitus", kind=ProductKind.PROJECT, vat_kind=VatKind.SERVICE)
    order = make.order([(plan, 1), (project, 1)])
    states.move(by=system("order"), at=AT, order_id=order.id, to=OrderState.PAID)
    for _n in range(3):
        forward.forward(AT)
    assert make.of(order).state == State.ACTIVE
    assert tasks.open_projects(AT) == 1
    opening = ProjectOpening.objects.get(order=order)
    opened = Project.objects.get(id=opening.project)
    assert (opened.person_id, opened.source, opened.purposes) == (order.person_id, "order", ["projects"])
    waiting = ServiceActivation.objects.get(order=order)
    assert tasks.done(by=duty(), at=AT, task_id=waiting.id)
    assert not tasks.done(by=duty(), at=AT, task_id=waiting.id)
    order.refresh_from_db()
    assert order.state == OrderState.DELIVERING
    register.close_project(by=duty(), at=AT, item_id=opened.id, closed_on=AT.date())
    assert tasks.sweep(AT) == 1
    order.refresh_from_db()
    assert order.state == OrderState.DELIVERED


def test_a_subscription_whose_money_went_back_ends_with_nothing_owed() -> None:
    from seloste.shop import fulfil

    row = make.subscribed()
    for _twice in range(2):
        fulfil.returned(system("order"), AT, row.order, row.line)
    assert fresh(row).state == State.ENDED
    assert SubscriptionChange.objects.get(subscription=row, kind=ChangeKind.ENDED).amount == 0


def test_it_goes_with_its_order_and_not_while_it_goes_on() -> None:
    from seloste.kernel import retention

    row = make.subscribed(at=noon(date(2021, 1, 5)))
    store = next(store for store in retention.stores() if store.key == "shop.orders")
    late = noon(date(2025, 1, 5))
    assert store.clear(system("order"), late, 10) == 0
    changing.stop(**make.told(row, at=noon(date(2021, 1, 20))))
    from seloste.services.models import ServiceActivation

    ServiceActivation.objects.update(state="dropped", settled_at=AT)
    Order.objects.filter(id=row.order_id).update(state="delivered", delivered_at=noon(date(2021, 1, 5)))
    store.clear(system("order"), late, 10)
    assert not Subscription.objects.filter(id=row.id).exists()
    assert not SubscriptionChange.objects.exists()


def test_what_is_written_of_a_change_is_never_rewritten() -> None:
    row = make.subscribed()
    with pytest.raises(Exception, match="only added to"), transaction.atomic():
        SubscriptionChange.objects.filter(subscription=row).update(asked_name="joku muu")


# --- Changes ----------------------------------------------------------------------------------------------------------


def test_more_is_billed_by_the_days_that_are_left_and_told() -> None:
    low, high = make.plans("30.00", "60.00")
    order = make.paid([(low, 1)])
    row = make.of(order)
    at = noon(date(2026, 12, 10))
    made = changing.switch(**make.told(row, at=at), variant=high)
    row, change = fresh(row), SubscriptionChange.objects.get(id=made)
    assert (row.variant, row.unit, row.title) == (high, Decimal("60.00"), "Palvelu fi, taso 2 fi")
    assert (change.kind, change.amount, change.source) == (ChangeKind.UPGRADE, Decimal("15.00"), "web_form")
    assert change.was_unit == Decimal("30.00")
    assert change.bill is not None
    bill = Order.objects.get(id=change.bill)
    assert (bill.gross, bill.source, bill.follows_id) == (Decimal("15.00"), OrderSource.CHANGE, order.id)
    assert (bill.person_id, bill.email) == (order.person_id, order.email)
    line = OrderLine.objects.get(order=bill)
    assert (line.period_from, line.period_until) == (date(2026, 12, 10), date(2026, 12, 24))
    told = Message.objects.get(key=f"services:change:{made}")
    assert "15,00" in told.text
    assert "/tilauspalvelu/" in told.text


def test_the_same_form_sent_twice_is_one_change_and_one_bill() -> None:
    low, high = make.plans("30.00", "60.00")
    row = make.of(make.paid([(low, 1)]))
    told = make.told(row)
    assert changing.switch(**told, variant=high) == changing.switch(**told, variant=high)
    assert Order.objects.filter(source=OrderSource.CHANGE).count() == 1


def test_another_price_than_was_shown_changes_nothing() -> None:
    low, high = make.plans("30.00", "60.00")
    row = make.of(make.paid([(low, 1)]))
    with pytest.raises(OtherPrice):
        changing.switch(**make.told(row), variant=high, shown=Decimal("0.01"))
    assert kinds(row) == ["started"]
    assert not Order.objects.filter(source=OrderSource.CHANGE).exists()


def test_less_waits_for_the_end_of_the_period_and_begins_then() -> None:
    high, low = make.plans("60.00", "30.00")
    row = make.of(make.paid([(high, 1)]))
    changing.switch(**make.told(row), variant=low)
    assert fresh(row).variant == high
    assert renewing.sweep(noon(date(2026, 12, 25))) == 1
    row = fresh(row)
    assert (row.variant, row.title, row.unit, row.next_change) == (low, "Palvelu fi, taso 2 fi", Decimal("30.00"), None)
    assert SubscriptionPeriod.objects.filter(subscription=row).count() == 2


def test_an_employee_can_credit_what_costs_less() -> None:
    high, low = make.plans("60.00", "30.00")
    row = make.of(make.paid([(high, 1)]))
    made = changing.switch(**make.told(row, by=duty(), at=noon(date(2026, 12, 10))), variant=low, credit=True)
    change = SubscriptionChange.objects.get(id=made)
    assert (change.kind, change.amount, change.bill) == (ChangeKind.DOWNGRADE, Decimal("-15.00"), None)


def test_a_variant_of_another_product_is_not_offered() -> None:
    row = make.subscribed()
    (other,) = make.plans("5.00", title="Muu")
    with pytest.raises(CannotChange):
        changing.switch(**make.told(row), variant=other)


def test_a_wish_by_telephone_stands_with_who_asked_and_when() -> None:
    row, by = make.subscribed(), duty()
    asked = Asked(
        by=AskedBy.CUSTOMER, source=Source.PHONE, on=date(2026, 11, 24), name="Pekka, talous", detail="soitto"
    )
    made = changing.pause(
        by=by, at=AT, subscription_id=row.id, token=uuid4(), asked=asked, resumes_on=date(2027, 1, 10)
    )
    change = SubscriptionChange.objects.get(id=made)
    assert (change.asked_name, change.source, change.asked_on) == ("Pekka, talous", "phone", date(2026, 11, 24))
    assert (change.entered_by, change.asked_by) == (by.actor, "customer")


def test_who_may_not_write_orders_changes_nothing() -> None:
    row = make.subscribed()
    with pytest.raises((Missing, NotAllowed)):
        changing.cancel(**make.told(row, by=duty("marketing")))
    with pytest.raises(Missing):
        changing.cancel(**make.told(uuid4(), by=duty()))
    assert fresh(row).state == State.ACTIVE


# --- Pauses, cancellations --------------------------------------------------------------------------------------------


def test_a_pause_ends_by_itself_and_bills_nothing_meanwhile() -> None:
    row = make.subscribed()
    changing.pause(**make.told(row, at=noon(date(2026, 12, 5))), resumes_on=date(2027, 1, 10))
    assert renewing.sweep(noon(date(2026, 12, 28))) == 0
    assert renewing.sweep(noon(date(2027, 1, 10))) == 1
    row = fresh(row)
    assert (row.state, row.until_on) == (State.ACTIVE, date(2027, 1, 30))
    assert SubscriptionPeriod.objects.filter(subscription=row).count() == 1


def test_a_cancelled_subscription_ends_when_it_is_over_and_bills_nothing() -> None:
    row = make.subscribed()
    changing.cancel(**make.told(row))
    assert fresh(row).state == State.CANCELLED
    assert renewing.sweep(noon(date(2026, 12, 25))) == 1
    row = fresh(row)
    assert (row.state, row.ended_on, kinds(row)) == (State.ENDED, date(2026, 12, 25), ["started", "cancel", "ended"])
    assert Order.objects.filter(source=OrderSource.RENEWAL).count() == 0
    with pytest.raises(CannotChange):
        changing.keep(**make.told(row, at=noon(date(2026, 12, 26))))


# --- Renewals ---------------------------------------------------------------------------------------------------------


def test_a_period_is_billed_once_whatever_happens() -> None:
    row = make.subscribed()
    at = noon(date(2026, 12, 25))
    assert renewing.sweep(at) == 1
    assert renewing.sweep(at) == 0
    assert renewing.sweep(at - timedelta(days=3)) == 0  # the clock went back
    assert Order.objects.filter(source=OrderSource.RENEWAL).count() == 1
    period = SubscriptionPeriod.objects.filter(subscription=row).latest("begins_on")
    assert (period.begins_on, period.ends_on) == (date(2026, 12, 25), date(2027, 1, 25))
    with pytest.raises(IntegrityError), transaction.atomic():
        SubscriptionPeriod.objects.create(
            id=uuid4(), subscription=row, begins_on=period.begins_on, ends_on=period.ends_on, amount=0, billed_at=at
        )


def test_a_late_sweep_bills_each_period_on_its_own_days() -> None:
    row = make.subscribed(at=noon(date(2026, 8, 31)))
    at = noon(date(2026, 11, 25))
    assert [renewing.sweep(at), renewing.sweep(at), renewing.sweep(at)] == [1, 1, 0]
    begun = (
        SubscriptionPeriod.objects.filter(subscription=row).order_by("begins_on").values_list("begins_on", flat=True)
    )
    assert list(begun) == [date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31)]
    assert fresh(row).until_on == date(2026, 11, 30)


def test_a_year_is_billed_only_after_its_reminders() -> None:
    row = make.subscribed("300.00", interval=Interval.YEAR)
    for _n in range(2):
        renewing.sweep(noon(date(2027, 10, 26)))
    assert Message.objects.filter(key__startswith="services:reminder:").count() == 1
    renewing.sweep(noon(date(2027, 11, 18)))
    reminders = Message.objects.filter(key__startswith="services:reminder:")
    assert reminders.count() == 2
    assert all("25.11.2027" in one.text for one in reminders)
    assert renewing.sweep(noon(date(2027, 11, 25))) == 1
    assert fresh(row).until_on == date(2028, 11, 25)


def test_a_year_nobody_was_told_of_waits_for_a_week() -> None:
    row = make.subscribed("300.00", interval=Interval.YEAR)
    renewing.sweep(noon(date(2027, 11, 30)))
    assert (fresh(row).told_on, SubscriptionPeriod.objects.count()) == (date(2027, 11, 30), 1)
    renewing.sweep(noon(date(2027, 12, 6)))
    assert SubscriptionPeriod.objects.count() == 1
    renewing.sweep(noon(date(2027, 12, 7)))
    assert SubscriptionPeriod.objects.latest("begins_on").begins_on == date(2027, 11, 25)


def test_a_rise_is_told_in_time_or_refused() -> None:
    row = make.subscribed()
    asked = Asked(by=AskedBy.US, source=Source.CONTRACT, on=AT.date())
    told = {"by": duty(), "at": AT, "subscription_id": row.id, "asked": asked, "unit": Decimal("33.00")}
    with pytest.raises(CannotChange):
        changing.raise_price(**told, token=uuid4(), on=date(2026, 12, 20))  # type: ignore[arg-type]  # told by name
    made = changing.raise_price(**told, token=uuid4(), on=date(2026, 12, 25))  # type: ignore[arg-type]  # likewise
    assert "33,00" in Message.objects.get(key=f"services:change:{made}").text
    renewing.sweep(noon(date(2026, 12, 25)))
    assert SubscriptionPeriod.objects.latest("begins_on").amount == Decimal("33.00")


def test_nothing_is_done_by_itself_with_restricted_data() -> None:
    row = make.subscribed()
    order = row.order
    with connection.cursor() as cursor:
        cursor.execute("UPDATE register_person SET restricted_at = now() WHERE id = %s", [order.person_id])
    assert renewing.sweep(noon(date(2026, 12, 25))) == 0
    assert system("order").role == "system"


def test_a_renewal_is_invoiced_and_told_as_one_and_makes_no_new_contract() -> None:
    from seloste.services.shown.section import section
    from seloste.shop.actions import forward, states
    from seloste.shop.choices import OrderState
    from seloste.shop.queries import standing

    make.subscribed()
    at = noon(date(2026, 12, 25))
    renewing.sweep(at)
    forward.forward(at)
    bill = Order.objects.get(source=OrderSource.RENEWAL)
    assert bill.invoice is not None
    told = Message.objects.get(key=f"order:{bill.id}:confirmed")
    assert [file.name for file in told.enclosures.all()] == [f"lasku-{bill.reference}.pdf"]
    assert "25.12.2026" in told.text
    assert "24.1.2027" in told.text
    assert not standing.right(bill, at=at).is_open
    assert "/tilauspalvelu/" in section(bill.id, "fi", at)
    states.move(by=system("order"), at=at, order_id=bill.id, to=OrderState.PAID)
    for _n in range(3):
        forward.forward(at + timedelta(hours=1))
    assert not Message.objects.filter(key=f"order:{bill.id}:delivered").exists()


def test_one_that_cannot_be_renewed_holds_up_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    stuck, other = make.subscribed(), make.subscribed(title="Toinen", email="toinen@example.com")
    whole = renewing.bill_period

    def breaks(row: Subscription, made: SubscriptionChange, *, begins_on: date, at: datetime) -> None:
        if row.id == stuck.id:
            raise ValueError("out of order")
        whole(row, made, begins_on=begins_on, at=at)

    monkeypatch.setattr(renewing, "bill_period", breaks)
    renewing.sweep(AT + timedelta(days=32))
    assert (kinds(stuck), kinds(other)) == (["started"], ["started", "renew"])


# --- Told in another way ----------------------------------------------------------------------------------------------


def unreachable(row: Subscription) -> None:
    """Close the address, so that no reminder can leave."""
    Order.objects.filter(id=row.order_id).update(email="ei osoite")


def test_a_renewal_nobody_could_be_told_of_waits_in_sight_until_somebody_says_it_was_told() -> None:
    from seloste.services.queries.untold import untold

    row = make.subscribed("300.00", interval=Interval.YEAR)
    unreachable(row)

    def waits(day: date) -> bool:
        renewing.sweep(noon(day))
        return untold(Subscription.objects.all(), on=day).exists()

    assert [waits(date(2027, 10, 26)), waits(date(2027, 10, 28)), waits(date(2027, 12, 24))] == [False, True, True]
    assert SubscriptionPeriod.objects.count() == 1
    said = Asked(by=AskedBy.US, source=Source.PHONE, on=date(2027, 12, 24), name="Tiina Tilaaja")
    told = {"by": duty(), "at": noon(date(2027, 12, 24)), "subscription_id": row.id, "asked": said, "token": uuid4()}
    for _twice in range(2):
        changing.tell_otherwise(**told)  # type: ignore[arg-type]  # told by name
    assert kinds(row) == ["started", "told"]
    assert not waits(date(2027, 12, 30))
    assert SubscriptionPeriod.objects.count() == 1, "a week has not gone by"
    renewing.sweep(noon(date(2027, 12, 31)))
    assert SubscriptionPeriod.objects.latest("begins_on").begins_on == date(2027, 11, 25)


def test_what_needs_no_reminder_or_was_told_long_ago_is_not_noted_as_told() -> None:
    month = make.subscribed()
    year = make.subscribed("300.00", title="Vuosi", interval=Interval.YEAR, email="vuosi@example.com")
    for row in (month, year):
        with pytest.raises(CannotChange):
            changing.tell_otherwise(**make.told(row, by=duty()))


# --- Withdrawn from ---------------------------------------------------------------------------------------------------


def upgraded(*, at: datetime = AT) -> tuple[Subscription, Order]:
    """Return a subscription that was made larger, and the paid order of that."""
    from seloste.shop.actions import states
    from seloste.shop.choices import OrderState

    low, high = make.plans("30.00", "60.00")
    row = make.of(make.paid([(low, 1)]))
    changing.switch(**make.told(row, at=at), variant=high)
    bill = Order.objects.get(follows=row.order)
    states.move(by=system("order"), at=at, order_id=bill.id, to=OrderState.PAID, amount=bill.gross)
    Order.objects.filter(id=bill.id).update(paid=bill.gross)
    return fresh(row), Order.objects.get(id=bill.id)


def withdraw(order: Order, *, at: datetime, to: str = "accepted", part: Decimal | None = None) -> None:
    from seloste.shop.actions import withdrawing
    from seloste.shop.choices import WithdrawalState

    stated = withdrawing.state(by=system("order"), at=at, order_id=order.id, token=uuid4())
    amounts = {order.lines.get().id: part} if part else None
    withdrawing.settle(by=duty(), at=at, withdrawal_id=stated, to=WithdrawalState(to), amounts=amounts, answer="Näin.")


@pytest.mark.parametrize("part", [None, Decimal("10.00")])
def test_who_withdraws_from_a_larger_one_has_again_what_there_was_before(part: Decimal | None) -> None:
    row, bill = upgraded(at=noon(date(2026, 12, 10)))
    withdraw(bill, at=noon(date(2026, 12, 12)), to="partly" if part else "accepted", part=part)
    row = fresh(row)
    assert (row.state, row.unit, row.title) == (State.ACTIVE, Decimal("30.00"), "Palvelu fi, taso 1 fi")
    assert kinds(row) == ["started", "upgrade", "put_back"]
    back = SubscriptionChange.objects.get(subscription=row, kind=ChangeKind.PUT_BACK)
    assert back.amount == 0, "what the change cost goes back by itself"
    assert Order.objects.get(id=bill.id).refunded == (part or Decimal("15.00"))
    assert "30,00" in Message.objects.get(key=f"services:change:{back.id}").text
    renewing.sweep(noon(date(2026, 12, 25)))
    assert SubscriptionPeriod.objects.latest("begins_on").amount == Decimal("30.00")


def test_what_a_renewal_cost_more_meanwhile_is_owed_beside_it() -> None:
    row, bill = upgraded(at=noon(date(2026, 12, 20)))
    renewing.sweep(noon(date(2026, 12, 25)))
    withdraw(bill, at=noon(date(2026, 12, 25)))
    back = SubscriptionChange.objects.get(subscription=row, kind=ChangeKind.PUT_BACK)
    assert back.amount == Decimal("-30.00")


def test_what_was_changed_again_since_is_left_to_the_employee() -> None:
    row, bill = upgraded(at=noon(date(2026, 12, 10)))
    changing.switch(**make.told(row, at=noon(date(2026, 12, 11))), quantity=2)
    withdraw(bill, at=noon(date(2026, 12, 12)))
    assert kinds(row) == ["started", "upgrade", "quantity"]
    assert fresh(row).state == State.ACTIVE


def test_an_unpaid_larger_one_that_is_cancelled_is_put_back_too() -> None:
    from seloste.shop.actions import forward, states
    from seloste.shop.choices import Why

    low, high = make.plans("30.00", "60.00")
    row = make.of(make.paid([(low, 1)]))
    made = changing.switch(**make.told(row), variant=high)
    bill = SubscriptionChange.objects.get(id=made).bill
    assert bill is not None
    states.cancel(by=duty(), at=AT, order_id=bill, why=Why.UNPAID)
    for _n in range(2):
        forward.forward(AT + timedelta(minutes=10))
    assert kinds(row) == ["started", "upgrade", "put_back"]


def test_who_withdraws_from_the_whole_gets_back_what_a_larger_one_cost_since() -> None:
    from seloste.shop import fulfil

    row, _bill = upgraded(at=noon(date(2026, 12, 10)))
    fulfil.returned(system("order"), noon(date(2026, 12, 10)), row.order, row.line)
    assert SubscriptionChange.objects.get(subscription=row, kind=ChangeKind.ENDED).amount == Decimal("-15.00")


@pytest.mark.parametrize("is_withdrawn", [False, True])
def test_what_was_billed_and_not_paid_is_cancelled_with_it_and_told_once(*, is_withdrawn: bool) -> None:
    from seloste.invoices.queries.vouchers import balance
    from seloste.shop import fulfil
    from seloste.shop.actions import forward
    from seloste.shop.choices import OrderState

    low, high = make.plans("30.00", "60.00")
    row, day = make.of(make.paid([(low, 1)])), noon(date(2026, 12, 10))
    changing.switch(**make.told(row, at=day), variant=high)
    forward.forward(day)
    bill = Order.objects.get(follows=row.order)
    assert balance(bill.invoice) == Decimal("15.00")  # type: ignore[arg-type]  # it was invoiced
    if is_withdrawn:
        fulfil.returned(system("order"), day, row.order, row.line)
    else:
        changing.stop(**make.told(row, by=duty(), at=day))
    for _n in range(2):
        forward.forward(day + timedelta(minutes=10))

    bill.refresh_from_db()
    assert (fresh(row).state, bill.state) == (State.ENDED, OrderState.CANCELLED)
    assert balance(bill.invoice) == 0  # type: ignore[arg-type]  # likewise
    made = SubscriptionChange.objects.get(subscription=row, kind=ChangeKind.ENDED)
    assert made.amount == (0 if is_withdrawn else Decimal("-15.00")), "what nobody paid is owed to nobody"
    keys = Message.objects.filter(text__contains=bill.reference).values_list("key", flat=True)
    told = [key for key in keys if f"order:{bill.id}:cancelled" in key or key == f"services:change:{made.id}"]
    assert len(told) == 1
    assert kinds(row)[-1] == "ended"


def test_what_was_used_and_not_paid_is_still_to_be_paid() -> None:
    from seloste.shop.actions import forward
    from seloste.shop.choices import OrderState

    (plan,) = make.plans("30.00")
    row = make.of(make.paid([(plan, 1)]))
    renewing.sweep(noon(row.until_on))
    forward.forward(noon(row.until_on))
    used = Order.objects.get(follows=row.order)
    row = fresh(row)
    renewing.sweep(noon(row.until_on))
    forward.forward(noon(row.until_on))
    new = Order.objects.filter(follows=row.order).latest("placed_at")
    changing.stop(**make.told(row, by=duty(), at=noon(row.until_on)))
    used.refresh_from_db()
    new.refresh_from_db()
    assert (used.state, new.state) == (OrderState.PLACED, OrderState.CANCELLED)
    assert SubscriptionChange.objects.get(subscription=row, kind=ChangeKind.ENDED).amount == 0


# --- The VAT number of a company --------------------------------------------------------------------------------------


BEFORE, ANEW = "earlier answer", "WAPIAAAAYexample1"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("vies-valid.json", (ANEW, Decimal("0.00"))),
        ("vies-invalid.json", ("", Decimal("7.65"))),  # a service to a consumer is taxed where the seller is
        ("", (BEFORE, Decimal("0.00"))),
    ],
)
def test_a_renewal_rests_on_the_newest_answer_about_the_number(
    register: Register, settings: Settings, answer: str, said: tuple[str, Decimal]
) -> None:
    row = business()
    if answer:
        register.says(answer)
    else:
        settings.VIES_URL = ""
    renewing.sweep(noon(date(2026, 12, 24)))
    assert register.asked == [], "nobody asks before it is due"
    renewing.sweep(noon(date(2026, 12, 25)))
    renewal = Order.objects.get(source=OrderSource.RENEWAL)
    assert (renewal.vat_evidence, renewal.vat) == said
    assert renewal.follows_id == row.order_id
    assert len(register.asked) == bool(answer)


@pytest.mark.django_db(transaction=True)
def test_a_renewal_waits_some_days_for_the_answer_and_goes_on_without_it(register: Register) -> None:
    business()
    register.says("vies-busy.json")
    renewed = [renewing.sweep(noon(date(2026, 12, day))) for day in (25, 27, 28)]
    assert renewed == [0, 0, 1]
    assert Order.objects.get(source=OrderSource.RENEWAL).vat_evidence == BEFORE


def business() -> Subscription:
    """Return a subscription of a German company whose number was found to be in force when it ordered."""
    row = make.subscribed()
    Order.objects.filter(id=row.order_id).update(
        is_business=True, company="Beispiel GmbH", vat_number="DE136695976", country="DE",
        vat_evidence=BEFORE,
    )  # fmt: skip
    Subscription.objects.filter(id=row.id).update(is_gross=False)
    return row


# --- Licences, until they have a room of their own


@pytest.mark.parametrize("interval", [Interval.YEAR, Interval.ONCE])
def test_a_licence_is_given_by_an_employee_and_one_for_a_time_goes_on_like_a_service(interval: Interval) -> None:
    sold = catalogue.on_sale("Lisenssi", "120.00", kind=ProductKind.LICENCE, interval=interval)
    bill = make.paid([(sold, 1)])

    assert ServiceActivation.objects.get(order=bill).state == TaskState.WAITING
    assert list(Subscription.objects.values_list("interval", flat=True)) == ([interval] if interval else [])
    told = str(section(bill.id, "fi", AT))
    assert "lähetämme lisenssin sinulle" in told
    assert ("Muuta tai irtisano" in told) is bool(interval)
