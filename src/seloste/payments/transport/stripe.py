"""Stripe Checkout (https://docs.stripe.com/api): the payer pays on Stripe's own page, in Stripe's own window.

The official library speaks to Stripe; what it answers is read here as plain values.
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import stripe
from stripe._webhook import WebhookSignature

from seloste.payments.choices import Way
from seloste.payments.transport import Away, Forged, Order, Refused, Returned, Started, Told, outside

#: How far the time of a message may be from ours, in seconds (Stripe's own default; here in both directions).
TOLERANCE = 300
#: Seconds for one exchange.
TIMEOUT = 15
#: A session may be open for 30 minutes to 24 hours; what is named nearer the edges is refused.
_SHORTEST, _LONGEST = 31 * 60, 24 * 3600 - 60
_REFUND = {"succeeded": "done", "pending": "pending", "requires_action": "pending", "failed": "failed"}
SESSION = "checkout.session"
_DISPUTE = {"won": "won", "lost": "lost", "warning_closed": "won"}

#: It would name every request at each step.
logging.getLogger("stripe").setLevel(logging.WARNING)


@dataclass(frozen=True, kw_only=True, slots=True)
class Stripe:
    """One account. ``account`` names it in our books; messages of another one carry its own id and are refused."""

    account: str
    key: str
    secret: str
    api: str
    way: Way = Way.STRIPE
    refunds_are_repeatable: bool = True

    def start(self, order: Order) -> Started:
        """Open a session for one sum under the order's number. No name, no address, no list of what was bought."""
        ends_in = min(max(int((order.ends_at - order.at).total_seconds()), _SHORTEST), _LONGEST)
        session = self._ask(
            lambda client: client.v1.checkout.sessions.create(
                params={
                    "mode": "payment",
                    "client_reference_id": order.stamp,
                    "locale": order.language,
                    "success_url": order.back,
                    "cancel_url": order.cancelled,
                    "expires_at": int(order.at.timestamp()) + ends_in,
                    "line_items": [
                        {
                            "quantity": 1,
                            "price_data": {
                                "currency": order.currency.lower(),
                                "unit_amount": order.amount,
                                "product_data": {"name": order.shown},
                            },
                        }
                    ],
                    "payment_intent_data": {"metadata": {"reference": order.stamp}},
                },
                options={"idempotency_key": order.stamp},
            )
        )
        return Started(provider_id=str(session["id"]), url=str(session["url"]))

    def read(self, raw: bytes, headers: Mapping[str, str], at: datetime) -> Told:
        """Read a webhook: signed over the raw body, not older than five minutes, and of our account and mode."""
        self._verify(raw, headers.get("Stripe-Signature", ""), at)
        try:
            event = json.loads(raw)
            found = event["data"]["object"]
            kind, event_id = str(event["type"]), str(event["id"])
        except (ValueError, KeyError, TypeError):
            return Told(event_id="", kind="unreadable", raw=raw)
        if event.get("account", self.account) != self.account or event.get("livemode") is not self._is_live():
            raise Forged("another account or mode")
        return _told(event_id, kind, found if isinstance(found, dict) else {}, raw, self.account)

    def _is_live(self) -> bool:
        return "_live_" in self.key

    def _verify(self, raw: bytes, header: str, at: datetime) -> None:
        try:
            WebhookSignature.verify_header(raw, header, self.secret)
            signed_at = int(dict(part.split("=", 1) for part in header.split(","))["t"])
        except (stripe.SignatureVerificationError, UnicodeDecodeError, ValueError, KeyError, TypeError):
            raise Forged("wrong signature") from None
        if abs(at.timestamp() - signed_at) > TOLERANCE:
            raise Forged("too old or from the future")

    def fetch(self, provider_id: str, at: datetime) -> Told:  # noqa: ARG002 -- the protocol's
        """Ask how a session stands, and what was refunded or disputed of its payment."""
        session = self._ask(lambda client: client.v1.checkout.sessions.retrieve(provider_id))
        facts = _session_facts(session, self.account)
        intent = str(session.get("payment_intent") or "")
        raws: list[Any] = [session]
        if intent and facts.get("captured"):
            refunds = self._ask(lambda client: client.v1.refunds.list(params={"payment_intent": intent, "limit": 100}))
            disputes = self._ask(lambda client: client.v1.disputes.list(params={"payment_intent": intent}))
            raws += [refunds, disputes]
            facts["intent"] = intent
            facts["refunds"] = {one["id"]: _refund_fact(one) for one in refunds["data"]}
            facts["disputes"] = {one["id"]: _DISPUTE.get(one["status"], "open") for one in disputes["data"]}
        return Told(
            event_id="",
            kind=f"answer.{session.get('status')}.{session.get('payment_status')}"[:60],
            raw=json.dumps(raws, separators=(",", ":")).encode(),
            reference=_reference(str(session.get("client_reference_id") or "")),
            provider_id=provider_id,
            facts=facts,
        )

    def close(self, provider_id: str, at: datetime) -> None:  # noqa: ARG002 -- the protocol's
        """Have the session expire; one that is complete refuses, which is an answer too."""
        self._ask(lambda client: client.v1.checkout.sessions.expire(provider_id))

    def refund(self, provider_id: str, amount: int, *, key: str, told: str, at: datetime) -> Returned:  # noqa: ARG002 -- the protocol's
        """Send money back; under the same key it is the same refund."""
        session = self._ask(lambda client: client.v1.checkout.sessions.retrieve(provider_id))
        refund = self._ask(
            lambda client: client.v1.refunds.create(
                params={"payment_intent": str(session.get("payment_intent") or ""), "amount": amount},
                options={"idempotency_key": key},
            )
        )
        return _returned(refund)

    def ask_refund(self, refund_id: str, at: datetime) -> Returned:  # noqa: ARG002 -- the protocol's
        """Ask what became of a refund."""
        return _returned(self._ask(lambda client: client.v1.refunds.retrieve(refund_id)))

    def paid_between(self, first: datetime, end: datetime) -> list[Told] | None:
        """List the sessions that were made in a time and are paid."""
        found: list[Told] = []
        after = ""
        while True:
            page = self._ask(self._sessions(first, end, after))
            paid = [one for one in page["data"] if one.get("payment_status") == "paid"]
            found += [_told(str(one["id"]), "listed", {**one, "object": SESSION}, b"", self.account) for one in paid]
            if not page.get("has_more") or not page["data"]:
                return found
            after = str(page["data"][-1]["id"])

    def _sessions(self, first: datetime, end: datetime, after: str) -> Callable[[stripe.StripeClient], Any]:
        params: dict[str, Any] = {"limit": 100, "created": {"gte": int(first.timestamp()), "lt": int(end.timestamp())}}
        if after:
            params["starting_after"] = after
        return lambda client: client.v1.checkout.sessions.list(params=params)  # type: ignore[arg-type]

    def _ask(self, question: Callable[[stripe.StripeClient], Any]) -> dict[str, Any]:
        """Ask one thing and return the answer as plain values. Raises Away, Refused."""
        outside()
        client = stripe.StripeClient(
            self.key,
            base_addresses={"api": self.api},
            http_client=stripe.RequestsClient(timeout=TIMEOUT),
            max_network_retries=0,
        )
        try:
            return dict(question(client).to_dict())
        except stripe.APIConnectionError as wrong:
            raise Away("no connection", never_sent="NewConnectionError" in str(wrong)) from None
        except stripe.RateLimitError as wrong:
            raise Away(type(wrong).__name__) from None
        except stripe.StripeError as wrong:
            if (wrong.http_status or 500) >= 500 or wrong.http_status == 409:
                raise Away(f"status {wrong.http_status}") from None
            raise Refused(str(wrong.code or f"status {wrong.http_status}")[:60]) from None


