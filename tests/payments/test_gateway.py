"""Buying through the gateway, a process of its own, over loopback: whatever goes wrong, the right state is found."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import requests
from pytest_django import Settings
from tests.make import duty, person
from tests.payments.make import SUM, Shop

from seloste.disclosures.models import Disclosure
from seloste.kernel.clock import now
from seloste.kernel.duty import system
from seloste.payments import actions, jobs
from seloste.payments.actions import following
from seloste.payments.choices import RefundState, RefundWhy, State, Trouble, Way
from seloste.payments.models import EventBody, Payment, PaymentEvent, PaymentTrouble, Refund, Tally

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

BOTH = pytest.mark.parametrize("way", [Way.PAYTRAIL, Way.STRIPE])


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """What other rooms are told, with the payment."""
    told: list[tuple[str, Any]] = []

    def deed(kind: str) -> Callable[..., object]:
        return lambda _by, _at, one: told.append((kind, one.id))

    for kind in following.KINDS:
        deeds: Any = following.deeds
        monkeypatch.setitem(deeds, kind, [deed(kind)])
    return told


def state(one: Payment) -> tuple[str, list[str]]:
    """Return the payment's state and its open troubles, once the worker has been at work for three minutes."""
    for minutes in (0, 3, 6, 12, 25):
        jobs.ask(now() + timedelta(minutes=minutes))
    troubles = PaymentTrouble.objects.filter(payment=one.id, settled_at=None)
    return Payment.objects.get(id=one.id).state, sorted(troubles.values_list("kind", flat=True))


#: How it goes wrong, how many messages come of it, and what is found in the end.
COURSES = [
    ("", 1, State.PAID, []),
    ("duplicate", 5, State.PAID, []),
    ("late", 1, State.PAID, []),
    ("missing", 0, State.PAID, []),
    ("reordered", 2, State.PAID, []),
    ("forged", 3, State.OPEN, []),
    ("wrong_amount", 1, State.OPEN, [Trouble.AMOUNT]),
    ("wrong_currency", 1, State.OPEN, [Trouble.CURRENCY]),
    ("refund_first", 2, State.REFUNDED, []),
    ("slow", 2, State.PAID, []),
    ("errors", 1, State.PAID, []),
]


@BOTH
def test_whatever_goes_wrong_the_right_state_is_found(way: Way, shop: Shop, heard: list[tuple[str, Any]]) -> None:
    for how, messages, expected, troubles in COURSES:
        # Paytrail's interface does not tell of refunds that were made elsewhere.
        wanted = State.PAID if (way, how) == (Way.PAYTRAIL, "refund_first") else expected
        one, url = shop.begin(way)
        there = shop.choose(url, how=how)
        if there.startswith(shop.origin):
            shop.come_back(there)
        answers = shop.delivered(one, least=messages)
        assert set(answers) <= ({"400"} if how == "forged" else {"200"}), how
        assert state(one) == (wanted, troubles), how
        paid = [kind for kind, about in heard if about == one.id and kind == "paid"]
        assert len(paid) == (wanted != State.OPEN), how


@BOTH
def test_a_payment_in_the_right_order_and_back(way: Way, shop: Shop) -> None:
    one, url = shop.begin(way)
    assert actions.redirect(at=now(), payment_id=one.id) == url
    assert requests.get(url, timeout=20).status_code == 200
    before = shop.come_back(f"{shop.origin}/maksu/{one.reference}/paluu/")  # back before anything was paid or told
    assert '<meta http-equiv="refresh" content="5;' in before
    shop.come_back(shop.choose(url))
    shop.delivered(one, least=1)
    jobs.ask(now() + timedelta(seconds=1))
    page = shop.come_back(f"{shop.origin}/maksu/{one.reference}/")
    assert "http-equiv" not in page
    assert Payment.objects.get().state == State.PAID
    assert EventBody.objects.count() >= 1


@BOTH
def test_cancelled_and_paid_another_way_charges_once(way: Way, shop: Shop) -> None:
    other = Way.STRIPE if way == Way.PAYTRAIL else Way.PAYTRAIL
    one, url = shop.begin(way, key="thing:1")
    page = shop.come_back(shop.choose(url, do="cancel"))
    assert 'name="tapa" value="stripe"' in page
    again = f"{shop.origin}/maksu/{one.reference}/uudelleen/"
    said = requests.post(again, data={"tapa": other}, allow_redirects=False, timeout=20)
    second = Payment.objects.exclude(id=one.id).get()
    assert said.headers["Location"].endswith(f"/maksu/{second.reference}/siirto/")
    leaving = shop.come_back(shop.origin + said.headers["Location"])
    assert f'content="0;url={second.pay_url}"' in leaving
    assert shop.choose(url, do="pay").startswith("/pay/")  # the first attempt is over at the provider
    shop.come_back(shop.choose(second.pay_url))
    assert set(Payment.objects.values_list("provider", "state")) == {
        (other, State.PAID),
        (way, State.FAILED if way == Way.PAYTRAIL else State.EXPIRED),
    }
    said = requests.post(again, data={"tapa": way}, timeout=20)
    assert (said.status_code, Payment.objects.count()) == (200, 2)


def test_what_is_paid_in_two_tabs_goes_back(shop: Shop) -> None:
    _, first = shop.begin(Way.PAYTRAIL, key="thing:1")
    two, second = shop.begin(Way.STRIPE, key="thing:1")
    shop.come_back(shop.choose(first))
    page = shop.come_back(shop.choose(second))
    assert state(two) == (State.PAID, [Trouble.TWICE])
    assert "Kiitos" not in page
    actions.refund(by=duty("accounting"), at=now(), payment_id=two.id, amount=SUM, why=RefundWhy.TWICE, key="twice")
    assert jobs.refund(now()) == 1
    assert state(two) == (State.REFUNDED, [])


