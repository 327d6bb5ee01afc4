"""The payer's pages: to the provider, back from it, what became of the payment, and another try."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from seloste.kernel.clock import now
from seloste.kernel.duty import visitor
from seloste.kernel.refusals import Missing, Refusal
from seloste.payments import actions, queries, shown
from seloste.payments.actions import Busy, Forged
from seloste.payments.choices import Origin, State, Way
from seloste.payments.http import path_home
from seloste.payments.queries import Attempt

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

#: The provider is asked at most so often for one payer who waits.
ASK_AGAIN = timedelta(seconds=3)


def _open(view: View[P]) -> View[P]:
    """Mark a page that the letters in its address open, without a cookie; its address stays between us."""

    @wraps(view)
    def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method == "POST" and request.headers.get("Sec-Fetch-Site") == "cross-site":
            return render(request, "web/errors/expired.html", {"words": []}, status=403)
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "same-origin"
        return response

    methods = require_http_methods(["GET", "HEAD", "POST"])
    return csrf_exempt(login_not_required(never_cache(methods(opened))))


@_open
def page(request: HttpRequest, letters: str) -> HttpResponse:
    """What became of the payment, and what can be done now. Looks, and changes nothing."""
    attempt = queries.by_reference(letters)
    return _page(request, attempt, waits=_times(request.GET.get("odota", "")))


@_open
def link(request: HttpRequest, letters: str) -> HttpResponse:
    """Send the link to the page of what is paid to its own address. The answer is the same whatever came of it."""
    attempt = queries.by_reference(letters)
    if request.method == "POST":
        actions.send_link(at=now(), subject_key=attempt.subject_key)
    return _to(attempt, "?linkki=1" if request.method == "POST" else "")


def _times(typed: str) -> int | None:
    """Return how many times the payer has waited, as the address says; None for anything else."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 4 else None


def _page(
    request: HttpRequest, attempt: Attempt, *, waits: int | None = None, refusal: Refusal | None = None
) -> HttpResponse:
    told = shown.page(attempt, now(), waits=waits, home_url=path_home(request, attempt.subject_key))
    context = {"shown": told, "refusal": refusal, "is_link_sent": "linkki" in request.GET}
    return render(request, "payments/page.html", context, status=refusal.status if refusal else 200)


@_open
def go(request: HttpRequest, letters: str) -> HttpResponse:
    """Leave for the provider's page: at once where it is ready, else by a button that makes it ready."""
    attempt = queries.by_reference(letters)
    if request.method == "POST":
        return _leave(request, attempt)
    if attempt.state is not State.OPEN or attempt.provider is Way.INVOICE or attempt.expected_at <= now():
        return redirect("payments:page", letters)
    told = shown.page(attempt, now(), home_url=path_home(request, attempt.subject_key))
    return render(request, "payments/go.html", {"shown": told})


def _leave(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    try:
        actions.redirect(at=now(), payment_id=attempt.id)
    except Busy:
        pass
    except Missing:
        raise
    except Refusal as refusal:
        return _page(request, queries.by_id(attempt.id), refusal=refusal)
    return redirect("payments:go", attempt.reference)


@_open
def back(request: HttpRequest, letters: str) -> HttpResponse:
    """Come back from the provider: what the address says is only kept; the provider itself is asked.

    Once all is paid the payer goes straight on to what was bought, in the browser that may see it.
    """
    attempt = _ask(request, queries.by_reference(letters))
    if shown.is_settled(attempt):
        home = path_home(request, attempt.subject_key)
        if home:
            return HttpResponseRedirect(home)
    waits = _times(request.GET.get("kerta", "")) or 1
    return _to(attempt, f"?odota={waits}" if attempt.state is State.OPEN else "")


@_open
def cancelled(request: HttpRequest, letters: str) -> HttpResponse:
    """Come back without having paid, as the provider says; it is asked all the same."""
    return _to(_ask(request, queries.by_reference(letters)))


def _to(attempt: Attempt, query: str = "") -> HttpResponse:
    """Go on to the page in the payer's own language, whatever the provider's address was."""
    with translation.override(attempt.language):
        return HttpResponseRedirect(reverse("payments:page", args=[attempt.reference]) + query)


def _ask(request: HttpRequest, attempt: Attempt) -> Attempt:
    if request.method != "GET" or attempt.provider is Way.INVOICE:
        return attempt
    if attempt.provider is Way.PAYTRAIL and "signature" in request.GET:
        _note_return(request)
    if attempt.asked_at is None or now() - attempt.asked_at > ASK_AGAIN:
        actions.settle(at=now(), payment_id=attempt.id)
    return queries.by_id(attempt.id)


def _note_return(request: HttpRequest) -> None:
    raw = request.META.get("QUERY_STRING", "").encode()
    try:
        actions.receive(provider=Way.PAYTRAIL, raw=raw, headers={}, at=now(), origin=Origin.RETURN)
    except (Forged, Missing):  # anybody can write an address; the provider is asked anyway
        return


@_open
def again(request: HttpRequest, letters: str) -> HttpResponse:
    """Try again or another way. The attempt before is asked about and closed first, so that nobody pays twice."""
    attempt = queries.by_reference(letters)
    if request.method != "POST":
        return redirect("payments:page", letters)
    try:
        fresh = _begin_again(attempt, request.POST.get("tapa", ""))
    except Missing:
        raise
    except Refusal as refusal:
        return _page(request, queries.by_id(attempt.id), refusal=refusal)
    return _leave(request, fresh) if fresh.state is State.OPEN else _to(fresh)


def _begin_again(attempt: Attempt, way: str) -> Attempt:
    """Close what is open in other ways, and begin anew; what turns out to be paid is returned instead."""
    known = _paid(attempt)
    if known:
        return known
    if way not in shown.offered(attempt):
        raise actions.NotPayable
    for one in queries.payments_of(attempt.subject_key):
        if one.state is State.OPEN and one.provider is not Way.INVOICE and one.provider != way:
            actions.close(at=now(), payment_id=one.id)
    return _paid(attempt) or _fresh(attempt, way)


def _paid(attempt: Attempt) -> Attempt | None:
    known = queries.payments_of(attempt.subject_key)
    return next((one for one in known if one.is_paid and one.state is not State.REFUNDED), None)


def _fresh(attempt: Attempt, way: str) -> Attempt:
    standing = actions.look(attempt.subject_key)
    amount = standing.to_pay if standing and standing.to_pay is not None else attempt.amount
    if amount <= 0:
        raise actions.AlreadyPaid
    with transaction.atomic():
        made = actions.begin(
            by=visitor("order"),
            at=now(),
            subject_key=attempt.subject_key,
            amount=amount,
            provider=way,
            language=attempt.language,
            return_to=attempt.return_to,
        )
    return queries.by_id(made.id)
