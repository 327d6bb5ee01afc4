"""What of this room goes when the law no longer keeps it: each voucher after its own last day, never one before."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from seloste.invoices.models import (
    BankEntry,
    BankStatement,
    Document,
    Invoice,
    Line,
    Match,
    Number,
    Party,
    Reminder,
    Settlement,
    VatRow,
)
from seloste.invoices.queries.access import PURPOSE
from seloste.kernel import retention
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.kept import erase_rows
from seloste.kernel.refusals import Words
from seloste.kernel.retention import Store

#: What goes with an invoice, before it.
_PARTS: tuple[Any, ...] = (Document, Line, VatRow, Settlement, Reminder, Match, Party)


def _credited_later() -> Exists:
    """Tell of an invoice whether a credit note that names it is kept longer: then both stay."""
    return Exists(Invoice.objects.filter(credits=OuterRef("pk"), keep_until__gt=F("credits__keep_until")))


def _vouchers() -> QuerySet[Invoice]:
    return Invoice.objects.filter(~_credited_later())


def _clear_vouchers(_by: Duty, at: datetime, limit: int) -> int:
    over = Invoice.objects.filter(keep_until__lt=local_date(at)).order_by("-credits", "year", "seq")
    notes = list(over.filter(credits__isnull=False).values_list("pk", flat=True)[:limit])
    left_of_notes = over.filter(credits=None).exclude(credited_by__in=Invoice.objects.exclude(pk__in=notes))
    invoices = list(left_of_notes.values_list("pk", flat=True)[: limit - len(notes)])
    if not notes and not invoices:
        return 0
    for part in _PARTS:
        rows = part.objects.filter(invoice__in=[*notes, *invoices])
        rows._raw_delete(rows.db)  # noqa: SLF001 -- one statement
    return sum(erase_rows(Invoice, ids) for ids in (notes, invoices) if ids)


def _entries() -> QuerySet[BankEntry]:
    return BankEntry.objects.filter(~Exists(Match.objects.filter(entry=OuterRef("pk"))))


def _statements() -> QuerySet[BankStatement]:
    return BankStatement.objects.filter(~Exists(BankEntry.objects.filter(statement=OuterRef("pk"))))


def _store(
    key: str,
    name: Words,
    rows: Callable[[], QuerySet[Any]],
    clear: Callable[[Duty, datetime, int], int] | None = None,
) -> Store:
    def by_day(until: date) -> list[retention.Due]:
        return retention.due_by_day(rows(), F("keep_until"), until)

    return Store(
        key=key,
        name=name,
        purpose=PURPOSE,
        due=by_day,
        clear=clear or partial(_clear, rows),
        held=lambda: retention.held(rows()),
    )


def _clear(rows: Callable[[], QuerySet[Any]], _by: Duty, at: datetime, limit: int) -> int:
    return retention.delete_over(rows(), F("keep_until"), at, limit)


STORES = (
    _store("invoices.vouchers", _("Invoices and credit notes"), _vouchers, _clear_vouchers),
    _store("invoices.bank", _("Payments to our account"), _entries),
    _store("invoices.statements", _("Statements of the bank"), _statements),
    _store("invoices.numbers", _("Numbers of invoices"), Number.objects.all),
)
