"""Requests at the desk: the queue by the last day, one request with its next lawful step, entering one by hand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from seloste.accounts.http import StaffRequest, requires
from seloste.kernel.clock import now
from seloste.kernel.forms import refuse
from seloste.kernel.refusals import Missing, NotAllowed, Refusal
from seloste.notices.queries import current_version_id
from seloste.rights import actions
from seloste.rights import forms as typed
from seloste.rights.choices import Channel, Method, Outcome, Right, Way
from seloste.rights.queries import desk as queries
from seloste.rights.queries import papers, people
from seloste.rights.queries.desk import Sheet
from seloste.rights.shown import desk as shown

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@requires("read")
@require_safe
def queue(request: StaffRequest) -> HttpResponse:
    """Show what waits for an answer, the one due first on top; or what has ended."""
    is_open = request.GET.get("tila", "") != "paattyneet"
    lines = queries.queue(by=request.duty, at=now(), is_open=is_open)
    rows = [(line, shown.ALARMS.get(line.alarm) if line.alarm else None, shown.NEXT[line.next]) for line in lines]
    return render(request, "rights/queue.html", {"rows": rows, "is_open": is_open})


@requires("write", "intake")
@form_methods
def enter(request: StaffRequest) -> HttpResponse:
    """Enter a request that came by telephone, letter or in person. Whoever hears one enters it (art. 12(2))."""
    at = now()
    form = typed.EnterForm(request.POST or None, at=at, initial={"language": get_language() or "fi"})
    received = _entered(request, form) if form.is_bound and form.is_valid() else None
    if received is None:
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        return render(request, "rights/enter.html", {"form": form}, status=status)
    words = _("The request was entered. Its number is %(reference)s: tell it to the person.")
    messages.success(request, words % {"reference": received.reference})
    return redirect("requests:sheet", received.id) if queries.may_see(request.duty) else redirect("requests:enter")


def _entered(request: StaffRequest, form: typed.EnterForm) -> actions.Received | None:
    told = {name: form.cleaned_data[name] for name in ("name", "email", "phone", "address", "message", "language")}
    arrival = actions.Arrival(
        channel=Channel(form.cleaned_data["channel"]),
        received_at=form.cleaned_data["received_at"],
        wanted=[actions.Wanted(right=right) for right in form.wanted()],
        notice_version_id=current_version_id(),
        token=form.cleaned_data["token"],
        **told,
    )
    try:
        return actions.receive(by=request.duty, at=now(), arrival=arrival)
    except (Missing, NotAllowed):
        raise
    except Refusal as refusal:
        refuse(form, refusal)
        return None


@requires("read")
@require_safe
def sheet(request: StaffRequest, request_id: UUID) -> HttpResponse:
    """Show one request: what comes next, what was asked, who asks, what was said and what happened."""
    return _show(request, queries.sheet(by=request.duty, at=now(), request_id=request_id))


@requires("read")
@require_safe
def paper(request: StaffRequest, request_id: UUID) -> HttpResponse:
    """Give the answer as a letter to print and post."""
    reference, pdf = papers.for_posting(by=request.duty, at=now(), request_id=request_id)
    name = f'attachment; filename="{reference}.pdf"'
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": name})


# --- Steps ------------------------------------------------------------------------------------------------------------

Deed = Callable[[StaffRequest, Sheet, Mapping[str, Any]], object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step: the form that takes it, and its deed."""

    form: Callable[[Sheet, Any], forms.Form]
    deed: Deed


def _told(request: StaffRequest, sheet: Sheet) -> dict[str, Any]:
    return {"by": request.duty, "at": now(), "request_id": sheet.id}


def _assign(request: StaffRequest, sheet: Sheet, data: Mapping[str, Any]) -> None:
    try:
        person_id = people.person_called(data["reference"])
        actions.assign(**_told(request, sheet), person_id=person_id)
    except Missing:
        raise actions.NobodyFound(_("Nobody in the register has this number."), field="reference") from None


def _ask(request: StaffRequest, sheet: Sheet, data: Mapping[str, Any]) -> None:
    chosen = data.get("contact_point", "")
    point = UUID(chosen) if chosen else None
    method = Method(data["method"])
    actions.ask(**_told(request, sheet), method=method, reason=data["reason"], contact_point_id=point)


def _code(request: StaffRequest, sheet: Sheet, data: Mapping[str, Any]) -> None:
    if not actions.enter_code(**_told(request, sheet), typed=data["code"]):
        raise actions.ProvesNothing(_("This code does not work."), field="code")


def _check(request: StaffRequest, sheet: Sheet, data: Mapping[str, Any]) -> None:
    told = {"method": Method(data["method"]), "is_proved": data["is_proved"] == "yes"}
    actions.note_check(**_told(request, sheet), **told, reason=data["reason"], evidence=data["evidence"])


def _noted(request: StaffRequest, sheet: Sheet, data: Mapping[str, Any]) -> None:
    queries.check_duty(request.duty)
    way = Way(data["way"])
    actions.note_answer(**_told(request, sheet), text=data["text"], way=way, answered_at=data["received_at"])


