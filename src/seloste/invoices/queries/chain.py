"""Whether every number is there, every voucher is as it was made, and nothing stands in the chain that does not fit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef

from seloste.invoices.models import Document, Invoice, Number, Series
from seloste.invoices.queries.content import contents
from seloste.invoices.rules import chain

#: Looked at together: the memory of a small machine holds their lines.
BATCH = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """What does not fit, and where: the number alone, never a name."""

    number: str
    what: str


@dataclass(kw_only=True, slots=True)
class Verdict:
    """What was seen. ``gone`` are vouchers whose time is over; their numbers and hashes are still in the chain."""

    numbers: int = 0
    vouchers: int = 0
    voided: int = 0
    gone: int = 0
    total: Decimal = Decimal(0)
    last_hash: str = ""
    faults: list[Fault] = field(default_factory=list)

    def say(self, number: str, what: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(number=number, what=what))


def verify(today: date) -> Verdict:
    """Look at every number and voucher. Nothing personal is returned; the whole is read, so it takes its time."""
    found = Verdict()
    before: Series | None = None
    for series in Series.objects.order_by("year"):
        if before is not None and bytes(series.first_hash) != bytes(before.last_hash):
            found.say(str(series.year), "does not begin where the year before ends")
        _year(series, found, today)
        before = series
    numbered = Number.objects.filter(invoice=OuterRef("pk"))
    for number in Invoice.objects.exclude(Exists(numbered)).values_list("number", flat=True):
        found.say(number, "has no place in the chain")
    found.last_hash = bytes(before.last_hash).hex() if before else ""
    return found


def _year(series: Series, found: Verdict, today: date) -> None:
    rows = Number.objects.filter(year=series.year).order_by("seq")
    first = rows.first()
    expected, previous = (first.seq, bytes(first.previous)) if first else (1, bytes(series.first_hash))
    if first is not None and (first.seq == 1) != (previous == bytes(series.first_hash)):
        found.say(first.number, "is not what the year begins with")
    last_on = first.on if first else series.last_on
    for batch in _batches(series.year):
        _look_at_vouchers(batch, found, today)
        for row in batch:
            _look_at(row, found, expected=expected, previous=previous, last_on=last_on)
            expected, previous, last_on = row.seq + 1, bytes(row.hash), row.on
    if expected - 1 != series.last_seq or (first and previous != bytes(series.last_hash)):
        found.say(str(series.year), "does not end where the series says")


def _batches(year: int) -> Iterator[list[Number]]:
    last = 0
    while batch := list(Number.objects.filter(year=year, seq__gt=last).order_by("seq")[:BATCH]):
        yield batch
        last = batch[-1].seq


def _look_at(row: Number, found: Verdict, *, expected: int, previous: bytes, last_on: date) -> None:
    found.numbers += 1
    found.voided += bool(row.void)
    if row.seq != expected:
        found.say(row.number, "comes after a gap")
    if bytes(row.previous) != previous:
        found.say(row.number, "does not follow the number before")
    if row.on < last_on:
        found.say(row.number, "is dated before the number before")
    made = chain.link(
        previous=bytes(row.previous),
        year=row.year,
        seq=row.seq,
        number=row.number,
        on=row.on,
        content=bytes(row.content),
    )
    if made != bytes(row.hash):
        found.say(row.number, "is not what its hash says")
    if row.void and bytes(row.content) != chain.digest(chain.voided(row.void)):
        found.say(row.number, "is voided for another reason than its hash says")


def _look_at_vouchers(batch: Sequence[Number], found: Verdict, today: date) -> None:
    rows = {row.id: row for row in Invoice.objects.filter(id__in=[one.invoice for one in batch if one.invoice])}
    texts = contents(list(rows.values()))
    files = {row.invoice_id: row for row in Document.objects.filter(invoice__in=list(rows))}
    for one in batch:
        if one.invoice is None:
            continue
        invoice = rows.get(one.invoice)
        if invoice is None:
            _look_at_gone(one, found, today)
            continue
        found.vouchers += 1
        found.total += invoice.total if invoice.credits_id is None else -invoice.total
        if chain.digest(texts[invoice.id]) != bytes(one.content):
            found.say(one.number, "is not as it was made")
        if (invoice.number, invoice.issued_on) != (one.number, one.on):
            found.say(one.number, "stands under another number or day")
        _look_at_file(one, files.get(invoice.id), found)


def _look_at_gone(one: Number, found: Verdict, today: date) -> None:
    found.gone += 1
    if today.year - one.on.year <= _SHORTEST:
        found.say(one.number, "is gone before its time")


#: No voucher goes before the sixth year after its own is over.
_SHORTEST = 6


def _look_at_file(one: Number, row: Document | None, found: Verdict) -> None:
    if row is None:
        return
    if chain.digest(bytes(row.pdf)) != bytes(row.pdf_sha256) or chain.digest(bytes(row.ubl)) != bytes(row.ubl_sha256):
        found.say(one.number, "has a file that is not as it was made")
