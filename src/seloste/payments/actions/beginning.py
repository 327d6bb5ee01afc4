"""To pay: an attempt is begun in the transaction of what is paid for; then, outside of it, with the provider."""

import secrets
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import QuerySet

from seloste.declaration.load import current
from seloste.disclosures.actions import note_disclosure
from seloste.disclosures.choices import How
from seloste.disclosures.models import Disclosure
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty, system
from seloste.kernel.ids import new_id
from seloste.kernel.money import EURO, in_cents
from seloste.kernel.periods import add
from seloste.kernel.refusals import Missing
from seloste.payments import transport
from seloste.payments.actions import places
from seloste.payments.actions.following import look, persons
from seloste.payments.actions.refusals import AlreadyPaid, Busy, NotPayable, ProviderAway
from seloste.payments.choices import HAD_MONEY, State, Way
from seloste.payments.models import Payment
from seloste.payments.rules.asking import OPEN, OPEN_FOR

_log = structlog.stdlib.get_logger("seloste.payments")

#: How long one process may take to begin a payment with the provider.
STARTING = timedelta(seconds=30)
#: What a provider is given about a person: the order's number and sum; Paytrail demands her address too.
GIVEN = {Way.PAYTRAIL: ("order", "contact"), Way.STRIPE: ("order",)}
#: The first number of the locks of what is paid for; the second is ``hashtext`` of its key.
LOCKS = 0x9A1D


def lock_subject(subject_key: str) -> None:
    """Let one transaction at a time change what is paid of one thing: two attempts may be paid in one moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCKS, subject_key])


@transaction.atomic
def begin(
    *,
    by: Duty,
    at: datetime,
    subject_key: str,
    amount: Decimal,
    provider: str,
    language: str,
    return_to: str = "",
    expected_at: datetime | None = None,
) -> Payment:
    """Begin an attempt to pay, in the caller's transaction; one that waits is returned again. Raises AlreadyPaid.

    ``expected_at`` is the due date of an invoice; an online payment can be made for a day.
    """
    lock_subject(subject_key)
    known = list(Payment.objects.filter(subject_key=subject_key).order_by("-created_at", "-id"))
    if any(one.state in HAD_MONEY - {State.REFUNDED} for one in known):
        raise AlreadyPaid
    for one in known:
        if _waits(one, amount=amount, provider=provider, at=at):
            return one
    ends_at = expected_at or at + OPEN_FOR
    return Payment.objects.create(
        id=new_id(at),
        reference=secrets.token_hex(16),
        subject_key=subject_key,
        provider=Way(provider),
        account=_account(provider),
        amount=amount,
        currency=EURO,
        language=language,
        return_to=return_to,
        created_at=at,
        created_by=by.actor,
        expected_at=ends_at,
        ask_at=None if provider == Way.INVOICE else ends_at,
        keep_until=add(local_date(at), current().purpose["order"].retention.period),
    )


def _waits(one: Payment, *, amount: Decimal, provider: str, at: datetime) -> bool:
    is_same = one.state == State.OPEN and one.amount == amount and one.provider == provider
    if one.account != _account(provider):  # the keys are another merchant's now
        return False
    return is_same and (one.provider == Way.INVOICE or one.expected_at > at)


def _account(provider: str) -> str:
    found = transport.provider(provider)
    return found.account if found else ""


# --- With the provider ------------------------------------------------------------------------------------------------


def redirect(*, at: datetime, payment_id: UUID) -> str:
    """Make the payment ready with the provider and return the page to go to. Asks the network: no transaction is open.

    Raises ProviderAway, Busy, NotPayable, Missing. Asked again, it answers the same page.
    """
    payment = _claim(at, payment_id)
    if not payment.starting_until:
        return payment.pay_url
    provider = transport.provider(payment.provider)
    if provider is None or provider.account != payment.account:
        _let_go(payment)
        raise ProviderAway
    try:
        started = provider.start(_order(payment, at))
    except (transport.Away, transport.Refused) as wrong:
        _log.warning("payments.not_begun", id=str(payment.id), error=type(wrong).__name__)
        _let_go(payment)
        raise ProviderAway from None
    return _note_begun(payment, at, started)


@transaction.atomic
def note_given(*, at: datetime, subject_key: str, person_id: UUID) -> None:
    """Note which providers were given data of a person about one thing, once each (art. 15(1)(c), 19).

    Called when a payment is begun with a provider, and by the thing's own room when it learns whose it is.
    """
    standing = look(subject_key)
    reference = standing.reference if standing else ""
    begun = Payment.objects.filter(subject_key=subject_key).exclude(provider_id="")
    known = Disclosure.objects.filter(person=person_id, reference=reference).values_list("recipient", flat=True)
    for way in sorted(set(begun.values_list("provider", flat=True)) - set(known)):
        if transport.is_declared(way):
            note_disclosure(
                by=system("order"),
                at=at,
                person_id=person_id,
                recipient=way,
                categories=GIVEN[Way(way)],
                purpose="order",
                how=How.SYSTEM,
                reference=reference,
            )


@transaction.atomic
def _claim(at: datetime, payment_id: UUID) -> Payment:
    """Take the payment for beginning it; each time under another stamp, so that nothing meets a lost try."""
    payment = Payment.objects.select_for_update().filter(id=payment_id).first()
    if payment is None:
        raise Missing
    if payment.state != State.OPEN or payment.provider == Way.INVOICE or payment.expected_at <= at:
        raise NotPayable
    if payment.pay_url:
        payment.starting_until = None
        return payment
    if payment.starting_until and payment.starting_until > at:
        raise Busy
    payment.tries, payment.starting_until = payment.tries + 1, at + STARTING
    payment.save(update_fields=["tries", "starting_until"])
    return payment


def _order(payment: Payment, at: datetime) -> transport.Order:
    standing = look(payment.subject_key)
    return transport.Order(
        reference=payment.reference,
        stamp=f"{payment.reference}-{payment.tries}",
        shown=standing.reference if standing else payment.reference[:8].upper(),
        amount=in_cents(payment.amount),
        currency=payment.currency,
        language=payment.language,
        email=standing.email if standing else "",
        back=places.back(payment.reference, payment.language),
        cancelled=places.back(payment.reference, payment.language, cancelled=True),
        told=places.told(payment.provider),
        ends_at=payment.expected_at,
        at=at,
    )


def _let_go(payment: Payment) -> None:
    _mine(payment).update(starting_until=None)


@transaction.atomic
def _note_begun(payment: Payment, at: datetime, started: transport.Started) -> str:
    values = {"provider_id": started.provider_id, "pay_url": started.url, "starting_until": None}
    if _mine(payment).update(**values, ask_at=at + OPEN[0], asked=0):
        for person_id in persons([payment.subject_key]).values():
            note_given(at=at, subject_key=payment.subject_key, person_id=person_id)
        return started.url
    return str(Payment.objects.values_list("pay_url", flat=True).get(id=payment.id)) or _busy()


def _mine(payment: Payment) -> QuerySet[Payment]:
    """Return the row while this process's try is the last one: a slow one must not undo a later one."""
    return Payment.objects.filter(id=payment.id, tries=payment.tries, starting_until__isnull=False)


def _busy() -> str:
    raise Busy
