"""What a view of the staff side may rely on, and what it has to ask."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from seloste.accounts import actions
from seloste.kernel.clock import now
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing

if TYPE_CHECKING:
    from seloste.accounts.models import User

P = ParamSpec("P")


class StaffRequest(HttpRequest):
    """A request of somebody who is signed in: the account and the duty are there."""

    user: "User"
    duty: Duty


StaffView = Callable[Concatenate[StaffRequest, P], HttpResponse]
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def requires(*deeds: str) -> Callable[[StaffView[P]], View[P]]:
    """Let in only roles that may do one of the deeds of the declaration; for others the page does not exist."""

    def decorate(view: StaffView[P]) -> View[P]:
        @wraps(view)
        def checked(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:  # noqa: ANN401 -- a StaffRequest
            if request.duty.may.isdisjoint(deeds):
                actions.note_refused_page(by=request.duty, at=now())
                raise Missing
            return view(request, *args, **kwargs)

        checked.requires = deeds  # type: ignore[attr-defined]
        return checked

    return decorate


def own_login(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Mark a page that people need before they have a second factor or have signed the undertaking."""
    view.is_own_login = True  # type: ignore[attr-defined]
    return view


def needs_proof(back_to: str = "") -> Callable[[StaffView[P]], StaffView[P]]:
    """Ask for password, code or passkey once more where the last proof is older than five minutes.

    Afterwards the person is led to the page itself, or to the address named ``back_to``. What was being sent is
    dropped on purpose: kept in the session it could hold a password.
    """

    def decorate(view: StaffView[P]) -> StaffView[P]:
        @wraps(view)
        def proven(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if is_proven(request):
                return view(request, *args, **kwargs)
            then = reverse(back_to) if back_to else request.path
            return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': then})}")

        return proven

    return decorate


def is_proven(request: HttpRequest) -> bool:
    """Tell whether the person proved who they are within the last five minutes."""
    needed = get_adapter(request).is_reauthentication_required(app="allauth.mfa")
    return not needed or did_recently_reauthenticate(request)
