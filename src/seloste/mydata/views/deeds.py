# ruff: noqa: ANN401 -- what a template shows
"""What she decides on her page: every page says first what will happen, and nothing happens before a press."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from seloste.access.queries import contents
from seloste.erasure.queries import plan
from seloste.kernel.clock import now
from seloste.kernel.forms import refuse
from seloste.kernel.refusals import Missing, Refusal
from seloste.mydata import queries
from seloste.mydata.actions import deciding, erasing
from seloste.mydata.forms import CorrectForm, ObjectForm, OwnForm, RestrictForm, StatementForm
from seloste.mydata.http import hers
from seloste.mydata.queries import planned
from seloste.mydata.queries.entrance import herself
from seloste.mydata.queries.packages import ready
from seloste.mydata.rules import Opened
from seloste.mydata.shown import erasing as shown
from seloste.mydata.shown.overview import things
from seloste.mydata.views.overview import overview
from seloste.notices.queries.layers import purpose_name
from seloste.rights.choices import Right

__all__ = ["correct", "download", "erase", "marketing", "object_to", "restrict", "statement"]


def _said(opened: Opened, form_id: UUID) -> dict[str, Any]:
    form = deciding.Form(id=form_id, language=_language())
    return {"by": herself(), "at": now(), "opened": opened, "form": form}


def _back(what: str, where: str = "") -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('mydata:page')}?{urlencode({'tehty': what})}{where}")


def _page(request: HttpRequest, template: str, form: OwnForm, **rest: Any) -> HttpResponse:
    status = rest.pop("status", 0) or (HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK)
    return render(request, f"mydata/{template}.html", {"form": form, **rest}, status=status)


def _try(form: OwnForm, deed: Callable[[], str]) -> tuple[str, int]:
    """Do the deed of a form that was read; return what is said of it, or the status of the refusal."""
    if not form.is_valid():
        return "", 0
    try:
        return deed(), 0
    except Missing:
        raise
    except Refusal as refusal:
        refuse(form, refusal)
        return "", refusal.status


# --- Correcting -------------------------------------------------------------------------------------------------------


@hers(fresh=True)
def correct(request: HttpRequest, kind: str, item_id: UUID, opened: Opened) -> HttpResponse:
    """Correct one value."""
    old = queries.own_value(opened, kind=kind, item_id=item_id, at=now())
    form = CorrectForm(kind, request.POST or None, initial=dict(old.fields))

    def deed() -> str:
        said = _said(opened, form.cleaned_data["form"])
        deciding.correct(**said, kind=kind, item_id=item_id, values=form.values())
        return "korjattu"

    done, status = _try(form, deed) if form.is_bound else ("", 0)
    return _back(done) if done else _page(request, "correct", form, opened=opened, old=old, status=status)


@hers()
def statement(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Set her own statement beside one of the things that are held."""
    found = contents(by=herself(), at=now(), person_id=opened.person_id, language=_language())
    form = StatementForm(request.POST or None, things=things(found), initial={"about": request.GET.get("mista", "")})

    def deed() -> str:
        read = form.cleaned_data
        kind, _colon, item_id = read["about"].partition(":")
        said = _said(opened, read["form"])
        deciding.add_statement(**said, kind=kind, item_id=UUID(item_id), text=read["text"])
        return "selvitys"

    done, status = _try(form, deed) if form.is_bound else ("", 0)
    return _back(done) if done else _page(request, "statement", form, opened=opened, status=status)


# --- Downloading ------------------------------------------------------------------------------------------------------