@BOTH
def test_money_goes_back_once_in_parts_and_never_more(way: Way, shop: Shop) -> None:
    one, url = shop.begin(way)
    shop.come_back(shop.choose(url))
    values: dict[str, Any] = {"by": system("order"), "payment_id": one.id, "why": RefundWhy.WITHDRAWAL}
    for _ in range(2):
        actions.refund(**values, at=now(), amount=Decimal("20.00"), key="a")
    assert (jobs.refund(now()), jobs.refund(now())) == (1, 0)
    found = Payment.objects.get()
    assert (found.state, found.refunded_amount) == (State.PARTLY_REFUNDED, Decimal("20.00"))
    with pytest.raises(actions.MoreThanPaid):
        actions.refund(**values, at=now(), amount=Decimal("29.91"), key="b")
    actions.refund(**values, at=now(), amount=Decimal("29.90"), key="b")
    jobs.refund(now())
    actions.settle(at=now(), payment_id=one.id)
    assert Payment.objects.get().state == State.REFUNDED
    assert Refund.objects.filter(state=RefundState.DONE).count() == 2


def test_a_refund_that_the_bank_sends_back_is_told(shop: Shop) -> None:
    one, url = shop.begin(Way.STRIPE)
    shop.come_back(shop.choose(url))
    actions.refund(by=system("order"), at=now(), payment_id=one.id, amount=SUM, why=RefundWhy.CANCELLED, key="b")
    jobs.refund(now())
    assert state(one) == (State.REFUNDED, [])
    known = len(shop.delivered(one, least=1))
    shop.choose(url, do="bounce")
    shop.delivered(one, least=known + 1)
    assert state(one) == (State.PAID, [Trouble.REFUND_FAILED])
    by_hand = actions.refund_by_hand(by=duty("accounting"), at=now(), refund_id=Refund.objects.get().id)
    values: dict[str, Any] = {"refund_id": by_hand.id, "paid_on": now().date(), "bank_reference": "out1"}
    actions.refunded_by_hand(by=duty("accounting"), at=now(), **values)
    assert Payment.objects.get(id=one.id).state == State.REFUNDED


def test_to_whom_her_order_was_given_is_noted_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    her = person()
    matter = actions.Matter(
        look=lambda _key: actions.Standing(reference="T-7K3M-9QXD", email="maija@example.com"),
        persons=lambda keys: dict.fromkeys(keys, her),
    )
    monkeypatch.setitem(following.matters, "thing", matter)
    shop.begin(Way.PAYTRAIL, key="thing:1")
    shop.begin(Way.STRIPE, key="thing:1")
    actions.note_given(at=now(), subject_key="thing:1", person_id=her)
    rows = Disclosure.objects.order_by("recipient").values_list("recipient", "categories", "reference", "how")
    assert list(rows) == [
        ("paytrail", ["contact", "order"], "T-7K3M-9QXD", "system"),
        ("stripe", ["order"], "T-7K3M-9QXD", "system"),
    ]


def test_a_refund_and_a_dispute_at_the_provider_are_heard_of(shop: Shop) -> None:
    one, url = shop.begin(Way.STRIPE)
    shop.come_back(shop.choose(url))
    for what, wanted in [("dispute", State.DISPUTED), ("won", State.PAID), ("refund", State.REFUNDED)]:
        known = len(shop.delivered(one, least=0))
        shop.choose(url, do=what)
        shop.delivered(one, least=known + 1)
        assert state(one)[0] == wanted


def test_a_lost_payment_is_found_by_the_daily_comparison(shop: Shop) -> None:
    one, url = shop.begin(Way.STRIPE)
    shop.choose(url, how="missing")
    stray, other = shop.begin(Way.STRIPE)
    shop.choose(other, how="missing")
    Payment.objects.filter(id=one.id).update(ask_at=None)
    Payment.objects.filter(id=stray.id).update(provider_id="", ask_at=None)
    tomorrow = now() + timedelta(days=1)
    assert jobs.reconcile(tomorrow) >= 1
    assert jobs.reconcile(tomorrow) == 0
    assert Tally.objects.order_by("-day")[0].theirs >= 2
    assert PaymentTrouble.objects.filter(kind=Trouble.NOT_HELD).exists()
    jobs.ask(tomorrow)
    assert Payment.objects.get(id=one.id).state == State.PAID


def test_a_provider_that_is_away_charges_nobody_and_is_asked_again(shop: Shop, providers: Settings) -> None:
    providers.PAYTRAIL_API = providers.STRIPE_API = "http://127.0.0.1:9"
    for way in (Way.PAYTRAIL, Way.STRIPE):
        with pytest.raises(actions.ProviderAway):
            shop.begin(way)
    one = Payment.objects.filter(provider=Way.PAYTRAIL).get()
    page = requests.post(f"{shop.origin}/maksu/{one.reference}/siirto/", timeout=20)
    assert (page.status_code, 'role="alert"' in page.text) == (503, True)
    assert state(one)[0] == State.OPEN
    jobs.ask(now() + timedelta(days=2))
    assert Payment.objects.get(id=one.id).state == State.EXPIRED
    assert PaymentEvent.objects.filter(payment=one.id).values_list("kind", flat=True).get() == "never_begun"
