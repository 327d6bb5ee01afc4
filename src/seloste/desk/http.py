"""What the desk's views share: forms about a person, and a person who is not there."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from seloste.accounts.http import StaffRequest
from seloste.kernel.clock import now
from seloste.kernel.refusals import Missing, Words
from seloste.once.forms import OnceForm
from seloste.once.http import answer
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


def answer_about(
    request: StaffRequest,
    person: Heading,
    form: OnceForm,
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
    return answer(request, form, lead_back, template="desk/person_form.html", done=done, context=around)


def need(request: StaffRequest, category: str) -> None:
    """Raise Missing where the duty does not include the category of data that the page is about."""
    if category not in request.duty.categories:
        raise Missing


def language_of() -> str:
    """Return the language in which the page speaks."""
    return get_language() or "fi"