@hers(fresh=True)
def download(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Make a package, or show those that wait to be fetched."""
    form = OwnForm(request.POST or None)

    def deed() -> str:
        right = {"access": Right.ACCESS, "portability": Right.PORTABILITY}.get(request.POST.get("do", ""))
        if right is None:
            raise Missing
        _request_id, is_done = deciding.download(**_said(opened, form.cleaned_data["form"]), right=right)
        return "valmis" if is_done else "osin"

    done, status = _try(form, deed) if form.is_bound else ("", 0)
    if done:
        return HttpResponseRedirect(f"{reverse('mydata:download')}?{urlencode({'tehty': done})}")
    waiting = {"packages": ready(opened.person_id, at=now()), "done": request.GET.get("tehty", "")}
    return _page(request, "download", form, opened=opened, status=status, **waiting)


# --- Marketing --------------------------------------------------------------------------------------------------------


@hers()
def marketing(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Say yes or no to marketing: each button takes effect at once."""
    if request.method != "POST":
        return HttpResponseRedirect(f"{reverse('mydata:page')}#marketing")
    form = OwnForm(request.POST)
    if not form.is_valid():
        return overview(request, opened, refusal=str(form.errors["form"][0]), status=422)
    said, consent = _said(opened, form.cleaned_data["form"]), request.POST.get("consent", "")
    deeds: dict[str, tuple[Callable[[], None], str]] = {
        "withdraw": (lambda: deciding.withdraw(**said, consent=consent), "peruttu"),
        "give": (lambda: deciding.give(**said, consent=consent), "annettu"),
        "object": (lambda: deciding.forbid_marketing(**said), "kielletty"),
        "lift": (lambda: deciding.allow_marketing(**said), "sallittu"),
    }
    if request.POST.get("do", "") not in deeds:
        raise Missing
    deed, words = deeds[request.POST["do"]]
    try:
        deed()
    except Missing:
        raise
    except Refusal as refusal:
        return overview(request, opened, refusal=str(refusal.message), status=refusal.status)
    return _back(words)


# --- Restricting, objecting -------------------------------------------------------------------------------------------


@hers()
def restrict(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Have the data only kept."""
    form = RestrictForm(request.POST or None)

    def deed() -> str:
        read = form.cleaned_data
        is_done = deciding.restrict(**_said(opened, read["form"]), ground=read["ground"], text=read["text"])
        return "rajoitettu" if is_done else "pyydetty"

    done, status = _try(form, deed) if form.is_bound else ("", 0)
    return _back(done, "#requests") if done else _page(request, "restrict", form, opened=opened, status=status)


@hers()
def object_to(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Object to a purpose that rests on our interest."""
    purposes = [(key, purpose_name(key, _language())) for key in deciding.objectionable(opened.person_id)]
    form = ObjectForm(request.POST or None, purposes=purposes)

    def deed() -> str:
        read = form.cleaned_data
        deciding.object_to(**_said(opened, read["form"]), purpose=read["purpose"], text=read["text"])
        return "vastustettu"

    done, status = _try(form, deed) if form.is_bound else ("", 0)
    about = {"opened": opened, "can": bool(purposes)}
    return _back(done, "#requests") if done else _page(request, "object", form, status=status, **about)


# --- Erasing ----------------------------------------------------------------------------------------------------------


@hers(fresh=True)
def erase(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Show what an erasure takes and leaves; plan it, or stop the one that is planned."""
    form = OwnForm(request.POST or None)

    def deed() -> str:
        said = _said(opened, form.cleaned_data["form"])
        if request.POST.get("do") == "stop":
            erasing.stop(by=said["by"], at=said["at"], opened=opened)
            return "pysaytetty"
        if request.POST.get("do") != "erase":
            raise Missing
        erasing.erase(**said)
        return "poisto"

    done, status = _try(form, deed) if form.is_bound else ("", 0)
    if done:
        return _back(done)
    told: dict[str, Any] = {"by": herself(), "at": now(), "person_id": opened.person_id}
    preview = shown.preview(plan(**told), contents(**told, language=_language()))
    shown_too = {"preview": preview, "planned": planned.of(opened.person_id)}
    return _page(request, "erase", form, opened=opened, status=status, **shown_too)


def _language() -> str:
    return get_language() or "fi"
