"""Whom the room's pages are for: those whose job role works for the declared purpose."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse

from seloste.accounts import actions
from seloste.accounts.http import StaffRequest
from seloste.kernel.clock import now
from seloste.kernel.refusals import Missing

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def works_for(
    purpose: str, *categories: str
) -> Callable[[Callable[Concatenate[StaffRequest, P], HttpResponse]], View[P]]:
    """Let in only roles that work for the purpose and see the categories; for others the page does not exist."""

    def decorate(view: Callable[Concatenate[StaffRequest, P], HttpResponse]) -> View[P]:
        @wraps(view)
        def checked(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:  # noqa: ANN401 -- a StaffRequest
            if purpose not in request.duty.purposes or not request.duty.categories.issuperset(categories):
                actions.note_refused_page(by=request.duty, at=now())
                raise Missing
            return view(request, *args, **kwargs)

        return checked

    return decorate
