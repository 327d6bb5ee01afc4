"""To know: the provider is asked, outside of any transaction; its answer is kept and the payment reckoned anew."""

from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction

from seloste.kernel.duty import system
from seloste.kernel.money import from_cents
from seloste.kernel.refusals import Missing
from seloste.payments import transport
from seloste.payments.actions import troubles
from seloste.payments.actions.folding import News, keep, locked, refold, schedule
from seloste.payments.actions.refunding import note_failed
from seloste.payments.choices import HAD_MONEY, Origin, State, Trouble, Way
from seloste.payments.models import Payment, PaymentEvent
from seloste.payments.rules import asking
from seloste.payments.rules.folding import Standing

_log = structlog.stdlib.get_logger("seloste.payments")


def settle(*, at: datetime, payment_id: UUID) -> Payment:
    """Ask the provider how a payment stands and do what follows; return the payment as it stands now.

    Asks the network: no transaction may be open. Where the provider does not answer, it is asked again later.
    """
    payment = Payment.objects.filter(id=payment_id).first()
    if payment is None:
        raise Missing
    if payment.provider == Way.INVOICE:
        return payment
    if not payment.provider_id:
        return _end_unbegun(payment, at)
    Payment.objects.filter(id=payment.id).update(asked_at=at)
    told = _ask(payment, at)
    return _take_in(payment, told, at) if told else _postpone(payment, at)


def _ask(payment: Payment, at: datetime) -> transport.Told | None:
    provider = transport.provider(payment.provider)
    if provider is None or provider.account != payment.account:
        return None
    try:
        return provider.fetch(payment.provider_id, at)
    except transport.Refused as no:
        _log.warning("payments.refused", id=str(payment.id), code=no.code)
        troubles.tell(at=at, kind=Trouble.GONE, provider=payment.provider, payment=payment.id)
    except transport.Away as wrong:
        _log.warning("payments.away", id=str(payment.id), error=str(wrong))
    return None


def _postpone(payment: Payment, at: datetime) -> Payment:
    payment.asked = min(payment.asked + 1, 30_000)
    payment.ask_at = asking.next_try(payment.asked, at)
    Payment.objects.filter(id=payment.id).update(asked=payment.asked, ask_at=payment.ask_at)
    return payment


def _end_unbegun(payment: Payment, at: datetime) -> Payment:
    """End what was never begun with the provider once its time is over: nobody was ever given a page to pay on."""
    if payment.expected_at > at or payment.state != State.OPEN:
        Payment.objects.filter(id=payment.id, provider_id="").update(
            ask_at=payment.expected_at if payment.state == State.OPEN else None
        )
        return payment
    return _take_in(payment, transport.Told(event_id="", kind="never_begun", raw=b"", facts={"ended": "expired"}), at)


def _take_in(payment: Payment, told: transport.Told, at: datetime) -> Payment:
    """Keep the answer and reckon anew. What follows may fail: then nothing has happened, and it is tried again."""
    try:
        return _fold_in(payment, told, at)
    except Exception:  # noqa: BLE001 -- another room's deed: the money must not be forgotten for it
        _log.exception("payments.stuck", id=str(payment.id))
        troubles.tell(at=at, kind=Trouble.STUCK, provider=payment.provider, payment=payment.id)
        return _postpone(payment, at)


@transaction.atomic
def _fold_in(asked: Payment, told: transport.Told, at: datetime) -> Payment:
    by = system("order")
    payment = locked(asked.id)
    if payment is None:
        raise Missing
    _keep(payment, told, at)
    note_failed(at=at, payment=payment, facts=told.facts)
    standing = refold(by=by, at=at, payment=payment)
    if _is_overdue(payment, at):
        _keep(payment, transport.Told(event_id="", kind="time_over", raw=b"", facts={"ended": "expired"}), at)
        standing = refold(by=by, at=at, payment=payment)
    _doubt(payment, standing, at)
    schedule(payment, at)
    troubles.ended(at=at, payment=payment.id, kinds=(Trouble.STUCK, Trouble.GONE))
    return payment


def _keep(payment: Payment, told: transport.Told, at: datetime) -> None:
    news = News(
        provider=payment.provider,
        account=payment.account,
        origin=Origin.ANSWER,
        kind=told.kind,
        payment=payment.id,
        facts=told.facts,
        raw=told.raw,
    )
    keep(by=system("order"), at=at, news=news)


def _is_overdue(payment: Payment, at: datetime) -> bool:
    return payment.state == State.OPEN and not payment.paid_amount and payment.expected_at <= at


def _doubt(payment: Payment, standing: Standing, at: datetime) -> None:
    """Tell of a message that said paid and that the provider has not confirmed for a while, without another reason."""
    if standing.misfits:
        return
    old = PaymentEvent.objects.filter(id__in=standing.claimed, received_at__lte=at - asking.CLAIM_WAITS).first()
    if old is not None and payment.state not in HAD_MONEY:
        troubles.tell(
            at=at,
            kind=Trouble.UNCONFIRMED,
            provider=payment.provider,
            payment=payment.id,
            event=old.id,
            mark=f"{Trouble.UNCONFIRMED}:{payment.id}",
            amount=from_cents(int(old.facts["captured"])),
        )


def close(*, at: datetime, payment_id: UUID) -> Payment:
    """End an attempt before another is made: ask first, have it expire where the provider can, ask again.

    Nobody pays twice who can be kept from it. Asks the network: no transaction may be open.
    """
    payment = settle(at=at, payment_id=payment_id)
    provider = transport.provider(payment.provider)
    if payment.state != State.OPEN or not payment.provider_id or provider is None:
        return payment
    try:
        provider.close(payment.provider_id, at)
    except (transport.Away, transport.Refused) as no:
        _log.info("payments.not_closed", id=str(payment.id), error=type(no).__name__)
    return settle(at=at, payment_id=payment_id)
