"""One person: looked at, entered, added to, corrected."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from seloste.accounts.http import StaffRequest, requires
from seloste.desk import forms, queries, shown
from seloste.desk.http import about_person, answer_about, form_methods, language_of
from seloste.kernel.clock import local_date, now
from seloste.once.http import answer, tell
from seloste.register import actions as register
from seloste.register import queries as persons


@requires("read")
@about_person
@require_safe
def person(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """One person: every value, what happened, why and until when."""
    notice_url, asked = reverse("notices:page"), request.GET
    sheet = queries.sheet(by=request.duty, at=now(), person_id=person_id, language=language_of(), notice_url=notice_url)
    context = shown.person(sheet, by=request.duty, show=asked.get("show", ""), whole="all" in asked)
    return render(request, "desk/person.html", context)


@requires("write")
@form_methods
def add_person(request: StaffRequest) -> HttpResponse:
    """Enter a person by hand."""
    form = forms.PersonForm(request.POST or None, by=request.duty, at=now())
    return answer(
        request,
        form,
        lambda: reverse("desk:person", args=[form.enter()]),
        template="desk/person_new.html",
        done=_("The person was added."),
    )


@requires("write")
@about_person
@form_methods
def add(request: StaffRequest, person_id: UUID, what: str) -> HttpResponse:
    """Enter something about a person."""
    kind, at = forms.ADDITIONS.get(what), now()
    if kind is None or not shown.is_offered(kind, request.duty):
        raise Http404
    heading = persons.heading(by=request.duty, at=at, person_id=person_id)
    form = kind(
        request.POST or None,
        by=request.duty,
        at=at,
        held=heading.purposes,
        initial=shown.moments(at),
        **_more(kind, request),
    )
    return answer_about(
        request, heading, form, lambda: form.enter_and_offer_undo(person_id), title=kind.title, done=kind.done
    )


def _more(kind: type[forms.AboutPerson], request: StaffRequest) -> dict[str, Any]:
    """Return what one form needs beside what all need: the organisations to choose from."""
    return {"organisations": persons.organisations(by=request.duty, at=now())} if kind is forms.PositionForm else {}


@requires("write")
@about_person
@form_methods
def correct(request: StaffRequest, person_id: UUID, kind: str, item_id: UUID) -> HttpResponse:
    """Correct a value or an entry; the earlier one stays as its history."""
    at = now()
    item = queries.correctable(by=request.duty, at=at, person_id=person_id, kind=kind, item_id=item_id)
    form = forms.CorrectionForm(request.POST or None, by=request.duty, at=at, item=item)
    return answer_about(
        request, item.heading, form, lambda: form.enter(item_id), title=form.title, done=form.done, item=item
    )


@requires("write")
@about_person
@require_POST
def remove(request: StaffRequest, person_id: UUID, kind: str, item_id: UUID) -> HttpResponse:
    """Take a value or an entry out of use; the bar on the next page can bring it back."""
    return tell(
        request,
        lambda: register.remove(by=request.duty, at=now(), kind=kind, item_id=item_id, person_id=person_id),
        done=_("Removed."),
        undo=reverse("desk:bring_back", args=[person_id, kind, item_id]),
        then=reverse("desk:person", args=[person_id]),
    )


@requires("write")
@about_person
@require_POST
def bring_back(request: StaffRequest, person_id: UUID, kind: str, item_id: UUID) -> HttpResponse:
    """Undo a removal."""
    return tell(
        request,
        lambda: register.bring_back(by=request.duty, at=now(), kind=kind, item_id=item_id, person_id=person_id),
        done=_("Brought back."),
        then=reverse("desk:person", args=[person_id]),
    )


@requires("write")
@about_person
@form_methods
def close_project(request: StaffRequest, person_id: UUID, item_id: UUID) -> HttpResponse:
    """Close a project."""
    at = now()
    heading = persons.heading(by=request.duty, at=at, person_id=person_id)
    queries.entry(by=request.duty, at=at, person_id=person_id, item_id=item_id)
    form = forms.CloseProjectForm(request.POST or None, by=request.duty, at=at, initial={"closed_on": local_date(at)})
    title, done = _("Close the project"), _("The project was closed.")
    return answer_about(request, heading, form, lambda: form.enter(person_id, item_id), title=title, done=done)


@requires("write")
@about_person
@form_methods
def informed(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Note that the person was given the information of art. 13 or 14."""
    at = now()
    heading = persons.heading(by=request.duty, at=at, person_id=person_id)
    form = forms.InformedForm(request.POST or None, by=request.duty, at=at, initial={"given_on": local_date(at)})
    title, done = _("Information given"), _("Noted.")
    return answer_about(request, heading, form, lambda: form.enter(person_id), title=title, done=done)


@requires("write")
@about_person
@require_POST
def language(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Note in which language the person is served."""
    form = forms.LanguageForm(request.POST)
    if not form.is_valid():
        raise Http404
    return tell(
        request,
        lambda: register.set_language(
            by=request.duty, at=now(), person_id=person_id, language=form.cleaned_data["language"]
        ),
        done=_("The language was changed."),
        then=reverse("desk:person", args=[person_id]),
    )
