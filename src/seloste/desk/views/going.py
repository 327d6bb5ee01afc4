"""What goes and when, and how the machine fares that lets it go."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from seloste.accounts.http import StaffRequest, requires
from seloste.desk import queries, rules, shown
from seloste.desk.http import language_of
from seloste.kernel.clock import local_date, now
from seloste.kernel.refusals import Missing

#: Newest runs on the page of the machine.
RUNS = 30


@requires("notice", "audit")
@require_safe
def going(request: StaffRequest) -> HttpResponse:
    """What every store holds, what of it goes when, and whether anything is overdue."""
    at = now()
    until = local_date(at) + rules.SOON
    told = {"language": language_of(), "notice_url": reverse("notices:page")}
    found = queries.going(by=request.duty, at=at, until=until, **told)
    return render(request, "desk/going.html", {**shown.going_page(found), "rooms": shown.rooms(request.duty)})


@requires("read", "staff")
@require_safe
def machine(request: StaffRequest) -> HttpResponse:
    """What the system does by itself, and how each task fared last."""
    if not rules.looks_after_machine(request.duty):
        raise Missing
    found = queries.machine_room(at=now(), runs=RUNS)
    return render(
        request, "desk/machine.html", {**shown.machine_page(found, language_of()), "rooms": shown.rooms(request.duty)}
    )
