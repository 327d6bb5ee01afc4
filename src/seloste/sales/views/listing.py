"""Any list of the shop: looked at, searched, kept as a view."""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from seloste.accounts.http import StaffRequest, requires
from seloste.kernel.clock import now
from seloste.kernel.refusals import Refusal, Words
from seloste.sales.actions import saved as deeds
from seloste.sales.choices import ListKey
from seloste.sales.forms.listing import ListForm, SaveForm, SeekForm
from seloste.sales.queries.saved import saved_views
from seloste.sales.rules.listing import AFTER, BEFORE, SOUGHT, TYPED, Asked
from seloste.sales.shown import listing as shown
from seloste.sales.shown.listing import Shelf
from seloste.sales.shown.shelves import SHELVES

#: The page on which something new is begun, and what its button says.
New = tuple[str, Words] | None


def shelf_of(key: str, request: StaffRequest) -> Shelf:
    """Return the list of that name; for a duty that has no part in it there is none (Missing)."""
    if key not in SHELVES:
        raise Http404
    shelf = SHELVES[ListKey(key)]
    shelf.source.check(request.duty)
    return shelf


def list_page(shelf: Shelf, *, new: New = None) -> Callable[..., HttpResponse]:
    """Return the view of a list: looked at with GET; what is looked for is sent."""

    @requires("read")
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: StaffRequest) -> HttpResponse:
        shelf.source.check(request.duty)
        return _seek(request, shelf) if request.method == "POST" else _look(request, shelf, new)

    return view


def asked_of(request: StaffRequest, shelf: Shelf) -> tuple[ListForm, Asked | None]:
    """Return what the address asks of the list; nothing where that cannot be."""
    form = ListForm(
        request.GET,
        listing=shelf.listing,
        categories=request.duty.categories,
        at=now(),
        typed=request.session.get(_kept_under(shelf), ""),
    )
    return form, form.asked() if form.is_valid() else None


def _look(request: StaffRequest, shelf: Shelf, new: New) -> HttpResponse:
    form, asked = asked_of(request, shelf)
    found = shelf.source.page(by=request.duty, asked=asked) if asked else None
    saved = saved_views(by=request.duty, listing=shelf.key)
    context = shown.page(shelf, found, form=form, asked=asked or Asked(at=form.at), by=request.duty, saved=saved)
    context["all_chosen"] = shown.ALL_CHOSEN in request.GET
    if new and "write" in request.duty.may:
        context |= {"new_url": reverse(new[0]), "new_label": new[1]}
    status = HTTPStatus.OK if asked else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "sales/list.html", context, status=status)


def _seek(request: StaffRequest, shelf: Shelf) -> HttpResponse:
    """Lead to what was typed: a number of ours stands in the address, a name stays in the session."""
    form = SeekForm(request.POST)
    typed = form.cleaned_data["q"] if form.is_valid() else ""
    number = form.reference(shelf.listing.prefixes) if typed else ""
    request.session[_kept_under(shelf)] = "" if number else typed
    sought = number or (TYPED if typed else "")
    return redirect(f"{reverse(shelf.place)}{Asked(at=now()).address(**{SOUGHT: sought})}")


def _kept_under(shelf: Shelf) -> str:
    return f"sales_{shelf.key}_sought"


@requires("read")
@require_POST
def save_view(request: StaffRequest, key: str) -> HttpResponse:
    """Keep a view of a list under a name of one's own."""
    shelf, form = shelf_of(key, request), SaveForm(request.POST)
    asked = _asked_again(request, shelf)
    if not form.is_valid() or asked is None:
        return _not_saved(request, shelf, asked, " ".join(str(one) for one in form.errors.get("name", [])))
    name = form.cleaned_data["name"]
    try:
        deeds.save_view(by=request.duty, at=now(), listing=shelf.key, name=name, address=asked.kept())
    except Refusal as refusal:
        return _not_saved(request, shelf, asked, str(refusal.message))
    messages.success(request, _("The view “%(name)s” was saved.") % {"name": name})
    return redirect(f"{reverse(shelf.place)}?{asked.kept()}")


def _not_saved(request: StaffRequest, shelf: Shelf, asked: Asked | None, why: str) -> HttpResponse:
    messages.error(request, why or _("This view cannot be saved."))
    return redirect(f"{reverse(shelf.place)}?{asked.kept() if asked else ''}")


def _asked_again(request: StaffRequest, shelf: Shelf) -> Asked | None:
    """Return what the address that was sent asks: read like any address, so nothing else can be kept."""
    typed = QueryDict(request.POST.get("address", "")[:500], mutable=True)
    for place in (AFTER, BEFORE):
        typed.pop(place, None)
    form = ListForm(typed, listing=shelf.listing, categories=request.duty.categories, at=now())
    return form.asked() if form.is_valid() else None


@requires("read")
@require_POST
def remove_view(request: StaffRequest, view_id: UUID) -> HttpResponse:
    """Remove one of one's own views."""
    key = deeds.remove_view(by=request.duty, view_id=view_id)
    messages.success(request, _("The view was removed."))
    return redirect(SHELVES[ListKey(key)].place)
