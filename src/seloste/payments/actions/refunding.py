"""Money goes back: asked for in a transaction, sent outside of one, settled by the answer.

A refund is claimed for a time under the number of the claim (fence). Where the answer was lost it is unknown: sent
again under the same mark where the provider makes that the same refund, and otherwise left to an employee who can look.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Sum

from seloste.audit.actions import record
from seloste.kernel import sweeps
from seloste.kernel.duty import Duty, system
from seloste.kernel.ids import new_id
from seloste.kernel.money import NOTHING, in_cents, shown
from seloste.kernel.refusals import Missing
from seloste.payments import transport
from seloste.payments.actions import places, refusals, troubles
from seloste.payments.actions.folding import News, keep, locked, refold
from seloste.payments.actions.hearing import REFUND
from seloste.payments.choices import COUNTS, Origin, RefundState, RefundWhy, Trouble, Way
from seloste.payments.models import Payment, Refund
from seloste.payments.rules import asking

#: How long a process may take to send a refund.
LEASE = timedelta(minutes=2)
#: After so many tries without an answer an employee is told; it is tried on all the same.
TELL_AFTER = 5
#: How long after a lost answer the outcome is looked for again where it may not be sent again.
LOOK_AGAIN = timedelta(hours=6)
#: How often a refund that the provider is handling is asked about.
PENDING_AGAIN = timedelta(hours=6)


def left_to_refund(payment: Payment) -> Decimal:
    """Return how much of a payment can still be refunded: what was paid, less what went back or is on its way."""
    under_way = payment.refunds.filter(state__in=COUNTS - {RefundState.DONE}).aggregate(sum=Sum("amount"))["sum"]
    return payment.paid_amount - payment.refunded_amount - (under_way or NOTHING)


@transaction.atomic
def refund(
    *, by: Duty, at: datetime, payment_id: UUID, amount: Decimal, why: str, key: str, by_hand: bool = False
) -> Refund:
    """Have money of a payment go back; under the same ``key`` it is the same refund. Raises MoreThanPaid, Missing.

    What was paid by bank transfer goes back by one, which an employee makes (`refunded_by_hand`); so does whatever is
    wanted ``by_hand``.
    """
    payment = locked(payment_id)
    if payment is None:
        raise Missing
    known = Refund.objects.filter(key=key).first()
    if known is not None:
        return known
    left = left_to_refund(payment)
    if not NOTHING < amount <= left:
        raise refusals.MoreThanPaid(shown(max(left, NOTHING), payment.language))
    by_hand = by_hand or payment.provider == Way.INVOICE
    made = Refund.objects.create(
        id=new_id(at),
        payment=payment,
        amount=amount,
        why=RefundWhy(why),
        key=key,
        asked_at=at,
        asked_by=by.actor,
        state=RefundState.BY_HAND if by_hand else RefundState.QUEUED,
        next_at=None if by_hand else at,
    )
    record(by=by, at=at, deed="payment.refund", subjects=[], categories=["order", "billing"], item=made.id)
    if not by_hand:
        sweeps.wake(REFUND)
    return made


# --- Sending ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A refund that this process may send now, and under which number."""

    refund: Refund
    fence: int


@transaction.atomic
def expire_claims(*, at: datetime) -> int:
    """Take back what the dead held: whether it was sent is unknown."""
    held = Refund.objects.filter(state=RefundState.CLAIMED, claimed_until__lt=at)
    return held.update(state=RefundState.UNKNOWN, claimed_until=None, next_at=at)


@transaction.atomic
def claim(*, at: datetime) -> Claim | None:
    """Take the next refund that is due, or an answer to be looked for; None where there is none."""
    due = Q(state=RefundState.QUEUED) | Q(state=RefundState.UNKNOWN) | Q(state=RefundState.PENDING)
    rows = Refund.objects.select_for_update(skip_locked=True, of=("self",)).select_related("payment")
    one = rows.filter(due, next_at__lte=at).order_by("next_at").first()
    if one is None:
        return None
    one.fence, one.tries, one.next_at = one.fence + 1, min(one.tries + 1, 30_000), at + LEASE
    if one.state == RefundState.QUEUED:
        one.state, one.claimed_until, one.next_at = RefundState.CLAIMED, at + LEASE, None
    one.save(update_fields=["fence", "tries", "state", "claimed_until", "next_at"])
    return Claim(refund=one, fence=one.fence)


