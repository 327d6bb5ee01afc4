"""What providers tell: verified over the bytes as they came, kept, and looked into afterwards. Nothing is believed."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models.fields.json import KT

from seloste.kernel import sweeps
from seloste.kernel.duty import system
from seloste.kernel.refusals import Missing
from seloste.payments import transport
from seloste.payments.actions import troubles
from seloste.payments.actions.folding import News, keep
from seloste.payments.choices import Origin, RefundState, Trouble
from seloste.payments.models import Payment, PaymentEvent, Refund
from seloste.payments.transport import Forged, Told

_log = structlog.stdlib.get_logger("seloste.payments")

#: The key of the sweep that asks providers.
ASK, REFUND = "payments.ask", "payments.refund"


def receive(
    *, provider: str, raw: bytes, headers: Mapping[str, str], at: datetime, origin: Origin = Origin.WEBHOOK
) -> UUID | None:
    """Take a provider's message; return the payment it is about, None where it is of none of ours.

    Raises Forged, of which nothing is kept, and Missing where the provider is not in use.
    """
    speaker = transport.provider(provider)
    if speaker is None:
        raise Missing
    try:
        told = speaker.read(raw, headers, at)
    except Forged as wrong:
        _log.warning("payments.forged", provider=provider, error=str(wrong))
        raise
    return _note(told, provider=provider, account=speaker.account, origin=origin, at=at)


@transaction.atomic
def _note(told: Told, *, provider: str, account: str, origin: Origin, at: datetime) -> UUID | None:
    by = system("order")
    payment, refund = _whose(told, provider)
    event_id = told.event_id or f"unread:{sha256(told.raw).hexdigest()}"
    news = News(
        provider=provider,
        account=account,
        origin=origin,
        kind=told.kind,
        payment=payment,
        event_id=event_id,
        facts={} if refund else told.facts,
        raw=told.raw,
    )
    if not keep(by=by, at=at, news=news):
        return payment
    if refund:
        _wake_refund(refund, told, at)
    elif payment:
        Payment.objects.filter(id=payment).update(ask_at=at)
        sweeps.wake(ASK)
    else:
        _tell_stray(told, provider, event_id, at)
    return payment


def _whose(told: Told, provider: str) -> tuple[UUID | None, Refund | None]:
    """Find what a message is about: by our own reference, by a refund's key, by the provider's id of the payment."""
    mine = Payment.objects.filter(provider=provider)
    if told.reference:
        found = mine.filter(reference=told.reference).values_list("id", flat=True).first()
        if found:
            return found, None
    refund = _refund(told.refund, provider)
    if refund is not None:
        return refund.payment_id, refund
    intent = told.facts.get("intent")
    if intent:
        events = PaymentEvent.objects.annotate(intent=KT("facts__intent"))
        known = events.filter(provider=provider, intent=intent, payment__isnull=False)
        return known.values_list("payment", flat=True).first(), None
    return None, None


def _refund(mark: str, provider: str) -> Refund | None:
    """Return the refund whose mark it is: its id without hyphens."""
    is_mark = len(mark) == 32 and set(mark) <= set("0123456789abcdef")
    return Refund.objects.filter(id=UUID(mark), payment__provider=provider).first() if is_mark else None


def _wake_refund(refund: Refund, told: Told, at: datetime) -> None:
    """Have a refund looked into whose outcome the provider tells."""
    waits = [RefundState.UNKNOWN, RefundState.PENDING]
    rows = Refund.objects.filter(id=refund.id, state__in=waits)
    if told.refund_id:
        rows.filter(provider_id="").update(provider_id=told.refund_id)
    rows.update(next_at=at)
    sweeps.wake(REFUND)


def _tell_stray(told: Told, provider: str, event_id: str, at: datetime) -> None:
    """Tell of a message that says money and is of nothing we know; what else there is is kept and that is all."""
    if told.kind == "unreadable":
        troubles.tell(at=at, kind=Trouble.UNREADABLE, provider=provider, mark=f"{Trouble.UNREADABLE}:{event_id}")
    elif told.facts.get("captured"):
        kind = Trouble.UNKNOWN_PAYMENT
        troubles.tell(at=at, kind=kind, provider=provider, mark=f"{kind}:{told.provider_id or event_id}")
