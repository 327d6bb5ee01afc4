"""Payments at the desk: one of them, what does not fit, and refunds that somebody pays by hand."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from seloste.accounts.http import StaffRequest, requires
from seloste.kernel.clock import now
from seloste.once.http import answer, tell
from seloste.payments import actions
from seloste.payments.choices import RefundState, RefundWhy, Settled
from seloste.sales.forms.payments import ByHandForm, SettledForm
from seloste.sales.queries import payments as queries
from seloste.sales.shown.order import payment_badge

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@requires("read")
@require_safe
def payment(request: StaffRequest, payment_id: UUID) -> HttpResponse:
    """One payment, with everything that was heard of it."""
    sheet = queries.sheet(by=request.duty, at=now(), payment_id=payment_id)
    refunds = [
        {
            "refund": one,
            "why": RefundWhy(one.why).label,
            "state": capfirst(str(one.state.label)),
            "by_hand": one.state is RefundState.BY_HAND,
            "failed": one.state is RefundState.FAILED,
            "unknown": one.state is RefundState.UNKNOWN,
        }
        for one in sheet.refunds
    ]
    context = {"sheet": sheet, "line": sheet.line, "badge": payment_badge(sheet.line.state), "refunds": refunds}
    return render(request, "sales/payment.html", context)


@requires("write")
@require_POST
def ask(request: StaffRequest, payment_id: UUID) -> HttpResponse:
    """Ask the payment service how the payment stands; asking twice changes nothing."""
    queries.sheet(by=request.duty, at=now(), payment_id=payment_id)
    return tell(
        request,
        lambda: actions.settle(at=now(), payment_id=payment_id),
        done=_("The payment service was asked. Here is how the payment stands."),
        then=reverse("sales:payment", args=[payment_id]),
    )


@requires("read")
@require_safe
def odd(request: StaffRequest) -> HttpResponse:
    """What does not fit, the oldest first."""
    return render(request, "sales/odd.html", {"rows": queries.odd(by=request.duty, at=now())})


@requires("write")
@form_methods
def settle(request: StaffRequest, trouble_id: UUID) -> HttpResponse:
    """Say what was done about something that did not fit."""
    at = now()
    found = next((one for one in queries.odd(by=request.duty, at=at) if one.id == trouble_id), None)
    if found is None:
        messages.info(request, _("This has been dealt with already."))
        return redirect("sales:odd")
    form = SettledForm(request.POST or None, by=request.duty, at=at)
    place = reverse("sales:odd")

    def do() -> str:
        actions.settle_trouble(by=form.by, at=at, trouble_id=trouble_id, how=Settled(form.cleaned_data["how"]))
        return place

    context = {"title": _("Say what became of it"), "about": found.kind.label, "place": place, "button": _("Save")}
    return answer(request, form, do, template="sales/form.html", done=_("Noted."), context=context)


@requires("write")
@form_methods
def by_hand(request: StaffRequest, payment_id: UUID, refund_id: UUID) -> HttpResponse:
    """Note that a refund was paid by bank transfer."""
    at = now()
    queries.sheet(by=request.duty, at=at, payment_id=payment_id)
    form = ByHandForm(request.POST or None, by=request.duty, at=at)
    place = reverse("sales:payment", args=[payment_id])

    def do() -> str:
        told = {name: form.cleaned_data[name] for name in ("paid_on", "bank_reference")}
        actions.refunded_by_hand(by=form.by, at=at, refund_id=refund_id, **told)
        return place

    context = {"title": _("The refund was paid"), "about": "", "place": place, "button": _("Save")}
    return answer(request, form, do, template="sales/form.html", done=_("Noted."), context=context)


@requires("write")
@require_POST
def pay_by_hand(request: StaffRequest, payment_id: UUID, refund_id: UUID) -> HttpResponse:
    """Have a refund that the payment service could not make be paid by bank transfer."""
    queries.sheet(by=request.duty, at=now(), payment_id=payment_id)
    return tell(
        request,
        lambda: actions.refund_by_hand(by=request.duty, at=now(), refund_id=refund_id),
        done=_("It now waits to be paid by bank transfer."),
        then=reverse("sales:payment", args=[payment_id]),
    )


@requires("write")
@require_POST
def resolve(request: StaffRequest, payment_id: UUID, refund_id: UUID) -> HttpResponse:
    """Say whether a refund of which nobody knows went through."""
    queries.sheet(by=request.duty, at=now(), payment_id=payment_id)
    went = request.POST.get("meni", "") == "kylla"
    return tell(
        request,
        lambda: actions.resolve_refund(by=request.duty, at=now(), refund_id=refund_id, went_through=went),
        done=_("Noted."),
        then=reverse("sales:payment", args=[payment_id]),
    )
