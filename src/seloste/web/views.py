"""The start page, and the pages for when something is wrong."""

import sys
from collections.abc import Sequence

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_safe

from seloste.declaration.load import current

#: The sentences of the notice on the start page, and the one that says how to use one's rights.
PROMISES = ("S4.10", "S7.2", "S8.3", "S9.1")
RIGHTS = "S9.1"
#: After how many seconds a page that needs the database may be tried again.
RETRY_AFTER = "30"
#: The fields whose words are given back when a form could not be taken: never a password, never a mark.
WORDS = (
    *("name", "given_name", "family_name", "email", "phone", "company", "value", "new_organisation", "role", "title"),
    *("street", "postal_code", "city", "text", "message", "description", "source_detail"),
)


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Who we are, how to reach us, and what we promise, in the notice's own words."""
    language, declared, notice_url = get_language() or "fi", current(), reverse("notices:page")
    clauses = declared.clauses()
    context = {
        "promises": [
            {"id": key, "url": f"{notice_url}#{key}", "text": clauses[key].text.in_language(language)}
            for key in PROMISES
        ],
        "notice": {"version": declared.meta.version, "effective_on": declared.meta.effective_from},
        "contact_url": reverse("intake:contact"),
        "feedback_url": reverse("intake:feedback"),
        "letters_url": reverse("outreach:start"),
        "rights_url": f"{notice_url}#{RIGHTS}",
    }
    return render(request, "web/home.html", context)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Too large, too many fields, not what a browser sends."""
    return _calm(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Not part of the job."""
    return _calm(request, 403)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """There is nothing here, or nothing for you: the two look alike."""
    return _calm(request, 404)


def not_that_way(request: HttpRequest, allowed: str) -> HttpResponse:
    """The address is right, but not what was asked of it."""
    response = _calm(request, 405)
    response["Allow"] = allowed
    return response


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours; or the database does not answer, which passes by itself.

    Django calls this while it handles the exception, whichever middleware or view it came from.
    """
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    return _calm(request, 500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """The calm page for when the database does not answer. It asks it nothing, and gives back what was sent."""
    response = _calm(request, 503, words=written(request))
    response["Retry-After"] = RETRY_AFTER
    return response


@login_not_required
@requires_csrf_token
def expired_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """A form without its mark: it expired, or another site sent it. What was written is given back."""
    return render(request, "web/errors/expired.html", {"words": written(request)}, status=403)


def written(request: HttpRequest) -> list[str]:
    """Return the free texts of a form that could not be taken, so that nobody has to write them again."""
    try:
        sent = request.POST
    except (SuspiciousOperation, UnreadablePostError, MultiPartParserError):  # nothing that could be read
        return []
    return [sent[name] for name in WORDS if sent.get(name)]


def _calm(request: HttpRequest, status: int, words: Sequence[str] = ()) -> HttpResponse:
    """Return a page that stands by itself; the staff are led back to the desk."""
    desk_url = reverse("desk:home") if hasattr(request, "duty") else ""
    page = render_to_string(f"web/errors/{status}.html", {"words": words, "desk_url": desk_url})
    return HttpResponse(page, status=status)
