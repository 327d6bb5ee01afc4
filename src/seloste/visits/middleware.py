"""Notes of each answered request what is counted and logged. It asks no table and sets nothing on the device."""

import time
from collections.abc import Callable
from ipaddress import ip_address
from typing import Final
from wsgiref.types import WSGIEnvironment

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import translation

from seloste.kernel.clock import now
from seloste.visits.actions.books import Books, opened
from seloste.visits.rules import hits, security
from seloste.visits.rules.spans import hour_of

#: The staff's own addresses, which are no part of the public site.
STAFF: Final = ("/tyopoyta/", "/tili/")
#: Where people sign in, and what leads there.
SIGN_IN: Final = ("/tili/kirjaudu/", "/tili/vahvista/", "/tili/kutsu/")
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

GetResponse = Callable[[HttpRequest], HttpResponse]


class VisitsMiddleware:
    """Stands outside everything that answers a page, and inside what serves static files."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.own = frozenset(host.strip("[]").lower() for host in settings.ALLOWED_HOSTS)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request be answered, then note it; the answer leaves once its counts are safe."""
        books = opened()
        if books is None:
            return self.get_response(request)
        began = time.perf_counter()
        response = self.get_response(request)
        self._count(books, request, response.status_code)
        _log(books, request, response.status_code, began)
        return response

    def _count(self, books: Books, request: HttpRequest, status: int) -> None:
        page = _page(request)
        if page is not None:
            counts = hits.counts(_asked(request, status, page), self.own)
            books.note(hour_of(now()), counts)


def _page(request: HttpRequest) -> str | None:
    """Return the name of the public page, nothing where there is none, and None for what is not counted at all."""
    if hasattr(request, "duty") or request.path_info.startswith(STAFF):
        return None
    found: ResolverMatch | None = request.resolver_match
    if found is None:
        return ""
    return found.view_name if not getattr(found.func, "login_required", True) else None


def _asked(request: HttpRequest, status: int, page: str) -> hits.Asked:
    told = request.META.get
    return hits.Asked(
        method=request.method or "",
        status=status,
        page=page,
        language=getattr(request, "LANGUAGE_CODE", "fi"),
        agent=told("HTTP_USER_AGENT", "")[: hits.LOOKED_AT],
        mobile=told("HTTP_SEC_CH_UA_MOBILE", ""),
        accept=told("HTTP_ACCEPT", ""),
        ahead=told("HTTP_SEC_PURPOSE") or told("HTTP_PURPOSE") or told("HTTP_X_PURPOSE") or told("HTTP_X_MOZ") or "",
        objects=told("HTTP_SEC_GPC") == "1" or told("HTTP_DNT") == "1",
        referrer=told("HTTP_REFERER", ""),
        site=told("HTTP_SEC_FETCH_SITE", ""),
        again=told("HTTP_CACHE_CONTROL", ""),
        query=told("QUERY_STRING", ""),
    )


def _address(told: str) -> str:
    """Return the address that the gatehouse found; nothing where it is none, as on a Unix socket."""
    try:
        return str(ip_address(told.partition("%")[0]))
    except ValueError:
        return ""


def _plain_path(request: HttpRequest) -> str:
    """Return the pattern of the address in our own code, which shows no token; of no page's address what is plain."""
    found: ResolverMatch | None = request.resolver_match or _resolved(request.path_info)
    return f"/{found.route}"[: security.PATH_LENGTH] if found else security.plain_path(request.path_info)


def _resolved(path: str) -> ResolverMatch | None:
    """Find the page of a request that was refused before anybody looked for it."""
    with translation.override(translation.get_language_from_path(path) or settings.LANGUAGE_CODE):
        try:
            return resolve(path)
        except Resolver404:
            return None


def _log(books: Books, request: HttpRequest, status: int, began: float) -> None:
    """Have the security log hold the request, where it is of the kind that it holds."""
    method = _method(request.method or "")
    if why := security.reason(method, status, signs_in=request.path_info.startswith(SIGN_IN)):
        told = request.META.get
        line = security.Line(
            at=now().timestamp(),
            address=_address(told("REMOTE_ADDR", "")),
            method=method,
            path=_plain_path(request),
            status=status,
            ms=round((time.perf_counter() - began) * 1000),
            request=getattr(request, "reference", ""),
            agent=security.plain_agent(told("HTTP_USER_AGENT", "")),
            reason=why,
        )
        books.keep(line)


def note_refusal(environ: WSGIEnvironment, status: int) -> None:
    """Have the security log hold what the gatehouse refused, before it became a request of Django's."""
    books = opened()
    if books is not None:
        line = security.Line(
            at=now().timestamp(),
            address=_address(environ.get("REMOTE_ADDR", "")),
            method=_method(environ.get("REQUEST_METHOD", "")),
            path=security.plain_path(environ.get("PATH_INFO", "")),
            status=status,
            ms=0,
            request="",
            agent=security.plain_agent(environ.get("HTTP_USER_AGENT", "")),
            reason="refused",
        )
        books.keep(line)


def _method(told: str) -> str:
    return told if told in METHODS else security.MASK
