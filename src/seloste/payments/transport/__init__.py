"""How providers are spoken to. One protocol, an adapter each; none keeps anything."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.db import connection

from seloste.declaration.load import current
from seloste.payments.choices import Way


class Forged(Exception):  # noqa: N818 -- an answer to whoever sent it
    """A message that is not signed by the provider, or not freshly, or not for us: answered 400, nothing kept."""


class Away(Exception):  # noqa: N818 -- a state, not an error of ours
    """The provider did not answer: whether it did what was asked is not known, unless ``never_sent``."""

    def __init__(self, why: str, *, never_sent: bool = False) -> None:
        super().__init__(why)
        self.never_sent = never_sent


class Refused(Exception):  # noqa: N818 -- likewise
    """The provider said no, for good; ``code`` is its own."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class InTransactionError(RuntimeError):
    """A provider was to be spoken to while a transaction was open."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What a provider is told, and no more: what is paid under which mark, and where the payer comes back to.

    ``email`` is sent where the protocol demands one. ``stamp`` is new with each try, and begins with the reference.
    """

    reference: str
    stamp: str
    shown: str
    amount: int
    currency: str
    language: str
    email: str
    back: str
    cancelled: str
    told: str
    ends_at: datetime
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Started:
    """A payment that the provider has made ready: its id there, and the page to which the payer goes."""

    provider_id: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What a provider told or answered. ``reference`` is ours where it is named; ``refund`` the key of a refund."""

    event_id: str
    kind: str
    raw: bytes
    reference: str = ""
    provider_id: str = ""
    refund: str = ""
    refund_id: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Returned:
    """What became of a refund at the provider: ``done``, ``pending`` or ``failed``."""

    state: str
    refund_id: str
    raw: bytes


class Provider(Protocol):
    """A payment provider. No method may be called while a transaction is open."""

    @property
    def way(self) -> Way:
        """Return which provider it is."""

    @property
    def account(self) -> str:
        """Return our account there."""

    @property
    def refunds_are_repeatable(self) -> bool:
        """Tell whether a refund whose answer was lost may be sent again under its key without paying twice."""

    def start(self, order: Order) -> Started:
        """Make a payment ready. Raises Away, Refused."""

    def read(self, raw: bytes, headers: Mapping[str, str], at: datetime) -> Told:
        """Read a message after its signature was verified over the bytes. Raises Forged."""

    def fetch(self, provider_id: str, at: datetime) -> Told:
        """Ask how a payment stands. Raises Away, Refused."""

    def close(self, provider_id: str, at: datetime) -> None:
        """Have a payment that was not made expire, where the protocol can. Raises Away, Refused."""

    def refund(self, provider_id: str, amount: int, *, key: str, told: str, at: datetime) -> Returned:
        """Send money back. Raises Away, Refused."""

    def ask_refund(self, refund_id: str, at: datetime) -> Returned:
        """Ask what became of a refund. Raises Away, Refused."""

    def paid_between(self, first: datetime, end: datetime) -> list[Told] | None:
        """List what the provider holds as paid in a time; None where the protocol cannot tell."""


def outside() -> None:
    """Refuse to speak to anybody while a transaction is open: a slow provider would hold its locks."""
    if connection.in_atomic_block:
        raise InTransactionError("a payment provider is never spoken to inside a transaction")


# --- Which providers there are ----------------------------------------------------------------------------------------


def provider(way: str) -> Provider | None:
    """Return the provider as it is set up now; None where it has no keys or the notice does not name it (S7.2)."""
    from seloste.payments.transport.paytrail import Paytrail  # noqa: PLC0415 -- the adapters import this module
    from seloste.payments.transport.stripe import Stripe  # noqa: PLC0415 -- likewise

    if way == Way.PAYTRAIL and settings.PAYTRAIL_ACCOUNT and is_declared(way):
        return Paytrail(account=settings.PAYTRAIL_ACCOUNT, secret=settings.PAYTRAIL_SECRET, api=settings.PAYTRAIL_API)
    if way == Way.STRIPE and settings.STRIPE_KEY and is_declared(way):
        return Stripe(
            account=settings.STRIPE_ACCOUNT,
            key=settings.STRIPE_KEY,
            secret=settings.STRIPE_WEBHOOK_SECRET,
            api=settings.STRIPE_API,
        )
    return None


def is_declared(way: str) -> bool:
    """Tell whether the notice names the provider as a recipient of orders, with the day of the contract."""
    declared = current()
    named = declared.recipient.get(way)
    return bool(named and named.contract_date and way in declared.purpose["order"].recipients)


def set_up() -> list[Way]:
    """Return the providers that have keys, declared or not."""
    keys = {Way.PAYTRAIL: settings.PAYTRAIL_ACCOUNT, Way.STRIPE: settings.STRIPE_KEY}
    return [way for way, key in keys.items() if key]


def open_ways() -> list[Way]:
    """Return the ways to pay that can be offered now: providers with keys that the notice names, and the invoice."""
    online = [way for way in (Way.PAYTRAIL, Way.STRIPE) if provider(way) is not None]
    return [*online, Way.INVOICE]


def undeclared() -> list[Way]:
    """Return providers that have keys although the notice does not name them, with the day of their contract (S7.2)."""
    return [way for way in set_up() if not is_declared(way)]
