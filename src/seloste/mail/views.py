"""The demo's inbox: what the recipients of the invented people's messages would see. It exists in the demo alone."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec

from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from seloste.kernel.refusals import Missing
from seloste.mail import mailbox
from seloste.mail.mailbox import Received

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def demo_only(view: Callable[Concatenate[Path, HttpRequest, P], HttpResponse]) -> View[P]:
    """Give the page the demo's mailbox; where there is no demo, there is no page."""

    @wraps(view)
    def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not settings.DEMO or settings.DEMO_MAILBOX is None:
            raise Missing
        return view(settings.DEMO_MAILBOX, request, *args, **kwargs)

    return login_not_required(require_safe(shown))


@demo_only
def inbox(folder: Path, request: HttpRequest) -> HttpResponse:
    """All that the demo's mail server has taken, newest first."""
    return render(request, "mail/inbox.html", {"letters": mailbox.received(folder)})


@demo_only
def letter(folder: Path, request: HttpRequest, name: str) -> HttpResponse:
    """One message: its text, its HTML in a frame that can do nothing, and its headers."""
    found = _found(folder, name)
    context = {"letter": found, "pieces": mailbox.pieces(found.text, settings.PUBLIC_ORIGIN)}
    response = render(request, "mail/letter.html", context)
    return _with_policy(csp_update({"frame-src": ["'self'"]}), request, response)


@demo_only
def letter_html(folder: Path, request: HttpRequest, name: str) -> HttpResponse:
    """The HTML of a message as it came, allowed nothing but its own style; its links leave the frame."""
    html, styles = mailbox.for_preview(_found(folder, name).html)
    nothing = {key: ["'none'"] for key in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]}
    policy = nothing | {
        "style-src": styles or ["'none'"],
        "frame-ancestors": ["'self'"],
        "sandbox": ["allow-top-navigation-by-user-activation"],
        "upgrade-insecure-requests": False,
    }
    response = _with_policy(csp_replace(policy), request, HttpResponse(html))
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


@demo_only
def letter_file(folder: Path, _request: HttpRequest, name: str, place: int) -> HttpResponse:
    """A file that came with a message, to be saved: a browser shows nothing of it by itself."""
    found = mailbox.file_of(folder, name, place)
    if found is None:
        raise Missing
    called, content = found
    how = content_disposition_header(as_attachment=True, filename=called or "file") or "attachment"
    return HttpResponse(content, content_type="application/octet-stream", headers={"Content-Disposition": how})


def _with_policy(policy: Any, request: HttpRequest, response: HttpResponse) -> HttpResponse:  # noqa: ANN401 -- the package's own kind
    """Give one response its policy by the package's own door, which takes whole views."""
    answered: HttpResponse = policy(lambda _request: response)(request)
    return answered


def _found(folder: Path, name: str) -> Received:
    found = mailbox.one(folder, name)
    if found is None:
        raise Missing
    return found