def carry_out(claimed: Claim, *, at: datetime) -> None:
    """Send a claimed refund, or ask what became of it; write down what is known then. Asks the network."""
    one, payment = claimed.refund, claimed.refund.payment
    provider = transport.provider(payment.provider)
    if provider is None or provider.account != payment.account:
        _away(claimed, at=at, never_sent=one.state == RefundState.CLAIMED)
        return
    try:
        answer = _speak(provider, one, payment, at)
    except transport.Away as wrong:
        _away(claimed, at=at, never_sent=wrong.never_sent and one.state == RefundState.CLAIMED)
    except transport.Refused as no:
        _refused(claimed, at=at, code=no.code)
    else:
        if answer is None:
            _look_again(claimed, at=at)
        else:
            _answered(claimed, at=at, answer=answer)


def _speak(provider: transport.Provider, one: Refund, payment: Payment, at: datetime) -> transport.Returned | None:
    if one.provider_id:
        return provider.ask_refund(one.provider_id, at)
    if one.state == RefundState.UNKNOWN and not provider.refunds_are_repeatable:
        return None
    told = places.told(payment.provider)
    return provider.refund(payment.provider_id, in_cents(one.amount), key=one.id.hex, told=told, at=at)


def mine(claimed: Claim) -> Refund | None:
    """Return the refund while this claim is the last one: a slow process writes over nobody."""
    one = Refund.objects.select_for_update().filter(id=claimed.refund.id, fence=claimed.fence).first()
    is_open = one is not None and one.state in {RefundState.CLAIMED, RefundState.UNKNOWN, RefundState.PENDING}
    return one if is_open else None


@transaction.atomic
def _answered(claimed: Claim, *, at: datetime, answer: transport.Returned) -> None:
    payment = locked(claimed.refund.payment_id)
    one = mine(claimed)
    if one is None or payment is None:
        return
    _note(one, at=at, state=RefundState(answer.state), provider_id=answer.refund_id or one.provider_id)
    facts = {"refunds": {one.provider_id or str(one.id): [in_cents(one.amount), answer.state]}}
    _fold(payment, facts, by=system("order"), at=at, origin=Origin.ANSWER, raw=answer.raw)
    if one.state == RefundState.FAILED:
        _tell(one, at=at, kind=Trouble.REFUND_FAILED)
    if one.state == RefundState.DONE:
        _ended(one, at=at)


@transaction.atomic
def _refused(claimed: Claim, *, at: datetime, code: str) -> None:
    one = mine(claimed)
    if one is None:
        return
    if one.provider_id:  # it is there; only the question was refused
        _look_again(claimed, at=at)
        return
    one.said = code[:60]
    _note(one, at=at, state=RefundState.FAILED)
    _tell(one, at=at, kind=Trouble.REFUND_FAILED)


@transaction.atomic
def _away(claimed: Claim, *, at: datetime, never_sent: bool) -> None:
    """Note that there was no answer. What surely never left waits to be sent; of the rest nobody knows."""
    one = mine(claimed)
    if one is None:
        return
    if one.state == RefundState.CLAIMED:
        one.state = RefundState.QUEUED if never_sent else RefundState.UNKNOWN
    one.claimed_until, one.next_at = None, asking.next_try(one.tries, at)
    one.save()
    if one.tries >= TELL_AFTER:
        _tell(one, at=at, kind=Trouble.REFUND_UNKNOWN)


@transaction.atomic
def _look_again(claimed: Claim, *, at: datetime) -> None:
    """Leave it as it is and tell an employee: the provider may tell us yet, and sending again could pay twice."""
    one = mine(claimed)
    if one is not None:
        one.claimed_until, one.next_at = None, at + LOOK_AGAIN
        one.save()
        _tell(one, at=at, kind=Trouble.REFUND_UNKNOWN)


def _note(one: Refund, *, at: datetime, state: RefundState, provider_id: str = "") -> None:
    one.state, one.claimed_until, one.provider_id = state, None, provider_id or one.provider_id
    one.next_at = at + PENDING_AGAIN if state == RefundState.PENDING else None
    if state in {RefundState.DONE, RefundState.FAILED}:
        one.settled_at, one.settled_by = at, system("order").actor
    one.save()


def _fold(payment: Payment, facts: Mapping[str, Any], *, by: Duty, at: datetime, origin: Origin, raw: bytes) -> None:
    news = News(
        provider=payment.provider,
        account=payment.account,
        origin=origin,
        kind="refund",
        payment=payment.id,
        facts=facts,
        raw=raw,
    )
    keep(by=by, at=at, news=news)
    refold(by=by, at=at, payment=payment)


