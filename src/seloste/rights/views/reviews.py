"""The package of a request at the desk: what is in it, what has to be looked through first, and each look."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from seloste.access import actions
from seloste.access.choices import Verdict
from seloste.access.queries import contents, documents, reviewing
from seloste.access.queries.reviewing import Case
from seloste.accounts.http import StaffRequest, requires
from seloste.kernel.clock import now
from seloste.kernel.forms import refuse
from seloste.kernel.refusals import Missing, NotAllowed, Refusal
from seloste.rights import forms as typed
from seloste.rights.actions import make_again
from seloste.rights.choices import Outcome, Right
from seloste.rights.queries import desk as queries
from seloste.rights.queries import packages


@requires("read")
@require_safe
def package(request: StaffRequest, request_id: UUID) -> HttpResponse:
    """Show what a package of the request would hold, by category, and what has to be looked through before."""
    at = now()
    sheet = queries.sheet(by=request.duty, at=at, request_id=request_id)
    person_id = _person(sheet)
    cases = reviewing.cases(by=request.duty, at=at, person_id=person_id)
    context = {
        "sheet": sheet,
        "found": contents(by=request.duty, at=at, person_id=person_id),
        "cases": cases,
        "looked": sum(case.verdict is not None for case in cases),
        "can_write": "write" in request.duty.may,
        "packages": [one.package for one in packages.packages_of(request_id, at=at)],
        "items": [one for one in sheet.items if _can_be_made(one)],
    }
    return render(request, "rights/package_sheet.html", context)


@requires("write")
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: StaffRequest, request_id: UUID, store: str, record_id: str) -> HttpResponse:
    """Show one record with what looks like other people's data, or take the decision about it."""
    at = now()
    sheet = queries.sheet(by=request.duty, at=at, request_id=request_id)
    person_id = _person(sheet)
    case = reviewing.case(by=request.duty, at=at, person_id=person_id, store=store, record_id=record_id)
    form = typed.ReviewForm(
        request.POST or None, lines=case.lines, initial={"verdict": case.verdict, "reasons": case.reasons}
    )
    if form.is_bound and form.is_valid() and _decided(request, request_id, case, form, person_id):
        return redirect("requests:package", request_id)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "rights/review.html", {"sheet": sheet, "case": case, "form": form}, status=status)


def _decided(request: StaffRequest, request_id: UUID, case: Case, form: typed.ReviewForm, person_id: UUID) -> bool:
    try:
        actions.review(
            by=request.duty,
            at=now(),
            person_id=person_id,
            matter=request_id,
            store=case.store,
            record_id=case.id,
            verdict=Verdict(form.cleaned_data["verdict"]),
            marked=form.marked(),
            reasons=form.cleaned_data["reasons"],
        )
    except (Missing, NotAllowed):
        raise
    except Refusal as refusal:
        refuse(form, refusal)
        return False
    return True


@requires("write")
@require_POST
def again(request: StaffRequest, request_id: UUID) -> HttpResponse:
    """Make the packages anew: their time ran out, or the download never arrived."""
    queries.check_duty(request.duty)
    make_again(by=request.duty, at=now(), request_id=request_id)
    messages.success(request, _("Done."))
    return redirect("requests:package", request_id)


@requires("export")
@require_safe
def paper(request: StaffRequest, request_id: UUID) -> HttpResponse:
    """Give everything on paper, to be posted or handed over where the person has no e-mail address that is fit."""
    at = now()
    sheet = queries.sheet(by=request.duty, at=at, request_id=request_id)
    found = contents(by=request.duty, at=at, person_id=_person(sheet), language=sheet.language)
    name = f'attachment; filename="{sheet.reference}-tiedot.pdf"'
    pdf = documents.printed(found, package_id=request_id)
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": name, "Cache-Control": "no-store"}
    )


def _can_be_made(item: queries.Asked) -> bool:
    is_given = item.outcome in {Outcome.GRANTED, Outcome.PARTLY} and item.carried_out_at is None
    return is_given and item.right in {Right.ACCESS, Right.PORTABILITY}


def _person(sheet: queries.Sheet) -> UUID:
    if sheet.person_id is None:
        raise Missing
    return sheet.person_id
