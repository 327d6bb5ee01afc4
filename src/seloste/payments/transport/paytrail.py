"""Paytrail's Payment API (https://docs.paytrail.com/): signed requests, signed answers, signed callbacks."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, quote
from uuid import uuid4

from seloste.kernel.money import EURO
from seloste.payments.choices import Way
from seloste.payments.transport import Away, Forged, Order, Refused, Returned, Started, Told
from seloste.payments.transport.http import send

_ALGORITHMS = ("sha256", "sha512")
#: Their states as facts; what is not here changes nothing.
_REFUND = {"ok": "done", "pending": "pending", "delayed": "pending", "new": "pending", "fail": "failed"}


def signature(secret: str, values: Mapping[str, str], body: bytes, algorithm: str = "sha256") -> str:
    """Return the HMAC over all ``checkout-`` values in alphabetical order, each on a line, and the body."""
    lines = [f"{name}:{values[name]}" for name in sorted(values) if name.startswith("checkout-")]
    payload = "\n".join([*lines, ""]).encode() + body
    return hmac.new(secret.encode(), payload, algorithm).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Paytrail:
    """One merchant's account."""

    account: str
    secret: str
    api: str
    way: Way = Way.PAYTRAIL
    refunds_are_repeatable: bool = False

    def start(self, order: Order) -> Started:
        """Make a payment ready; the payer's e-mail address is the one thing about her that the protocol demands."""
        answer, _raw = self._call(
            "POST",
            "/payments",
            at=order.at,
            body={
                "stamp": order.stamp,
                "reference": order.shown,
                "amount": order.amount,
                "currency": order.currency,
                "language": order.language.upper(),
                "customer": {"email": order.email},
                "redirectUrls": {"success": order.back, "cancel": order.cancelled},
                "callbackUrls": {"success": order.told, "cancel": order.told},
            },
        )
        return Started(provider_id=str(answer["transactionId"]), url=str(answer["href"]))

    def read(self, raw: bytes, headers: Mapping[str, str], at: datetime) -> Told:  # noqa: ARG002 -- no header, no moment is signed
        """Read a callback or a return: the query as it came. It carries no time; what it says is asked anew anyway."""
        values = self._verified(raw)
        if values.get("checkout-account") != self.account:
            raise Forged("another account")
        status, stamp = values.get("checkout-status", ""), values.get("checkout-stamp", "")
        signed = "&".join(f"{name}={values[name]}" for name in sorted(values))
        return Told(
            event_id=sha256(signed.encode()).hexdigest(),
            kind=f"payment.{status}"[:60],
            raw=raw,
            reference=_reference(stamp),
            provider_id=values.get("checkout-transaction-id", ""),
            refund=stamp,
            refund_id=values.get("checkout-transaction-id", ""),
            facts=self._facts(values.get("checkout-amount"), status, stamp, EURO),
        )

    def _verified(self, raw: bytes) -> dict[str, str]:
        try:
            pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, strict_parsing=True, max_num_fields=40)
        except ValueError:
            raise Forged("not a query") from None
        names = [name for name, _ in pairs]
        if len(names) != len(set(names)):
            raise Forged("something is said twice")
        values = {name: value for name, value in pairs if name.startswith("checkout-")}
        given, algorithm = dict(pairs).get("signature", ""), values.get("checkout-algorithm", "")
        if algorithm not in _ALGORITHMS or not given.isascii():
            raise Forged("unsigned")
        if not hmac.compare_digest(signature(self.secret, values, b"", algorithm), given):
            raise Forged("wrong signature")
        return values

    def _facts(self, amount: Any, status: str, stamp: str, currency: str) -> dict[str, Any]:  # noqa: ANN401 -- theirs
        facts: dict[str, Any] = {"account": self.account, "currency": currency, "reference": _reference(stamp)}
        if status == "ok":
            facts["captured"] = int(str(amount)) if str(amount).isdigit() else 0
        if status == "fail":
            facts["ended"] = "failed"
        return facts

    def fetch(self, provider_id: str, at: datetime) -> Told:
        """Ask how a payment stands."""
        answer, raw = self._call("GET", f"/payments/{_quoted(provider_id)}", at=at, transaction=provider_id)
        status, stamp = str(answer.get("status", "")), str(answer.get("stamp", ""))
        facts = self._facts(answer.get("amount"), status, stamp, str(answer.get("currency", "")))
        return Told(
            event_id="",
            kind=f"answer.{status}"[:60],
            raw=raw,
            reference=_reference(stamp),
            provider_id=provider_id,
            facts=facts,
        )

    def close(self, provider_id: str, at: datetime) -> None:
        """Do nothing: the protocol knows no way to end a payment. One that is paid after all is found and refunded."""

    def refund(self, provider_id: str, amount: int, *, key: str, told: str, at: datetime) -> Returned:
        """Send money back to where it came from."""
        answer, raw = self._call(
            "POST",
            f"/payments/{_quoted(provider_id)}/refund",
            at=at,
            transaction=provider_id,
            body={"amount": amount, "refundStamp": key, "callbackUrls": {"success": told, "cancel": told}},
        )
        return _returned(answer, raw)

    def ask_refund(self, refund_id: str, at: datetime) -> Returned:
        """Ask what became of a refund: it is a transaction of its own."""
        answer, raw = self._call("GET", f"/payments/{_quoted(refund_id)}", at=at, transaction=refund_id)
        return _returned({**answer, "transactionId": refund_id}, raw)

    def paid_between(self, first: datetime, end: datetime) -> list[Told] | None:  # noqa: ARG002 -- the protocol's
        """Return None: the interface lists settlements of days later, and sends reports with names (not asked for)."""
        return None

    def _call(
        self, method: str, path: str, *, at: datetime, transaction: str = "", body: Mapping[str, Any] | None = None
    ) -> tuple[dict[str, Any], bytes]:
        sent = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode() if body is not None else b""
        headers = {
            "checkout-account": self.account,
            "checkout-algorithm": "sha512",
            "checkout-method": method,
            "checkout-nonce": str(uuid4()),
            "checkout-timestamp": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            **({"checkout-transaction-id": transaction} if transaction else {}),
        }
        headers["signature"] = signature(self.secret, headers, sent, "sha512")
        if sent:
            headers["content-type"] = "application/json; charset=utf-8"
        status, said, content = send(method, self.api + path, headers=headers, body=sent)
        return self._answer(status, said, content), content

    def _answer(self, status: int, said: Mapping[str, str], content: bytes) -> dict[str, Any]:
        """Return the answer, which is signed like the question; one that is not is no answer."""
        if status >= 500 or status in {408, 425, 429}:
            raise Away(f"status {status}")
        algorithm = said.get("checkout-algorithm", "")
        right = signature(self.secret, said, content, algorithm) if algorithm in _ALGORITHMS else ""
        if not right or not hmac.compare_digest(right, said.get("signature", "")):
            raise (Refused if status in {401, 403} else Away)(f"status {status}, unsigned")
        if not 200 <= status < 300:
            raise Refused(f"status {status}")
        return _object(content)


def _quoted(name: str) -> str:
    return quote(name, safe="")


def _object(content: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(content)
    except ValueError:
        raise Away("not JSON") from None
    if not isinstance(answer, dict):
        raise Away("not an object")
    return answer


def _returned(answer: Mapping[str, Any], raw: bytes) -> Returned:
    return Returned(
        state=_REFUND.get(str(answer.get("status", "")), "pending"),
        refund_id=str(answer.get("transactionId", "")),
        raw=raw,
    )


def _reference(stamp: str) -> str:
    """Return our reference from the stamp: what stands before the number of the try."""
    return stamp.partition("-")[0]
