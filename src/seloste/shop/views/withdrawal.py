"""The function for withdrawing from a contract that anybody may use, linked at the foot of every page of the shop."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from seloste.declaration.load import current
from seloste.kernel.clock import now
from seloste.kernel.duty import visitor
from seloste.kernel.forms import refuse
from seloste.kernel.refusals import Refusal
from seloste.notices.queries import short_layer
from seloste.outreach.http import open_page
from seloste.shop.actions import withdrawing
from seloste.shop.actions.withdrawing import Statement
from seloste.shop.forms.order import FORM, PublicWithdrawalForm
from seloste.shop.queries import withdrawals


@open_page
def form_page(request: HttpRequest) -> HttpResponse:
    """State a withdrawal. The answer is the same whether or not we know the order (P30)."""
    form = PublicWithdrawalForm(
        language=get_language() or "fi", at=now(), data=request.POST.dict() if request.method == "POST" else None
    )
    if not form.is_bound or not form.is_valid():
        return _ask(request, form)
    try:
        reference = _state(request, form)
    except Refusal as refusal:
        refuse(form, refusal)
        return _ask(request, form, status=refusal.status)
    context = {"reference": reference, "email": form.answers()["email"]}
    return render(request, "shop/withdrawn.html", context)


def _state(request: HttpRequest, form: PublicWithdrawalForm) -> str:
    told = form.answers()
    withdrawal_id = withdrawing.state_openly(
        by=visitor("order"),
        at=form.at,
        statement=Statement(
            name=told["name"], email=told["email"], told_reference=told["reference"], text=told["message"]
        ),
        token=form.opened_id,
        language=form.language,
        network=str(request.META.get("REMOTE_ADDR", "")),
    )
    return withdrawals.reference_of(withdrawal_id)


def _ask(request: HttpRequest, form: PublicWithdrawalForm, *, status: int = 0) -> HttpResponse:
    declared = current().form[FORM]
    context = {
        "form": form,
        "fields": [form[name] for name in declared.asks],
        "token": form.next_token() if form.is_bound else form.fresh_token(),
        "title": declared.title.in_language(form.language),
        "intro": declared.intro.in_language(form.language),
        "button": declared.button.in_language(form.language),
        "short": short_layer(FORM, form.language),
    }
    code = status or (HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK)
    return render(request, "shop/withdrawal.html", context, status=code)
