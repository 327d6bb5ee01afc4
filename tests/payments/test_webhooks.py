"""What providers tell is verified over the bytes as they came: of 45 forgeries none is accepted (P50, T14, T15)."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings
from tests.payments import make

from seloste.config.gateway import paytrail, stripe
from seloste.config.gateway.books import Payment as Theirs
from seloste.kernel.clock import now
from seloste.payments import actions
from seloste.payments.choices import State, Trouble, Way
from seloste.payments.models import EventBody, Payment, PaymentEvent, PaymentTrouble

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("providers")]


def theirs(one: Payment, **values: Any) -> Theirs:  # noqa: ANN401 -- as the gateway holds it
    """Return the payment as the provider would hold it, paid."""
    given: dict[str, Any] = {
        "id": "tx-1" if one.provider == Way.PAYTRAIL else "cs_test_1",
        "way": one.provider,
        "stamp": f"{one.reference}-1",
        "shown": "T-TEST",
        "amount": 4990,
        "currency": "EUR",
        "language": "fi",
        "back": "",
        "cancelled": "",
        "told": "",
        "made_at": now().timestamp(),
        "state": "ok",
        "intent": "pi_1",
        **values,
    }
    return Theirs(**given)


def tell_paytrail(query: str, method: str = "get") -> int:
    client = Client()
    said = getattr(client, method)(f"/maksut/paytrail/?{query}")
    assert not client.cookies
    return int(said.status_code)


def tell_stripe(body: bytes, mark: str, kind: str = "application/json") -> int:
    client = Client()
    said = client.post("/maksut/stripe/", data=body, content_type=kind, headers={"Stripe-Signature": mark})
    assert not client.cookies
    return int(said.status_code)


def session(one: Payment, **values: Any) -> bytes:  # noqa: ANN401 -- fields of the session
    return stripe.event("checkout.session.completed", {**stripe.session_object(theirs(one)), **values})


# --- Forgeries --------------------------------------------------------------------------------------------------------


def _changed(query: str, **values: str) -> str:
    """Change a signed query without signing it anew."""
    said = dict(parse_qsl(query))
    return urlencode({**said, **{f"checkout-{name.replace('_', '-')}": value for name, value in values.items()}})


def _without(query: str, name: str) -> str:
    return urlencode([(key, value) for key, value in parse_qsl(query) if key != name])


PAYTRAIL: dict[str, Callable[[str], str]] = {
    "no signature": lambda said: _without(said, "signature"),
    "empty signature": lambda said: _without(said, "signature") + "&signature=",
    "signature cut": lambda said: said[:-1],
    "signature of another": lambda said: said[:-8] + "00000000",
    "signature in capitals": lambda said: said[: -len(said.rpartition("=")[2])] + said.rpartition("=")[2].upper(),
    "signature twice": lambda said: said + "&signature=" + "0" * 128,
    "signature not ASCII": lambda said: _without(said, "signature") + "&signature=%C3%A4",
    "smaller amount": lambda said: _changed(said, amount="1"),
    "paid turned into failed": lambda said: _changed(said, status="fail"),
    "another stamp": lambda said: _changed(said, stamp="0" * 32 + "-1"),
    "another account": lambda said: _changed(said, account="375917"),
    "another transaction": lambda said: _changed(said, transaction_id="tx-2"),
    "an unsigned part more": lambda said: said + "&checkout-extra=1",
    "a part less": lambda said: _without(said, "checkout-provider"),
    "said twice": lambda said: said + "&checkout-amount=1",
    "another algorithm": lambda said: _changed(said, algorithm="sha256"),
    "no algorithm": lambda said: _without(said, "checkout-algorithm"),
    "algorithm none": lambda said: _changed(said, algorithm="none"),
    "algorithm md5": lambda said: _changed(said, algorithm="md5"),
    "nothing": lambda _said: "",
    "only a status": lambda _said: "checkout-status=ok",
    "not a query": lambda _said: "%FF%FE;;==&&",
    "a thousand parts": lambda said: said + "&x=1" * 1000,
    "line feed put in": lambda said: _changed(said, reference="T-TEST\ncheckout-stamp:x"),
}


@pytest.mark.parametrize("how", PAYTRAIL)
def test_a_forged_callback_of_paytrail_is_refused_and_nothing_kept(how: str) -> None:
    one = make.payment(at=now())
    genuine = paytrail.message(theirs(one), "ok")
    assert tell_paytrail(PAYTRAIL[how](genuine)) == 400
    assert (PaymentEvent.objects.count(), Payment.objects.get().ask_at) == (0, one.ask_at)
    assert tell_paytrail(genuine) == 200  # the genuine one is taken, and moves nothing by itself
    assert (PaymentEvent.objects.count(), Payment.objects.get().state) == (1, State.OPEN)


STRIPE: dict[str, Callable[[bytes], tuple[bytes, str]]] = {
    "no signature": lambda body: (body, ""),
    "guessed secret": lambda body: (body, stripe.header(body, secret="whsec_arvattu")),
    "empty secret": lambda body: (body, stripe.header(body, secret="")),
    "five minutes old": lambda body: (body, stripe.header(body, at=now().timestamp() - 301)),
    "a year old": lambda body: (body, stripe.header(body, at=now().timestamp() - 365 * 86400)),
    "from the future": lambda body: (body, stripe.header(body, at=now().timestamp() + 320)),
    "time changed": lambda body: (body, "t=9999999999," + stripe.header(body).partition(",")[2]),
    "no time": lambda body: (body, stripe.header(body).partition(",")[2]),
    "scheme v0": lambda body: (body, stripe.header(body).replace("v1=", "v0=")),
    "signature cut": lambda body: (body, stripe.header(body)[:-1]),
    "signature of another body": lambda body: (body, stripe.header(body + b" ")),
    "body cut": lambda body: (body[:-1], stripe.header(body)),
    "body longer": lambda body: (body + b"\n", stripe.header(body)),
    "written anew": lambda body: (json.dumps(json.loads(body), indent=1).encode(), stripe.header(body)),
    "amount changed": lambda body: (body.replace(b"4990", b"1"), stripe.header(body)),
    "not UTF-8": lambda body: (b"\xff" + body, stripe.header(b"\xff" + body)),
    "another account": lambda body: _signed({**json.loads(body), "account": "acct_other"}),
    "live mode": lambda body: _signed({**json.loads(body), "livemode": True}),
    "no mode": lambda body: _signed({key: value for key, value in json.loads(body).items() if key != "livemode"}),
    "nonsense for a mark": lambda body: (body, "t=x,v1=y,,=="),
    "empty": lambda _body: (b"", stripe.header(b"", secret="whsec_arvattu")),
}


def _signed(event: dict[str, Any]) -> tuple[bytes, str]:
    body = json.dumps(event).encode()
    return body, stripe.header(body)


@pytest.mark.parametrize("how", STRIPE)
def test_a_forged_webhook_of_stripe_is_refused_and_nothing_kept(how: str) -> None:
    one = make.payment(Way.STRIPE, at=now())
    body = session(one)
    assert tell_stripe(*STRIPE[how](body)) == 400
    assert (PaymentEvent.objects.count(), Payment.objects.get().ask_at) == (0, one.ask_at)
    assert tell_stripe(body, stripe.header(body)) == 200
    assert (PaymentEvent.objects.count(), Payment.objects.get().state) == (1, State.OPEN)


def test_what_is_replayed_is_held_once() -> None:
    one = make.payment(Way.STRIPE, at=now())
    body = session(one)
    for _ in range(3):
        assert tell_stripe(body, stripe.header(body)) == 200  # signed anew each time, as their retries are
    query = paytrail.message(theirs(make.payment(at=now())), "ok")
    for _ in range(3):
        assert tell_paytrail(query) == 200
    assert (PaymentEvent.objects.count(), EventBody.objects.count()) == (2, 2)
    kept = EventBody.objects.get(event=PaymentEvent.objects.get(provider=Way.STRIPE).id)
    assert bytes(kept.raw) == body


def test_messages_of_nothing_we_know_are_kept_and_told_where_they_are_about_money() -> None:
    one = make.payment(Way.STRIPE, at=now())
    unknown = stripe.event("customer.created", {"id": "cus_1", "object": "customer"})
    stray = session(one, client_reference_id="somebody-elses", id="cs_other")
    unreadable = b"[1, 2"
    for body in (unknown, stray, unreadable, b"null", b'{"id": 1}'):
        assert tell_stripe(body, stripe.header(body)) == 200
    assert PaymentEvent.objects.filter(payment=None).count() == 5
    kinds = sorted(PaymentTrouble.objects.values_list("kind", flat=True))
    assert kinds == [Trouble.UNKNOWN_PAYMENT, *[Trouble.UNREADABLE] * 3]


def test_signed_lies_about_the_sum_are_told_and_never_paid() -> None:
    one = make.payment(Way.STRIPE, at=now())
    for values in ({"amount_total": 1}, {"currency": "usd"}):
        body = session(one, **values)
        assert tell_stripe(body, stripe.header(body)) == 200
    make.answer(one)
    found = sorted(PaymentTrouble.objects.values_list("kind", flat=True))
    assert (Payment.objects.get().state, found) == (State.OPEN, [Trouble.AMOUNT, Trouble.CURRENCY])


def test_only_what_a_provider_speaks_is_listened_to(providers: Settings) -> None:
    query = paytrail.message(theirs(make.payment(at=now())), "ok")
    client = Client()
    assert client.post(f"/maksut/paytrail/?{query}").status_code == 404
    assert client.get("/maksut/stripe/").status_code == 404
    assert client.get("/maksut/invoice/").status_code == 404
    assert client.get(f"/maksut/test/?{query}").status_code == 404
    assert client.delete("/maksut/stripe/").status_code == 405
    large = b"x" * (256 * 1024 + 1)
    assert tell_stripe(large, stripe.header(large)) == 413
    providers.PAYTRAIL_ACCOUNT = ""
    assert tell_paytrail(query) == 404
    assert PaymentEvent.objects.count() == 0


def test_a_message_of_a_refund_and_a_dispute_finds_its_payment() -> None:
    one = make.payment(Way.STRIPE, at=now())
    mine = theirs(one)
    make.answer(one, captured=4990, intent="pi_1")
    for kind, found in (
        ("charge.refunded", stripe.charge_object(mine)),
        ("charge.dispute.created", stripe.dispute_object(mine)),
    ):
        body = stripe.event(kind, found)
        assert tell_stripe(body, stripe.header(body)) == 200
        assert PaymentEvent.objects.get(kind=kind).payment == one.id


@pytest.mark.django_db(transaction=True)
def test_the_same_message_at_the_same_moment_is_held_once(providers: Settings) -> None:
    one = make.payment(at=now())
    query = paytrail.message(theirs(one), "ok").encode()
    answers: list[object] = []

    def tell() -> None:
        try:
            answers.append(actions.receive(provider=Way.PAYTRAIL, raw=query, headers={}, at=now()))
        finally:
            connection.close()

    threads = [threading.Thread(target=tell) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [one.id] * 8
    assert (PaymentEvent.objects.count(), EventBody.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_attempts_paid_in_one_moment_are_one_payment_and_one_surplus(providers: Settings) -> None:
    pairs = [(make.payment(key=f"thing:{n}"), make.payment(Way.STRIPE, key=f"thing:{n}")) for n in range(4)]

    def pay(one: Payment) -> None:
        try:
            make.paid_alone(one, at=now() + timedelta(minutes=1))
        finally:
            connection.close()

    threads = [threading.Thread(target=pay, args=(one,)) for pair in pairs for one in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Payment.objects.filter(state=State.PAID).count() == 8
    assert PaymentTrouble.objects.filter(kind=Trouble.TWICE).count() == 4
