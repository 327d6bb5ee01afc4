"""What the pages share: a form, its deed, and what is said of a refusal."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from seloste.accounts.http import StaffRequest
from seloste.kernel.forms import refuse
from seloste.kernel.refusals import Missing, NotAllowed, Refusal, Words


def answer(
    request: StaffRequest,
    form: forms.BaseForm,
    deed: Callable[[], str],
    *,
    template: str,
    context: Mapping[str, Any],
    done: Words = "",
) -> HttpResponse:
    """Show the form, or do its deed and go where it says. Nothing that was typed is lost by a refusal."""
    if form.is_bound and form.is_valid():
        try:
            then = deed()
        except (Missing, NotAllowed):
            raise
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            if done:
                messages.success(request, str(done))
            return redirect(then)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, template, {**context, "form": form}, status=status)


def handed(content: bytes, name: str, kind: str) -> HttpResponse:
    """Return a file to be kept by whoever asked for it, and by nobody on the way."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store, private"}
    return HttpResponse(content, content_type=kind, headers=headers)
