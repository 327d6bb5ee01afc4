"""How merchants are told, rightly and wrongly: each payment as its payer chose on the page."""

import http.client
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from seloste.config.gateway import paytrail, stripe
from seloste.config.gateway.books import Books, Payment, moment, new

#: Tries of one message, as a provider that got no 2xx would make them, and seconds between them.
TRIES, PAUSE = 5, 1.0
#: What can happen to a payment after it was made.
LATER = frozenset({"refund", "bounce", "dispute", "won", "lost"})


@dataclass(frozen=True)
class Message:
    """One request to the merchant."""

    method: str
    url: str
    body: bytes = b""
    signature: str = ""


def paid(payment: Payment) -> Message:
    """Return the message that it was paid."""
    if payment.way == "paytrail":
        return Message("GET", paytrail.at(payment.told, paytrail.message(payment, "ok")))
    return _event("checkout.session.completed", payment)


def failed(payment: Payment) -> Message:
    """Return the message that it was not paid."""
    if payment.way == "paytrail":
        return Message("GET", paytrail.at(payment.told, paytrail.message(payment, "fail")))
    return _event("checkout.session.async_payment_failed", payment)


def pending(payment: Payment) -> Message:
    """Return the message that it is under way."""
    if payment.way == "paytrail":
        return Message("GET", paytrail.at(payment.told, paytrail.message(payment, "pending")))
    return _event("checkout.session.completed", payment)


def refunded(payment: Payment) -> Message:
    """Return the message of a refund that the merchant did not ask for."""
    if payment.way == "paytrail":
        query = paytrail.message(payment, "ok", stamp=f"palautus{new('')[:8]}", transaction_id=new())
        return Message("GET", paytrail.at(payment.told, query))
    body = stripe.event("charge.refunded", stripe.charge_object(payment))
    return Message("POST", payment.told, body, stripe.header(body))


def disputed(payment: Payment, kind: str) -> Message:
    """Return the message that the payer disputes the payment with the bank."""
    body = stripe.event(f"charge.dispute.{kind}", stripe.dispute_object(payment))
    return Message("POST", payment.told, body, stripe.header(body))


def forged(payment: Payment) -> list[Message]:
    """Return messages that somebody else wrote."""
    if payment.way == "paytrail":
        wrong = paytrail.message(payment, "ok", secret="arvattu")  # noqa: S106 -- a guess is the point
        bare = wrong.partition("&signature=")[0]
        return [Message("GET", paytrail.at(payment.told, query)) for query in (wrong, bare, bare + "&signature=")]
    session = {**stripe.session_object(payment), "payment_status": "paid", "status": "complete"}
    body = stripe.event("checkout.session.completed", session)
    marks = [stripe.header(body, secret="arvattu"), stripe.header(body, at=moment() - 3600), "", "t=1,v1=0"]  # noqa: S106 -- likewise
    return [Message("POST", payment.told, body, mark) for mark in marks]


def _event(kind: str, payment: Payment) -> Message:
    body = stripe.event(kind, stripe.session_object(payment))
    return Message("POST", payment.told, body, stripe.header(body))


# --- Sending ----------------------------------------------------------------------------------------------------------


def send(books: Books, payment: Payment, *messages: Message, after: float = 0.0, tries: int = TRIES) -> None:
    """Send messages one after the other, later, in a thread of their own."""

    def run() -> None:
        time.sleep(after)
        for message in messages:
            _insist(books, payment, message, tries)

    threading.Thread(target=run, daemon=True).start()


def send_when_ready(books: Books, payment: Payment, make: Callable[[Payment], Message], *, after: float) -> None:
    """Send a message that is written only when its time has come."""

    def run() -> None:
        time.sleep(after)
        _insist(books, payment, make(payment), TRIES)

    threading.Thread(target=run, daemon=True).start()


def _insist(books: Books, payment: Payment, message: Message, tries: int) -> None:
    for _ in range(tries):
        said = _deliver(message)
        with books.open():
            books.delivered.append((payment.id, message.method, said))
        if said.startswith(("2", "4")):
            return
        time.sleep(PAUSE)


def _deliver(message: Message) -> str:
    parts = urlsplit(message.url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=10)
    headers = {"Stripe-Signature": message.signature, "Content-Type": "application/json"} if message.body else {}
    try:
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(message.method, path, body=message.body or None, headers=headers)
        return str(connection.getresponse().status)
    except OSError as wrong:
        return type(wrong).__name__
    finally:
        connection.close()


# --- What the payer chose ---------------------------------------------------------------------------------------------


def pay(books: Books, payment: Payment, how: str, *, after: float) -> str:
    """Pay, and go wrong in the way chosen; return where the payer goes next, nothing where she stays."""
    if how == "forged":
        send(books, payment, *forged(payment), tries=1)
        return paytrail.at(payment.back, "checkout-status=ok&signature=arvattu")
    if how == "slow":
        with books.open():
            _take(payment, "pending")
            payment.ready_at = moment() + after
        send(books, payment, pending(payment))
        send_when_ready(books, payment, paid, after=after + 0.2)
        return _back(payment, "pending")
    with books.open():
        _take(payment, "ok")
        payment.amount = 1 if how == "wrong_amount" else payment.amount
        payment.currency = "USD" if how == "wrong_currency" else payment.currency
        payment.errors = 3 if how == "errors" else 0
        if how == "refund_first":
            books.refund(payment, payment.amount, "", name=new("re_"))
    _tell(books, payment, how, after)
    return "" if how == "missing" else _back(payment, "ok")


def _take(payment: Payment, state: str) -> None:
    payment.state = state
    payment.intent = payment.intent or new("pi_")


def _tell(books: Books, payment: Payment, how: str, after: float) -> None:
    message = paid(payment)
    if how == "duplicate":
        for _ in range(4):
            send(books, payment, message)
        send(books, payment, message, after=min(after, 2.0))
    elif how == "late":
        send_when_ready(books, payment, paid, after=after)
    elif how == "reordered":
        send(books, payment, message, failed(payment))
    elif how == "refund_first":
        send(books, payment, refunded(payment), message)
    elif how != "missing":
        send(books, payment, message)


def cancel(books: Books, payment: Payment) -> str:
    """Go back without paying: Paytrail says so, at Stripe the session stays open."""
    if payment.way != "paytrail":
        return payment.cancelled
    with books.open():
        payment.state = "fail"
    send(books, payment, failed(payment))
    return paytrail.at(payment.cancelled, paytrail.message(payment, "fail"))


def afterwards(books: Books, payment: Payment, what: str) -> None:
    """Do what happens to a payment later on: a refund in the provider's own service, a dispute and its end."""
    with books.open():
        if what == "refund":
            books.refund(payment, payment.amount - payment.refunded(), "", name=new("re_"))
        if what == "bounce":
            for one in payment.refunds:
                one.state = "fail"
        if what in {"dispute", "won", "lost"}:
            payment.disputed = {"dispute": "needs_response"}.get(what, what)
    if what in {"refund", "bounce"}:
        send(books, payment, refunded(payment))
    elif payment.way == "stripe":
        send(books, payment, disputed(payment, "created" if what == "dispute" else "closed"))


def _back(payment: Payment, status: str) -> str:
    return paytrail.at(payment.back, paytrail.message(payment, status)) if payment.way == "paytrail" else payment.back
