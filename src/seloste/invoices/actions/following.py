"""What follows from payments: an invoice is settled by the payment that was begun for it or for its order."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, Sum
from django.db.models.functions import Lower

from seloste.invoices.actions.settling import settle
from seloste.invoices.choices import Kind, Settling
from seloste.invoices.models import Invoice, Party, Settlement
from seloste.invoices.queries.vouchers import left_of
from seloste.kernel.clock import HELSINKI, local_date
from seloste.kernel.duty import Duty
from seloste.kernel.kept import Whose
from seloste.kernel.money import NOTHING
from seloste.payments import actions as payments
from seloste.payments.actions import Standing
from seloste.payments.choices import Way
from seloste.payments.models import Payment

#: What an invoice is called among the things that are paid for.
SUBJECT = "invoice"


def key_of(invoice_id: UUID) -> str:
    """Return what an invoice is called where it is paid."""
    return f"{SUBJECT}:{invoice_id}"


def begin_payment(by: Duty, at: datetime, invoice_id: UUID) -> None:
    """Begin the payment of an invoice that has none yet, so that it can be paid by transfer or online."""
    row = Invoice.objects.get(id=invoice_id)
    if row.kind == Kind.INVOICE and row.payable and row.payment is None:
        payments.begin(
            by=by,
            at=at,
            subject_key=key_of(row.id),
            amount=row.payable,
            provider=Way.INVOICE,
            language=row.language,
            expected_at=datetime.combine(row.due_on, time(23, 59), tzinfo=HELSINKI),
        )


def invoice_of(payment: Payment) -> Invoice | None:
    """Return the invoice that a payment is for, if there is one."""
    kind, _colon, rest = payment.subject_key.partition(":")
    mine = Q(payment=payment.id) | (Q(id=rest) if kind == SUBJECT else Q(pk__in=[]))
    return Invoice.objects.filter(mine, kind=Kind.INVOICE).order_by("issued_at").first()


def payment_of(invoice: Invoice) -> Payment | None:
    """Return the payment by transfer of an invoice: its order's, or its own."""
    own = Q(subject_key=key_of(invoice.id), provider=Way.INVOICE)
    found = Payment.objects.filter(own | Q(id=invoice.payment) if invoice.payment else own)
    return found.order_by("created_at").first()


def follow_paid(by: Duty, at: datetime, payment: Payment) -> None:
    """Settle the invoice by what was paid and is not noted yet; one that was made as paid needs nothing."""
    row = invoice_of(payment)
    if row is None or (row.prepaid and row.payment == payment.id):
        return
    amount = payment.paid_amount - _noted(row, payment)
    if amount > 0:
        key = f"payment:{payment.id}:{payment.paid_amount}"
        settle(row, key=key, kind=Settling.PAYMENT, amount=amount, paid_on=_paid_on(payment, at), by=by, at=at)


def _paid_on(payment: Payment, at: datetime) -> date:
    return local_date(payment.paid_at or at)


def _noted(invoice: Invoice, payment: Payment) -> Decimal:
    """Return what is noted already of the money of a payment: itself, and transfers that were put to it."""
    kinds = [Settling.TRANSFER, Settling.UNDONE] if payment.provider == Way.INVOICE else []
    rows = Settlement.objects.filter(Q(key__startswith=f"payment:{payment.id}:") | Q(kind__in=kinds), invoice=invoice)
    return Decimal(rows.aggregate(sum=Sum("amount"))["sum"] or NOTHING)


def follow_refunded(by: Duty, at: datetime, payment: Payment) -> None:
    """Note what went back, or came again where a refund failed."""
    row = invoice_of(payment)
    if row is None:
        return
    noted = Settlement.objects.filter(invoice=row, key__startswith=f"refund:{payment.id}:")
    before = -Decimal(noted.aggregate(sum=Sum("amount"))["sum"] or NOTHING)
    key = f"refund:{payment.id}:{noted.count() + 1}"
    back = payment.refunded_amount - before
    settle(row, key=key, kind=Settling.REFUND, amount=-back, paid_on=local_date(at), by=by, at=at)


# --- What an invoice is to the payments -------------------------------------------------------------------------------


def look(subject_key: str) -> Standing | None:
    """Return how an invoice stands that is to be paid."""
    row = Invoice.objects.filter(id=subject_key.partition(":")[2], kind=Kind.INVOICE).first()
    if row is None:
        return None
    credited = Settlement.objects.filter(invoice=row, kind=Settling.CREDIT).aggregate(sum=Sum("amount"))["sum"]
    is_wanted = (credited or NOTHING) < row.payable  # also once it is paid: what was asked for was wanted
    return Standing(reference=row.number, email=row.buyer_email, is_wanted=is_wanted, to_pay=left_of(row))


def persons(keys: Collection[str]) -> Mapping[str, UUID]:
    """Return whose invoices these are."""
    rows = Party.objects.filter(invoice__in=[key.partition(":")[2] for key in keys]).order_by("-id")
    return {key_of(invoice): person for invoice, person in rows.values_list("invoice_id", "person_id")}


def keys_of(whose: Whose) -> Mapping[str, UUID | None]:
    """Return which invoices are the people's, as they are called where they are paid."""
    linked = dict(Party.objects.filter(person_id__in=whose.persons).values_list("invoice_id", "person_id"))
    found: dict[str, UUID | None] = {key_of(invoice): person for invoice, person in linked.items()}
    rows = Invoice.objects.annotate(folded=Lower("buyer_email")).filter(folded__in=[a.lower() for a in whose.addresses])
    free = rows.exclude(buyer_email="").filter(parties=None).values_list("id", flat=True)
    found.update({key_of(invoice): None for invoice in free})
    orders = Invoice.objects.filter(id__in=[*linked, *free]).exclude(order_key="").values_list("order_key", "id")
    # An order goes before its invoice does: what was paid for it is found by the invoice then.
    found.update({order_key: linked.get(invoice) for order_key, invoice in orders})
    return found


MATTER = payments.Matter(look=look, persons=persons, keys_of=keys_of)
