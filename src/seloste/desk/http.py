"""What the desk's views share: a form that does its deed once, and a person who is not there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from seloste.accounts.http import StaffRequest
from seloste.desk import actions
from seloste.desk.forms import DeskForm
from seloste.kernel.clock import now
from seloste.kernel.forms import refuse
from seloste.kernel.refusals import Missing, NotAllowed, Refusal, Words
from seloste.register import queries as register
from seloste.register.queries import Heading, Withheld
from seloste.register.rules import USES_RESTRICTED

P = ParamSpec("P")
#: A page with a form is looked at and sent.
form_methods = require_http_methods(["GET", "HEAD", "POST"])
PersonView = Callable[Concatenate[StaffRequest, UUID, P], HttpResponse]


def about_person(view: PersonView[P]) -> Callable[..., HttpResponse]:
    """Record that a person outside the duty was asked for (S8.3), and answer that there is nobody.

    Of a person whose data are restricted, the answer is her number and that it is so (art. 18).
    """

    @wraps(view)
    def noted(request: StaffRequest, person_id: UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, person_id, *args, **kwargs)
        except Missing:
            register.note_denied(by=request.duty, at=now(), person_id=person_id)
            raise
        except Withheld as withheld:
            told = {"reference": withheld.reference, "rights": _sees_for_rights(request)}
            return render(request, "desk/withheld.html", told, status=withheld.status)

    return noted


def _sees_for_rights(request: StaffRequest) -> bool:
    """Tell whether the employee could see the person for another of her purposes."""
    return not USES_RESTRICTED.isdisjoint(request.duty.purposes)


@dataclass(frozen=True, kw_only=True)
class Page:
    """What stands around a form, and what is said when its deed is done."""

    template: str
    done: Words
    context: Mapping[str, Any] = field(default_factory=dict)


def answer(request: StaffRequest, form: DeskForm, deed: Callable[[], str], page: Page) -> HttpResponse:
    """Show the form, or do its deed once and go to the page it returns. What was refused is said; nothing is lost."""
    then = _done(form, deed) if request.method == "POST" and form.is_valid() else None
    if then is None:
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        return render(request, page.template, {**page.context, "form": form}, status=status)
    messages.success(request, str(page.done), extra_tags=form.undo)
    return redirect(then)


def _done(form: DeskForm, deed: Callable[[], str]) -> str | None:
    """Do the deed and return where it leads; None where it was refused, which then stands in the form."""
    token = form.cleaned_data["token"]
    try:
        return actions.once(by=form.by, at=form.at, token=token, content=form.content(), deed=deed)
    except (Missing, NotAllowed):
        raise
    except Refusal as refusal:
        refuse(form, refusal)
        if isinstance(refusal, actions.SentBefore | actions.NotYourForm):
            form.begin_anew()
        return None


def answer_about(
    request: StaffRequest,
    person: Heading,
    form: DeskForm,
    deed: Callable[[], object],
    *,
    title: Words,
    done: Words,
    **context: object,
) -> HttpResponse:
    """Answer with a form about a person, whose page it leads back to."""
    place = reverse("desk:person", args=[person.id])

    def lead_back() -> str:
        deed()
        return place

    around = {"person": person, "title": title, "place": place, **context}
    return answer(request, form, lead_back, Page(template="desk/person_form.html", done=done, context=around))


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


def need(request: StaffRequest, category: str) -> None:
    """Raise Missing where the duty does not include the category of data that the page is about."""
    if category not in request.duty.categories:
        raise Missing


def language_of() -> str:
    """Return the language in which the page speaks."""
    return get_language() or "fi"
