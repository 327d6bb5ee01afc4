"""The staff's pages of the room."""

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from seloste.accounts.http import StaffRequest
from seloste.kernel.clock import local_date, now
from seloste.visits import forms, shown
from seloste.visits.http import works_for
from seloste.visits.queries import security as security_log
from seloste.visits.queries.statistics import statistics as counted


@works_for("visitor_statistics")
@require_safe
def statistics(request: StaffRequest) -> HttpResponse:
    """How much the public pages are used."""
    today = local_date(now())
    form = forms.SpanForm(request.GET, today=today)
    found = counted(by=request.duty, span=form.span(), compared=form.compared(), today=today)
    if request.GET.get("muoto") == "csv":
        return shown.as_csv(found)
    context = {
        "form": form,
        "periods": _periods(form),
        "comparisons": _comparisons(form),
        **shown.page(found, today=today),
    }
    status = HTTPStatus.OK if form.is_valid() else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "visits/statistics.html", {**context, "csv_url": form.address(muoto="csv")}, status=status)


def _periods(form: forms.SpanForm) -> list[dict[str, object]]:
    return [
        {"label": words, "url": form.address(period=key), "current": key == form.period_key}
        for key, words in forms.PERIOD_NAMES.items()
    ]


def _comparisons(form: forms.SpanForm) -> list[dict[str, object]]:
    return [
        {"label": words, "url": form.address(compare=key), "current": key == form.comparison}
        for key, words in forms.COMPARISONS.items()
    ]


@works_for(security_log.PURPOSE, *security_log.CATEGORIES)
@require_http_methods(["GET", "HEAD", "POST"])
def security(request: StaffRequest) -> HttpResponse:
    """What the security log holds. What is looked for is sent as a form: an IP address may be a person's."""
    at = now()
    form = forms.LogForm(request.POST if request.method == "POST" else None)
    is_wrong = form.is_bound and not form.is_valid()
    sought = form.sought(local_date(at))
    found = None if is_wrong else security_log.look(by=request.duty, at=at, sought=sought)
    context = {"form": form, "found": found}
    return render(request, "visits/security.html", context, status=422 if is_wrong else 200)
