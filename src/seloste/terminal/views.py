"""The page of what is stored on the device, the answer to the question, its receipt; and the staff's page."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from seloste.accounts.actions import note_refused_page
from seloste.accounts.http import StaffRequest, StaffView, requires
from seloste.declaration.load import current
from seloste.kernel.clock import local_date, now
from seloste.kernel.duty import visitor
from seloste.kernel.refusals import Missing, Refusal
from seloste.notices.rules import page as notice_page
from seloste.terminal import actions, queries, rules
from seloste.terminal.choices import Place

#: How far back the staff's page tells of cookies that were refused.
FAULTS_SHOWN = timedelta(days=30)
#: The purpose of the staff who look after what the site stores.
WATCH = "web_security"


class ForeignForm(Refusal):
    """An answer that was not sent from a page of ours."""

    status = 403


# --- The visitor ------------------------------------------------------------------------------------------------------


@login_not_required
@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Everything that the site stores on the device; where something is asked, what stands and how to change it."""
    found, language = queries.choice(request), get_language() or "fi"
    context = {
        "items": notice_page.terminal(current(), language),
        "choice": found,
        "standings": queries.standings(found),
        "back": _back(request.GET.get("back", "")),
        "choose_url": reverse("terminal:choose"),
    }
    return render(request, "terminal/page.html", context)


@login_not_required
@never_cache
@csrf_exempt  # a mark in a cookie would store something on the device before the answer; see rules.is_own_form
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Take in an answer and lead back to the page it was given on."""
    found = queries.choice(request)
    _refuse_foreign(request)
    if not found.book.questions:
        raise Missing
    back = _back(request.POST.get("back", ""))
    answers = rules.answers_of(request.POST.get("answer", ""), request.POST.getlist("item"), found.book.questions)
    if not answers or (found.gpc and any(answers.values())):
        return _see_other(f"{reverse('terminal:page')}?{_query(back)}#valinta")
    return _answered(request, found, answers, back=back)


def _answered(request: Any, found: rules.Choice, answers: dict[str, bool], *, back: str) -> HttpResponse:  # noqa: ANN401
    at, place = now(), request.POST.get("place", "")
    actions.refuse_flood(str(request.META.get("REMOTE_ADDR", "")), at=at)
    given = actions.answer(
        by=visitor(found.book.questions[0].purpose),
        at=at,
        before=found,
        answers=answers,
        language=get_language() or "fi",
        place=Place(place) if place in Place.values else Place.PAGE,
    )
    request.choice = rules.choice(given, found.book, today=local_date(at), gpc=found.gpc)
    response = _see_other(back or reverse("terminal:page"))
    _remember(response, given, age=rules.age(given, found.book.holds_for, today=local_date(at)))
    return response


def _remember(response: HttpResponse, given: rules.Given, *, age: int) -> None:
    response.set_cookie(
        settings.CHOICE_COOKIE_NAME,
        queries.sealed(given),
        max_age=age,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _see_other(place: str) -> HttpResponse:
    response = HttpResponseRedirect(place)
    response.status_code = 303
    return response


def _query(back: str) -> str:
    return urlencode({"back": back}) if back else ""


def _back(place: str) -> str:
    """Return a place of ours to lead back to; nothing where it is none, or where only forms are taken."""
    is_ours = place.startswith("/") and url_has_allowed_host_and_scheme(place, allowed_hosts=None)
    return place if is_ours and not place.startswith(reverse("terminal:choose")) else ""


def _refuse_foreign(request: HttpRequest) -> None:
    is_own = rules.is_own_form(
        fetch_site=request.headers.get("Sec-Fetch-Site", ""),
        origin=request.headers.get("Origin", ""),
        referer=request.headers.get("Referer", ""),
        own=f"{request.scheme}://{request.get_host()}",
    )
    if not is_own:
        raise ForeignForm(_("The answer did not come from a page of ours, so nothing was changed."))


@login_not_required
@never_cache
@require_safe
def receipt(request: HttpRequest, reference: UUID) -> HttpResponse:
    """The signed record of an answer, for the device that gave it."""
    given = queries.choice(request).given
    body = queries.receipt(reference, device=given.device if given else None)
    response = HttpResponse(body, content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{reference}.json"'
    return response


@login_not_required
@require_safe
def gpc(_request: HttpRequest) -> HttpResponse:
    """Say, where browsers look for it, that we heed Global Privacy Control."""
    return JsonResponse({"gpc": True, "lastUpdate": current().meta.effective_from.isoformat()})


# --- The staff --------------------------------------------------------------------------------------------------------


def _watching(view: Callable[[StaffRequest], HttpResponse]) -> StaffView[[]]:
    """Let in only those who look after the security of the site; for others the page does not exist."""

    @wraps(view)
    def checked(request: StaffRequest) -> HttpResponse:
        if WATCH not in request.duty.purposes:
            note_refused_page(by=request.duty, at=now())
            raise Missing
        return view(request)

    return checked


@requires("read")
@_watching
@require_safe
def staff_page(request: StaffRequest) -> HttpResponse:
    """What the site may store, how visitors answered, and which cookies were refused."""
    since = local_date(now()) - FAULTS_SHOWN
    context = {
        "items": notice_page.terminal(current(), get_language() or "fi"),
        "answers": queries.answers(),
        "faults": queries.faults(since),
        "since": since,
    }
    return render(request, "terminal/staff.html", context)
