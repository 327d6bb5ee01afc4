"""What leaves for the books: entries of a period as a table, or its vouchers as they were sent."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from seloste.invoices.models import Invoice, Party, Settlement
from seloste.invoices.queries.access import check
from seloste.invoices.queries.reading import vouchers
from seloste.invoices.rules import accounts
from seloste.invoices.rules.accounts import Posting
from seloste.kernel.duty import Duty
from seloste.kernel.money import cents
from seloste.kernel.sheets import Cell, as_csv
from seloste.register.models import Person
from seloste.register.queries import withheld_from

#: The zip format's own beginning of time; the same period gives the same bytes.
_DAY = (1980, 1, 1, 0, 0, 0)


def in_period(first: date, last: date) -> list[Invoice]:
    """Return the vouchers of a period, in the order of their numbers."""
    return list(Invoice.objects.filter(issued_on__range=(first, last)).order_by("year", "seq"))


def to_take(first: date, last: date, *, by: Duty) -> list[Invoice]:
    """Return the vouchers of a period that the duty may take out: not those of people whose data are withheld."""
    hidden = Person.objects.filter(withheld_from(by))
    found = Invoice.objects.filter(issued_on__range=(first, last)).order_by("year", "seq")
    return list(found.exclude(id__in=Party.objects.filter(person__in=hidden).values("invoice")))


def persons(rows: Iterable[Invoice]) -> list[UUID]:
    """Return whom in the register the vouchers are about."""
    found = Party.objects.filter(invoice__in=[row.id for row in rows])
    return sorted(set(found.values_list("person_id", flat=True)))


def postings(first: date, last: date) -> list[Posting]:
    """Return the entries of a period: of its vouchers, and of the money that moved in it."""
    found = [row for told in vouchers(in_period(first, last)) for row in accounts.of_voucher(told)]
    rows = Settlement.objects.filter(paid_on__range=(first, last)).select_related("invoice")
    for row in rows.order_by("paid_on", "settled_at", "id"):
        place = Settlement.objects.filter(invoice=row.invoice, settled_at__lt=row.settled_at).count() + 1
        found += accounts.of_money(
            number=row.invoice.number, kind=row.kind, amount=row.amount, on=row.paid_on, place=place
        )
    return found


def table(*, by: Duty, first: date, last: date) -> bytes:
    """Return the entries of a period for a spreadsheet (UTF-8, semicolons). No person is named in it."""
    check(by)
    head: list[Cell] = [
        _("Voucher"), _("Date"), _("Account"), _("VAT code"), _("Debit"), _("Credit"), _("About"),
        _("Buyer's VAT number"),
    ]  # fmt: skip
    return as_csv([head, *map(_cells, postings(first, last))]).encode()


def _cells(row: Posting) -> list[Cell]:
    amounts = [cents(amount) if amount else None for amount in (row.debit, row.credit)]
    return [row.voucher, row.on, row.account, row.vat_code, *amounts, row.text, row.buyer_vat]


def packed(files: Sequence[tuple[str, bytes]]) -> bytes:
    """Return files in one archive; the same files give the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, _DAY), content)
    return made.getvalue()


def moment(at: datetime) -> str:
    """Return the moment as a name of a file has it."""
    return f"{at:%Y%m%d%H%M}"
