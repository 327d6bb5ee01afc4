"""The cart: what is in it, and what is done with it. Everything is a form; nothing needs a script."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from seloste.kernel.clock import now
from seloste.kernel.refusals import Missing, Refusal, Words
from seloste.shop import http, links
from seloste.shop.actions import cart as carts
from seloste.shop.actions import quote as quotes
from seloste.shop.queries import cart as queries
from seloste.shop.rules.carts import read_quantity
from seloste.shop.rules.pricing import Buyer
from seloste.shop.shown.cart import shown
from seloste.terminal.rules import is_own_form


@dataclass(frozen=True, kw_only=True, slots=True)
class _Said:
    """What the page says of a refused press, and what had been typed: nothing is lost."""

    words: Words = ""
    status: int = HTTPStatus.OK
    code: str = ""
    code_error: Words = ""
    typed: Mapping[UUID, str] = field(default_factory=dict)
    wrong: Mapping[UUID, Words] = field(default_factory=dict)


@login_not_required
@never_cache
@csrf_exempt  # a mark in a cookie would be stored by merely looking at a product; see terminal.rules.is_own_form
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Put something in, and lead to the cart. The cookie is set here and nowhere else."""
    _refuse_foreign(request)
    if not request.POST.get("variant"):
        return _show(request, _Said(words=_("Choose first which one you would like."), status=422))
    try:
        quantity = read_quantity(request.POST.get("quantity", "1"))
        token = carts.put(
            at=now(),
            token=http.token_of(request),
            variant_id=_uuid(request.POST.get("variant", "")),
            quantity=quantity,
            language=_language(),
            network=http.network_of(request),
        )
    except Missing:
        raise
    except Refusal as refusal:
        return _show(request, _Said(words=refusal.message, status=refusal.status))
    return http.keep(HttpResponseRedirect(reverse("shop:cart")), token)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cart(request: HttpRequest) -> HttpResponse:
    """Show the cart, or do with it what was pressed."""
    if request.method != "POST":
        return _show(request, _Said())
    deed = _DEEDS.get(request.POST.get("do", ""), _change)
    try:
        return deed(request)
    except Missing:  # the cart is gone: another tab ordered it, or its time was up
        return HttpResponseRedirect(reverse("shop:cart"))


def _change(request: HttpRequest) -> HttpResponse:
    said = _set_quantities(request, carts.change)
    return _show(request, said) if said else _back(request)


def _set_quantities(request: HttpRequest, set_them: Callable[..., None]) -> _Said | None:
    """Set what was typed beside the lines; all of it or, where a number is none, nothing."""
    typed, numbers, wrong = _typed(request), {}, {}
    for variant, text in typed.items():
        try:
            numbers[variant] = read_quantity(text, least=0)
        except Refusal as refusal:
            wrong[variant] = refusal.message
    removed = request.POST.get("remove", "")
    if removed:
        numbers[_uuid(removed)], wrong = 0, {key: words for key, words in wrong.items() if key != _uuid(removed)}
    if wrong:
        return _Said(status=HTTPStatus.UNPROCESSABLE_ENTITY, typed=typed, wrong=wrong)
    set_them(at=now(), token=http.token_of(request), quantities=numbers, language=_language())
    return None


def _use_code(request: HttpRequest) -> HttpResponse:
    code = request.POST.get("code", "")[:200]
    try:
        carts.use_code(at=now(), token=http.token_of(request), code=code, network=http.network_of(request))
    except Missing:
        raise
    except Refusal as refusal:
        return _show(request, _Said(status=refusal.status, code=code, code_error=refusal.message))
    return _back(request)


def _drop_code(request: HttpRequest) -> HttpResponse:
    carts.drop_code(at=now(), token=http.token_of(request))
    return _back(request)


def _check_out(request: HttpRequest) -> HttpResponse:
    """Freeze the prices and lead to the checkout; quantities that were typed beside them count."""
    said = _set_quantities(request, carts.count_on)
    if said:
        return _show(request, said)
    try:
        quotes.make(at=now(), token=http.token_of(request), buyer=Buyer())
    except Refusal as refusal:
        return _show(request, _Said(words=refusal.message, status=refusal.status))
    return HttpResponseRedirect(reverse("shop:checkout"))


_DEEDS: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "change": _change,
    "code": _use_code,
    "uncode": _drop_code,
    "checkout": _check_out,
}


def _show(request: HttpRequest, said: _Said) -> HttpResponse:
    language = _language()
    found = queries.basket(http.token_of(request), at=now(), language=language)
    context: dict[str, Any] = shown(found, language=language, typed=said.typed, wrong=said.wrong)
    if found.last_order:
        context["last_order"] = {
            "reference": found.last_order[1],
            "url": links.path(found.last_order[0], language=language),
        }
    context |= {"words": said.words, "code": said.code, "code_error": said.code_error}
    return render(request, "shop/cart.html", context, status=said.status)


def _back(request: HttpRequest) -> HttpResponse:
    """Lead back to the cart; the cookie lives on from the last change."""
    return http.keep(HttpResponseRedirect(reverse("shop:cart")), http.token_of(request))


def _typed(request: HttpRequest) -> dict[UUID, str]:
    rows = {name.removeprefix("n-"): text for name, text in request.POST.items() if name.startswith("n-")}
    return {_uuid(variant): str(text)[:50] for variant, text in list(rows.items())[:100]}


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Missing from None


def _refuse_foreign(request: HttpRequest) -> None:
    is_own = is_own_form(
        fetch_site=request.headers.get("Sec-Fetch-Site", ""),
        origin=request.headers.get("Origin", ""),
        referer=request.headers.get("Referer", ""),
        own=f"{request.scheme}://{request.get_host()}",
    )
    if not is_own:
        raise http.ForeignForm(_("This did not come from a page of ours, so nothing was put into the cart."))


def _language() -> str:
    return get_language() or "fi"
