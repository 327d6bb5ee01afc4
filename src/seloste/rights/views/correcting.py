"""Correcting and completing at the desk: which value, how it should be, and the two side by side before it is done."""

from http import HTTPStatus
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from seloste.accounts.http import StaffRequest, requires
from seloste.kernel.clock import now
from seloste.kernel.forms import refuse
from seloste.kernel.refusals import Missing, NotAllowed, Refusal
from seloste.rights import forms as typed
from seloste.rights.actions import correcting as deeds
from seloste.rights.choices import Right
from seloste.rights.queries import corrected
from seloste.rights.queries.corrected import Correcting, Held


@requires("write")
@require_safe
def choose(request: StaffRequest, request_id: UUID, item_id: UUID) -> HttpResponse:
    """Show everything that is held about the person and can be corrected or completed."""
    seen = corrected.correcting(by=request.duty, at=now(), request_id=request_id, item_id=item_id)
    return render(request, "rights/correcting.html", {"seen": seen, "completes": seen.right is Right.COMPLETION})


@requires("write")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: StaffRequest, request_id: UUID, item_id: UUID, kind: str, target: UUID) -> HttpResponse:
    """Ask how the value should be; show it beside what stands there; do it when that is confirmed."""
    seen = corrected.correcting(by=request.duty, at=now(), request_id=request_id, item_id=item_id)
    held = seen.one(kind, target)
    form = _form(request, seen, held)
    is_confirmed = request.POST.get("step") == "done"
    is_valid = form.is_bound and form.is_valid()
    if is_valid and is_confirmed and _done(request, seen, held, form):
        messages.success(request, _("Done. When everything is right, carry it out."))
        return redirect("requests:sheet", request_id)
    shown = {
        "seen": seen,
        "held": held,
        "form": form,
        "completes": seen.right is Right.COMPLETION,
        "preview": _preview(held, form) if is_valid and not form.errors and not is_confirmed else None,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "rights/correct_one.html", shown, status=status)


def _form(request: StaffRequest, seen: Correcting, held: Held) -> typed.RectifyForm | typed.StatementForm:
    data = request.POST if request.method == "POST" else None
    if data is not None and data.get("step") == "back":
        data = None
    if seen.right is Right.COMPLETION:
        return typed.StatementForm(data)
    return typed.RectifyForm(data, parts=held.fields)


def _preview(held: Held, form: typed.RectifyForm | typed.StatementForm) -> list[tuple[str, str, str]]:
    """Return each part as it stands and as it will."""
    return [
        (str(form.fields[name].label), held.fields.get(name, ""), text)
        for name, text in form.values().items()
        if isinstance(form, typed.StatementForm) or held.fields.get(name, "") != text
    ]


def _done(request: StaffRequest, seen: Correcting, held: Held, form: typed.RectifyForm | typed.StatementForm) -> bool:
    try:
        _do(request, seen, held, form)
    except (Missing, NotAllowed):
        raise
    except Refusal as refusal:
        _refused(form, refusal)
        return False
    return True


def _do(request: StaffRequest, seen: Correcting, held: Held, form: typed.RectifyForm | typed.StatementForm) -> None:
    by, at, values = request.duty, now(), form.values()
    if seen.right is Right.COMPLETION:
        deeds.complete(
            by=by, at=at, request_id=seen.request_id, item_id=seen.item_id, kind=held.kind, target=held.id, **values
        )
    else:
        deeds.rectify(
            by=by,
            at=at,
            request_id=seen.request_id,
            item_id=seen.item_id,
            kind=held.kind,
            target=held.id,
            values=values,
        )


def _refused(form: forms.Form, refusal: Refusal) -> None:
    refuse(form, refusal)
