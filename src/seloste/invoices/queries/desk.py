"""Questions of those who keep the books: one voucher, who is late, and what came to the account. Each is recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from seloste.audit.actions import record
from seloste.invoices.choices import Aside, Doubt, EntryState, Kind, Settling
from seloste.invoices.models import BankEntry, BankStatement, Invoice, Match, Party, Reminder, Settlement
from seloste.invoices.queries import unpaid
from seloste.invoices.queries.access import CATEGORY, check
from seloste.invoices.queries.reading import voucher
from seloste.invoices.queries.vouchers import creditable, left_of
from seloste.invoices.rules.crediting import Credit
from seloste.invoices.rules.voucher import Voucher
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.money import NOTHING
from seloste.kernel.refusals import Missing
from seloste.register.models import Person
from seloste.register.queries import withheld_from

_CATEGORIES = ("identity", "organisation", "contact", "order", CATEGORY)
#: Nobody reads more lines than this at once.
MOST = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Movement:
    """What changed what is left to pay. ``match_id`` is that of a transfer that can be undone."""

    kind: Settling
    amount: Decimal
    paid_on: date
    match_id: UUID | None
    credit_id: UUID | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """A reminder that was sent."""

    round: int
    sent_at: datetime
    due_on: date
    fee: Decimal
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """One voucher with all that belongs to it."""

    told: Voucher
    left: Decimal
    days_late: int
    movements: Sequence[Movement]
    notes: Sequence[tuple[UUID, str, date, Decimal]]
    credits_id: UUID | None
    reminders: Sequence[Sent]
    creditable: Sequence[Credit]
    person_id: UUID | None
    keep_until: date


@transaction.atomic
def sheet(*, by: Duty, at: datetime, invoice_id: UUID) -> Sheet:
    """Return one voucher; Missing where it does not exist for this duty."""
    row = _seen(invoice_id, by=by)
    is_invoice = row.kind == Kind.INVOICE
    left = left_of(row) if is_invoice else NOTHING
    persons = list(Party.objects.filter(invoice=row).order_by("-id").values_list("person_id", flat=True))
    record(by=by, at=at, deed="invoice.read", subjects=persons, categories=_CATEGORIES, item=row.id)
    notes = Invoice.objects.filter(credits=row).order_by("seq").values_list("id", "number", "issued_on", "total")
    return Sheet(
        told=voucher(row.id),
        left=left,
        days_late=max((local_date(at) - row.due_on).days, 0) if left > 0 else 0,
        movements=_movements(row),
        notes=list(notes),
        credits_id=row.credits_id,
        reminders=[
            Sent(round=one.round, sent_at=one.sent_at, due_on=one.due_on, fee=one.fee, text=one.text)
            for one in Reminder.objects.filter(invoice=row).order_by("round")
        ],
        creditable=[one for one in creditable(row) if one.gross > 0] if is_invoice else [],
        person_id=persons[0] if persons else None,
        keep_until=row.keep_until,
    )


def _visible(by: Duty) -> "QuerySet[Invoice]":
    hidden = Person.objects.filter(withheld_from(by))
    return Invoice.objects.exclude(id__in=Party.objects.filter(person__in=hidden).values("invoice"))


def _seen(invoice_id: UUID, *, by: Duty) -> Invoice:
    check(by)
    row = _visible(by).filter(id=invoice_id).first()
    if row is None:
        raise Missing
    return row


def _movements(row: Invoice) -> list[Movement]:
    live = {str(one) for one in Match.objects.filter(invoice=row, undone_at=None).values_list("id", flat=True)}
    found = []
    for one in Settlement.objects.filter(invoice=row).order_by("settled_at", "id"):
        what, _colon, rest = one.key.partition(":")
        found.append(
            Movement(
                kind=Settling(one.kind),
                amount=one.amount,
                paid_on=one.paid_on,
                match_id=UUID(rest) if what == "match" and rest in live else None,
                credit_id=UUID(rest) if what == "credit" else None,
            )
        )
    return found


# --- Who is late ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Late:
    """An invoice whose day is over. By days and nothing else: nobody is ranked or scored."""

    id: UUID
    number: str
    buyer: str
    due_on: date
    days: int
    left: Decimal
    reminders: int
    reminded_at: datetime | None


@transaction.atomic
def late(*, by: Duty, at: datetime) -> list[Late]:
    """Return the invoices that should have been paid, the oldest first."""
    check(by)
    today = local_date(at)
    rows = list(unpaid.unpaid(_visible(by), due_before=today).order_by("due_on", "seq")[:MOST])
    ids = [row.id for row in rows]
    persons = Party.objects.filter(invoice__in=ids).values_list("person_id", flat=True)
    record(by=by, at=at, deed="invoice.late_listed", subjects=set(persons), categories=_CATEGORIES, count=len(rows))
    sent: dict[UUID, list[datetime]] = {}
    came = unpaid.settled(ids)
    for invoice, moment in Reminder.objects.filter(invoice__in=ids).order_by("round").values_list("invoice", "sent_at"):
        sent.setdefault(invoice, []).append(moment)
    return [
        Late(
            id=row.id,
            number=row.number,
            buyer=row.buyer_name,
            due_on=row.due_on,
            days=(today - row.due_on).days,
            left=row.payable - came.get(row.id, NOTHING),
            reminders=len(sent.get(row.id, ())),
            reminded_at=sent[row.id][-1] if row.id in sent else None,
        )
        for row in rows
    ]


# --- The account ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Came:
    """Money that came to the account. ``rest`` is put to no invoice yet; ``fits`` may be what it was meant for."""

    id: UUID
    booked_on: date
    amount: Decimal
    rest: Decimal
    currency: str
    reference: str
    payer: str
    payer_iban: str
    words: str
    state: EntryState
    doubt: Doubt
    aside: Aside | None
    puts: Sequence[tuple[UUID, UUID, str, Decimal]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A message of the bank that was read."""

    kind: str
    from_on: date | None
    to_on: date | None
    in_all: int
    new: int
    read_at: datetime


