"""The desk's first page, the search, and the keys."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from seloste.accounts.http import StaffRequest, requires
from seloste.desk import forms, queries, rules, shown
from seloste.desk.http import form_methods
from seloste.kernel.clock import local_date, now

#: Where the session keeps what was looked for last.
SOUGHT = "sought"


@requires("read", "intake", "audit", "staff", "notice")
@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """What waits for this duty."""
    at = now()
    found = queries.waiting(by=request.duty, at=at, ending_by=local_date(at) + rules.SOON)
    context = {
        "waiting": found,
        "cards": shown.cards(found, by=request.duty),
        "jobs": shown.jobs(request.duty, get_language() or "fi"),
    }
    return render(request, "desk/home.html", context)


@requires("read", "intake")
@form_methods
def search(request: StaffRequest) -> HttpResponse:
    """Find people, organisations and waiting messages.

    What was typed is somebody's name: in an address it would stay in the browser's history and in the logs of every
    proxy. So it is sent as a form, and what was sent is kept in the session, where a page that was reloaded or gone
    back to finds it. What is looked for while typing is kept nowhere.
    """
    types_along = "HX-Request" in request.headers
    typed = _typed(request) if request.method == "POST" else request.session.get(SOUGHT, "")
    if request.method == "POST" and not types_along:
        request.session[SOUGHT] = typed
        return redirect("desk:search")
    found = queries.search(by=request.duty, at=now(), typed=typed)
    template = "desk/found.html" if types_along else "desk/search.html"
    return render(request, template, {"found": found, "hits": shown.hits(found)})


def _typed(request: StaffRequest) -> str:
    """Return what was typed; what is no text looks for nothing."""
    form = forms.SearchForm(request.POST)
    return form.cleaned_data["q"] if form.is_valid() else ""


@requires("read", "intake", "audit", "staff", "notice")
@require_safe
def keys(request: StaffRequest) -> HttpResponse:
    """The keyboard shortcuts, for those who have no script or want them on a page."""
    return render(request, "desk/keys.html")
