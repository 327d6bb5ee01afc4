# ruff: noqa: ANN401 -- answers of the test client
"""Payments, subscriptions, coupons and withdrawals at the desk; the search, what waits, and a person's timeline."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from tests import make as general
from tests.desk import make as desk
from tests.sales import make
from tests.services import make as services

from seloste.catalogue.choices import Interval
from seloste.kernel import timeline
from seloste.kernel.clock import local_date, now
from seloste.kernel.duty import visitor
from seloste.payments.models import Payment, PaymentTrouble
from seloste.payments.models import Refund as Paid
from seloste.register.models import Person
from seloste.sales.queries.waiting import waits
from seloste.services.actions import changing
from seloste.services.models import ServiceActivation, Subscription, SubscriptionChange
from seloste.shop.actions import withdrawing
from seloste.shop.models import Coupon, Order, OrderMessage, Refund, Withdrawal

pytestmark = pytest.mark.django_db

LISTS = ("payments", "invoices", "services", "coupons")
#: Whose work each page is: for everybody else it does not exist.
PAGES = {
    "payments": {"accounting", "privacy"},
    "odd": {"accounting", "privacy"},
    "invoices": {"accounting", "privacy"},
    "services": {"customer_service", "privacy"},
    "coupons": {"customer_service", "privacy"},
    "new_coupon": {"customer_service", "privacy"},
    "withdrawals": {"customer_service", "privacy"},
    "owed": {"customer_service", "privacy"},
}


def send(browser: Client, page: str, *args: Any, **values: Any) -> Any:
    return browser.post(reverse(f"sales:{page}", args=args), {"token": str(uuid4()), **values})


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("role", ["customer_service", "accounting", "privacy", "marketing", "technical", "owner"])
def test_each_page_is_there_for_those_whose_work_it_is(role: str) -> None:
    browser = desk.client(role)
    for page, roles in PAGES.items():
        assert (page, browser.get(reverse(f"sales:{page}")).status_code) == (page, 200 if role in roles else 404)


# --- Payments ---------------------------------------------------------------------------------------------------------


def payment(order: Order, **rest: Any) -> Payment:
    at = now()
    return Payment.objects.create(
        id=uuid4(), reference=uuid4().hex, subject_key=f"order:{order.id}", provider="stripe", amount=order.gross,
        language="fi", created_at=at, created_by=uuid4(), expected_at=at,
        keep_until=local_date(at) + timedelta(days=2500),
        **{"state": "paid", "paid_amount": order.gross, "paid_at": at, **rest},
    )  # fmt: skip


def test_what_does_not_fit_is_listed_until_somebody_said_what_became_of_it() -> None:
    order = make.order(state="paid", paid_at=now())
    paid = payment(order)
    trouble = PaymentTrouble.objects.create(
        id=uuid4(), kind="twice", provider="stripe", payment=paid.id, mark="m", amount=Decimal("12.50"), found_at=now(),
        keep_until=local_date(now()),
    )  # fmt: skip
    browser = desk.client("accounting")

    assert order.reference in text(browser.get(reverse("sales:odd")))
    assert "12,50" in text(browser.get(reverse("sales:payment", args=[paid.id])))
    assert send(browser, "settle_odd", trouble.id).status_code == 422
    assert send(browser, "settle_odd", trouble.id, how="refunded").status_code == 302
    assert send(browser, "settle_odd", trouble.id, how="harmless").status_code == 302

    trouble.refresh_from_db()
    assert (trouble.how, order.reference in text(browser.get(reverse("sales:odd")))) == ("refunded", False)
    charlie = desk.client()
    for page, args in (("payment", [paid.id]), ("settle_odd", [trouble.id])):
        assert charlie.get(reverse(f"sales:{page}", args=args)).status_code == 404
    assert charlie.post(reverse("sales:ask", args=[paid.id])).status_code == 404


def test_payment_of_a_restricted_person_is_not_there() -> None:
    person = general.person(purposes=("order",), at=now())
    paid = payment(make.order(person_id=person, state="paid", paid_at=now()))
    Person.objects.filter(id=person).update(restricted_at=now())
    browser = desk.client("accounting")

    assert browser.get(reverse("sales:payment", args=[paid.id])).status_code == 404
    assert browser.get(reverse("sales:payments")).context["lines"] == []


# --- Subscriptions ----------------------------------------------------------------------------------------------------


def test_change_of_a_subscription_is_entered_with_who_asked_and_seen_first() -> None:
    at = now()
    row = services.subscribed("30.00", at=at)
    browser, told = desk.client(), {"asked_by": "customer", "asked_name": "Tiina", "source": "phone"}
    place = reverse("sales:change", args=[row.id, "irtisano"])
    first = {**told, "asked_on": str(local_date(at)), "token": str(uuid4())}

    assert row.reference in text(browser.get(reverse("sales:services")))
    assert browser.post(place, {"token": str(uuid4())}).status_code == 422
    assert browser.post(place, {**first, "asked_on": "2999-01-01"}).status_code == 422
    assert browser.post(place, first).context["preview"].kind == "cancel"
    assert SubscriptionChange.objects.filter(kind="cancel").count() == 0
    for _twice in range(2):
        assert browser.post(place, {**first, "vahvistettu": "1"}).status_code == 302

    row.refresh_from_db()
    change = SubscriptionChange.objects.get(kind="cancel")
    assert (row.state, change.asked_name, change.source) == ("cancelled", "Tiina", "phone")
    sheet = text(browser.get(reverse("sales:service", args=[row.id])))
    assert "Tiina" in sheet
    assert reverse("sales:change", args=[row.id, "pida"]) in sheet
    assert browser.get(reverse("sales:change", args=[row.id, "tauko"])).status_code == 404
    for role in ("accounting", "marketing", "owner"):
        charlie = desk.client(role)
        assert charlie.get(reverse("sales:service", args=[row.id])).status_code == 404
        assert charlie.post(place, {**first, "vahvistettu": "1"}).status_code == 404


def test_other_changes_hold_as_they_are_entered() -> None:
    at = now()
    row = services.subscribed("30.00", at=at)
    browser = desk.client()
    told = {"asked_by": "us", "source": "email", "asked_on": str(local_date(at)), "vahvistettu": "1"}

    more = send(browser, "change", row.id, "vaihda", **told, variant="", number="3")
    assert send(browser, "change", row.id, "vaihda", **told, variant="", number="1000").status_code == 422
    paused = send(browser, "change", row.id, "tauko", **told, resumes_on=str(local_date(at) + timedelta(days=20)))
    again = send(browser, "change", row.id, "jatka", **told)
    price = send(browser, "change", row.id, "hinta", **told, unit="35,50", on=str(local_date(at) + timedelta(days=90)))

    assert [one.status_code for one in (more, paused, again, price)] == [302] * 4
    row.refresh_from_db()
    assert (row.quantity, row.state, row.rise_unit) == (3, "active", Decimal("35.50"))


# --- Coupons ----------------------------------------------------------------------------------------------------------


def test_coupon_is_made_found_and_stopped() -> None:
    browser = desk.client()
    told = {"code": "Kevät-26", "kind": "percent", "value": "12,5", "since": str(local_date(now())), "limit": "3"}

    assert send(browser, "new_coupon", **{**told, "value": "101"}).status_code == 422
    assert send(browser, "new_coupon", **{**told, "until": "2020-01-01"}).status_code == 422
    made: Any = send(browser, "new_coupon", **told)
    assert send(browser, "new_coupon", **told).status_code == 422  # the code is taken

    coupon = Coupon.objects.get()
    assert (made.url, coupon.percent) == (reverse("sales:coupon", args=[coupon.id]), Decimal("12.50"))
    assert "Kevät-26" in text(browser.get(f"{reverse('sales:coupons')}?tila=voimassa"))
    assert desk.client("accounting").post(reverse("sales:stop_coupon", args=[coupon.id])).status_code == 404
    assert browser.post(reverse("sales:stop_coupon", args=[coupon.id])).status_code == 302
    assert "Kevät-26" in text(browser.get(f"{reverse('sales:coupons')}?tila=paattynyt"))


# --- Withdrawals ------------------------------------------------------------------------------------------------------


def withdrawn() -> tuple[Order, Withdrawal]:
    at = now()
    person = general.person(purposes=("order",), at=at)
    order = make.order(person_id=person, state="paid", paid_at=at, lines=("Kahvimylly", "Suodatin"))
    withdrawing.state(by=visitor("order"), at=at, order_id=order.id, token=uuid4(), text="En tarvitse.")
    return order, Withdrawal.objects.get()


def test_withdrawal_is_answered_by_a_person_and_no_needs_words() -> None:
    order, row = withdrawn()
    browser = desk.client()
    line = order.lines.order_by("place")[0]

    assert row.reference in text(browser.get(reverse("sales:withdrawals")))
    assert send(browser, "withdrawal", row.id, to="declined").status_code == 422
    assert send(browser, "withdrawal", row.id).status_code == 422
    answered = send(
        browser, "withdrawal", row.id, to="partly", answer="Suodatin on käytetty.", **{f"line-{line.id}": "100,00"}
    )

    assert answered.status_code == 302
    row.refresh_from_db()
    assert (row.state, Refund.objects.get().amount) == ("partly", Decimal("100.00"))
    assert send(browser, "withdrawal", row.id, to="accepted").status_code == 302
    assert Refund.objects.count() == 1
    assert desk.client("accounting").get(reverse("sales:withdrawal", args=[row.id])).status_code == 404


def test_withdrawal_without_an_order_is_put_with_the_one_it_means() -> None:
    order, row = withdrawn()
    Withdrawal.objects.filter(id=row.id).update(order=None)
    browser = desk.client()

    assert browser.get(reverse("sales:withdrawal", args=[row.id])).status_code == 302
    assert send(browser, "match", row.id, reference="T-0000-0000").status_code == 422
    assert send(browser, "match", row.id, reference=order.reference.lower()).status_code == 302
    row.refresh_from_db()
    assert row.order_id == order.id


# --- Search, what waits, the timeline ---------------------------------------------------------------------------------


def test_order_and_subscription_are_found_by_their_numbers() -> None:
    row = services.subscribed(at=now())
    order = Order.objects.get(id=row.order_id)
    browser = desk.client()

    def found(typed: str, role: Client = browser) -> list[str]:
        answer: Any = role.post(reverse("desk:search"), {"q": typed}, headers={"HX-Request": "true"})
        return [hit["url"] for hit in answer.context["hits"]]

    assert reverse("sales:order", args=[order.id]) in found(order.reference.replace("-", " ").lower())
    assert found(row.reference) == [reverse("sales:service", args=[row.id])]
    assert found(order.reference, desk.client("marketing")) == []
    assert found("T-0000-0000") == []


def test_first_page_and_menu_say_what_waits() -> None:
    at = now()
    order = make.order(state="paid", paid_at=at)
    OrderMessage.objects.create(
        id=uuid4(), order=order, token=uuid4(), side="in", text="Hei", source="web_form", at=at, actor=uuid4()
    )
    line = order.lines.get()
    ServiceActivation.objects.create(id=uuid4(), order=order, line=line, title="Palvelu", quantity=1, created_at=at)
    browser = desk.client()

    home = browser.get(reverse("desk:home"))
    cards = {card["url"].rpartition("=")[2]: card["count"] for card in home.context["cards"]}

    assert {key: cards[key] for key in ("toimitettavat", "viesti", "henkilo", "tehtava")} == {
        "toimitettavat": 1, "viesti": 1, "henkilo": 1, "tehtava": 1,
    }  # fmt: skip
    assert [room.count for room in home.context["desk"].shop] == [3, 0, 0, 0, 0]
    task = reverse("sales:task", args=[order.id, ServiceActivation.objects.get().id])
    assert browser.post(task).status_code == 302
    order.refresh_from_db()
    assert order.state == "delivered"
    assert desk.client("technical").get(reverse("desk:home")).context["desk"].shop == []


def smaller(*, is_paid: bool = True) -> tuple[Subscription, SubscriptionChange]:
    """Return a subscription that was made smaller at once, and the change that owes the difference."""
    high, low = services.plans("60.00", "30.00", at=now())
    row = services.of(services.paid([(high, 1)], at=now()))
    if is_paid:
        Order.objects.filter(id=row.order_id).update(paid=Decimal("60.00"))
        kept = payment(row.order)
        Order.objects.filter(id=row.order_id).update(payment=kept.id)
    made = changing.switch(**services.told(row, by=general.duty(), at=now()), variant=low, credit=True)
    return row, SubscriptionChange.objects.get(id=made)


def test_money_that_a_change_owes_waits_until_it_went_back_and_goes_back_once() -> None:
    row, change = smaller()
    browser = desk.client()
    assert {one.key for one in waits(by=general.duty(), at=now()) if one.count} >= {"owed"}
    assert reverse("sales:owed") in text(browser.get(reverse("desk:home")))
    assert row.reference in text(browser.get(reverse("sales:owed")))
    page = text(browser.get(reverse("sales:give_back", args=[change.id])))
    assert ("30,00" in page, "tilisiirto" in page) == (True, True)

    sent = {"token": str(uuid4()), "how": "sama"}
    place = reverse("sales:give_back", args=[change.id])
    assert [browser.post(place, sent).status_code for _twice in range(2)] == [302, 302]
    assert browser.post(place, {**sent, "token": str(uuid4())}).status_code == 302, "a second form finds it done"

    refund = Refund.objects.get(order=row.order_id)
    assert (refund.amount, refund.why) == (Decimal("30.00"), "by_customer")
    assert list(row.changes.order_by("number").values_list("kind", flat=True)) == ["started", "downgrade", "returned"]
    assert Subscription.objects.get(id=row.id).state == "active", "the smaller one goes on"
    assert "30,00" in text(browser.get(reverse("sales:service", args=[row.id])))
    assert row.reference not in text(browser.get(reverse("sales:owed")))
    assert desk.client("accounting").get(place).status_code == 404


def test_transfer_that_an_employee_made_is_noted_with_its_day_and_number() -> None:
    row, change = smaller()
    browser = desk.client()
    bare = send(browser, "give_back", change.id, how="tilisiirto")
    assert (bare.status_code, set(bare.context["form"].errors)) == (422, {"paid_on", "bank_reference"})

    today = local_date(now()).isoformat()
    told = {"how": "tilisiirto", "paid_on": today, "bank_reference": "20261123-77"}
    assert send(browser, "give_back", change.id, **told).status_code == 302

    back = Paid.objects.get(payment__subject_key=f"order:{row.order_id}")
    assert (back.state, back.bank_reference, back.amount) == ("done", "20261123-77", Decimal("30.00"))
    assert row.changes.get(kind="returned").source_detail == "20261123-77"


def test_what_was_never_paid_is_not_returned_but_said_to_be_settled() -> None:
    row, change = smaller(is_paid=False)
    browser = desk.client()
    page = browser.get(reverse("sales:give_back", args=[change.id]))
    assert [key for key, _words in page.context["form"].fields["how"].choices] == ["hoidettu"]
    assert send(browser, "give_back", change.id, how="sama").status_code == 422
    assert send(browser, "give_back", change.id, how="hoidettu").status_code == 422
    assert send(browser, "give_back", change.id, how="hoidettu", words="Lasku hyvitettiin käsin.").status_code == 302
    assert not Refund.objects.exists()
    assert row.changes.get(kind="returned").source_detail == "Lasku hyvitettiin käsin."


def test_withdrawal_from_a_change_says_what_becomes_of_the_subscription() -> None:
    low, high = services.plans("30.00", "60.00", at=now())
    row = services.of(services.paid([(low, 1)], at=now()))
    changing.switch(**services.told(row, at=now()), variant=high)
    bill = Order.objects.get(follows=row.order)
    stated = withdrawing.state(by=visitor("order"), at=now(), order_id=bill.id, token=uuid4())
    place = reverse("sales:withdrawal", args=[stated])
    assert desk.client().get(place).context["matter"].puts_back is True
    changing.switch(**services.told(row, at=now()), quantity=2)
    answer = desk.client().get(place)
    assert answer.context["matter"].puts_back is False
    assert "put the subscription right by hand" in text(answer) or "korjaa jatkuva tilaus" in text(answer)


def test_renewal_nobody_was_told_of_waits_on_the_first_page_and_is_said_to_be_told() -> None:
    row = services.subscribed("300.00", interval=Interval.YEAR, at=now() - timedelta(days=380))
    browser = desk.client()
    assert {one.key: one.count for one in waits(by=general.duty(), at=now())}["untold"] == 1
    assert "?odottaa=kertomatta" in text(browser.get(reverse("desk:home")))
    assert row.reference in text(browser.get(reverse("sales:services"), {"odottaa": "kertomatta"}))
    page = text(browser.get(reverse("sales:service", args=[row.id])))
    place = reverse("sales:change", args=[row.id, "kerrottu"])
    assert place in page
    today = local_date(now()).isoformat()
    told = {"asked_by": "us", "asked_name": "Tiina", "asked_on": today, "source": "phone"}
    assert send(browser, "change", row.id, "kerrottu", **told).status_code == 302
    assert place not in text(browser.get(reverse("sales:service", args=[row.id])))


def test_timeline_of_a_person_has_orders_and_payments_for_those_who_see_them() -> None:
    person = general.person(purposes=("order", "accounting"), at=now())
    order = make.order(person_id=person, state="paid", paid_at=now())
    payment(order)
    OrderMessage.objects.create(
        id=uuid4(), order=order, token=uuid4(), side="in", text="Hei", source="web_form", at=now(), actor=uuid4()
    )

    def kinds(role: str) -> set[str]:
        return {one.kind for one in timeline.entries(general.duty(role), person)} & {
            "order",
            "payment",
            "order_message",
        }

    assert kinds("customer_service") == {"order", "order_message"}
    assert kinds("accounting") == {"order", "payment"}
    assert kinds("marketing") == set()
    page = desk.client().get(reverse("desk:person", args=[person])).content.decode()
    assert reverse("sales:order", args=[order.id]) in page
    assert Subscription.objects.count() == 0
