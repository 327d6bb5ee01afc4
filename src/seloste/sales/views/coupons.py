"""Coupons at the desk: a new one, and one that is stopped."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from seloste.accounts.http import StaffRequest, requires
from seloste.kernel.clock import now
from seloste.kernel.refusals import Missing
from seloste.once.http import answer, tell
from seloste.sales.forms.coupons import CouponForm
from seloste.sales.queries import coupons as queries
from seloste.sales.shown import coupons as shown
from seloste.shop.actions import coupons as deeds


@requires("write")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Make a coupon."""
    if not queries.may_see(request.duty):
        raise Missing
    form = CouponForm(request.POST or None, by=request.duty, at=now())
    context = {
        "title": _("New coupon"),
        "about": _("A code takes something off an order. It can be stopped at any time."),
        "place": reverse("sales:coupons"),
        "button": _("Make the coupon"),
    }

    def do() -> str:
        return reverse("sales:coupon", args=[form.add()])

    return answer(request, form, do, template="sales/form.html", done=_("The coupon was made."), context=context)


@requires("read")
@require_safe
def coupon(request: StaffRequest, coupon_id: UUID) -> HttpResponse:
    """One coupon."""
    line = queries.coupon(by=request.duty, at=now(), coupon_id=coupon_id)
    context = {
        "line": line,
        "takes": shown.takes(line),
        "badge": shown.badge(line),
        "is_over": line.stands == "paattynyt",
    }
    return render(request, "sales/coupon.html", context)


@requires("write")
@require_POST
def stop(request: StaffRequest, coupon_id: UUID) -> HttpResponse:
    """Stop a coupon now; what was ordered with it stays."""
    queries.coupon(by=request.duty, at=now(), coupon_id=coupon_id)
    return tell(
        request,
        lambda: deeds.stop(by=request.duty, at=now(), coupon_id=coupon_id),
        done=_("The coupon does not work any more."),
        then=reverse("sales:coupon", args=[coupon_id]),
    )