def _way(deed: Callable[..., object], *names: str) -> Deed:
    """Return the step that says something by a way; ``names`` are what else its form tells."""

    def do(request: StaffRequest, sheet: Sheet, data: Mapping[str, Any]) -> object:
        return deed(**_told(request, sheet), way=Way(data["way"]), **{name: data[name] for name in names})

    return do


def _plain(deed: Callable[..., object], *names: str) -> Deed:
    """Return the step that is told just what its form says."""

    def do(request: StaffRequest, sheet: Sheet, data: Mapping[str, Any]) -> object:
        return deed(**_told(request, sheet), **{name: data[name] for name in names})

    return do


def _ways(sheet: Sheet) -> list[tuple[str, str]]:
    """Return the ways in which the person can be told something that reveals nothing."""
    return [(way.value, str(way.label)) for way in Way if way is not Way.PAGE and (way is not Way.EMAIL or sheet.email)]


def _methods(sheet: Sheet) -> list[Method]:
    has_strong = actions.strong() is not None
    fit = [one.point for one in sheet.reached if one.unfit is None]
    offered = actions.offered_for([one.right for one in sheet.items], fit, has_strong=has_strong)
    return offered if sheet.person_id else [Method.ORDER]


def _points(sheet: Sheet) -> list[tuple[str, str]]:
    mails = [one.point for one in sheet.reached if one.unfit is None and one.point.kind == "email"]
    return [(str(point.id), point.value) for point in mails]


def _new_rights(sheet: Sheet) -> list[Right]:
    asked = {one.right for one in sheet.items}
    return [right for right in Right if right not in asked and right is not Right.QUESTION]


STEPS: Mapping[str, Step] = {
    "acknowledge": Step(
        form=lambda sheet, data: typed.WayForm(data, ways=_ways(sheet)), deed=_way(actions.acknowledge)
    ),
    "assign": Step(form=lambda _sheet, data: typed.PersonForm(data), deed=_assign),
    "ask": Step(
        form=lambda sheet, data: typed.AskForm(data, methods=_methods(sheet), points=_points(sheet)), deed=_ask
    ),
    "code": Step(form=lambda _sheet, data: typed.CodeForm(data, auto_id="%s"), deed=_code),
    "check": Step(form=lambda _sheet, data: typed.CheckForm(data), deed=_check),
    "give_up": Step(form=lambda _sheet, data: typed.WhyForm(data), deed=_plain(actions.give_up, "reasons")),
    "extend": Step(form=lambda _sheet, data: typed.ReasonsForm(data), deed=_way(actions.extend, "reasons")),
    "clarify": Step(form=lambda _sheet, data: typed.QuestionForm(data), deed=_way(actions.clarify, "question")),
    "noted": Step(form=lambda _sheet, data: typed.NotedForm(data, at=now()), deed=_noted),
    "add_right": Step(
        form=lambda sheet, data: typed.AddRightForm(data, rights=_new_rights(sheet)),
        deed=lambda request, sheet, data: actions.add_right(**_told(request, sheet), right=Right(data["right"])),
    ),
    "answer": Step(form=lambda _sheet, data: typed.AnswerForm(data), deed=_way(actions.answer, "greeting")),
    "send_again": Step(form=lambda _sheet, data: typed.WayForm(data), deed=_way(actions.send_again)),
    "close": Step(form=lambda _sheet, data: forms.Form(data), deed=_plain(actions.close)),
    "withdraw": Step(form=lambda _sheet, data: forms.Form(data), deed=_plain(actions.withdraw)),
    "reopen": Step(
        form=lambda _sheet, data: typed.ReopenForm(data, at=now()),
        deed=_plain(actions.reopen, "received_at", "reasons"),
    ),
}


@requires("write")
@require_POST
def step(request: StaffRequest, request_id: UUID, name: str) -> HttpResponse:
    """Take one step; where it is refused, the page says why and nothing that was written is lost."""
    if name not in STEPS:
        raise Missing
    seen = queries.sheet(by=request.duty, at=now(), request_id=request_id)
    form = STEPS[name].form(seen, request.POST)
    return _take(request, seen, name, form, lambda: STEPS[name].deed(request, seen, form.cleaned_data))


@requires("write")
@require_POST
def assign(request: StaffRequest, request_id: UUID, person_id: UUID) -> HttpResponse:
    """Note that the request concerns the person who was found by the address or number given."""
    queries.check_duty(request.duty)
    actions.assign(by=request.duty, at=now(), request_id=request_id, person_id=person_id)
    return redirect("requests:sheet", request_id)


@requires("write")
@require_POST
def decide(request: StaffRequest, request_id: UUID, item_id: UUID) -> HttpResponse:
    """Decide one thing that was asked."""
    seen = queries.sheet(by=request.duty, at=now(), request_id=request_id)
    item = next((one for one in seen.items if one.id == item_id), None)
    if item is None:
        raise Missing
    form = typed.DecideForm(request.POST, prefix=str(item.id), outcomes=item.outcomes, grounds=item.grounds)
    return _take(request, seen, str(item_id), form, lambda: _decide(request, item_id, form))


