"""Everything that is held about her, on one page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from seloste.access.queries import contents
from seloste.kernel.clock import now
from seloste.mydata.queries.entrance import herself
from seloste.mydata.rules import Opened
from seloste.mydata.shown import overview as shown


def overview(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Show all of it, with the reasons."""
    at = now()
    found = contents(by=herself(), at=at, person_id=opened.person_id, language=get_language() or "fi")
    return render(request, "mydata/overview.html", {"opened": opened, "page": shown.page(found)})
