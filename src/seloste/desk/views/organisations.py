"""Organisations and their people."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from seloste.accounts.http import StaffRequest, requires
from seloste.desk import forms, queries, shown
from seloste.desk.http import form_methods, language_of, need
from seloste.kernel.clock import now
from seloste.once.http import answer
from seloste.register import queries as persons


@requires("read")
@require_safe
def organisations(request: StaffRequest) -> HttpResponse:
    """The organisations, by name."""
    need(request, "organisation")
    page = persons.organisation_list(by=request.duty, at=now(), after=request.GET.get("after", ""))
    return render(request, "desk/organisations.html", {"page": page})


@requires("read")
@require_safe
def organisation(request: StaffRequest, organisation_id: UUID) -> HttpResponse:
    """One organisation and its people."""
    at = now()
    found = persons.organisation_page(by=request.duty, at=at, organisation_id=organisation_id)
    reader = queries.reader(by=request.duty, at=at, language=language_of(), notice_url=reverse("notices:page"))
    return render(request, "desk/organisation.html", shown.organisation(found, reader))


@requires("write")
@form_methods
def add_organisation(request: StaffRequest) -> HttpResponse:
    """Enter an organisation."""
    need(request, "organisation")
    form = forms.OrganisationForm(request.POST or None, by=request.duty, at=now())
    return answer(
        request,
        form,
        lambda: reverse("desk:organisation", args=[form.enter()]),
        template="desk/organisation_new.html",
        done=_("The organisation was added."),
    )
