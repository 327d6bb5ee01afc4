"""What a person says about marketing. Everybody at work can note a no; only those who see consents note a yes."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from seloste.accounts.http import StaffRequest, requires
from seloste.consents import actions as consent_deeds
from seloste.consents import queries as consents
from seloste.desk import forms, queries
from seloste.desk.http import Page, about_person, answer, form_methods, tell
from seloste.kernel.clock import now
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing
from seloste.register import queries as register

SaidForms = type[forms.ObjectionForm | forms.WithdrawalForm | forms.ConsentForm | forms.RefusalForm]


@requires("write")
@about_person
@form_methods
def objection(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Note that the person forbids marketing: whoever hears it notes it."""
    return _said(request, person_id, forms.ObjectionForm)


@requires("write")
@about_person
@form_methods
def withdrawal(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Note that the person no longer consents: whoever hears it notes it."""
    return _said(request, person_id, forms.WithdrawalForm)


@requires("write")
@about_person
@form_methods
def consent(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Note that the person consents."""
    _need_marketing(request.duty)
    return _said(request, person_id, forms.ConsentForm)


@requires("write")
@about_person
@form_methods
def refusal(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Note that the person was asked and said no."""
    _need_marketing(request.duty)
    return _said(request, person_id, forms.RefusalForm)


@requires("write")
@about_person
@require_POST
def annul(request: StaffRequest, person_id: UUID, reference: UUID) -> HttpResponse:
    """Undo a consent that was noted in error."""
    _need_marketing(request.duty)
    return tell(
        request,
        lambda: consent_deeds.annul(by=request.duty, at=now(), person_id=person_id, reference=reference),
        done=_("The consent does not count: it was noted in error."),
        then=_place_after(request.duty, person_id),
    )


@requires("read")
@about_person
@require_safe
def receipt(request: StaffRequest, person_id: UUID, reference: UUID) -> HttpResponse:
    """The signed receipt of one event, as a file for the person."""
    signed = queries.receipt(by=request.duty, at=now(), person_id=person_id, reference=reference)
    headers = {"Content-Disposition": f'attachment; filename="{reference}.json"', "Cache-Control": "no-store"}
    return HttpResponse(signed, content_type="application/json", headers=headers)


def _need_marketing(by: Duty) -> None:
    if not by.sees("consent", (consents.MARKETING,)):
        raise Missing


def _said(request: StaffRequest, person_id: UUID, kind: SaidForms) -> HttpResponse:
    at = now()
    heading = register.heading(by=request.duty, at=at, person_id=person_id)
    form = kind(request.POST or None, by=request.duty, at=at)

    def enter() -> str:
        form.enter(person_id)
        return _place_after(request.duty, person_id)

    around = {"person": heading, "title": kind.title, "place": reverse("desk:person", args=[person_id])}
    return answer(request, form, enter, Page(template="desk/person_form.html", done=kind.done, context=around))


def _place_after(by: Duty, person_id: UUID) -> str:
    """Return the person's page; a person held for marketing alone is no longer there for this duty."""
    try:
        register.heading(by=by, at=now(), person_id=person_id)
    except Missing:
        return reverse("desk:home")
    return reverse("desk:person", args=[person_id])
