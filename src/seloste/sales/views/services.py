"""Subscriptions at the desk: one of them, and entering a change with who asked and how (S5.3)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from seloste.accounts import queries as accounts
from seloste.accounts.http import StaffRequest, requires
from seloste.kernel.clock import now
from seloste.kernel.forms import refuse
from seloste.kernel.refusals import Missing, Refusal, Words
from seloste.once.http import answer
from seloste.sales.forms.services import AskedForm, PauseForm, PriceForm, SwitchForm, TellForm
from seloste.sales.queries import services as queries
from seloste.sales.queries.services import ServiceSheet
from seloste.sales.shown import services as shown
from seloste.services.actions import changing, previewing
from seloste.services.choices import State

Told = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A kind of change: its form, its deed, in which states it is offered, and what it would do."""

    label: Words
    button: Words
    icon: str
    states: frozenset[State]
    do: Callable[[AskedForm, Told], object]
    form: type[AskedForm] = AskedForm
    about: Words = ""
    preview: Callable[[AskedForm, UUID], previewing.Preview] | None = None
    needs_next: bool = False
    needs_telling: bool = False


def _variant(form: AskedForm) -> UUID | None:
    return UUID(form.cleaned_data["variant"]) if form.cleaned_data["variant"] else None


def _switch(form: AskedForm, told: Told) -> object:
    given = form.cleaned_data
    return changing.switch(**told, variant=_variant(form), quantity=given["number"], credit=given["credit"])


def _foresee_switch(form: AskedForm, subscription_id: UUID) -> previewing.Preview:
    row = queries.row_of(by=form.by, subscription_id=subscription_id)
    given = form.cleaned_data
    return previewing.of_switch(
        row, variant=_variant(form), quantity=given["number"], at=form.at, credit=given["credit"]
    )


def _foresee_cancel(form: AskedForm, subscription_id: UUID) -> previewing.Preview:
    return previewing.of_cancel(queries.row_of(by=form.by, subscription_id=subscription_id), at=form.at)


_GOING = frozenset({State.ACTIVE, State.PAUSED, State.CANCELLED})

CHANGES: Mapping[str, Change] = {
    "kerrottu": Change(
        label=_("The customer was told of the renewal"),
        button=_("Save"),
        icon="mail",
        states=frozenset({State.ACTIVE}),
        form=TellForm,
        do=lambda _form, told: changing.tell_otherwise(**told),
        about=_("It is renewed when a week has gone by since then, at the earliest on its day."),
        needs_telling=True,
    ),
    "vaihda": Change(
        label=_("Larger, smaller or another number"),
        button=_("Make the change"),
        icon="edit",
        states=frozenset({State.ACTIVE}),
        form=SwitchForm,
        do=_switch,
        about=_("What costs more begins at once and is billed for the days left; what costs less begins afterwards."),
        preview=_foresee_switch,
    ),
    "tauko": Change(
        label=_("Pause"),
        button=_("Pause"),
        icon="clock",
        states=frozenset({State.ACTIVE}),
        form=PauseForm,
        do=lambda form, told: changing.pause(**told, resumes_on=form.cleaned_data["resumes_on"]),
        about=_("The days that are paid are kept. A pause lasts six months at most."),
    ),
    "jatka": Change(
        label=_("Let it go on"),
        button=_("Let it go on"),
        icon="right",
        states=frozenset({State.PAUSED}),
        do=lambda _form, told: changing.resume(**told),
    ),
    "irtisano": Change(
        label=_("Cancel the subscription"),
        button=_("Cancel the subscription"),
        icon="cross",
        states=frozenset({State.ACTIVE, State.PAUSED}),
        do=lambda _form, told: changing.cancel(**told),
        about=_("Nothing is billed any more. It goes on until the end of what is paid."),
        preview=_foresee_cancel,
    ),
    "pida": Change(
        label=_("Take the cancellation back"),
        button=_("Take the cancellation back"),
        icon="undo",
        states=frozenset({State.CANCELLED}),
        do=lambda _form, told: changing.keep(**told),
    ),
    "peru-muutos": Change(
        label=_("Call off the coming change"),
        button=_("Call it off"),
        icon="undo",
        states=_GOING,
        do=lambda _form, told: changing.call_off(**told),
        needs_next=True,
    ),
    "hinta": Change(
        label=_("Another price"),
        button=_("Set the price"),
        icon="order",
        states=frozenset({State.ACTIVE, State.PAUSED}),
        form=PriceForm,
        do=lambda form, told: changing.raise_price(**told, unit=form.cleaned_data["unit"], on=form.cleaned_data["on"]),
        about=_("The customer is told now, at least 30 days before."),
    ),
    "lopeta": Change(
        label=_("End it today"),
        button=_("End it today"),
        icon="cross",
        states=_GOING,
        do=lambda _form, told: changing.stop(**told),
        about=_("What is left of what was paid is returned."),
    ),
}


