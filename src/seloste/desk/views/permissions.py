"""May I market to this person? The whole answer on one page, and what opens or closes a way to her."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from seloste.accounts.http import StaffRequest, requires
from seloste.consents import actions as consent_deeds
from seloste.consents import queries as consents
from seloste.desk import forms, queries, shown
from seloste.desk.http import about_person, form_methods, language_of
from seloste.desk.views.marketing import need_marketing, note, place_after, said
from seloste.kernel.clock import now
from seloste.once.http import tell


@requires("read")
@about_person
@require_safe
def marketing(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Everything about marketing to one person: may I, how, why not, what was said and what proves it."""
    need_marketing(request.duty)
    sheet = queries.marketing_sheet(by=request.duty, at=now(), person_id=person_id, language=language_of())
    page = shown.marketing_page(sheet, by=request.duty, whole="all" in request.GET)
    return render(request, "desk/marketing.html", page)


@requires("write")
@about_person
@form_methods
def lift_objection(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Note that the person took her objection back."""
    need_marketing(request.duty)
    return said(request, person_id, forms.LiftObjectionForm)


@requires("write")
@about_person
@form_methods
def suppress(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Forbid one of the person's addresses."""
    return _about_address(request, person_id, forms.SuppressForm)


@requires("write")
@about_person
@form_methods
def lift_suppression(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Allow one of the person's addresses again."""
    return _about_address(request, person_id, forms.LiftSuppressionForm)


def _about_address(request: StaffRequest, person_id: UUID, kind: type[forms.AddressForm]) -> HttpResponse:
    at = now()
    reached = consents.addresses(by=request.duty, at=at, person_id=person_id)
    form = kind(request.POST or None, by=request.duty, at=at, addresses=reached)
    return note(request, person_id, form, lambda: form.enter(person_id), title=kind.title, done=kind.done)


@requires("write")
@about_person
@form_methods
def restrict(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Restrict the processing of the person's data."""
    return said(request, person_id, forms.RestrictForm)


@requires("write")
@about_person
@form_methods
def lift_restriction(request: StaffRequest, person_id: UUID, restriction_id: UUID) -> HttpResponse:
    """End a restriction of processing."""
    at = now()
    queries.restriction(by=request.duty, at=at, person_id=person_id, restriction_id=restriction_id)
    form = forms.LiftRestrictionForm(request.POST or None, by=request.duty, at=at)
    return note(request, person_id, form, lambda: form.enter(restriction_id), title=form.title, done=form.done)


@requires("write")
@about_person
@form_methods
def prohibition(request: StaffRequest, person_id: UUID, item_id: UUID) -> HttpResponse:
    """Note that a number was looked up in the register of those who forbid marketing calls."""
    need_marketing(request.duty)
    form = forms.ProhibitionForm(request.POST or None, by=request.duty, at=now())
    return note(request, person_id, form, lambda: form.enter(person_id, item_id), title=form.title, done=form.done)


@requires("write")
@about_person
@form_methods
def relevance(request: StaffRequest, person_id: UUID, item_id: UUID) -> HttpResponse:
    """Note which of our matters belong to the person's duties in a position."""
    need_marketing(request.duty)
    at = now()
    work = queries.work(by=request.duty, at=at, person_id=person_id, item_id=item_id)
    form = forms.RelevanceForm(request.POST or None, by=request.duty, at=at, initial={"relevance": work.relevance})
    return note(request, person_id, form, lambda: form.enter(person_id, item_id), title=form.title, done=form.done)


# --- Receipts ---------------------------------------------------------------------------------------------------------


@requires("read")
@about_person
@require_safe
def receipt(request: StaffRequest, person_id: UUID, reference: UUID) -> HttpResponse:
    """The receipt of one event, to read."""
    at, language = now(), language_of()
    heading, found = queries.receipt_page(
        by=request.duty, at=at, person_id=person_id, reference=reference, language=language
    )
    return render(request, "desk/receipt.html", {"person": heading, "receipt": found})


@requires("read")
@about_person
@require_safe
def receipt_file(request: StaffRequest, person_id: UUID, reference: UUID) -> HttpResponse:
    """The signed receipt of one event, as a file for the person."""
    signed = queries.receipt(by=request.duty, at=now(), person_id=person_id, reference=reference)
    return _file(signed, "application/ld+json", f"{reference}.json")


@requires("read")
@about_person
@require_safe
def receipt_pdf(request: StaffRequest, person_id: UUID, reference: UUID) -> HttpResponse:
    """The receipt of one event on paper, in the language of its words, the signed one inside it."""
    printed = queries.receipt_pdf(by=request.duty, at=now(), person_id=person_id, reference=reference)
    return _file(printed, "application/pdf", f"{reference}.pdf")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=kind, headers=headers)


# --- A slip of the pen ------------------------------------------------------------------------------------------------


@requires("write")
@about_person
@require_POST
def annul(request: StaffRequest, person_id: UUID, reference: UUID) -> HttpResponse:
    """Undo a consent that was noted in error."""
    need_marketing(request.duty)
    return tell(
        request,
        lambda: consent_deeds.annul(by=request.duty, at=now(), person_id=person_id, reference=reference),
        done=_("The consent does not count: it was noted in error."),
        then=place_after(request.duty, person_id),
    )
