"""The page of a package, for whoever holds its link. A look consumes nothing; a press of the button does."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from seloste.access import actions
from seloste.access.queries.packages import Waiting, look
from seloste.kernel.clock import now
from seloste.kernel.duty import visitor
from seloste.kernel.refusals import Missing
from seloste.outreach.http import open_page
from seloste.rights.actions import PURPOSE


@open_page
def package_page(request: HttpRequest, letters: str) -> HttpResponse:
    """Show what waits and until when; on a press of the button, hand it over."""
    try:
        waiting = look(letters, at=now())
        return _hand_over(letters) if request.method == "POST" else _show(request, waiting)
    except Missing:
        return render(request, "rights/dead.html", status=HTTPStatus.NOT_FOUND)
    except actions.Gone:
        return _show(request, look(letters, at=now()), status=HTTPStatus.GONE)


def _hand_over(letters: str) -> HttpResponse:
    delivered = actions.download(by=visitor(PURPOSE), at=now(), letters=letters)
    headers = {
        "Content-Disposition": f'attachment; filename="{delivered.name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(delivered.content, content_type="application/zip", headers=headers)


def _show(request: HttpRequest, waiting: Waiting, *, status: int = HTTPStatus.OK) -> HttpResponse:
    response = render(request, "rights/package.html", {"package": waiting}, status=status)
    response["Cache-Control"] = "no-store"
    return response
