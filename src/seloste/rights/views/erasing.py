"""Pages of an erasure: what it would take and leave, for the desk; the button that stops it, for an old address."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from seloste.accounts.http import StaffRequest, requires
from seloste.erasure import queries as erasures
from seloste.kernel.clock import now
from seloste.kernel.duty import visitor
from seloste.kernel.refusals import Missing, NotAllowed, Refusal
from seloste.outreach.http import open_page
from seloste.rights.actions import PURPOSE, decide, erasing
from seloste.rights.choices import Right
from seloste.rights.queries import desk as queries
from seloste.rights.queries import papers
from seloste.rights.shown import erasing as shown

# --- At the desk ------------------------------------------------------------------------------------------------------


@requires("read")
@require_http_methods(["GET", "HEAD", "POST"])
def plan_page(request: StaffRequest, request_id: UUID, item_id: UUID) -> HttpResponse:
    """Show every item with its fate; decide as the plan says, or stop an erasure that has not begun."""
    sheet, item = _asked(request, request_id, item_id)
    if request.method == "POST":
        return _do(request, request_id, item_id)
    begun = erasures.newest_for(item_id)
    context = {
        "sheet": sheet,
        "item": item,
        "begun": begun,
        "can_write": "write" in request.duty.may,
        "can_decide": item.outcome is None and sheet.state in {"assessing", "fulfilling"},
        **_planned(request, sheet, begun),
    }
    return render(request, "rights/erasure.html", context)


def _planned(request: StaffRequest, sheet: queries.Sheet, begun: erasures.Standing | None) -> dict[str, object]:
    """Return the plan of this moment, or the certificate where it is done."""
    if begun is not None and begun.state == "verified":
        return {"certificate": erasures.certificate(begun.id)}
    if sheet.person_id is None:
        raise Missing
    plan = erasures.plan(by=request.duty, at=now(), person_id=sheet.person_id)
    proposed = erasing.proposal(plan, language=sheet.language)
    return {"plan": plan, "shown": shown.of(plan), "proposed": proposed}


def _do(request: StaffRequest, request_id: UUID, item_id: UUID) -> HttpResponse:
    if "write" not in request.duty.may:
        raise NotAllowed(_("Your job role does not include this."))
    try:
        if request.POST.get("do") == "stop":
            erasing.stop_at_desk(by=request.duty, at=now(), item_id=item_id)
        else:
            ruling = erasing.propose(by=request.duty, at=now(), item_id=item_id)
            decide(by=request.duty, at=now(), item_id=item_id, ruling=ruling)
    except (Missing, NotAllowed):
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
        return redirect("requests:erasure", request_id, item_id)
    messages.success(request, _("Done."))
    return redirect("requests:sheet", request_id)


@requires("read")
@require_safe
def certificate(request: StaffRequest, request_id: UUID, item_id: UUID) -> HttpResponse:
    """Give the certificate on paper, to be posted with the answer."""
    sheet, _item = _asked(request, request_id, item_id)
    begun = erasures.newest_for(item_id)
    if begun is None:
        raise Missing
    return _pdf(erasures.certificate_pdf(begun.id, language=sheet.language), sheet.reference)


def _asked(request: StaffRequest, request_id: UUID, item_id: UUID) -> tuple[queries.Sheet, queries.Asked]:
    sheet = queries.sheet(by=request.duty, at=now(), request_id=request_id)
    item = next((one for one in sheet.items if one.id == item_id and one.right == Right.ERASURE), None)
    if item is None or sheet.person_id is None:
        raise Missing
    return sheet, item


# --- For the person ---------------------------------------------------------------------------------------------------


@open_page
def stop_page(request: HttpRequest, letters: str) -> HttpResponse:
    """Show that an erasure is planned and when it begins; stop it by a press of the button. Looking changes nothing."""
    try:
        asked, standing = erasing.planned(letters, at=now())
        if request.method == "POST":
            erasing.stop(by=visitor(PURPOSE), at=now(), letters=letters)
            return HttpResponseRedirect(request.path)
    except Missing:
        return render(request, "rights/dead.html", status=HTTPStatus.NOT_FOUND)
    except Refusal:  # it has begun meanwhile: the page says so
        asked, standing = erasing.planned(letters, at=now())
    return render(request, "rights/stop_erasure.html", {"asked": asked, "standing": standing})


@open_page
def certificate_for_her(request: HttpRequest, letters: str) -> HttpResponse:
    """Give the certificate on paper, to whoever holds the link to the answer."""
    try:
        reference, pdf = papers.certificate_pdf(letters, at=now())
    except Missing:
        return render(request, "rights/dead.html", status=HTTPStatus.NOT_FOUND)
    return _pdf(pdf, reference)


def _pdf(pdf: bytes, reference: str) -> HttpResponse:
    name = f'attachment; filename="{reference}-poisto.pdf"'
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": name})
