"""Taking a list out of the system: what leaves is what is on the page, and that it left is written down."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from seloste.accounts.http import StaffRequest, needs_proof, requires
from seloste.disclosures.queries import offers
from seloste.kernel.clock import now
from seloste.kernel.forms import refuse
from seloste.kernel.refusals import Missing, NotAllowed, Refusal
from seloste.once.actions import once
from seloste.sales.actions.exporting import take_out
from seloste.sales.choices import FileKind
from seloste.sales.forms.exporting import ExportForm
from seloste.sales.queries.source import MOST
from seloste.sales.rules.columns import visible
from seloste.sales.shown import cells, files
from seloste.sales.shown.listing import Shelf
from seloste.sales.views.listing import asked_of, shelf_of


@requires("export")
@needs_proof()
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: StaffRequest, key: str) -> HttpResponse:
    """Say what would leave and to whom; then give the file."""
    shelf, at = shelf_of(key, request), now()
    _filters, asked = asked_of(request, shelf)
    if asked is None:
        return redirect(shelf.place)
    lines = shelf.source.whole(by=request.duty, asked=asked)
    form = ExportForm(
        request.POST or None, by=request.duty, at=at, offers=offers(request.duty), language=get_language() or "fi"
    )
    if len(lines) <= MOST and form.is_bound and form.is_valid() and _noted(form, shelf, lines, at):
        return _file(form, shelf, _leaving(form, shelf, lines), request)
    context = {
        "shelf": shelf,
        "form": form,
        "place": f"{reverse(shelf.place)}{asked.address()}",
        "count": cells.count(len(lines)),
        "is_too_long": len(lines) > MOST,
        "columns": visible(shelf.columns, request.duty.categories),
        "nobodys": sum(1 for line in lines if shelf.source.persons(line) is None),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "sales/export.html", context, status=status)


def _leaving(form: ExportForm, shelf: Shelf, lines: list[Any]) -> list[Any]:
    """Return what leaves: to somebody else only rows of people who can be told of it when they ask."""
    return [line for line in lines if shelf.source.persons(line)] if form.chosen() else lines


def _noted(form: ExportForm, shelf: Shelf, lines: list[Any], at: datetime) -> bool:
    """Write down that the list leaves; tell whether it may. The same form sent again is noted once."""
    offer, leaving = form.chosen(), _leaving(form, shelf, lines)
    persons = {person for line in leaving if (person := shelf.source.persons(line))}
    categories = {column.category for column in visible(shelf.columns, form.by.categories)}

    def do() -> str:
        take_out(
            by=form.by,
            at=at,
            listing=shelf.key.value,
            persons=persons,
            count=len(leaving),
            categories=sorted(categories),
            recipient=offer.recipient if offer else "",
            purpose=offer.purpose if offer else "",
        )
        return reverse(shelf.place)

    try:
        once(by=form.by, at=at, token=form.cleaned_data["token"], content=form.content(), deed=do)
    except (Missing, NotAllowed):
        raise
    except Refusal as refusal:
        refuse(form, refusal)
        return False
    return True


def _file(form: ExportForm, shelf: Shelf, lines: list[Any], request: StaffRequest) -> HttpResponse:
    kind = FileKind(form.cleaned_data["kind"])
    columns = visible(shelf.columns, request.duty.categories)
    content = files.made(kind, columns, lines, title=str(shelf.title))
    name = f"seloste-{shelf.key}-{form.at:%Y-%m-%d}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=files.TYPES[kind], headers=headers)
