"""What was heard is kept, the payment reckoned anew from all of it, and what follows done in the same transaction."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction

from seloste.declaration.load import current
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.money import from_cents, in_cents
from seloste.kernel.periods import add
from seloste.payments.actions import troubles
from seloste.payments.actions.beginning import lock_subject
from seloste.payments.actions.following import follow, is_settled, is_wanted
from seloste.payments.actions.troubles import last_day_of_books
from seloste.payments.choices import HAD_MONEY, Origin, State, Trouble, Way
from seloste.payments.models import EventBody, Payment, PaymentEvent
from seloste.payments.rules import asking
from seloste.payments.rules.folding import Asked, Heard, Standing, fold
from seloste.payments.rules.keeping import WORDS


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """An event as it is kept. Without an ``event_id`` it is known by what it says: the same answer is held once."""

    provider: str
    account: str
    origin: Origin
    kind: str
    payment: UUID | None
    event_id: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    raw: bytes = b""


@transaction.atomic
def keep(*, by: Duty, at: datetime, news: News) -> bool:
    """Keep an event, its words apart from it; return whether it was new."""
    facts = json.dumps(news.facts, sort_keys=True, separators=(",", ":"))
    digest = sha256(news.raw or facts.encode()).digest()
    event_id = news.event_id or f"{news.origin}:{news.payment}:{sha256(facts.encode()).hexdigest()[:32]}"
    event = PaymentEvent(
        id=new_id(at),
        provider=news.provider,
        account=news.account,
        event_id=event_id,
        kind=news.kind,
        origin=news.origin,
        payment=news.payment,
        facts=json.loads(facts),
        digest=digest,
        received_at=at,
        received_by=by.actor,
        keep_until=_keep_until(news.facts, at),
    )
    PaymentEvent.objects.bulk_create([event], ignore_conflicts=True)
    is_new = PaymentEvent.objects.filter(id=event.id).exists()
    if is_new and news.raw:
        EventBody.objects.create(event=event.id, raw=news.raw, keep_until=local_date(at + WORDS))
    return is_new


def _keep_until(facts: Mapping[str, Any], at: datetime) -> date:
    """Return the last day: what says that money moved belongs to the books, the rest to the order."""
    if any(facts.get(part) for part in ("captured", "refunds", "transfers", "undone", "disputes")):
        return last_day_of_books(at)
    return add(local_date(at), current().purpose["order"].retention.period)


def locked(payment_id: UUID) -> Payment | None:
    """Return the payment, which nobody else changes until the transaction ends, nor another attempt at the same."""
    subject = Payment.objects.filter(id=payment_id).values_list("subject_key", flat=True).first()
    if subject is None:
        return None
    lock_subject(subject)
    return Payment.objects.select_for_update().filter(id=payment_id).first()


def refold(*, by: Duty, at: datetime, payment: Payment) -> Standing:
    """Reckon a locked payment anew and do what follows from what changed."""
    events = list(PaymentEvent.objects.filter(payment=payment.id).order_by("received_at", "id"))
    heard = [Heard(id=str(event.id), origin=event.origin, facts=event.facts) for event in events]
    standing = fold(_asked(payment), heard)
    before = State(payment.state), payment.refunded_amount
    had_money = bool(payment.paid_at)
    _write(payment, standing, at, folded=len(events))
    _tell_misfits(payment, standing, events, at)
    _follow(by, at, payment, had_money=had_money, before=before)
    return standing


def _asked(payment: Payment) -> Asked:
    return Asked(
        amount=in_cents(payment.amount),
        currency=payment.currency,
        account=payment.account,
        reference=payment.reference,
    )


def _write(payment: Payment, standing: Standing, at: datetime, *, folded: int) -> None:
    if payment.state != standing.state:
        payment.asked = 0
    payment.state, payment.folded = standing.state, folded
    payment.paid_amount, payment.refunded_amount = from_cents(standing.paid), from_cents(standing.refunded)
    if standing.state in HAD_MONEY and payment.paid_at is None:
        payment.paid_at = at
    if standing.paid:
        payment.keep_until = max(payment.keep_until, last_day_of_books(at))
    payment.save()


def schedule(payment: Payment, at: datetime) -> None:
    """Note that the provider was asked, and when it is asked next."""
    payment.ask_at = asking.next_ask(State(payment.state), payment.asked, at)
    payment.asked += 1
    payment.save(update_fields=["ask_at", "asked"])


def _tell_misfits(payment: Payment, standing: Standing, events: list[PaymentEvent], at: datetime) -> None:
    by_id = {str(event.id): event for event in events}
    for misfit in standing.misfits:
        event = by_id[misfit.event]
        said = event.facts.get("captured")
        troubles.tell(
            at=at,
            kind=misfit.kind,
            provider=payment.provider,
            payment=payment.id,
            event=event.id,
            mark=f"{misfit.kind}:{payment.id}:{said}:{event.facts.get('currency', '')}",
            amount=from_cents(int(said)) if said else None,
        )


def _follow(by: Duty, at: datetime, payment: Payment, *, had_money: bool, before: tuple[State, Any]) -> None:
    state, refunded = before
    if payment.paid_at and not had_money:
        _follow_money(by, at, payment)
    if payment.refunded_amount != refunded:
        follow("refunded", by, at, payment)
    if payment.state == State.DISPUTED and state != State.DISPUTED:
        troubles.tell(at=at, kind=Trouble.DISPUTED, provider=payment.provider, payment=payment.id)
        follow("disputed", by, at, payment)
    if payment.state in {State.FAILED, State.EXPIRED} and state == State.OPEN:
        follow("failed", by, at, payment)
    if payment.state == State.REFUNDED and state != State.REFUNDED:
        troubles.ended(at=at, payment=payment.id, kinds=(Trouble.TWICE, Trouble.NOT_WANTED))


def _follow_money(by: Duty, at: datetime, payment: Payment) -> None:
    """Tell what the money was asked for, or, where nothing asks for it, the employees: it has to go back."""
    troubles.ended(at=at, payment=payment.id, kinds=(Trouble.UNCONFIRMED, Trouble.GONE))
    others = Payment.objects.filter(subject_key=payment.subject_key).exclude(id=payment.id)
    surplus = None
    if others.filter(state__in=HAD_MONEY - {State.REFUNDED}).exists():
        surplus = Trouble.TWICE
    elif not is_wanted(payment.subject_key):
        surplus = Trouble.NOT_WANTED
    elif payment.provider != Way.INVOICE and is_settled(payment.subject_key):
        surplus = Trouble.TWICE  # by other means, such as a transfer for its invoice
    elif payment.paid_amount > payment.amount:
        amount = payment.paid_amount - payment.amount
        troubles.tell(at=at, kind=Trouble.TOO_MUCH, provider=payment.provider, payment=payment.id, amount=amount)
    if surplus:
        troubles.tell(at=at, kind=surplus, provider=payment.provider, payment=payment.id, amount=payment.paid_amount)
    follow("surplus" if surplus else "paid", by, at, payment)
