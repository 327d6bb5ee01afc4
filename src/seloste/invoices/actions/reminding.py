"""Reminders: written by a person, each by itself, in the buyer's language. Nothing here is sent by the clock."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.invoices.actions.documents import document
from seloste.invoices.choices import Kind
from seloste.invoices.models import Invoice, Party, Reminder
from seloste.invoices.queries.access import CATEGORY, PURPOSE, check
from seloste.invoices.queries.vouchers import left_of
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.money import NOTHING
from seloste.kernel.refusals import Missing, Refusal
from seloste.kernel.text import plain_text
from seloste.mail import actions as mail
from seloste.mail.choices import MessageKind
from seloste.mail.rules import Attachment

#: The most that a reminder may cost a consumer, and how long after the due date or the reminder before
#: (Laki saatavien perinnästä 513/1999 5 a §, 10 a §).
MOST_FEE = Decimal("5.00")
BETWEEN = timedelta(days=14)


class NotDue(Refusal):
    """No reminder can be sent of this invoice now."""


def first_day(invoice: Invoice) -> date:
    """Return the first day on which the next reminder may go: two weeks after the due date or the one before."""
    last = invoice.reminders.order_by("-round").first()
    start = local_date(last.sent_at) if last else invoice.due_on
    return start + BETWEEN


@transaction.atomic
def remind(
    *,
    by: Duty,
    at: datetime,
    invoice_id: UUID,
    token: UUID,
    subject: str,
    text: str,
    due_on: date,
    fee: Decimal = NOTHING,
) -> UUID:
    """Send a reminder that an employee wrote, with the invoice; the same form sent again sends nothing.

    NotDue where nothing is left to pay, it is too early, or the fee or the new day cannot be.
    """
    check(by, writes=True)
    row = Invoice.objects.select_for_update().filter(id=invoice_id, kind=Kind.INVOICE).first()
    if row is None:
        raise Missing
    known = Reminder.objects.filter(token=token).values_list("id", flat=True).first()
    if known:
        return known
    left = _refuse(row, due_on=due_on, fee=fee, at=at)
    person = Party.objects.filter(invoice=row).order_by("-id").values_list("person_id", flat=True).first()
    reminder_id = new_id(at)
    subject, text = plain_text(subject, field="subject"), plain_text(text, field="text", lines=True)
    message = mail.queue(
        by=by,
        at=at,
        key=f"invoice.reminder:{reminder_id}",
        kind=MessageKind.SERVICE,
        purpose=PURPOSE,
        person_id=person,
        address=row.buyer_email,
        language=row.language,
        attachments=[_paper(row, at)],
        subject=subject,
        text=text,
    )
    Reminder.objects.create(
        id=reminder_id,
        invoice=row,
        round=row.reminders.count() + 1,
        token=token,
        address=row.buyer_email,
        language=row.language,
        fee=fee,
        left=left,
        due_on=due_on,
        sent_at=at,
        sent_by=by.actor,
        message=message,
        keep_until=row.keep_until,
        subject=subject,
        text=text,
    )
    record(
        by=by, at=at, deed="invoice.reminded", subjects=[person] if person else [], categories=[CATEGORY], item=row.id
    )
    return reminder_id


def _refuse(row: Invoice, *, due_on: date, fee: Decimal, at: datetime) -> Decimal:
    """Refuse what the law or the state of the invoice forbids; return what is left to pay."""
    left = left_of(row)
    if left <= 0:
        raise NotDue(_("Nothing is left to pay of this invoice."))
    if not row.buyer_email:
        raise NotDue(_("The invoice has no e-mail address."))
    if local_date(at) < first_day(row):
        raise NotDue(_("A reminder may go two weeks after the due date or the reminder before, at the earliest."))
    if not NOTHING <= fee <= MOST_FEE:
        raise NotDue(_("A reminder may cost at most 5 euros."), field="fee")
    if due_on < local_date(at):
        raise NotDue(_("This day is over."), field="due_on")
    return left


def _paper(row: Invoice, at: datetime) -> Attachment:
    made = document(row.id, at)
    return Attachment(name=f"{row.number}.pdf", content_type="application/pdf", content=bytes(made.pdf))
