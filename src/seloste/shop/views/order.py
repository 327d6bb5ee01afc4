"""An order's page: whoever has the link sees how it stands, pays, writes, cancels, withdraws. No account, no cookie."""

import contextlib
from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from seloste.kernel.clock import now
from seloste.kernel.duty import visitor
from seloste.kernel.forms import refuse
from seloste.kernel.refusals import Missing, Refusal
from seloste.outreach.http import open_page
from seloste.payments import actions as payments
from seloste.shop import page
from seloste.shop.actions import correcting, linking, messages, paying, states, withdrawing
from seloste.shop.choices import Why
from seloste.shop.forms.order import MessageForm, WithdrawForm
from seloste.shop.queries import papers
from seloste.shop.queries.order_page import OrderPage, order_page
from seloste.shop.shown import order as shown

_HER = visitor("order")


@open_page
def order(request: HttpRequest, letters: str) -> HttpResponse:
    """Show the order, or do what one button says. Looking changes nothing; other letters open nothing."""
    seen = order_page(letters, at=now())
    if request.method != "POST":
        return _show(request, seen, letters)
    deed = _DEEDS.get(request.POST.get("do", ""))
    return deed(request, seen, letters) if deed else _show(request, seen, letters)


def _show(
    request: HttpRequest,
    seen: OrderPage,
    letters: str,
    *,
    message: MessageForm | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    context = {
        "seen": seen,
        "letters": letters,
        "page": shown.page(seen),
        "done": shown.done(request.GET.get("tehty", ""), seen),
        "message": message or MessageForm(auto_id="%s"),
        "refusal": refusal,
        "sections": page.sections(seen.id, get_language() or "fi", now()),
    }
    wrong = HTTPStatus.UNPROCESSABLE_ENTITY if message and message.errors else HTTPStatus.OK
    return render(request, "shop/order.html", context, status=refusal.status if refusal else wrong)


def _again(request: HttpRequest, letters: str, refusal: Refusal) -> HttpResponse:
    """Say why it was refused, above the page as it stands now."""
    return _show(request, order_page(letters, at=now()), letters, refusal=refusal)


def _then(letters: str, what: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('shop:order', args=[letters])}?tehty={what}")


def _pay(request: HttpRequest, seen: OrderPage, letters: str) -> HttpResponse:
    """Lead to the payment: the one that waits already, or a new attempt."""
    try:
        reference, payment_id = paying.pay_again(by=_HER, at=now(), order_id=seen.id)
    except Refusal as refusal:
        return _again(request, letters, refusal)
    with contextlib.suppress(Refusal):  # the provider is away: the page that leads there asks again
        payments.redirect(at=now(), payment_id=payment_id)
    return HttpResponseRedirect(reverse("payments:go", args=[reference]))


def _cancel(request: HttpRequest, seen: OrderPage, letters: str) -> HttpResponse:
    try:
        states.cancel(by=_HER, at=now(), order_id=seen.id, why=Why.BY_CUSTOMER, source="web_form")
    except Refusal as refusal:
        return _again(request, letters, refusal)
    return _then(letters, "cancel")


def _write(request: HttpRequest, seen: OrderPage, letters: str) -> HttpResponse:
    form = MessageForm(request.POST, auto_id="%s")
    if not form.is_valid():
        return _show(request, seen, letters, message=form)
    told = form.cleaned_data
    try:
        messages.write(by=_HER, at=now(), order_id=seen.id, text=told["text"], token=told["token"])
    except Refusal as refusal:
        refuse(form, refusal)
        return _show(request, seen, letters, message=form)
    return _then(letters, "message")


def _link(request: HttpRequest, seen: OrderPage, letters: str) -> HttpResponse:
    """Put the order with the person, who says that it is hers: only with the link that was sent to its address."""
    if not seen.can_link:
        return _show(request, seen, letters)
    try:
        linking.by_link(by=_HER, at=now(), order_id=seen.id)
    except Refusal as refusal:
        return _again(request, letters, refusal)
    return _then(letters, "link")


def _confirm_again(request: HttpRequest, seen: OrderPage, letters: str) -> HttpResponse:
    try:
        correcting.confirm_again(by=_HER, at=now(), order_id=seen.id, limited=True)
    except Refusal as refusal:
        return _again(request, letters, refusal)
    return _then(letters, "confirmation")


def _take_back(_request: HttpRequest, seen: OrderPage, letters: str) -> HttpResponse:
    withdrawing.take_back(by=_HER, at=now(), order_id=seen.id)
    return _then(letters, "back")


_DEEDS: dict[str, Callable[[HttpRequest, OrderPage, str], HttpResponse]] = {
    "pay": _pay,
    "cancel": _cancel,
    "message": _write,
    "link": _link,
    "back": _take_back,
    "confirmation": _confirm_again,
}


@open_page
def withdraw(request: HttpRequest, letters: str) -> HttpResponse:
    """Withdraw from the contract: a page that says how the right stands, and one button that confirms."""
    seen = order_page(letters, at=now())
    if not seen.can_withdraw:
        return HttpResponseRedirect(reverse("shop:order", args=[letters]))
    form = WithdrawForm(seen, request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _ask(request, seen, letters, form)
    told = form.cleaned_data
    lines = [UUID(line) for line in told["lines"]]
    try:
        withdrawing.state(by=_HER, at=now(), order_id=seen.id, token=told["token"], lines=lines, text=told["text"])
    except Refusal as refusal:
        refuse(form, refusal)
        return _ask(request, seen, letters, form)
    return _then(letters, "withdraw")


def _ask(request: HttpRequest, seen: OrderPage, letters: str, form: WithdrawForm) -> HttpResponse:
    context = {"seen": seen, "letters": letters, "form": form, "right": shown.right_words(seen)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "shop/withdraw.html", context, status=status)


@open_page
def confirmation(_request: HttpRequest, letters: str) -> HttpResponse:
    """Give the confirmation of the order as it was sent, on paper."""
    seen = order_page(letters, at=now())
    return _pdf(f"{seen.reference}.pdf", papers.confirmation_of(seen.id, at=now()))


@open_page
def voucher(_request: HttpRequest, letters: str, invoice_id: UUID) -> HttpResponse:
    """Give an invoice or a credit note of this order; another order's does not exist here."""
    seen = order_page(letters, at=now())
    found = next((one for one in seen.vouchers if one.id == invoice_id), None)
    if found is None:
        raise Missing
    return _pdf(f"{found.number}.pdf", papers.voucher(invoice_id, at=now()))


def _pdf(name: str, content: bytes) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
