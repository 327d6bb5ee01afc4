"""The gateway in Stripe's place (https://docs.stripe.com/api): sessions, refunds, disputes, as far as a shop asks."""

import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from seloste.config.gateway import STRIPE_KEY, STRIPE_WEBHOOK_SECRET
from seloste.config.gateway.books import Books, Payment, Refund, moment, new

Answer = tuple[int, Mapping[str, str], bytes]


def answer(books: Books, origin: str, *, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """Answer one request of a merchant; the same idempotency key gets the same answer."""
    if headers.get("authorization") != f"Bearer {STRIPE_KEY}":
        return _error(401, "invalid_api_key")
    asked = dict(parse_qsl(body.decode() if method == "POST" else urlsplit(path).query, keep_blank_values=True))
    key = headers.get("idempotency-key", "")
    with books.open():
        known = books.answers.get(key) if key and method == "POST" else None
        if known is not None:
            before, said = known
            return (200, {}, said) if before == asked else _error(400, "idempotency_error", "idempotency_error")
        parts = urlsplit(path).path.strip("/").split("/")[1:]
        status, _, said = _do(books, origin, method, parts, asked)
        if key and method == "POST" and status == 200:
            books.answers[key] = (asked, said)
    return status, {}, said


def _do(books: Books, origin: str, method: str, parts: list[str], asked: dict[str, str]) -> Answer:  # noqa: PLR0911 -- one for each address
    match (method, parts):
        case "POST", ["checkout", "sessions"]:
            return _create(books, origin, asked)
        case "GET", ["checkout", "sessions"]:
            return _list(books, origin, asked)
        case "GET", ["checkout", "sessions", name] if name in books.payments:
            return _one(books.payments[name], origin)
        case "POST", ["checkout", "sessions", name, "expire"] if name in books.payments:
            return _expire(books.payments[name], origin)
        case "POST", ["refunds"]:
            return _refund(books, asked)
        case "GET", ["refunds"]:
            found = books.find(lambda one: one.intent == asked.get("payment_intent"))
            return _many([refund_object(one, found) for one in found.refunds] if found else [])
        case "GET", ["refunds", name]:
            return _one_refund(books, name)
        case "GET", ["disputes"]:
            found = books.find(lambda one: one.intent == asked.get("payment_intent"))
            return _many([dispute_object(found)] if found and found.disputed else [])
        case _:
            return _error(404, "resource_missing")


def _create(books: Books, origin: str, asked: dict[str, str]) -> Answer:
    price = "line_items[0][price_data]"
    try:
        made = Payment(
            id=new("cs_test_"),
            way="stripe",
            stamp=asked["client_reference_id"],
            shown=asked[f"{price}[product_data][name]"],
            amount=int(asked[f"{price}[unit_amount]"]),
            currency=asked[f"{price}[currency]"].upper(),
            language=asked.get("locale", "fi"),
            back=asked["success_url"],
            cancelled=asked["cancel_url"],
            told="{0.scheme}://{0.netloc}/maksut/stripe/".format(urlsplit(asked["success_url"])),
            made_at=moment(),
        )
    except (KeyError, ValueError):
        return _error(400, "parameter_missing")
    books.add(made)
    return _ok(session_object(made, origin))


def _one(payment: Payment, origin: str) -> Answer:
    if payment.errors:
        payment.errors -= 1
        return _error(500, "api_error")
    return _ok(session_object(payment, origin))


def _list(books: Books, origin: str, asked: dict[str, str]) -> Answer:
    first, end = float(asked.get("created[gte]", 0)), float(asked.get("created[lt]", 1e12))
    found = [one for one in books.payments.values() if one.way == "stripe" and first <= one.made_at < end]
    return _many([session_object(one, origin) for one in found])


def _expire(payment: Payment, origin: str) -> Answer:
    if payment.settled(moment()) != "new":
        return _error(400, "checkout_session_not_open")
    payment.state = "expired"
    return _ok(session_object(payment, origin))


def _refund(books: Books, asked: dict[str, str]) -> Answer:
    found = books.find(lambda one: bool(one.intent) and one.intent == asked.get("payment_intent"))
    made = found and books.refund(found, int(asked.get("amount", 0)), "", name=new("re_"))
    if not found or not made:
        return _error(400, "charge_already_refunded" if found else "resource_missing")
    return _ok(refund_object(made, found))


def _one_refund(books: Books, name: str) -> Answer:
    for payment in books.payments.values():
        for one in payment.refunds:
            if one.id == name:
                return _ok(refund_object(one, payment))
    return _error(404, "resource_missing")


# --- Objects ----------------------------------------------------------------------------------------------------------


def session_object(payment: Payment, origin: str = "") -> dict[str, Any]:
    """Return the session as the protocol shows it."""
    state = payment.settled(moment())
    status = {"ok": "complete", "pending": "complete", "expired": "expired"}.get(state, "open")
    return {
        "id": payment.id,
        "object": "checkout.session",
        "amount_total": payment.amount,
        "currency": payment.currency.lower(),
        "client_reference_id": payment.stamp,
        "livemode": False,
        "mode": "payment",
        "payment_intent": payment.intent or None,
        "payment_status": "paid" if state == "ok" else "unpaid",
        "status": status,
        "created": int(payment.made_at),
        "url": f"{origin}/pay/{payment.id}" if status == "open" else None,
    }


def refund_object(one: Refund, payment: Payment) -> dict[str, Any]:
    """Return the refund as the protocol shows it."""
    state = {"ok": "succeeded", "fail": "failed"}.get(one.state, "pending")
    return {
        "id": one.id,
        "object": "refund",
        "amount": one.amount,
        "currency": payment.currency.lower(),
        "payment_intent": payment.intent,
        "status": state,
    }


def dispute_object(payment: Payment) -> dict[str, Any]:
    """Return the dispute as the protocol shows it."""
    return {
        "id": f"dp_{payment.intent}",
        "object": "dispute",
        "amount": payment.amount,
        "payment_intent": payment.intent,
        "status": payment.disputed,
    }


def charge_object(payment: Payment) -> dict[str, Any]:
    """Return the charge as the protocol shows it."""
    return {
        "id": f"ch_{payment.intent}",
        "object": "charge",
        "amount": payment.amount,
        "amount_refunded": payment.refunded(),
        "currency": payment.currency.lower(),
        "metadata": {"reference": payment.stamp},
        "payment_intent": payment.intent,
        "refunded": payment.refunded() == payment.amount,
    }


def _ok(said: Mapping[str, Any]) -> Answer:
    return 200, {}, json.dumps(said).encode()


def _many(rows: list[dict[str, Any]]) -> Answer:
    return _ok({"object": "list", "data": rows, "has_more": False, "url": "/v1/list"})


def _error(status: int, code: str, kind: str = "invalid_request_error") -> Answer:
    return status, {}, json.dumps({"error": {"type": kind, "code": code, "message": code}}).encode()


# --- What the merchant is told ----------------------------------------------------------------------------------------


def event(kind: str, found: Mapping[str, Any], *, name: str = "") -> bytes:
    """Return the body of a webhook."""
    said = {
        "id": name or new("evt_"),
        "object": "event",
        "type": kind,
        "created": int(moment()),
        "livemode": False,
        "data": {"object": found},
    }
    return json.dumps(said).encode()


def header(body: bytes, *, secret: str = STRIPE_WEBHOOK_SECRET, at: float | None = None) -> str:
    """Return the signature of a webhook, over the time and the body."""
    signed_at = int(moment() if at is None else at)
    mark = hmac.new(secret.encode(), f"{signed_at}.".encode() + body, "sha256").hexdigest()
    return f"t={signed_at},v1={mark}"
