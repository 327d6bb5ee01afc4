"""What keeps everything about a person for now: placed, looked at again and ended, by those who answer requests."""

from http import HTTPStatus
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from seloste.accounts.http import StaffRequest, requires
from seloste.erasure import actions, queries
from seloste.erasure.choices import HoldKind
from seloste.kernel.clock import local_date, now
from seloste.kernel.forms import refuse
from seloste.kernel.refusals import Missing, NotAllowed, Refusal
from seloste.register.queries import names_of
from seloste.rights.forms import HoldForm, ReviewHoldForm


@requires("write")
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Show the holds on a person's data; place one."""
    form = HoldForm(request.POST or None)
    if form.is_bound and form.is_valid() and _placed(request, person_id, form):
        messages.success(request, _("Done."))
        return redirect("requests:holds", person_id)
    return _show(request, person_id, form)


def _placed(request: StaffRequest, person_id: UUID, form: HoldForm) -> bool:
    told = {"reason": form.cleaned_data["reason"], "review_on": form.cleaned_data["review_on"]}
    try:
        kind = HoldKind(form.cleaned_data["kind"])
        actions.hold(by=request.duty, at=now(), person_id=person_id, kind=kind, **told)
    except (Missing, NotAllowed):
        raise
    except Refusal as refusal:
        refuse(form, refusal)
        return False
    return True


@requires("write")
@require_http_methods(["POST"])
def one(request: StaffRequest, person_id: UUID, hold_id: UUID) -> HttpResponse:
    """End a hold, or note that it was looked at and is still needed."""
    if request.POST.get("do") == "release":
        actions.release_hold(by=request.duty, at=now(), hold_id=hold_id)
        messages.success(request, _("Done."))
        return redirect("requests:holds", person_id)
    form = ReviewHoldForm(request.POST)
    if form.is_valid():
        try:
            actions.review_hold(by=request.duty, at=now(), hold_id=hold_id, **form.cleaned_data)
        except (Missing, NotAllowed):
            raise
        except Refusal as refusal:
            refuse(form, refusal)
    if form.errors:
        return _show(request, person_id, HoldForm(), wrong=(hold_id, form))
    messages.success(request, _("Done."))
    return redirect("requests:holds", person_id)


def _show(
    request: StaffRequest, person_id: UUID, form: HoldForm, *, wrong: tuple[UUID, forms.Form] | None = None
) -> HttpResponse:
    at = now()
    held = queries.holds_on(by=request.duty, at=at, person_id=person_id, today=local_date(at))
    context = {
        "person_id": person_id,
        "person_name": names_of(by=request.duty, person_ids=[person_id]).get(person_id, ""),
        "holds": [(hold, wrong[1] if wrong and wrong[0] == hold.id else _again(hold)) for hold in held],
        "form": form,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors or wrong else HTTPStatus.OK
    return render(request, "rights/holds.html", context, status=status)


def _again(hold: queries.Held) -> ReviewHoldForm:
    return ReviewHoldForm(prefix=None, initial={"reason": hold.reason}, auto_id=f"{hold.id}-%s")
