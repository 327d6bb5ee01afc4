"""Everything that is held about her, on one page."""

from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from seloste.access.queries import contents
from seloste.kernel.clock import now
from seloste.mydata.queries import planned
from seloste.mydata.queries.entrance import herself
from seloste.mydata.queries.marketing import marketing
from seloste.mydata.queries.requests import matters
from seloste.mydata.rules import Opened
from seloste.mydata.shown import done
from seloste.mydata.shown import overview as shown
from seloste.outreach.shown import preferences
from seloste.register.queries import statements_beside
from seloste.services.queries.customer import how_many


def overview(request: HttpRequest, opened: Opened, *, refusal: str = "", status: int = 200) -> HttpResponse:
    """Show all of it, with the reasons, and above it what she has just done."""
    at, language = now(), get_language() or "fi"
    seen = marketing(opened, at=at, language=language)
    found = contents(by=herself(), at=at, person_id=opened.person_id, language=language)
    beside = statements_beside(opened.person_id, [UUID(key) for key in shown.items_of(found)])
    context = {
        "opened": opened,
        "page": shown.page(found, beside),
        "seen": seen,
        "ways": preferences.page(seen).ways,
        "matters": matters(opened.person_id),
        "planned": planned.of(opened.person_id),
        "ordered": how_many(opened.person_id),
        "done": done.words(request.GET.get("tehty", "")),
        "refusal": refusal,
        "form_id": uuid4(),
    }
    return render(request, "mydata/overview.html", context, status=status)
