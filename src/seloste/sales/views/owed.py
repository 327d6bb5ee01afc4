"""Money that changes of subscriptions owe to customers: the list, and how each was returned. Once each."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from seloste.accounts.http import StaffRequest, requires
from seloste.kernel.clock import local_date, now
from seloste.kernel.refusals import Missing
from seloste.once.http import answer
from seloste.register.choices import Source
from seloste.sales.forms.owed import ReturnForm
from seloste.sales.queries import owed as queries
from seloste.services.actions import owing
from seloste.services.actions.door import Asked
from seloste.services.choices import AskedBy
from seloste.shop.actions.refunding import ByHand


@requires("read")
@require_safe
def waiting(request: StaffRequest) -> HttpResponse:
    """What is owed, the oldest first."""
    return render(request, "sales/owed.html", {"rows": queries.waiting(by=request.duty, at=now())})


@requires("write")
@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request: StaffRequest, change_id: UUID) -> HttpResponse:
    """Return what a change owes, or say how it was settled."""
    at = now()
    try:
        found, plan = queries.one(by=request.duty, at=at, change_id=change_id)
    except Missing:
        if not queries.is_settled(by=request.duty, change_id=change_id):
            raise
        messages.info(request, _("This has been returned already."))
        return redirect("sales:owed")
    form = ReturnForm(request.POST or None, by=request.duty, at=at, can_return=not plan.missing)
    place = reverse("sales:service", args=[found.subscription_id])

    def do() -> str:
        _settle(form, change_id)
        return place

    context = {"owed": found, "plan": plan, "place": reverse("sales:owed")}
    return answer(
        request, form, do, template="sales/give_back.html", done=_("Noted, and the customer is told."), context=context
    )


def _settle(form: ReturnForm, change_id: UUID) -> None:
    given = form.cleaned_data
    told: dict[str, Any] = {"by": form.by, "at": form.at, "change_id": change_id}
    detail = given["words"] or given["bank_reference"]
    asked = Asked(by=AskedBy.US, source=Source.CONTRACT, on=given["paid_on"] or local_date(form.at), detail=detail)
    if given["how"] == ReturnForm.SETTLED:
        owing.was_settled(**told, asked=asked)
        return
    is_by_hand = given["how"] == ReturnForm.BY_HAND
    by_hand = ByHand(paid_on=asked.on, bank_reference=given["bank_reference"]) if is_by_hand else None
    owing.give_back(**told, asked=asked, by_hand=by_hand)