def _offered(sheet: ServiceSheet, *, may_write: bool) -> dict[str, Change]:
    return {
        key: change
        for key, change in CHANGES.items()
        if may_write
        and sheet.line.state in change.states
        and (sheet.next_title or not change.needs_next)
        and (sheet.is_untold or not change.needs_telling)
    }


@requires("read")
@require_safe
def service(request: StaffRequest, subscription_id: UUID) -> HttpResponse:
    """One subscription: what it is now, each of its changes, and what can be changed."""
    by = request.duty
    sheet = queries.sheet(by=by, at=now(), subscription_id=subscription_id)
    offered = _offered(sheet, may_write="write" in by.may)
    deeds = [
        {"url": reverse("sales:change", args=[subscription_id, key]), "label": one.label, "icon": one.icon}
        for key, one in offered.items()
    ]
    context = shown.page(sheet, colleagues=accounts.names(by=by), language=get_language() or "fi")
    return render(request, "sales/service.html", {**context, "deeds": deeds})


@requires("write")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: StaffRequest, subscription_id: UUID, key: str) -> HttpResponse:
    """Enter a change; where it costs or returns money, that is seen first."""
    at, by = now(), request.duty
    sheet = queries.sheet(by=by, at=at, subscription_id=subscription_id)
    one = CHANGES.get(key)
    if one is None or (request.method != "POST" and key not in _offered(sheet, may_write=True)):
        raise Missing
    form = one.form(request.POST or None, by=by, at=at, choices=sheet.choices, quantity=sheet.line.quantity)
    place = reverse("sales:service", args=[subscription_id])
    context: dict[str, Any] = {"title": one.label, "about": one.about, "place": place, "button": one.button}
    if one.preview and request.method == "POST" and "vahvistettu" not in request.POST and form.is_valid():
        foreseen = _foreseen(one.preview, form, subscription_id)
        if foreseen is not None:
            shown_first = {**context, "form": form, "preview": foreseen, "typed": _typed(request), "sheet": sheet}
            return render(request, "sales/change.html", shown_first)

    def do() -> str:
        token = form.cleaned_data["token"]
        one.do(form, {"by": by, "at": at, "subscription_id": subscription_id, "token": token, "asked": form.asked()})
        return place

    if form.is_bound and one.preview and "vahvistettu" not in request.POST:
        return render(request, "sales/form.html", {**context, "form": form}, status=422)
    return answer(request, form, do, template="sales/form.html", done=_("The change was made."), context=context)


def _foreseen(
    preview: Callable[[AskedForm, UUID], previewing.Preview], form: AskedForm, subscription_id: UUID
) -> previewing.Preview | None:
    try:
        return preview(form, subscription_id)
    except Missing:
        raise
    except Refusal as refusal:
        refuse(form, refusal)
        return None


def _typed(request: StaffRequest) -> list[tuple[str, str]]:
    sent: QueryDict = request.POST
    return [(name, str(value)) for name in sent for value in sent.getlist(name)]
