"""Withdrawals at the desk: what waits, which order one means, and the answer. Nobody is refused by a machine."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from seloste.accounts.http import StaffRequest, requires
from seloste.kernel.clock import now
from seloste.kernel.money import shown
from seloste.kernel.refusals import Missing, Refusal, Words
from seloste.once.http import answer
from seloste.sales.forms.orders import MatchForm, SettleForm, amounts
from seloste.sales.queries import withdrawals as queries
from seloste.shop.actions import withdrawing
from seloste.shop.choices import WithdrawalState
from seloste.shop.rules.withdrawal import Right

RIGHTS: dict[Right, Words] = {
    Right.OPEN: _("within the time of withdrawal"),
    Right.WAIVED: _("gave the right up for delivery at once"),
    Right.OVER: _("the time is over"),
    Right.BUSINESS: _("bought for a business"),
}
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@requires("read")
@require_safe
def waiting(request: StaffRequest) -> HttpResponse:
    """The withdrawals that wait, what is due first on top."""
    return render(request, "sales/withdrawals.html", {"rows": queries.waiting(by=request.duty, at=now())})


@requires("write")
@form_methods
def settle(request: StaffRequest, withdrawal_id: UUID) -> HttpResponse:
    """Answer a withdrawal."""
    at, by = now(), request.duty
    matter = _matter(request, withdrawal_id)
    if matter is None:
        messages.info(request, _("This withdrawal has been settled already."))
        return redirect("sales:withdrawals")
    if matter.waiting.order_id is None:
        return redirect("sales:match", withdrawal_id)
    left = {part.id: (part.title, part.most) for part in matter.parts if part.most}
    form = SettleForm(
        request.POST or None, by=by, at=at, left=left, initial=_meant(matter), accepted=_accepted(matter),
        is_in_time=matter.is_in_time,
    )  # fmt: skip
    place = reverse("sales:order", args=[matter.waiting.order_id])

    def do() -> str:
        to = WithdrawalState(form.cleaned_data["to"])
        some = amounts(form) if to is WithdrawalState.PARTLY else None
        withdrawing.settle(
            by=by, at=at, withdrawal_id=withdrawal_id, to=to, amounts=some, answer=form.cleaned_data["answer"],
            looked=bool(form.cleaned_data.get("looked")),
        )  # fmt: skip
        return place

    rights = [(part.title, RIGHTS[part.right], part.is_meant) for part in matter.parts]
    context = {"matter": matter, "rights": rights, "place": place}
    return answer(
        request, form, do, template="sales/withdrawal.html", done=_("The customer was answered."), context=context
    )


def _matter(request: StaffRequest, withdrawal_id: UUID) -> queries.Matter | None:
    if not queries.may_see(request.duty):
        raise Missing
    try:
        return queries.matter(by=request.duty, at=now(), withdrawal_id=withdrawal_id)
    except Missing:
        if request.method == "POST" and queries.is_settled(withdrawal_id):
            return None
        raise


def _accepted(matter: queries.Matter) -> str:
    """Return what follows where the withdrawal is accepted as it was stated, with its sum."""
    told = {
        "amount": shown(matter.amount, get_language() or "fi"),
        "lines": ", ".join(part.title for part in matter.parts if part.is_meant),
    }
    if matter.is_whole and not matter.is_paid:
        return gettext("Accepted: the order is cancelled. Nothing has been paid")
    if matter.is_whole:
        return gettext("Accepted: the whole order ends, and %(amount)s goes back") % told
    if not matter.is_paid:
        return gettext("Accepted: %(amount)s is credited on the invoice (%(lines)s). The rest goes on") % told
    return gettext("Accepted: %(amount)s goes back (%(lines)s). The rest of the order goes on") % told


def _meant(matter: queries.Matter) -> dict[str, object]:
    """Return what goes back where nothing is changed: of the lines that were meant, all."""
    return {f"line-{part.id}": part.most if part.is_meant else 0 for part in matter.parts if part.most}


@requires("write")
@form_methods
def match(request: StaffRequest, withdrawal_id: UUID) -> HttpResponse:
    """Say which order a withdrawal means."""
    at, by = now(), request.duty
    matter = queries.matter(by=by, at=at, withdrawal_id=withdrawal_id)
    form = MatchForm(request.POST or None, by=by, at=at, initial={"reference": matter.waiting.told_reference})

    def do() -> str:
        order_id = _called(form)
        withdrawing.match(by=by, at=at, withdrawal_id=withdrawal_id, order_id=order_id)
        return reverse("sales:withdrawal", args=[withdrawal_id])

    context = {"matter": matter, "place": reverse("sales:withdrawals")}
    return answer(request, form, do, template="sales/match.html", done=_("The order was found."), context=context)


class NoSuchOrder(Refusal):
    """No order has the number."""


def _called(form: MatchForm) -> UUID:
    try:
        return queries.order_called(by=form.by, typed=form.cleaned_data["reference"])
    except Missing:
        raise NoSuchOrder(_("No order has this number."), field="reference") from None
