"""What is owed to people, and what ends."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from seloste.accounts.http import StaffRequest, requires
from seloste.desk import queries, rules, shown
from seloste.desk.http import language_of, need
from seloste.kernel.clock import local_date, now
from seloste.register import queries as persons


@requires("read")
@require_safe
def owed(request: StaffRequest) -> HttpResponse:
    """Who has not been given the information of art. 13 or 14, the most urgent first."""
    need(request, "provenance")
    found = persons.information_owed(by=request.duty, at=now(), limit=200)
    return render(request, "desk/owed.html", {"owed": found})


@requires("read")
@require_safe
def ending(request: StaffRequest) -> HttpResponse:
    """Whose grounds end within 30 days."""
    need(request, "provenance")
    at = now()
    found = persons.ending(by=request.duty, at=at, until=local_date(at) + rules.SOON, limit=200)
    reader = queries.reader(by=request.duty, at=at, language=language_of(), notice_url=reverse("notices:page"))
    rows = [(one, reader.purpose(one.purpose)) for one in found]
    return render(request, "desk/ending.html", {"rows": rows, "rooms": shown.rooms(request.duty)})
