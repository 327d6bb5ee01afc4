"""What the room's open pages share: they need no cookie, and their addresses stay between the reader and us."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def open_page(view: View[P]) -> View[P]:
    """Mark a page that anybody may see and send, without a cookie.

    Nothing here acts on who the browser is signed in as: what a request may do stands in its address or in what was
    typed. There is nothing that another site could borrow, so no mark against that is asked (and no cookie set for
    it); a browser that says the form came from another site is refused all the same.
    """

    @wraps(view)
    def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method == "POST" and request.headers.get("Sec-Fetch-Site") == "cross-site":
            return render(request, "web/errors/expired.html", {"words": []}, status=403)
        return between_us(view(request, *args, **kwargs))

    methods = require_http_methods(["GET", "HEAD", "POST"])
    return csrf_exempt(login_not_required(never_cache(methods(opened))))


def between_us(response: HttpResponse) -> HttpResponse:
    """Keep the address of the page from search engines and from other sites."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response
