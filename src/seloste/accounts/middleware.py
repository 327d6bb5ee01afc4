"""What stands between a signed-in person and the desk: a living session, a second factor, a signed undertaking."""

from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, cast

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from seloste.accounts import actions, queries
from seloste.accounts.http import StaffRequest
from seloste.accounts.rules import Life
from seloste.accounts.sessions import SEEN, STARTED
from seloste.kernel import clock
from seloste.kernel.duty import Duty

#: Where the session keeps what the person chose and what was found out once.
PURPOSE = "purpose"
PROVEN = "has_second_factor"
SIGNED = "has_signed"

GetResponse = Callable[[HttpRequest], HttpResponse]


class StaffMiddleware:
    """Give every request of a signed-in person its duty, or send the person where something is missing first."""

    def __init__(self, get_response: GetResponse, clock: Callable[[], datetime] = clock.now) -> None:
        self.get_response = get_response
        self.clock = clock

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Say on every page of a signed-in person that no copy of it may be kept."""
        if request.user.is_authenticated:
            self._admit(cast(StaffRequest, request))
        response = self.get_response(request)
        if hasattr(request, "duty"):
            response["Cache-Control"] = "no-store, private"
        return _whole_page(request, response)

    def _admit(self, request: StaffRequest) -> None:
        at = self.clock()
        life = _life(request)
        if life is None or life.is_over(at):
            actions.note_ended(by=queries.own_duty(request.user), at=at, expired=True)
            logout(request)
            return
        if life.is_due(at):
            request.session[SEEN] = at.timestamp()
        request.duty = _duty(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:  # noqa: ANN401, ARG002
        """Lead to what is missing; pages about one's own login and open pages are not held up."""
        is_open = not getattr(view, "login_required", True) or getattr(view, "is_own_login", False)
        if is_open or not hasattr(request, "duty"):
            return None
        if not _has_second_factor(request):
            return redirect("accounts:second_factor")
        if not _has_signed(request):
            return redirect("accounts:undertaking")
        return None


def _whole_page(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Have htmx leave the page, instead of drawing the sign-in into a part of it."""
    location = response.get("Location", "")
    if "HX-Request" in request.headers and location.startswith(reverse("mfa_index")):
        response.status_code = HTTPStatus.OK
        response["HX-Redirect"] = location
    return response


def begin(request: HttpRequest, at: datetime) -> None:
    """Set the clocks of a session that begins."""
    request.session[STARTED] = request.session[SEEN] = at.timestamp()


def _life(request: HttpRequest) -> Life | None:
    started, seen = request.session.get(STARTED), request.session.get(SEEN)
    if started is None or seen is None:
        return None
    return Life(started_at=datetime.fromtimestamp(started, tz=UTC), seen_at=datetime.fromtimestamp(seen, tz=UTC))


def _duty(request: StaffRequest) -> Duty:
    try:
        return queries.duty_of(request.user, request.session.get(PURPOSE))
    except queries.NotThisRolesPurpose:  # the role or the declaration changed since it was chosen
        return queries.duty_of(request.user)


def _has_second_factor(request: StaffRequest) -> bool:
    """Ask the tables once a session: no last factor can be removed while a session lives."""
    if not request.session.get(PROVEN):
        request.session[PROVEN] = queries.has_second_factor(request.user.id)
    return bool(request.session[PROVEN])


def _has_signed(request: StaffRequest) -> bool:
    """Ask the tables once for each wording of the undertaking: a signature is never taken back."""
    present = queries.undertaking_hash("fi") + queries.undertaking_hash("sv") + queries.undertaking_hash("en")
    if request.session.get(SIGNED) != present and queries.has_signed(request.user.id):
        request.session[SIGNED] = present
    return bool(request.session.get(SIGNED) == present)
