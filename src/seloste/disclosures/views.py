"""The page on which a recipient reads whom a notice concerns and confirms that it has."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from seloste.disclosures import actions, queries
from seloste.kernel.clock import now
from seloste.kernel.duty import visitor


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, letters: str) -> HttpResponse:
    """Show the notice while it is due; sending the form settles it, and its words are gone."""
    found = queries.opened(letters)
    if found is None:
        return _private(render(request, "disclosures/gone.html", status=410))
    if request.method == "POST":
        actions.confirm_read(by=visitor(queries.PURPOSE), at=now(), notice_id=found.id)
        return _private(render(request, "disclosures/read.html"))
    with override(found.language):
        shown = {"notice": found, "recipient": queries.name_of(found.recipient, found.language)}
        return _private(render(request, "disclosures/notice.html", shown))


def _private(response: HttpResponse) -> HttpResponse:
    """Keep the page out of every store and every list."""
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
