"""One order: looked at, and everything that can be done to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.contrib import messages as said
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from seloste.accounts import queries as accounts
from seloste.accounts.http import StaffRequest, requires
from seloste.kernel.clock import now
from seloste.kernel.money import NOTHING, cents
from seloste.kernel.refusals import Missing, Words
from seloste.once.forms import OnceForm
from seloste.once.http import answer, tell
from seloste.sales.forms import orders as forms
from seloste.sales.queries import order as queries
from seloste.sales.queries import persons
from seloste.sales.queries.order import Sheet
from seloste.sales.shown import order as shown
from seloste.services.actions import tasks
from seloste.shop.actions import correcting, delivering, linking, messages, refunding, states
from seloste.shop.actions.correcting import Corrected
from seloste.shop.choices import Why

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def about_order(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Record that an order outside the duty was asked for (S8.3), and answer that there is none."""

    @wraps(view)
    def noted(request: StaffRequest, order_id: UUID, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 -- a view's
        try:
            return view(request, order_id, *args, **kwargs)
        except Missing:
            queries.note_denied(by=request.duty, at=now(), order_id=order_id)
            raise

    return noted


@requires("read")
@about_order
@require_safe
def order(request: StaffRequest, order_id: UUID) -> HttpResponse:
    """One order: what was ordered, by whom, the money, the words, and what happened."""
    by = request.duty
    sheet = queries.sheet(by=by, at=now(), order_id=order_id, language=get_language() or "fi")
    context = shown.page(
        sheet,
        by=by,
        colleagues=accounts.names(by=by),
        name=persons.name_of(by=by, person_id=sheet.person_id),
        language=get_language() or "fi",
        due=_due(sheet),
    )
    return render(request, "sales/order.html", context)


def _due(sheet: Sheet) -> list[UUID]:
    return [line.id for line in sheet.lines if line.fulfilled_at is None and line.ended_at is None]


# --- Deeds ------------------------------------------------------------------------------------------------------------

Make = Callable[[StaffRequest, Sheet, dict[str, Any]], OnceForm]


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """Something that can be done to an order: its form, its doing, and what is said before and after."""

    title: Words
    button: Words
    done: Words
    make: Make
    do: Callable[[OnceForm, Sheet], object]
    about: Words = ""
    template: str = "sales/deed.html"
    danger: bool = False
    look: str = ""
    foreseen: Callable[[OnceForm, Sheet], Mapping[str, Any]] = field(default=lambda _form, _sheet: {})
    more: Callable[[StaffRequest, Sheet, OnceForm], Mapping[str, Any]] = field(default=lambda _r, _s, _f: {})


def _told(form: OnceForm, sheet: Sheet) -> dict[str, Any]:
    return {"by": form.by, "at": form.at, "order_id": sheet.id}


def _deliver_form(_request: StaffRequest, sheet: Sheet, told: dict[str, Any]) -> OnceForm:
    ids = _due(sheet)
    due = [(str(line.id), line.title) for line in sheet.lines if line.id in ids]
    withdrawn = {str(line) for line in sheet.withdrawn}
    return forms.DeliverForm(due=due, withdrawn=withdrawn, **told)


def _deliver(form: OnceForm, sheet: Sheet) -> None:
    chosen = [UUID(line) for line in form.cleaned_data["lines"]]
    delivering.deliver(**_told(form, sheet), line_ids=chosen)


def _plain(kind: type[OnceForm]) -> Make:
    return lambda _request, _sheet, told: kind(**told)


def _cancel(form: OnceForm, sheet: Sheet) -> None:
    states.cancel(**_told(form, sheet), why=Why(form.cleaned_data["why"]))


def _answer(form: OnceForm, sheet: Sheet) -> None:
    messages.answer(**_told(form, sheet), text=form.cleaned_data["text"], token=form.cleaned_data["token"])


def _refund_form(request: StaffRequest, sheet: Sheet, told: dict[str, Any]) -> OnceForm:
    left = refunding.preview(by=request.duty, order_id=sheet.id)
    titles = {line.id: line.title for line in sheet.lines}
    named = {line: (titles[line], most) for line, most in left.items() if most}
    return forms.RefundForm(left=named, **told)


def _refund(form: OnceForm, sheet: Sheet) -> None:
    given = form.cleaned_data
    refunding.refund(
        **_told(form, sheet),
        key=f"desk:{given['token']}",
        amounts=forms.amounts(form),
        why=Why(given["why"]),
        words=given["words"],
    )


def _foreseen(form: OnceForm, sheet: Sheet) -> Mapping[str, Any]:
    """Return what a refund would do: how much of which line, with its tax, and what is left afterwards."""
    amounts = forms.amounts(form)
    lines = [
        (line.title, amounts[line.id], cents(line.vat * amounts[line.id] / line.gross))
        for line in sheet.lines
        if line.id in amounts and line.gross
    ]
    total = sum(amounts.values(), NOTHING)
    return {
        "parts": lines,
        "total": total,
        "vat": sum((part for _title, _amount, part in lines), NOTHING),
        "left": sheet.gross - sheet.refunded - total,
        "why": Why(form.cleaned_data["why"]).label,
        "invoice": next(iter(sheet.invoices or ()), None),
        "typed": [(name, value) for name in form.data for value in cast(QueryDict, form.data).getlist(name)],
    }


def _conversation(_request: StaffRequest, sheet: Sheet, _form: OnceForm) -> Mapping[str, Any]:
    return {"said": [one for one in sheet.messages or () if one.side == "in"][-3:]}


def _correct_form(_request: StaffRequest, sheet: Sheet, told: dict[str, Any]) -> OnceForm:
    known = {name: sheet.values.get(name, "") for name in forms.CorrectForm.base_fields}
    return forms.CorrectForm(can_move=sheet.can_move, initial={**known, "again": sheet.is_unreached}, **told)


def _correct(form: OnceForm, sheet: Sheet) -> None:
    given = form.cleaned_data
    parts = {before: {name: given.get(before + name, "") for name in _PLACE} for before in ("", "delivery_")}
    told = Corrected(
        source=given["source"],
        email=given["email"],
        place=parts[""] if sheet.can_move else None,
        delivery=parts["delivery_"] if sheet.can_move else None,
    )
    correcting.correct(**_told(form, sheet), told=told)
    if given["again"]:
        correcting.confirm_again(**_told(form, sheet))


_PLACE = ("street", "postal_code", "city")

DEEDS: Mapping[str, Deed] = {
    "toimita": Deed(
        title=_("Mark as delivered"),
        button=_("Mark as delivered"),
        done=_("Noted as delivered."),
        about=_("When everything has been delivered, the customer is told so."),
        make=_deliver_form,
        do=_deliver,
    ),
    "aloita": Deed(
        title=_("Deliver before it is paid"),
        button=_("Begin the delivery"),
        done=_("The delivery has begun."),
        about=_("The order is on invoice. Usually it is delivered when the money has come."),
        make=_plain(forms.ConfirmForm),
        do=lambda form, sheet: states.let_go(**_told(form, sheet)),
    ),
    "peru": Deed(
        title=_("Cancel the order"),
        button=_("Cancel the order"),
        done=_("The order was cancelled."),
        about=_("What was kept for it is given back, and the customer is told. It cannot be undone."),
        make=_plain(forms.CancelForm),
        do=_cancel,
        danger=True,
    ),
    "vastaa": Deed(
        title=_("Write to the customer"),
        button=_("Send"),
        done=_("The message is on its way."),
        about=_("It goes by e-mail to the order's address, with the link of the order's own page."),
        make=_plain(forms.AnswerForm),
        do=_answer,
        more=_conversation,
    ),
    "korjaa": Deed(
        title=_("Correct the addresses"),
        button=_("Correct"),
        done=_("The addresses were corrected."),
        about=_(
            "What was wrong is put right here and, where the register has the same, there as well. What was sent and"
            " invoiced before stays as it was."
        ),
        make=_correct_form,
        do=_correct,
    ),
    "vahvista": Deed(
        title=_("Send the confirmation again"),
        button=_("Send"),
        done=_("The confirmation is on its way."),
        about=_("It goes to the order's e-mail address, with the terms and the invoice."),
        make=_plain(forms.ConfirmForm),
        do=lambda form, sheet: correcting.confirm_again(**_told(form, sheet)),
    ),
    "palauta": Deed(
        title=_("Return money"),
        button=_("Go on"),
        done=_("The refund is on its way, and the customer is told."),
        make=_refund_form,
        do=_refund,
        about=_("On the next page you see what leaves and what is booked, before anything happens."),
        look="sales/refund.html",
        foreseen=_foreseen,
    ),
}


@requires("write")
@about_order
@form_methods
def deed(request: StaffRequest, order_id: UUID, key: str) -> HttpResponse:
    """Do something to an order; what cannot be done as it stands is not there."""
    at, by = now(), request.duty
    sheet = queries.sheet(by=by, at=at, order_id=order_id, language=get_language() or "fi")
    offered = {one["key"] for one in shown.deeds(sheet, by=by, due=_due(sheet))}
    one = DEEDS.get(key)
    if one is None or not shown.may(key, by):
        raise Missing
    if key not in offered and request.method != "POST":
        return _gone(request, sheet)
    form = one.make(request, sheet, {"data": request.POST or None, "by": by, "at": at})
    place = reverse("sales:order", args=[order_id])

    def do() -> str:
        one.do(form, sheet)
        return place

    context = {"order": sheet, "deed": one, "place": place, **one.more(request, sheet, form)}
    if one.look and request.method == "POST" and "vahvistettu" not in request.POST and form.is_valid():
        return render(request, one.look, {**context, "form": form, **one.foreseen(form, sheet)})
    return answer(request, form, do, template=one.template, done=one.done, context=context)


def _gone(request: StaffRequest, sheet: Sheet) -> HttpResponse:
    """Lead back to the order, which has gone on meanwhile."""
    said.error(request, _("This is no longer possible. Look at how the order stands now."))
    return redirect("sales:order", sheet.id)


@requires("write")
@about_order
@require_POST
def handled(request: StaffRequest, order_id: UUID, message_id: UUID) -> HttpResponse:
    """Note that a message needs no answer."""
    return tell(
        request,
        lambda: messages.handled(by=request.duty, at=now(), message_id=message_id),
        done=_("The message was put aside."),
        then=reverse("sales:order", args=[order_id]),
    )


@requires("write")
@about_order
@require_POST
def task(request: StaffRequest, order_id: UUID, task_id: UUID) -> HttpResponse:
    """Note that something was switched on or handed over: its line is delivered."""
    return tell(
        request,
        lambda: tasks.done(by=request.duty, at=now(), task_id=task_id),
        done=_("Noted as delivered."),
        then=reverse("sales:order", args=[order_id]),
    )


# --- Whose it is ------------------------------------------------------------------------------------------------------


@requires("write")
@about_order
@form_methods
def whose(request: StaffRequest, order_id: UUID) -> HttpResponse:
    """Say whose a waiting order is: somebody in the register, or somebody new. Never silently."""
    at, by = now(), request.duty
    sheet = queries.sheet(by=by, at=at, order_id=order_id)
    if not shown.may("kenen", by):
        raise Missing
    if "kenen" not in {one["key"] for one in shown.deeds(sheet, by=by, due=())}:
        return _gone(request, sheet)
    found = persons.matches(by=by, at=at, sheet=sheet)
    is_new = "family_name" in request.POST
    same = forms.PersonForm(
        None if is_new else request.POST or None, by=by, at=at, persons=[(str(one.id), one.name) for one in found]
    )
    names = {name: sheet.values.get(name, "") for name in ("given_name", "family_name")}
    new = forms.NameForm(request.POST if is_new else None, by=by, at=at, initial=names)
    context = {"order": sheet, "matches": found, "same": same, "new": new, "customer": shown.customer(sheet)}
    do = _enter_new(new, sheet) if is_new else _link(same, sheet)
    return answer(
        request,
        new if is_new else same,
        do,
        template="sales/whose.html",
        done=_("The order has its person."),
        context=context,
    )


def _link(form: OnceForm, sheet: Sheet) -> Callable[[], str]:
    def do() -> str:
        person_id = UUID(form.cleaned_data["person"])
        persons.chosen(by=form.by, at=form.at, person_id=person_id)
        linking.same_person(**_told(form, sheet), person_id=person_id)
        return reverse("sales:order", args=[sheet.id])

    return do


def _enter_new(form: OnceForm, sheet: Sheet) -> Callable[[], str]:
    def do() -> str:
        told = {name: form.cleaned_data[name] for name in ("given_name", "family_name")}
        linking.new_person(**_told(form, sheet), **told)
        return reverse("sales:order", args=[sheet.id])

    return do
