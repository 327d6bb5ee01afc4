"""What came to the account: each entry read once, put to its invoice by the reference, or decided by a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.declaration.load import current
from seloste.invoices.actions.following import payment_of
from seloste.invoices.actions.settling import settle
from seloste.invoices.choices import Aside, Doubt, EntryState, Kind, Settling
from seloste.invoices.models import BankEntry, BankStatement, Invoice, Match, Party, Seller
from seloste.invoices.queries.access import CATEGORY, PURPOSE, check
from seloste.invoices.queries.vouchers import left_of
from seloste.invoices.rules import camt, numbering
from seloste.invoices.rules.chain import digest
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.money import EURO, NOTHING
from seloste.kernel.refusals import Missing, Refusal, Words
from seloste.payments import actions as payments

_WRONG: dict[str, Words] = {
    "too_large": _("The file is larger than 10 MB."),
    "too_many": _("The file has more entries than can be read at once."),
    "not_xml": _("The file is not XML."),
    "has_doctype": _("The file has a document type, which messages of banks never have. It was not read."),
    "not_camt": _("The file is neither an account statement (camt.053) nor a notification (camt.054)."),
}


class NotRead(Refusal):
    """The file was not read; nothing of it was kept."""


class NotPut(Refusal):
    """An entry cannot be put to an invoice as it was asked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What became of a file: how many entries it had, how many were new, put to invoices, and wait for a person."""

    in_all: int
    new: int
    matched: int
    waiting: int
    left_out: int


@transaction.atomic
def read(*, by: Duty, at: datetime, content: bytes) -> Result:
    """Read a file of the bank; NotRead where it cannot be. The same entry is taken once, however often it comes."""
    check(by, writes=True)
    try:
        statements = camt.read(content)
    except camt.UnreadableError as wrong:
        words = _WRONG.get(wrong.code, _("The file has an amount or a day that cannot be read. Nothing was taken."))
        raise NotRead(words, field="file") from None
    _refuse_others_accounts(statements)
    results = [_read(one, digest(content), by=by, at=at) for one in statements]
    return Result(
        in_all=sum(one.in_all for one in results),
        new=sum(one.new for one in results),
        matched=sum(one.matched for one in results),
        waiting=sum(one.waiting for one in results),
        left_out=sum(one.left_out for one in results),
    )


def _refuse_others_accounts(statements: Iterable[camt.Statement]) -> None:
    ours = {settings.SELLER["iban"], *Seller.objects.values_list("iban", flat=True)}
    if any(one.account not in ours for one in statements):
        raise NotRead(_("The file is about another account than ours. Nothing was taken."), field="file")


def _read(told: camt.Statement, sha256: bytes, *, by: Duty, at: datetime) -> Result:
    known = set(
        BankEntry.objects.filter(account=told.account, entry_key__in=[one.key for one in told.entries]).values_list(
            "entry_key", flat=True
        )
    )
    new = [one for one in told.entries if one.key not in known]
    statement = BankStatement.objects.create(
        id=new_id(at),
        kind=told.kind,
        account=told.account,
        message=told.message,
        sha256=sha256,
        from_on=told.from_on,
        to_on=told.to_on,
        entries_in_all=len(told.entries),
        entries_new=len(new),
        read_at=at,
        read_by=by.actor,
        keep_until=_keep_until(local_date(at)),
    )
    record(by=by, at=at, deed="bank_statement.read", categories=[CATEGORY], item=statement.id, count=len(new))
    rows = [_row(statement, one, at) for one in new]
    BankEntry.objects.bulk_create(rows, ignore_conflicts=True)  # somebody may read the same file in the same moment
    there = list(BankEntry.objects.filter(id__in=[row.id for row in rows]).order_by("booked_on", "id"))
    matched = sum(_match_by_itself(row, by=by, at=at) for row in there)
    return Result(
        in_all=len(told.entries),
        new=len(there),
        matched=matched,
        waiting=len(there) - matched,
        left_out=told.left_out,
    )


def _keep_until(on: date) -> date:
    ends_on = numbering.year_end(on, settings.FINANCIAL_YEAR_ENDS)
    return numbering.last_day(ends_on, current().purpose[PURPOSE].retention.period)


def _row(statement: BankStatement, one: camt.Entry, at: datetime) -> BankEntry:
    return BankEntry(
        id=new_id(at),
        statement=statement,
        account=statement.account,
        entry_key=one.key,
        amount=one.amount,
        currency=one.currency,
        booked_on=one.booked_on,
        reference=numbering.read_reference(one.reference) or one.reference,
        payer_name=one.payer_name,
        payer_iban=one.payer_iban,
        words=one.words,
        keep_until=_keep_until(one.booked_on),
    )


def _match_by_itself(row: BankEntry, *, by: Duty, at: datetime) -> bool:
    """Put an entry to the invoice of its reference where it is exactly what is left to pay; else say why not."""
    invoice = _invoice_of(row.reference)
    doubt = _doubt(row, invoice)
    if invoice is None or doubt:
        BankEntry.objects.filter(id=row.id).update(doubt=doubt)
        return False
    _put(row, invoice, row.amount, by_itself=True, by=by, at=at)
    return True


def _invoice_of(reference: str) -> Invoice | None:
    found = Invoice.objects.select_for_update().filter(reference=reference, kind=Kind.INVOICE) if reference else None
    return found.first() if found is not None else None


def _doubt(row: BankEntry, invoice: Invoice | None) -> Doubt:
    if row.currency != EURO:
        return Doubt.CURRENCY
    if invoice is None:
        return Doubt.UNKNOWN if row.reference else Doubt.NO_REFERENCE
    left = left_of(invoice)
    if left <= 0:
        return Doubt.AGAIN
    return Doubt.NONE if row.amount == left else Doubt.PARTIAL if row.amount < left else Doubt.OVER


def _put(row: BankEntry, invoice: Invoice, amount: Decimal, *, by_itself: bool, by: Duty, at: datetime) -> UUID:
    match = Match.objects.create(
        id=new_id(at),
        entry=row,
        invoice=invoice,
        amount=amount,
        by_itself=by_itself,
        matched_at=at,
        matched_by=by.actor,
        keep_until=max(invoice.keep_until, row.keep_until),
    )
    settle(invoice, key=f"match:{match.id}", kind=Settling.TRANSFER, amount=amount, paid_on=row.booked_on, by=by, at=at)
    payment = payment_of(invoice)
    if payment is not None:
        mark = str(match.id)
        payments.received_transfer(
            by=by, at=at, payment_id=payment.id, amount=amount, paid_on=row.booked_on, bank_reference=mark
        )
    _set_state(row, by=by, at=at)
    persons = Party.objects.filter(invoice=invoice).values_list("person_id", flat=True)
    record(by=by, at=at, deed="bank_entry.matched", subjects=persons, categories=[CATEGORY], item=invoice.id)
    return match.id


def rest_of(row: BankEntry) -> Decimal:
    """Return what of an entry is put to no invoice yet."""
    put = row.matches.filter(undone_at=None).aggregate(sum=Sum("amount"))["sum"]
    return Decimal(row.amount) - Decimal(put or NOTHING)


def _set_state(row: BankEntry, *, by: Duty, at: datetime, doubt: str = "") -> None:
    state = EntryState.OPEN if rest_of(row) else EntryState.MATCHED
    BankEntry.objects.filter(id=row.id).update(
        state=state, doubt=doubt or row.doubt, aside="", decided_at=at, decided_by=by.actor
    )


# --- What a person decides --------------------------------------------------------------------------------------------


@transaction.atomic
def put(*, by: Duty, at: datetime, entry_id: UUID, number: str, amount: Decimal) -> UUID:
    """Put an entry, or a part of it, to the invoice of this number or reference; twice the same is once.

    NotPut where there is no such invoice, or the entry has less left. More than is left of the invoice may be put to
    it: then money is owed back.
    """
    row = _entry(entry_id, by=by)
    invoice = _called(number)
    if invoice is None:
        raise NotPut(_("There is no such invoice."), field="number")
    known = Match.objects.filter(entry=row, invoice=invoice, undone_at=None).first()
    if known is not None and known.amount == amount:
        return known.id
    if known is not None or row.currency != EURO or not NOTHING < amount <= rest_of(row):
        raise NotPut(_("So much of the payment is not left."), field="amount")
    return _put(row, invoice, amount, by_itself=False, by=by, at=at)


def _called(number: str) -> Invoice | None:
    typed = "".join(number.split())
    found = Invoice.objects.select_for_update().filter(kind=Kind.INVOICE)
    by_number = found.filter(number=typed).first()
    return by_number or _invoice_of(numbering.read_reference(typed))


@transaction.atomic
def set_aside(*, by: Duty, at: datetime, entry_id: UUID, why: Aside) -> None:
    """Say that what is left of an entry belongs to no invoice, and why."""
    row = _entry(entry_id, by=by)
    if row.state == EntryState.MATCHED:
        raise NotPut(_("The whole payment is put to invoices already."), field="why")
    BankEntry.objects.filter(id=row.id).update(
        state=EntryState.ASIDE, aside=Aside(why), decided_at=at, decided_by=by.actor
    )
    record(by=by, at=at, deed="bank_entry.set_aside", categories=[CATEGORY], item=row.id)


@transaction.atomic
def take_up(*, by: Duty, at: datetime, entry_id: UUID) -> None:
    """Take up again what was set aside."""
    row = _entry(entry_id, by=by)
    if row.state == EntryState.ASIDE:
        _set_state(row, by=by, at=at, doubt=_doubt(row, _invoice_of(row.reference)) or row.doubt)
        record(by=by, at=at, deed="bank_entry.taken_up", categories=[CATEGORY], item=row.id)


@transaction.atomic
def undo(*, by: Duty, at: datetime, match_id: UUID) -> None:
    """Undo that an entry was put to an invoice: it waits again, and the invoice is as unpaid as before."""
    check(by, writes=True)
    match = Match.objects.select_for_update().filter(id=match_id).select_related("entry", "invoice").first()
    if match is None:
        raise Missing
    if match.undone_at is not None:
        return
    Match.objects.filter(id=match.id).update(undone_at=at, undone_by=by.actor)
    settle(
        match.invoice,
        key=f"match:{match.id}:undone",
        kind=Settling.UNDONE,
        amount=-match.amount,
        paid_on=local_date(at),
        by=by,
        at=at,
    )
    payment = payment_of(match.invoice)
    if payment is not None:
        payments.transfer_undone(by=by, at=at, payment_id=payment.id, bank_reference=str(match.id))
    _set_state(match.entry, by=by, at=at, doubt=_doubt(match.entry, _invoice_of(match.entry.reference)))
    persons = Party.objects.filter(invoice=match.invoice).values_list("person_id", flat=True)
    record(by=by, at=at, deed="bank_entry.undone", subjects=persons, categories=[CATEGORY], item=match.invoice_id)


def _entry(entry_id: UUID, *, by: Duty) -> BankEntry:
    check(by, writes=True)
    row = BankEntry.objects.select_for_update().filter(id=entry_id).first()
    if row is None:
        raise Missing
    return row