def _decide(request: StaffRequest, item_id: UUID, form: typed.DecideForm) -> None:
    told = {name: form.cleaned_data.get(name, "") for name in ("reasons", "evidence")}
    ruling = actions.Ruling(outcome=Outcome(form.cleaned_data["outcome"]), reason=form.ground(), **told)
    actions.decide(by=request.duty, at=now(), item_id=item_id, ruling=ruling)


@requires("write")
@require_POST
def about_item(request: StaffRequest, request_id: UUID, item_id: UUID, what: str) -> HttpResponse:
    """Confirm a refusal as the second employee, or carry out what was granted."""
    deed = {"vahvista": actions.second, "toteuta": actions.carry_out}.get(what)
    if deed is None:
        raise Missing
    queries.check_duty(request.duty)
    try:
        deed(by=request.duty, at=now(), item_id=item_id)
    except (Missing, NotAllowed):
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    return redirect("requests:sheet", request_id)


def _take(request: StaffRequest, seen: Sheet, name: str, form: forms.Form, deed: Callable[[], object]) -> HttpResponse:
    if not form.is_valid():
        return _show(request, seen, wrong=(name, form))
    try:
        deed()
    except (Missing, NotAllowed):
        raise
    except Refusal as refusal:
        refuse(form, refusal)
        return _show(request, seen, wrong=(name, form))
    messages.success(request, _("Done."))
    return redirect("requests:sheet", seen.id)


# --- The page ---------------------------------------------------------------------------------------------------------


def _show(request: StaffRequest, seen: Sheet, *, wrong: tuple[str, forms.Form] | None = None) -> HttpResponse:
    advice = shown.NEXT[seen.next]
    can_write = "write" in request.duty.may
    context = {
        "sheet": seen,
        "alarm": shown.ALARMS.get(seen.alarm) if seen.alarm else None,
        "advice": advice,
        "draft": actions.draft(by=request.duty, request_id=seen.id, step=seen.next),
        "steps": [_panel(request, seen, name, wrong) for name in advice.steps] if can_write else [],
        "others": [_panel(request, seen, name, wrong) for name in shown.others(seen, advice.steps)]
        if can_write
        else [],
        "items": [_item(seen, one, wrong) for one in seen.items],
        "wrong": wrong[1] if wrong else None,
        "reached": [(one, one.unfit.label if one.unfit else "") for one in seen.reached],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "rights/sheet.html", context, status=status)


def _panel(request: StaffRequest, seen: Sheet, name: str, wrong: tuple[str, forms.Form] | None) -> Mapping[str, object]:
    """Return a step as the page shows it: its title, its button, and its form (the refused one, where it was)."""
    title, button = shown.STEPS[name]
    is_wrong = wrong is not None and wrong[0] == name
    form = wrong[1] if wrong is not None and is_wrong else _fresh(request, seen, name)
    return {"name": name, "title": title, "button": button, "form": form, "is_wrong": is_wrong}


def _fresh(request: StaffRequest, seen: Sheet, name: str) -> forms.Form:
    form = STEPS[name].form(seen, None)
    if name in {"answer", "send_again"}:
        found = actions.deliveries_of(by=request.duty, request_id=seen.id)
        ways = [(one.way.value, f"{one.way.label} {one.address}".strip()) for one in found]
        cast(typed.WayForm, form).offer("way", ways)
    elif "way" in form.fields:
        cast(typed.WayForm, form).offer("way", _ways(seen))
    return form


def _item(seen: Sheet, item: queries.Asked, wrong: tuple[str, forms.Form] | None) -> Mapping[str, object]:
    is_wrong = wrong is not None and wrong[0] == str(item.id)
    is_open = seen.state in {"assessing", "fulfilling"} and item.carried_out_at is None
    fresh = typed.DecideForm(prefix=str(item.id), outcomes=item.outcomes, grounds=item.grounds)
    tone, icon = shown.OUTCOMES[item.outcome] if item.outcome else ("", "")
    return {
        "asked": item,
        "has_package": item.right in {Right.ACCESS, Right.PORTABILITY},
        "form": wrong[1] if wrong is not None and is_wrong else fresh if is_open else None,
        "is_wrong": is_wrong,
        "tone": tone,
        "icon": icon,
        "has_effect": actions.has_effect(item.right),
        "needs_second": item.reason == "excessive" and not item.is_seconded,
        "can_change": item.right in {Right.RECTIFICATION, Right.COMPLETION}
        and seen.state == "fulfilling"
        and item.outcome in {Outcome.GRANTED, Outcome.PARTLY}
        and item.carried_out_at is None
        and seen.person_id is not None,
        "can_carry_out": seen.state == "fulfilling"
        and item.outcome in {Outcome.GRANTED, Outcome.PARTLY}
        and item.carried_out_at is None,
    }
