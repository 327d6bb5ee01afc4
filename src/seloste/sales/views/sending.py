"""What the room's forms share: a deed is done once, a refusal is said at its field, and nothing typed is lost."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from seloste.accounts.http import StaffRequest
from seloste.kernel.forms import refuse
from seloste.kernel.refusals import Missing, NotAllowed, Refusal, Words
from seloste.sales.actions.once import NotYourForm, SentBefore, earlier, once
from seloste.sales.forms.sent import StaffForm


def answer(
    request: StaffRequest,
    form: StaffForm,
    deed: Callable[[], str],
    *,
    template: str,
    done: Words,
    context: Mapping[str, Any],
) -> HttpResponse:
    """Show the form, or do its deed once and go to the page it returns; a twin is led there before it is looked at."""
    then = _twin(form) if request.method == "POST" else None
    if then:
        return redirect(then)
    then = _done(form, deed) if request.method == "POST" and form.is_valid() else None
    if then is None:
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        return render(request, template, {**context, "form": form}, status=status)
    if done:
        messages.success(request, str(done))
    return redirect(then)


def _twin(form: StaffForm) -> str:
    """Return where the same form led when it was sent before; nothing where it was not."""
    try:
        token = UUID(str(form.data.get("token", "")))
    except ValueError:
        return ""
    return earlier(by=form.by, token=token, content=form.content())


def _done(form: StaffForm, deed: Callable[[], str]) -> str | None:
    token = form.cleaned_data["token"]
    try:
        return once(by=form.by, at=form.at, token=token, content=form.content(), deed=deed)
    except (Missing, NotAllowed):
        raise
    except Refusal as refusal:
        refuse(form, refusal)
        if isinstance(refusal, NotYourForm | SentBefore):
            form.begin_anew()
        return None


def tell(request: StaffRequest, deed: Callable[[], object], *, done: Words, then: str) -> HttpResponse:
    """Do a deed of one button and say so; say why where it was refused."""
    try:
        deed()
    except (Missing, NotAllowed):
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, str(done))
    return redirect(then)
