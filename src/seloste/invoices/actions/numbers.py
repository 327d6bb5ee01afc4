"""Giving numbers: one after the other, each bound to the one before, in the transaction that uses them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.invoices.choices import Void
from seloste.invoices.models import Number, Series
from seloste.invoices.queries.access import check
from seloste.invoices.rules import chain, numbering
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Refusal

#: Nobody voids more than this at once by mistake.
MOST_VOIDED = 10_000


class WrongNumber(Refusal):
    """A number that cannot be voided."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """The next place of the series, while its row is locked."""

    year: int
    seq: int
    number: str
    on: date
    year_ends_on: date


#: Makes the voucher of the place; returns its id and its canonical text.
Make = Callable[[Place], tuple[UUID, bytes]]


def use_next(series: Series, make: Make, *, by: Duty, at: datetime) -> UUID:
    """Give the next number of the locked series to the voucher that ``make`` makes; where it fails, none was given."""
    place = _place(series, at)
    invoice_id, content = make(place)
    _give(series, place, by=by, at=at, content=chain.digest(content), invoice_id=invoice_id)
    return invoice_id


def lock(on: date) -> Series:
    """Lock the newest series, or the one that the day begins: until the transaction ends nobody else gives a number."""
    while True:
        newest = Series.objects.select_for_update().order_by("-year").first()
        latest = Series.objects.order_by("-year").values_list("year", flat=True).first()
        if newest is not None and newest.year != latest:
            continue  # somebody began a year while we waited
        ends_on = numbering.year_end(max(on, newest.last_on) if newest else on, settings.FINANCIAL_YEAR_ENDS)
        if newest is not None and newest.year >= ends_on.year:
            return newest
        _begin(ends_on, on, bytes(newest.last_hash) if newest else chain.BEGINNING)


def _begin(ends_on: date, on: date, first_hash: bytes) -> None:
    row = Series(year=ends_on.year, ends_on=ends_on, last_on=on, first_hash=first_hash, last_hash=first_hash)
    Series.objects.bulk_create([row], ignore_conflicts=True)


def _place(series: Series, at: datetime) -> Place:
    """Return the next place: its day is never before that of the number before."""
    seq = series.last_seq + 1
    return Place(
        year=series.year,
        seq=seq,
        number=numbering.number(series.year, seq),
        on=max(local_date(at), series.last_on),
        year_ends_on=series.ends_on,
    )


def _give(
    series: Series, place: Place, *, by: Duty, at: datetime, content: bytes, invoice_id: UUID | None, void: str = ""
) -> None:
    previous = bytes(series.last_hash)
    made = chain.link(
        previous=previous, year=place.year, seq=place.seq, number=place.number, on=place.on, content=content
    )
    Number.objects.create(
        year=place.year,
        seq=place.seq,
        number=place.number,
        on=place.on,
        invoice=invoice_id,
        void=void,
        content=content,
        previous=previous,
        hash=made,
        given_at=at,
        given_by=by.actor,
        keep_until=numbering.ledgers_last_day(place.year_ends_on),
    )
    series.last_seq, series.last_on, series.last_hash = place.seq, place.on, made
    series.save(update_fields=["last_seq", "last_on", "last_hash"])


@transaction.atomic
def void(*, by: Duty, at: datetime, up_to: str, why: Void) -> int:
    """Void every number after the last one up to this one, each with the reason; return how many.

    For numbers that are out in the world without a voucher here: given before a backup was put back, or by hand.
    """
    check(by, writes=True)
    series = lock(local_date(at))
    year, _dash, seq = up_to.partition("-")
    if year != str(series.year) or not seq.isdigit() or not 0 < int(seq) - series.last_seq <= MOST_VOIDED:
        raise WrongNumber(_("Give a number of this year after %(last)s.") % {"last": _last(series)}, field="up_to")
    voided = int(seq) - series.last_seq
    for _number in range(voided):
        place = _place(series, at)
        _give(series, place, by=by, at=at, content=chain.digest(chain.voided(why)), invoice_id=None, void=Void(why))
    record(by=by, at=at, deed="invoice_number.voided", count=voided)
    return voided


def _last(series: Series) -> str:
    return numbering.number(series.year, series.last_seq)
