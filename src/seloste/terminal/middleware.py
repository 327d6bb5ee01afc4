"""What the notice says of the visitor's device is what happens: cookies and the page's policy pass here last.

Nothing is asked of the database, and where the notice asks visitors nothing, no response is changed.
"""

from collections.abc import Callable
from datetime import datetime
from http.cookies import CookieError, Morsel, SimpleCookie
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_http_date_safe

from seloste.kernel import clock
from seloste.kernel.clock import local_date
from seloste.terminal import actions, queries, rules
from seloste.terminal.choices import Fault

GetResponse = Callable[[HttpRequest], HttpResponse]


class CookieFaultError(AssertionError):
    """A cookie that the notice does not allow. Raised in tests; in service the cookie is dropped and counted."""


class TerminalMiddleware:
    """Give every request the visitor's choice; let out only cookies and origins that are declared and chosen."""

    def __init__(self, get_response: GetResponse, clock: Callable[[], datetime] = clock.now) -> None:
        self.get_response = get_response
        self.clock = clock

    def __call__(self, request: Any) -> HttpResponse:  # noqa: ANN401 -- gains what templates read
        """Read the choice, let the page be made, and hold its response to the notice."""
        request.choice = queries.choice_at(request, at=self.clock())
        asks = bool(request.choice.book.questions)
        if asks:
            request.framing, request.shown = request.choice.framing, []
        response = self.get_response(request)
        if response.cookies or "Set-Cookie" in response.headers:
            self._hold(request, response)
        if asks:
            _tell(request, response)
        return response

    def _hold(self, request: Any, response: HttpResponse) -> None:  # noqa: ANN401
        """Drop each cookie that the notice or the visitor does not allow; cut one that would stay too long."""
        at = self.clock()
        raw = response.headers.get("Set-Cookie", "")  # set past the framework: looked at like every other
        del response.headers["Set-Cookie"]
        for name, morsel in _parsed(raw).items():
            response.cookies[name] = morsel
        for name, morsel in list(response.cookies.items()):
            fault = fault_of(name, morsel, request.choice, at=at)
            if fault is Fault.TOO_LONG:
                _cut(morsel, request.choice.book.cookies[name], at=at)
            elif fault is not None:
                del response.cookies[name]
            if fault is not None:
                _note(name, fault, request, at=at)


def fault_of(name: str, morsel: "Morsel[str]", choice: rules.Choice, *, at: datetime) -> Fault | None:
    """Return what is wrong with a cookie; nothing is wrong with taking one away, whatever its name."""
    age = _age(morsel, at)
    if age is not None and age <= 0:
        return None
    item, question = choice.book.cookies.get(name), choice.book.asked_by.get(name)
    if item is None:
        return Fault.UNDECLARED
    if question is not None and not choice.allows(question):
        return Fault.WITHOUT_CONSENT
    longest = rules.longest_age(item, local_date(at))
    stays = age is not None and (longest is None or age > longest)
    return Fault.TOO_LONG if stays else None


def _age(morsel: "Morsel[str]", at: datetime) -> int | None:
    """Return for how many seconds a cookie stays; None where it goes with the browser (RFC 6265bis 5.6)."""
    if morsel["max-age"] != "":
        text = str(morsel["max-age"])
        return int(text) if text.lstrip("-").isdecimal() else None
    ends = parse_http_date_safe(morsel["expires"]) if morsel["expires"] else None
    return None if ends is None else ends - int(at.timestamp())


def _cut(morsel: "Morsel[str]", item: Any, *, at: datetime) -> None:  # noqa: ANN401
    longest = rules.longest_age(item, local_date(at))
    morsel["expires"] = ""
    morsel["max-age"] = "" if longest is None else longest


def _parsed(raw: str) -> "SimpleCookie":
    try:
        return SimpleCookie(raw)
    except CookieError:
        return SimpleCookie()


def _note(name: str, fault: Fault, request: HttpRequest, *, at: datetime) -> None:
    page = request.resolver_match.view_name if request.resolver_match else ""
    if settings.UNDECLARED_COOKIE_IS_A_FAULT:
        raise CookieFaultError(f"{name} at {page}: {fault}")
    actions.note_fault(at=at, name=name, fault=fault, page=page)


# --- Where something is asked -----------------------------------------------------------------------------------------


def _tell(request: Any, response: HttpResponse) -> None:  # noqa: ANN401
    """Take away what is not allowed any more, open the policy for what was shown, and tell caches what it hangs on."""
    _take_away(request, response)
    shown = [question for question in request.choice.book.questions if question.key in request.shown]
    if shown:
        update = getattr(response, "_csp_update", None) or {}
        for directive, origins in rules.policy(shown).items():
            update[directive] = [*update.get(directive, []), *origins]
        response._csp_update = update  # type: ignore[attr-defined]  # noqa: SLF001 -- the policy's own door
    if "no-store" not in response.headers.get("Cache-Control", "") and _is_page(response):
        patch_vary_headers(response, ("Cookie", "Sec-GPC"))
        response.headers.setdefault("Cache-Control", "private, no-cache")


def _is_page(response: HttpResponse) -> bool:
    return response.status_code == 304 or response.headers.get("Content-Type", "").startswith("text/html")


def _take_away(request: Any, response: HttpResponse) -> None:  # noqa: ANN401
    """Have the browser forget our own optional cookies that it holds without consent: withdrawn, ended or refused."""
    for name, question in request.choice.book.asked_by.items():
        if name in request.COOKIES and name not in response.cookies and not request.choice.allows(question):
            response.delete_cookie(name)
