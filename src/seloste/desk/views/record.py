"""The record of reads and writes."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from seloste.accounts.http import StaffRequest, requires
from seloste.desk import forms, queries, shown
from seloste.desk.http import language_of
from seloste.kernel.clock import now
from seloste.kernel.refusals import Words


@requires("audit")
@require_safe
def record(request: StaffRequest) -> HttpResponse:
    """The newest events of everybody."""
    return _events(request, title=_("Read log"))


@requires("audit")
@require_safe
def who_saw(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Who saw this person, when and why. The record outlives the person: it answers for whoever was erased, too."""
    return _events(request, title=_("Who saw this person"), person_id=person_id)


@requires("audit")
@require_safe
def touched(request: StaffRequest, account_id: UUID) -> HttpResponse:
    """What an account touched."""
    return _events(request, title=_("What this account did"), account_id=account_id)


def _events(request: StaffRequest, *, title: Words, **about: UUID) -> HttpResponse:
    form = forms.EventsForm(request.GET)
    form.is_valid()
    before = form.cleaned_data.get("before")
    found = queries.events(
        by=request.duty, at=now(), before=before, within=form.within(), language=language_of(), **about
    )
    if request.GET.get("muoto") == "csv":
        return shown.events_csv(found)
    context = {
        "title": title,
        "about": about.get("person_id"),
        "form": form,
        **shown.events(found, request.path, asked=form.asked()),
    }
    return render(request, "desk/events.html", context)