def _tell(one: Refund, *, at: datetime, kind: Trouble) -> None:
    way = one.payment.provider
    troubles.tell(
        at=at, kind=kind, provider=way, payment=one.payment_id, mark=f"{kind}:refund:{one.id}", amount=one.amount
    )


def _ended(one: Refund, *, at: datetime) -> None:
    troubles.ended(at=at, payment=one.payment_id, kinds=(Trouble.REFUND_UNKNOWN,))


def note_failed(*, at: datetime, payment: Payment, facts: Mapping[str, Any]) -> None:
    """Note refunds that were made and that the payer's bank sent back later: the money is with us again."""
    failed = [key for key, (_cents, state) in facts.get("refunds", {}).items() if state == "failed"]
    for one in payment.refunds.filter(state=RefundState.DONE, provider_id__in=failed):
        one.state = RefundState.FAILED
        one.save(update_fields=["state"])
        _tell(one, at=at, kind=Trouble.REFUND_FAILED)


# --- What an employee does --------------------------------------------------------------------------------------------


@transaction.atomic
def refunded_by_hand(*, by: Duty, at: datetime, refund_id: UUID, paid_on: date, bank_reference: str) -> None:
    """Note that an employee paid a refund back by bank transfer. Raises Missing, Settled."""
    one, payment = _for_staff(by, refund_id)
    if one.state == RefundState.DONE and one.bank_reference == bank_reference:
        return
    if one.state != RefundState.BY_HAND:
        raise refusals.Settled
    one.bank_reference = bank_reference
    one.state, one.settled_at, one.settled_by = RefundState.DONE, at, by.actor
    one.save()
    facts = {"refunds": {str(one.id): [in_cents(one.amount), "done"]}, "paid_on": paid_on.isoformat()}
    _fold(payment, facts, by=by, at=at, origin=Origin.HAND, raw=b"")
    record(by=by, at=at, deed="payment.refunded_by_hand", subjects=[], categories=["order", "billing"], item=one.id)


@transaction.atomic
def refund_by_hand(*, by: Duty, at: datetime, refund_id: UUID) -> Refund:
    """Have a refund that the provider could not make be paid by bank transfer instead. Raises Missing, MoreThanPaid."""
    one, payment = _for_staff(by, refund_id)
    if one.state != RefundState.FAILED:
        raise refusals.Settled
    key = f"{one.key}:hand"
    known = Refund.objects.filter(key=key).first()
    if known is not None:
        return known
    left = left_to_refund(payment)
    if one.amount > left:
        raise refusals.MoreThanPaid(shown(max(left, NOTHING), payment.language))
    made = Refund.objects.create(
        id=new_id(at),
        payment=payment,
        amount=one.amount,
        why=one.why,
        key=key,
        asked_at=at,
        asked_by=by.actor,
        state=RefundState.BY_HAND,
    )
    record(by=by, at=at, deed="payment.refund_by_hand", subjects=[], categories=["order", "billing"], item=made.id)
    return made


@transaction.atomic
def resolve_refund(*, by: Duty, at: datetime, refund_id: UUID, went_through: bool) -> None:
    """Note what an employee found in the provider's service about an unknown refund. Raises Missing, Settled."""
    one, payment = _for_staff(by, refund_id)
    if one.state != RefundState.UNKNOWN:
        raise refusals.Settled
    record(by=by, at=at, deed="payment.resolve_refund", subjects=[], categories=["order", "billing"], item=one.id)
    if not went_through:
        one.state, one.next_at, one.fence = RefundState.QUEUED, at, one.fence + 1
        one.save()
        sweeps.wake(REFUND)
        return
    one.fence += 1
    one.state, one.next_at, one.settled_at, one.settled_by = RefundState.DONE, None, at, by.actor
    one.save()
    facts = {"refunds": {one.provider_id or str(one.id): [in_cents(one.amount), "done"]}}
    _fold(payment, facts, by=by, at=at, origin=Origin.HAND, raw=b"")
    _ended(one, at=at)


def _for_staff(by: Duty, refund_id: UUID) -> tuple[Refund, Payment]:
    found = Refund.objects.filter(id=refund_id).values_list("payment_id", flat=True).first()
    payment = locked(found) if found and by.sees("order", ["order", "accounting"]) else None
    if payment is None:
        raise Missing
    return Refund.objects.select_for_update().get(id=refund_id), payment
