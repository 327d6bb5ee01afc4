"""How much is sold: money and counts, of nobody in particular."""

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from seloste.accounts.http import StaffRequest, requires
from seloste.kernel.clock import local_date, now
from seloste.sales.forms.sales import SalesForm
from seloste.sales.queries import figures
from seloste.sales.shown import sales as shown


@requires("read", "staff")
@require_safe
def sales(request: StaffRequest) -> HttpResponse:
    """Sales of a time beside another, by product and by country."""
    form = SalesForm(request.GET, today=local_date(now()))
    form.is_valid()
    found = figures.sales(
        by=request.duty, span=form.span(), bars=form.bars(), compared=form.compared(), then_bars=form.then_bars()
    )
    if request.GET.get("muoto") == "csv" and form.is_valid():
        return _file(shown.as_csv(found, form), f"myynti-{form.span().first}-{form.span().last}.csv")
    status = HTTPStatus.OK if form.is_valid() else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "sales/sales.html", shown.page(found, form), status=status)


def _file(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)