def _told(event_id: str, kind: str, found: Mapping[str, Any], raw: bytes, account: str) -> Told:
    """Read the object of an event. What we do not know is kept and changes nothing."""
    what = found.get("object")
    stamp, provider_id = "", ""
    facts: dict[str, Any] = {}
    if what == SESSION:
        stamp, provider_id = str(found.get("client_reference_id") or ""), str(found.get("id") or "")
        facts = _session_facts(found, account)
        if kind == "checkout.session.async_payment_failed":
            facts["ended"] = "failed"
    elif what in {"charge", "payment_intent"}:
        metadata = found.get("metadata")
        stamp = str(metadata.get("reference") or "") if isinstance(metadata, dict) else ""
    intent = found.get("id") if what == "payment_intent" else found.get("payment_intent")
    if isinstance(intent, str) and intent:
        facts["intent"] = intent
    return Told(
        event_id=event_id,
        kind=kind[:60],
        raw=raw,
        reference=_reference(stamp),
        provider_id=provider_id,
        facts=facts,
    )


def _session_facts(session: Mapping[str, Any], account: str) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "account": account,
        "currency": str(session.get("currency") or "").upper(),
        "reference": _reference(str(session.get("client_reference_id") or "")),
    }
    if session.get("payment_status") == "paid" and isinstance(session.get("amount_total"), int):
        facts["captured"] = session["amount_total"]
    if session.get("status") == "expired":
        facts["ended"] = "expired"
    if isinstance(session.get("payment_intent"), str):
        facts["intent"] = session["payment_intent"]
    return facts


def _refund_fact(refund: Mapping[str, Any]) -> list[Any]:
    return [int(refund["amount"]), _REFUND.get(str(refund.get("status")), "failed")]


def _returned(refund: Mapping[str, Any]) -> Returned:
    return Returned(
        state=_REFUND.get(str(refund.get("status")), "failed"),
        refund_id=str(refund["id"]),
        raw=json.dumps(refund, separators=(",", ":")).encode(),
    )


def _reference(stamp: str) -> str:
    return stamp.partition("-")[0]
