"""One invoice, its files, a credit of it, a reminder of it, and the list of those that are late."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from seloste.accounts.http import StaffRequest, requires
from seloste.invoices import actions
from seloste.invoices.actions import documents, reminding
from seloste.invoices.forms import CreditForm, ReminderForm
from seloste.invoices.queries import desk, drafts
from seloste.invoices.queries.desk import Sheet
from seloste.invoices.queries.structured import finvoice_of
from seloste.invoices.shown import sheets as shown
from seloste.invoices.views.answers import answer, handed
from seloste.kernel.clock import local_date, now
from seloste.kernel.money import NOTHING
from seloste.kernel.refusals import Missing


def _sheet(request: StaffRequest, invoice_id: UUID) -> Sheet:
    return desk.sheet(by=request.duty, at=now(), invoice_id=invoice_id)


def place(invoice_id: UUID) -> str:
    """Return the address of an invoice's page."""
    return reverse("invoices:invoice", args=[invoice_id])


@requires("read")
@require_safe
def invoice(request: StaffRequest, invoice_id: UUID) -> HttpResponse:
    """Show one voucher with all that belongs to it."""
    found = _sheet(request, invoice_id)
    context = {"sheet": found, "told": found.told, **shown.sheet(found, request.duty)}
    return render(request, "invoices/invoice.html", context)


@requires("read")
@require_safe
def file(request: StaffRequest, invoice_id: UUID, kind: str) -> HttpResponse:
    """Give a voucher as it was sent: the paper, or what machines read."""
    told = _sheet(request, invoice_id).told
    if kind not in {"pdf", "ubl", "finvoice"}:
        raise Missing
    if kind == "finvoice":
        return handed(finvoice_of(told), f"{told.number}-finvoice.xml", "application/xml")
    made = documents.document(invoice_id, now())
    if kind == "ubl":
        return handed(bytes(made.ubl), f"{told.number}.xml", "application/xml")
    return handed(bytes(made.pdf), f"{told.number}.pdf", "application/pdf")


@requires("write")
@require_http_methods(["GET", "HEAD", "POST"])
def credit(request: StaffRequest, invoice_id: UUID) -> HttpResponse:
    """Credit an invoice, wholly or in part."""
    found = _sheet(request, invoice_id)
    left = sum((one.gross for one in found.creditable), NOTHING)
    if found.told.is_credit or not left:
        raise Missing
    form = CreditForm(request.POST or None, initial={"amount": left})

    def do() -> str:
        told = form.cleaned_data
        note = actions.credit(
            by=request.duty,
            at=now(),
            invoice_id=invoice_id,
            why=told["why"],
            key=f"desk:{told['token']}",
            amount=None if told["amount"] == left else told["amount"],
        )
        return place(note)

    context = {
        "told": found.told,
        "place": place(invoice_id),
        "title": _("Credit the invoice %(number)s") % {"number": found.told.number},
        "about": _("A credit note takes back what was invoiced. It cannot be undone; a wrong one is invoiced again."),
        "facts": [(_("Left to credit"), shown.euros(left)), (_("Left to pay"), shown.euros(found.left))],
        "button": _("Make the credit note"),
    }
    return answer(
        request, form, do, template="invoices/deed.html", context=context, done=_("The credit note was made.")
    )


@requires("write")
@require_http_methods(["GET", "HEAD", "POST"])
def remind(request: StaffRequest, invoice_id: UUID) -> HttpResponse:
    """Write a reminder: the words are a beginning, whoever sends them has read them."""
    found, today = _sheet(request, invoice_id), local_date(now())
    if found.told.is_credit or not found.days_late:
        raise Missing
    new_day = today + timedelta(days=settings.INVOICE_DAYS)
    subject, text = drafts.reminder(found.told, left=found.left, due_on=new_day)
    begun = {"subject": subject, "text": text, "due_on": new_day, "fee": Decimal("0.00")}
    form = ReminderForm(request.POST or None, initial=begun)

    def do() -> str:
        told = dict(form.cleaned_data)
        reminding.remind(by=request.duty, at=now(), invoice_id=invoice_id, **told)
        return place(invoice_id)

    context = {
        "told": found.told,
        "place": place(invoice_id),
        "title": _("Reminder of invoice %(number)s") % {"number": found.told.number},
        "about": _("It is sent to %(address)s with the invoice, and answered to us.")
        % {"address": found.told.buyer.email},
        "facts": shown.late_facts(found),
        "button": _("Send the reminder"),
    }
    return answer(request, form, do, template="invoices/deed.html", context=context, done=_("The reminder was sent."))


@requires("read")
@require_safe
def late(request: StaffRequest) -> HttpResponse:
    """List the invoices that should have been paid."""
    lines = desk.late(by=request.duty, at=now())
    context = {
        "lines": [shown.late(line) for line in lines],
        "sum": shown.euros(sum((one.left for one in lines), NOTHING)),
    }
    return render(request, "invoices/late.html", context)
