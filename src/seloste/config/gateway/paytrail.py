"""The gateway in Paytrail's place (https://docs.paytrail.com/)."""

import hmac
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from seloste.config.gateway import PAYTRAIL_ACCOUNT, PAYTRAIL_SECRET
from seloste.config.gateway.books import Books, Payment, moment, new

Answer = tuple[int, Mapping[str, str], bytes]


def sign(values: Mapping[str, str], body: bytes, algorithm: str, secret: str = PAYTRAIL_SECRET) -> str:
    """Return the HMAC over the ``checkout-`` values and the body."""
    lines = "".join(f"{name}:{values[name]}\n" for name in sorted(values) if name.startswith("checkout-"))
    return hmac.new(secret.encode(), lines.encode() + body, algorithm).hexdigest()


def answer(books: Books, origin: str, *, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """Answer one request of a merchant."""
    algorithm = headers.get("checkout-algorithm", "")
    if algorithm not in {"sha256", "sha512"} or headers.get("checkout-account") != PAYTRAIL_ACCOUNT:
        return 401, {}, b'{"status":"error","message":"unknown account"}'
    if not hmac.compare_digest(sign(headers, body, algorithm), headers.get("signature", "")):
        return 401, {}, b'{"status":"error","message":"signature mismatch"}'
    with books.open():
        status, said = _do(books, origin, method, path.strip("/").split("/"), body)
    return _signed(status, said, algorithm)


def _signed(status: int, said: Mapping[str, Any], algorithm: str) -> Answer:
    body = json.dumps(said).encode()
    values = {
        "checkout-account": PAYTRAIL_ACCOUNT,
        "checkout-algorithm": algorithm,
        "checkout-method": "POST",
        "checkout-nonce": new(),
        "checkout-timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()),
    }
    return status, {**values, "signature": sign(values, body, algorithm), "request-id": new()}, body


def _do(books: Books, origin: str, method: str, parts: list[str], body: bytes) -> tuple[int, dict[str, Any]]:
    if method == "POST" and parts == ["payments"]:
        return _create(books, origin, json.loads(body))
    found = books.payments.get(parts[1]) if len(parts) > 1 else None
    if found is not None and found.errors:
        found.errors -= 1
        return 500, {"status": "error"}
    if method == "GET" and len(parts) == 2:
        return (200, _state(found)) if found else _refund_state(books, parts[1])
    if method == "POST" and len(parts) == 3 and parts[2] == "refund" and found:
        return _refund(books, found, json.loads(body))
    return 404, {"status": "error", "message": "not found"}


def _create(books: Books, origin: str, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    needed = {"stamp", "reference", "amount", "currency", "language", "customer", "redirectUrls"}
    if not needed <= asked.keys() or "email" not in asked["customer"] or asked["currency"] != "EUR":
        return 400, {"status": "error", "message": "invalid fields"}
    if books.find(lambda one: one.stamp == asked["stamp"]):
        return 400, {"status": "error", "message": "duplicate stamp"}
    made = books.add(
        Payment(
            id=new(),
            way="paytrail",
            stamp=asked["stamp"],
            shown=asked["reference"],
            amount=int(asked["amount"]),
            currency="EUR",
            language=asked["language"].lower(),
            back=asked["redirectUrls"]["success"],
            cancelled=asked["redirectUrls"]["cancel"],
            told=asked.get("callbackUrls", {}).get("success", ""),
            made_at=moment(),
        )
    )
    href = f"{origin}/pay/{made.id}"
    return 201, {"transactionId": made.id, "href": href, "reference": made.shown, "groups": [], "providers": []}


def _state(payment: Payment) -> dict[str, Any]:
    state = payment.settled(moment())
    return {
        "transactionId": payment.id,
        "status": {"expired": "fail"}.get(state, state),
        "amount": payment.amount,
        "currency": payment.currency,
        "stamp": payment.stamp,
        "reference": payment.shown,
        "createdAt": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(payment.made_at)),
        **({"provider": "esimerkkipankki"} if state == "ok" else {}),
    }


def _refund(books: Books, payment: Payment, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    told = asked["callbackUrls"]["success"]
    made = books.refund(payment, int(asked["amount"]), asked.get("refundStamp", ""), name=new(), told=told)
    if made is None:
        return 400, {"status": "error", "message": "cannot be refunded"}
    return 201, {"provider": "esimerkkipankki", "status": made.state, "transactionId": made.id}


def _refund_state(books: Books, name: str) -> tuple[int, dict[str, Any]]:
    for payment in books.payments.values():
        for one in payment.refunds:
            if one.id == name:
                said = {"transactionId": one.id, "status": one.state, "amount": one.amount, "currency": "EUR"}
                return 200, {**said, "stamp": one.key, "reference": payment.shown}
    return 404, {"status": "error", "message": "not found"}


# --- What the merchant is told ----------------------------------------------------------------------------------------


def message(payment: Payment, status: str, *, secret: str = PAYTRAIL_SECRET, **other: str) -> str:
    """Return the query of a callback or of the payer's return."""
    values = {
        "checkout-account": PAYTRAIL_ACCOUNT,
        "checkout-algorithm": "sha512",
        "checkout-amount": str(payment.amount),
        "checkout-stamp": payment.stamp,
        "checkout-reference": payment.shown,
        "checkout-transaction-id": payment.id,
        "checkout-status": status,
        "checkout-provider": "esimerkkipankki",
        **{f"checkout-{name.replace('_', '-')}": value for name, value in other.items()},
    }
    return urlencode({**values, "signature": sign(values, b"", "sha512", secret)})


def at(address: str, query: str) -> str:
    """Return the address with the query after what it has."""
    return f"{address}{'&' if urlsplit(address).query else '?'}{query}"