@transaction.atomic
def account(*, by: Duty, at: datetime, state: str = EntryState.OPEN) -> list[Came]:
    """Return what came to the account and stands so, the oldest first where it waits, the newest first where not."""
    check(by)
    rows = BankEntry.objects.filter(state=state)
    order = ("booked_on", "id") if state == EntryState.OPEN else ("-booked_on", "-id")
    found = [_came(row) for row in rows.order_by(*order)[:MOST]]
    record(by=by, at=at, deed="bank_entry.listed", categories=["identity", CATEGORY], count=len(found))
    return found


@transaction.atomic
def came(*, by: Duty, at: datetime, entry_id: UUID) -> Came:
    """Return one entry of the account; Missing where it does not exist for this duty."""
    check(by)
    row = BankEntry.objects.filter(id=entry_id).first()
    if row is None:
        raise Missing
    record(by=by, at=at, deed="bank_entry.read", categories=["identity", CATEGORY], item=row.id)
    return _came(row)


def _came(row: BankEntry) -> Came:
    matches = list(Match.objects.filter(entry=row, undone_at=None).select_related("invoice").order_by("matched_at"))
    return Came(
        id=row.id,
        booked_on=row.booked_on,
        amount=row.amount,
        rest=row.amount - sum((one.amount for one in matches), NOTHING),
        currency=row.currency,
        reference=row.reference,
        payer=row.payer_name,
        payer_iban=row.payer_iban,
        words=row.words,
        state=EntryState(row.state),
        doubt=Doubt(row.doubt),
        aside=Aside(row.aside) if row.aside else None,
        puts=[(one.id, one.invoice_id, one.invoice.number, one.amount) for one in matches],
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Fits:
    """An invoice that an entry may have been meant for; ``is_payer`` where its buyer has the payer's name."""

    id: UUID
    number: str
    buyer: str
    left: Decimal
    due_on: date
    reference: str
    is_payer: bool


@transaction.atomic
def fitting(*, by: Duty, at: datetime, entry: Came) -> list[Fits]:
    """Return unpaid invoices that an entry may be for.

    Those with its reference, a number among the payer's words, its sum, or the payer's name; the likeliest first.
    """
    check(by)
    open_ones = unpaid.unpaid(_visible(by)).annotate(left=F("payable") - unpaid.came())
    said = [word.strip(".,;:") for word in entry.words.split()]
    found = list(open_ones.filter(reference=entry.reference)[:1]) if entry.reference else []
    found += open_ones.filter(number__in=said)[:5]
    found += open_ones.filter(left=entry.rest).order_by("due_on")[:5]
    named = _named(open_ones, entry.payer)
    found += named
    rows = list({row.id: row for row in found}.values())
    payers = {row.id for row in named}
    persons = Party.objects.filter(invoice__in=[row.id for row in rows]).values_list("person_id", flat=True)
    record(by=by, at=at, deed="invoice.compared", subjects=set(persons), categories=_CATEGORIES, count=len(rows))
    return [
        Fits(
            id=row.id,
            number=row.number,
            buyer=row.buyer_name,
            left=row.left,
            due_on=row.due_on,
            reference=row.reference,
            is_payer=row.id in payers,
        )
        for row in rows
    ]


def _named(open_ones: "QuerySet[Any]", payer: str) -> list[Any]:
    """Return those whose buyer has each word of the payer's name, in whatever order the bank writes them."""
    words = [word.strip(".,") for word in payer.split()]
    words = [word for word in words if len(word) > 1][:6]
    if not words:
        return []
    return list(open_ones.filter(*(Q(buyer_name__icontains=word) for word in words)).order_by("due_on", "seq")[:5])


def counts(*, by: Duty) -> dict[str, int]:
    """Return how many entries of the account stand how. Nothing personal, no record."""
    check(by)
    return {state: BankEntry.objects.filter(state=state)[: MOST + 1].count() for state in EntryState.values}


def statements(*, by: Duty, limit: int = 10) -> list[Told]:
    """Return the messages of the bank that were read last. Nothing personal, no record."""
    check(by)
    return [
        Told(
            kind=row.kind,
            from_on=row.from_on,
            to_on=row.to_on,
            in_all=row.entries_in_all,
            new=row.entries_new,
            read_at=row.read_at,
        )
        for row in BankStatement.objects.order_by("-read_at", "-id")[:limit]
    ]
