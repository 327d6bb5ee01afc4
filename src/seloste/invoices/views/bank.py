"""Money on the account: reading the bank's files, and deciding where each doubtful payment belongs."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from seloste.accounts.http import StaffRequest, requires
from seloste.invoices.actions import bank as deeds
from seloste.invoices.choices import EntryState
from seloste.invoices.forms import AsideForm, BankForm, PutForm
from seloste.invoices.queries import desk
from seloste.invoices.rules import camt
from seloste.invoices.shown import bank as shown
from seloste.invoices.views.answers import answer
from seloste.kernel.clock import now


@requires("read")
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: StaffRequest) -> HttpResponse:
    """List what came to the account; a file that is sent is read."""
    form = BankForm(request.POST, request.FILES) if request.method == "POST" else BankForm()
    if getattr(request, "has_too_large_file", False):
        form.add_error("file", _("The file is larger than 10 MB."))

    def do() -> str:
        result = deeds.read(by=request.duty, at=now(), content=form.cleaned_data["file"])
        messages.success(request, shown.told(result))
        return reverse("invoices:bank")

    state = request.GET.get("tila", "")
    state = state if state in EntryState.values else EntryState.OPEN
    context = {
        "chips": shown.chips(desk.counts(by=request.duty), state),
        "lines": [shown.line(one) for one in desk.account(by=request.duty, at=now(), state=state)],
        "state": state,
        "statements": [shown.statement(one) for one in desk.statements(by=request.duty)],
        "writes": "write" in request.duty.may,
    }
    return answer(request, form, do, template="invoices/bank.html", context=context)


account.takes_files = camt.LARGEST  # type: ignore[attr-defined]  # see web.uploads


def _entry_context(request: StaffRequest, entry_id: UUID) -> dict[str, object]:
    entry = desk.came(by=request.duty, at=now(), entry_id=entry_id)
    fits = desk.fitting(by=request.duty, at=now(), entry=entry) if entry.state == EntryState.OPEN else []
    return {
        "entry": entry,
        "line": shown.line(entry),
        "facts": shown.facts(entry),
        "fits": [shown.fit(one, entry) for one in fits],
        "puts": [shown.put(one) for one in entry.puts],
        "is_open": entry.state == EntryState.OPEN,
        "is_aside": entry.state == EntryState.ASIDE,
        "writes": "write" in request.duty.may,
    }


@requires("read")
@require_safe
def entry(request: StaffRequest, entry_id: UUID) -> HttpResponse:
    """Show one payment and what it may have been meant for."""
    context = _entry_context(request, entry_id)
    found = context["entry"]
    assert isinstance(found, desk.Came)  # noqa: S101 -- what was put there
    context["form"] = PutForm(initial={"amount": found.rest})
    context["aside_form"] = AsideForm()
    return render(request, "invoices/entry.html", context)


@requires("write")
@require_POST
def put(request: StaffRequest, entry_id: UUID) -> HttpResponse:
    """Put a payment, or a part of it, to an invoice."""
    form = PutForm(request.POST)

    def do() -> str:
        deeds.put(by=request.duty, at=now(), entry_id=entry_id, **form.cleaned_data)
        return reverse("invoices:entry", args=[entry_id])

    context = {**_entry_context(request, entry_id), "aside_form": AsideForm()}
    done = _("The payment was put to the invoice.")
    return answer(request, form, do, template="invoices/entry.html", context=context, done=done)


@requires("write")
@require_POST
def aside(request: StaffRequest, entry_id: UUID) -> HttpResponse:
    """Set a payment aside, with the reason."""
    form = AsideForm(request.POST)

    def do() -> str:
        deeds.set_aside(by=request.duty, at=now(), entry_id=entry_id, why=form.cleaned_data["why"])
        return reverse("invoices:bank")

    context = {**_entry_context(request, entry_id), "aside_form": form}
    done = _("The payment was set aside.")
    return answer(request, form, do, template="invoices/entry.html", context=context, done=done)


@requires("write")
@require_POST
def take_up(request: StaffRequest, entry_id: UUID) -> HttpResponse:
    """Take up a payment that was set aside."""
    deeds.take_up(by=request.duty, at=now(), entry_id=entry_id)
    return redirect("invoices:entry", entry_id)


@requires("write")
@require_POST
def undo(request: StaffRequest, entry_id: UUID, match_id: UUID) -> HttpResponse:
    """Undo that a payment was put to an invoice."""
    deeds.undo(by=request.duty, at=now(), match_id=match_id)
    messages.success(request, _("The payment waits for a decision again."))
    return redirect("invoices:entry", entry_id)
