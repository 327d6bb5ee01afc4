"""Vouchers and entries for the books."""

from datetime import date, timedelta
from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from seloste.accounts.http import StaffRequest, needs_proof, requires
from seloste.disclosures.queries import name_of, offers
from seloste.invoices.actions import exporting
from seloste.invoices.forms import ExportForm
from seloste.invoices.queries.access import PURPOSE, check
from seloste.invoices.views.answers import handed
from seloste.kernel.clock import local_date, now
from seloste.kernel.forms import refuse
from seloste.kernel.refusals import Missing, NotAllowed, Refusal


@requires("read")
@needs_proof()
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: StaffRequest) -> HttpResponse:
    """Say what would leave; then give the file."""
    check(request.duty)
    form = ExportForm(
        request.POST or None,
        recipients=_recipients(request),
        takes_vouchers="export" in request.duty.may,
        initial=_last_month(local_date(now())),
    )
    if form.is_bound and form.is_valid():
        try:
            return _file(request, form)
        except (Missing, NotAllowed):
            raise
        except Refusal as refusal:
            refuse(form, refusal)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "invoices/export.html", {"form": form}, status=status)


def _recipients(request: StaffRequest) -> list[tuple[str, str]]:
    language = get_language() or "fi"
    keys = dict.fromkeys(one.recipient for one in offers(request.duty) if one.purpose == PURPOSE)
    return [(key, name_of(key, language)) for key in keys]


def _last_month(today: date) -> dict[str, object]:
    last = today.replace(day=1) - timedelta(days=1)
    return {"what": "entries", "first": last.replace(day=1), "last": last}


def _file(request: StaffRequest, form: ExportForm) -> HttpResponse:
    told = form.cleaned_data
    first, last = told["first"], told["last"]
    name = f"{first.isoformat()}--{last.isoformat()}"
    if told["what"] == "entries":
        content = exporting.take_table(by=request.duty, at=now(), first=first, last=last)
        return handed(content, f"tositteet-{name}.csv", "text/csv; charset=utf-8")
    content = exporting.take_vouchers(
        by=request.duty, at=now(), first=first, last=last, recipient=told.get("given_to", "")
    )
    return handed(content, f"laskut-{name}.zip", "application/zip")
