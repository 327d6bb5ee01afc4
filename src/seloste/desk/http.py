"""What the desk's views share: a form that does its deed once, and a person who is not there."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from seloste.accounts.http import StaffRequest
from seloste.desk import actions
from seloste.desk.forms import DeskForm
from seloste.kernel.clock import now
from seloste.kernel.forms import refuse
from seloste.kernel.refusals import Missing, NotAllowed, Refusal, Words
from seloste.register import queries as register

P = ParamSpec("P")
PersonView = Callable[Concatenate[StaffRequest, UUID, P], HttpResponse]


def about_person(view: PersonView[P]) -> Callable[..., HttpResponse]:
    """Record that a person outside the duty was asked for (S8.3), and answer that there is nobody."""

    @wraps(view)
    def noted(request: StaffRequest, person_id: UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, person_id, *args, **kwargs)
        except Missing:
            register.note_denied(by=request.duty, at=now(), person_id=person_id)
            raise

    return noted


def answer(
    request: StaffRequest,
    form: DeskForm,
    deed: Callable[[], str],
    *,
    done: Words,
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    """Show the form, or do its deed once and go where that leads. A refusal is said at its field; nothing is lost."""
    if request.method == "POST" and form.is_valid():
        try:
            token = form.cleaned_data["token"]
            then = actions.once(by=form.by, at=form.at, token=token, content=form.content(), deed=deed)
        except (Missing, NotAllowed):
            raise
        except (actions.SentBefore, actions.NotYourForm) as refusal:
            refuse(form, refusal)
            form.begin_anew()
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, str(done), extra_tags=form.undo)
            return redirect(then)
    return render(request, template, {**context, "form": form}, status=422 if form.is_bound else 200)


def tell(request: StaffRequest, deed: Callable[[], object], *, done: Words, undo: str = "", then: str) -> HttpResponse:
    """Do a deed of one button and say so, with its undoing where there is one; say why where it was refused."""
    try:
        deed()
    except (Missing, NotAllowed):
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, str(done), extra_tags=undo)
    return redirect(then)
