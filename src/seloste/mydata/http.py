"""What stands before one's own page: the cookie of an open page, and forms that belong to it."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from seloste.kernel.clock import now
from seloste.mydata.actions import entering
from seloste.mydata.actions.entering import Begun
from seloste.mydata.queries import entrance
from seloste.mydata.queries.entrance import herself
from seloste.mydata.rules import Opened
from seloste.outreach.http import between_us
from seloste.outreach.rules.asking import masked, read_code

View = Callable[..., HttpResponse]
#: What is given back when a form came too late: the words that somebody typed, and nothing else.
_NO_WORDS = frozenset({"csrfmiddlewaretoken", "session", "token", "code", "do", "form"})


def open_page(view: View) -> View:
    """Mark a page that anybody may see. A form on it carries the site's mark against foreign forms."""

    @wraps(view)
    def opened(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401
        response = between_us(view(request, *args, **kwargs))
        patch_vary_headers(response, ("Cookie",))
        return response

    return login_not_required(never_cache(require_http_methods(["GET", "HEAD", "POST"])(opened)))


def hers(*, fresh: bool = False) -> Callable[[View], View]:
    """Mark a page that only the person with an open page sees; with ``fresh`` its form needs a new proof after a while.

    The view gets ``opened``. A form that was made for another opening does nothing: in this browser somebody else's
    page may have been opened meanwhile.
    """

    def marked(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401
            opened = entrance.opened(token_of(request), at=now())
            if opened is None:
                return _ended(request)
            if request.method == "POST" and request.POST.get("session") != str(opened.id):
                return render(request, "mydata/another.html", {"words": _typed(request)}, status=409)
            if fresh and request.method == "POST" and not opened.is_fresh(now()) and not _proved(request, opened):
                return _prove(request, opened)
            return view(request, *args, opened=opened, **kwargs)

        return open_page(guarded)

    return marked


def token_of(request: HttpRequest) -> str:
    """Return the token that the browser has; empty where it has none."""
    return str(request.COOKIES.get(settings.MYDATA_COOKIE_NAME, ""))


def whose(request: HttpRequest) -> UUID | None:
    """Return the person whose page is open in this browser, for a room below that asks (shop)."""
    token = token_of(request)
    found = entrance.opened(token, at=now()) if token else None
    return found.person_id if found else None


def let_in(begun: Begun) -> HttpResponse:
    """Lead to the page that was opened; the browser gets its token, and keeps it until it is closed."""
    response = HttpResponseRedirect(reverse("mydata:page"))
    response.set_cookie(
        settings.MYDATA_COOKIE_NAME,
        begun.token,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Strict",
    )
    return response


def let_out(response: HttpResponse) -> HttpResponse:
    """Take the cookie away."""
    response.delete_cookie(settings.MYDATA_COOKIE_NAME, samesite="Strict")
    return response


def _ended(request: HttpRequest) -> HttpResponse:
    """Lead whoever only looks to the entrance; give back what was typed on a page whose time is up."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("mydata:page"))
    return render(request, "mydata/ended.html", {"words": _typed(request)}, status=403)


def _typed(request: HttpRequest) -> list[str]:
    return [str(words) for name, words in request.POST.items() if name not in _NO_WORDS and str(words).strip()]


def _proved(request: HttpRequest, opened: Opened) -> bool:
    code = read_code(request.POST.get("code", ""))
    return bool(code) and entering.prove_again(by=herself(), at=now(), opened=opened, code=code)


def _prove(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Ask for a new code on the way: what was typed travels along, so that nothing is lost."""
    is_wrong = "code" in request.POST and "again" not in request.POST
    if not is_wrong:
        entering.send_new_code(at=now(), opened=opened, language=get_language() or "fi")
    carried = [
        (name, words)
        for name, several in request.POST.lists()
        if name not in {"csrfmiddlewaretoken", "code", "again"}
        for words in several
    ]
    context = {"carried": carried, "to": masked(opened.address), "is_wrong": is_wrong}
    return render(request, "mydata/prove.html", context, status=422 if is_wrong else 200)
