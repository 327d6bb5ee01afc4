"""The customer's page of a subscription: what it costs next, and changing, pausing and cancelling it.

Each change has a page that says first what it does and costs; only the button there does it.
"""

from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from seloste.kernel.clock import local_date, now
from seloste.kernel.duty import visitor
from seloste.kernel.forms import refuse
from seloste.kernel.refusals import Missing, Refusal
from seloste.outreach.http import open_page
from seloste.services.actions import changing, previewing
from seloste.services.actions.door import OtherPrice, own_wish
from seloste.services.actions.previewing import Preview
from seloste.services.forms import ChooseForm, ConfirmForm, PauseForm, TokenForm
from seloste.services.queries import customer
from seloste.services.queries.customer import Seen
from seloste.services.shown import subscription as shown
from seloste.shop import links as orders

PURPOSE = "order"
#: What one button on the page itself does.
_AT_ONCE = {"resume": changing.resume, "keep": changing.keep, "call_off": changing.call_off}


@open_page
def page(request: HttpRequest, letters: str) -> HttpResponse:
    """Show the subscription, or do what one button says. Looking changes nothing."""
    seen = _seen(letters)
    if seen is None:
        return _dead(request)
    deed = _AT_ONCE.get(request.POST.get("do", "")) if request.method == "POST" else None
    form = TokenForm(request.POST if deed else None)
    if deed is None or not form.is_valid():
        return _show(request, seen)
    try:
        deed(**_told(seen, form))
    except Missing:
        return _dead(request)
    except Refusal as refusal:
        return _show(request, seen, refusal=refusal)
    return _back(letters, request.POST["do"])


def _show(request: HttpRequest, seen: Seen, *, refusal: Refusal | None = None) -> HttpResponse:
    context = {
        "seen": seen,
        "page": shown.page(seen, on=local_date(now())),
        "changes": [shown.change(one, seen) for one in customer.changes(seen.id)],
        "token": TokenForm()["token"].value(),
        "done": shown.done(request.GET.get("tehty", "")),
        "refusal": refusal.message if refusal else "",
        "order_url": reverse("shop:order", args=[orders.sign(seen.order_id)]),
    }
    return render(request, "services/subscription.html", context, status=refusal.status if refusal else 200)


# --- Changing ---------------------------------------------------------------------------------------------------------


@open_page
def change(request: HttpRequest, letters: str) -> HttpResponse:
    """Choose something else, see what it costs, and confirm it."""
    seen = _seen(letters)
    if seen is None:
        return _dead(request)
    if request.method == "POST":
        return _confirm(request, seen)
    chosen = request.GET if "variant" in request.GET else None
    form = ChooseForm(_options(letters, seen), chosen, initial={"variant": seen.variant, "quantity": seen.quantity})
    if chosen is None or not form.is_valid():
        return _choose(request, seen, form)
    return _preview(request, seen, form)


def _preview(request: HttpRequest, seen: Seen, form: ChooseForm) -> HttpResponse:
    read = form.cleaned_data
    try:
        preview = _switch(seen, UUID(read["variant"]), read["quantity"])
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        return _choose(request, seen, form)
    return _ask(request, seen, preview, UUID(read["variant"]))


def _confirm(request: HttpRequest, seen: Seen) -> HttpResponse:
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _choose(request, seen, ChooseForm(_options(seen.letters, seen), request.POST))
    read = form.cleaned_data
    variant = read["variant"]
    try:
        changing.switch(**_told(seen, form), variant=variant, quantity=read["quantity"], shown=read["shown"])
    except OtherPrice as refusal:
        preview = _switch(seen, variant, read["quantity"])
        return _ask(request, seen, preview, variant, refusal=refusal)
    except Refusal as refusal:
        return _show(request, _seen(seen.letters) or seen, refusal=refusal)
    return _back(seen.letters, "changed")


def _switch(seen: Seen, variant: UUID, quantity: int) -> Preview:
    row = customer.row_of(seen.letters, at=now())
    return previewing.of_switch(row, variant=variant, quantity=quantity, at=now())


def _options(letters: str, seen: Seen) -> list[tuple[str, str]]:
    return shown.options(seen, customer.choices(letters, at=now()))


def _choose(request: HttpRequest, seen: Seen, form: ChooseForm) -> HttpResponse:
    context = {"seen": seen, "page": shown.page(seen, on=local_date(now())), "form": form}
    return render(request, "services/choose.html", context, status=_status(form))


def _ask(
    request: HttpRequest, seen: Seen, preview: Preview, variant: UUID, *, refusal: Refusal | None = None
) -> HttpResponse:
    initial = {"variant": variant, "quantity": preview.quantity, "shown": preview.amount}
    context = {
        "seen": seen,
        "preview": shown.preview(preview),
        "form": ConfirmForm(initial=initial),
        "refusal": refusal.message if refusal else "",
    }
    return render(request, "services/confirm.html", context, status=refusal.status if refusal else 200)


# --- Pausing and cancelling -------------------------------------------------------------------------------------------


@open_page
def pause(request: HttpRequest, letters: str) -> HttpResponse:
    """Choose until when it is paused."""
    seen = _seen(letters)
    if seen is None:
        return _dead(request)
    if not seen.can_pause:
        return HttpResponseRedirect(reverse("services:subscription", args=[letters]))
    today = local_date(now())
    form = PauseForm(request.POST or None, first=today + timedelta(days=1), last=customer.latest_pause(today))
    if form.is_bound and form.is_valid():
        try:
            changing.pause(**_told(seen, form), resumes_on=form.cleaned_data["resumes_on"])
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            return _back(letters, "pause")
    context = {"seen": seen, "page": shown.page(seen, on=today), "form": form}
    return render(request, "services/pause.html", context, status=_status(form))


@open_page
def cancel(request: HttpRequest, letters: str) -> HttpResponse:
    """Say what cancelling means, and cancel: as easy as ordering was, and no reason is asked.

    Within the time for withdrawing the page names that right too: it gives back more (2011/83/EU art. 9).
    """
    seen = _seen(letters)
    if seen is None:
        return _dead(request)
    if not seen.can_cancel:
        return HttpResponseRedirect(reverse("services:subscription", args=[letters]))
    form = TokenForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            changing.cancel(**_told(seen, form))
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            return _back(letters, "cancel")
    preview = previewing.of_cancel(customer.row_of(letters, at=now()), at=now())
    context = {
        "seen": seen,
        "preview": shown.preview(preview),
        "form": form,
        "withdraw_until": customer.may_withdraw_until(seen, at=now()),
        "withdraw_url": reverse("shop:withdraw", args=[orders.sign(seen.order_id)]),
    }
    return render(request, "services/cancel.html", context, status=_status(form))


# --- What all of them share -------------------------------------------------------------------------------------------


def _seen(letters: str) -> Seen | None:
    try:
        return customer.opened(letters, at=now())
    except Missing:
        return None


def _told(seen: Seen, form: forms.Form) -> dict[str, Any]:
    at = now()
    return {
        "by": visitor(PURPOSE),
        "at": at,
        "subscription_id": seen.id,
        "token": form.cleaned_data["token"],
        "asked": own_wish(local_date(at)),
    }


def _back(letters: str, what: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('services:subscription', args=[letters])}?tehty={what}")


def _dead(request: HttpRequest) -> HttpResponse:
    return render(request, "services/dead.html", status=HTTPStatus.NOT_FOUND)


def _status(form: forms.Form) -> int:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
