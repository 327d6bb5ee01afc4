"""What is asked of payments: by the payer's page, by the worker, by other rooms, and by the desk (`queries.desk`)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from seloste.kernel.money import NOTHING
from seloste.kernel.refusals import Missing
from seloste.payments.choices import HAD_MONEY, State, Trouble, Way
from seloste.payments.models import Payment, PaymentTrouble

#: How many payments one look of the worker takes.
BATCH = 200


def due_to_ask(*, at: datetime) -> list[UUID]:
    """Return the payments about which the provider is to be asked now, the longest due first."""
    due = Payment.objects.filter(ask_at__lte=at).order_by("ask_at").values_list("id", flat=True)
    return list(due[:BATCH])


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One attempt to pay, as its payer and the rooms around see it."""

    id: UUID
    reference: str
    subject_key: str
    provider: Way
    amount: Decimal
    state: State
    paid_amount: Decimal
    refunded_amount: Decimal
    language: str
    return_to: str
    created_at: datetime
    paid_at: datetime | None
    expected_at: datetime
    asked_at: datetime | None
    is_begun: bool
    pay_url: str

    @property
    def is_paid(self) -> bool:
        """Tell whether the money came in full, whatever became of it since."""
        return self.paid_at is not None


def _attempt(row: Payment) -> Attempt:
    return Attempt(
        id=row.id,
        reference=row.reference,
        subject_key=row.subject_key,
        provider=Way(row.provider),
        amount=row.amount,
        state=State(row.state),
        paid_amount=row.paid_amount,
        refunded_amount=row.refunded_amount,
        language=row.language,
        return_to=row.return_to,
        created_at=row.created_at,
        paid_at=row.paid_at,
        expected_at=row.expected_at,
        asked_at=row.asked_at,
        is_begun=bool(row.provider_id),
        pay_url=row.pay_url,
    )


def by_reference(letters: str) -> Attempt:
    """Return the attempt whose page it is; Missing where there is none."""
    row = Payment.objects.filter(reference=letters).first()
    if row is None:
        raise Missing
    return _attempt(row)


def by_id(payment_id: UUID) -> Attempt:
    """Return one attempt; Missing where there is none."""
    row = Payment.objects.filter(id=payment_id).first()
    if row is None:
        raise Missing
    return _attempt(row)


def payments_of(subject_key: str) -> list[Attempt]:
    """Return every attempt to pay one thing, the newest first."""
    return [_attempt(row) for row in Payment.objects.filter(subject_key=subject_key).order_by("-created_at", "-id")]


def payments_of_all(subject_keys: Collection[str]) -> dict[str, list[Attempt]]:
    """Return every attempt to pay each of several things, the newest first."""
    found: dict[str, list[Attempt]] = {key: [] for key in subject_keys}
    for row in Payment.objects.filter(subject_key__in=list(subject_keys)).order_by("-created_at", "-id"):
        found[row.subject_key].append(_attempt(row))
    return found


def paid(subject_key: str) -> Decimal:
    """Return how much of the money that came for one thing is still here."""
    rows = Payment.objects.filter(subject_key=subject_key)
    sums = rows.aggregate(paid=Sum("paid_amount"), back=Sum("refunded_amount"))
    return (sums["paid"] or NOTHING) - (sums["back"] or NOTHING)


def does_not_fit(payment_id: UUID) -> bool:
    """Tell whether money came that is not what was asked for, which an employee still looks into."""
    kinds = (Trouble.AMOUNT, Trouble.CURRENCY)
    return PaymentTrouble.objects.filter(payment=payment_id, kind__in=kinds, settled_at=None).exists()


def is_paid_online(attempts: Sequence[Attempt]) -> bool:
    """Tell whether one of the attempts was paid and not wholly refunded."""
    return any(one.state in HAD_MONEY - {State.REFUNDED} for one in attempts)
