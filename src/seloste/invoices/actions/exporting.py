"""Vouchers leave for the books: what left, of whom and for whom is written down."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.disclosures import actions as disclosures
from seloste.disclosures.choices import How
from seloste.invoices.actions.documents import document
from seloste.invoices.queries import exporting
from seloste.invoices.queries.access import PURPOSE, check
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import NotAllowed, Refusal

#: What vouchers hold.
CATEGORIES = ("identity", "organisation", "contact", "order", "billing")
#: One archive holds no more; a longer period is taken in parts.
MOST = 2_000


class NotTaken(Refusal):
    """The vouchers cannot leave so."""


@transaction.atomic
def take_table(*, by: Duty, at: datetime, first: date, last: date) -> bytes:
    """Return the entries of a period as a table; that it left is written down. It names no person."""
    check(by)
    content = exporting.table(by=by, first=first, last=last)
    record(by=by, at=at, deed="voucher.entries_taken_out", categories=["billing"], count=content.count(b"\r\n") - 1)
    return content


@transaction.atomic
def take_vouchers(*, by: Duty, at: datetime, first: date, last: date, recipient: str = "") -> bytes:
    """Return the vouchers of a period as they were sent (PDF and UBL); of every person in them it is written down.

    With ``recipient``, one that the notice names, each person can be told of it (art. 15(1)(c)). NotTaken where there
    are none, or too many for one archive; NotAllowed for a job role that takes no people out of the system (S8.3).
    """
    check(by)
    if "export" not in by.may:
        raise NotAllowed(_("Your job role does not include this."))
    rows = exporting.to_take(first, last, by=by)
    if not rows or len(rows) > MOST:
        raise NotTaken(_("There are no vouchers in this time, or more than 2,000: choose another."), field="last")
    persons = exporting.persons(rows)
    record(by=by, at=at, deed="voucher.taken_out", subjects=persons, categories=CATEGORIES, count=len(rows))
    for person in persons if recipient else ():
        disclosures.note_disclosure(
            by=by,
            at=at,
            person_id=person,
            recipient=recipient,
            categories=CATEGORIES,
            purpose=PURPOSE,
            how=How.SYSTEM,
            reference=f"vouchers-{exporting.moment(at)}",
        )
    files = []
    for row in rows:
        made = document(row.id, at)
        files += [(f"{row.number}.pdf", bytes(made.pdf)), (f"{row.number}.xml", bytes(made.ubl))]
    return exporting.packed(files)
