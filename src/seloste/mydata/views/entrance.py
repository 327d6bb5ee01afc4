"""The way in and out: an address, a code or a link, and the page; without an account."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from seloste.declaration.load import current
from seloste.kernel.clock import now
from seloste.kernel.duty import visitor
from seloste.kernel.forms import refuse
from seloste.kernel.refusals import Refusal
from seloste.mydata.actions import entering
from seloste.mydata.forms import FORM, AskForm, CodeForm
from seloste.mydata.http import let_in, let_out, open_page, token_of
from seloste.mydata.queries import entrance
from seloste.mydata.views.overview import overview
from seloste.notices.queries import current_version_id, short_layer


@open_page
def page(request: HttpRequest) -> HttpResponse:
    """Show a person's own page where it is open in this browser; else the entrance."""
    opened = entrance.opened(token_of(request), at=now())
    if opened is not None and request.method != "POST":
        return overview(request, opened)
    form = AskForm(language=_language(), at=now(), data=request.POST.dict() if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _ask(request, form)
    try:
        _send(request, form)
    except Refusal as refusal:
        refuse(form, refusal)
        return _ask(request, form, status=refusal.status)
    code = CodeForm(initial={"email": form.cleaned_data["email"]}, auto_id="%s")
    return render(request, "mydata/sent.html", {"form": code, "minutes": 15})


def _send(request: HttpRequest, form: AskForm) -> None:
    entering.ask(
        by=visitor(entering.PURPOSE),
        at=form.at,
        address=form.cleaned_data["email"],
        language=form.language,
        network=_network(request),
        notice_version_id=current_version_id(),
        opened_id=form.opened_id,
    )


def _ask(request: HttpRequest, form: AskForm, *, status: int = 0) -> HttpResponse:
    declared = current().form[FORM]
    context = {
        "form": form,
        "token": form.next_token() if form.is_bound else form.fresh_token(),
        "title": declared.title.in_language(form.language),
        "intro": declared.intro.in_language(form.language),
        "button": declared.button.in_language(form.language),
        "short": short_layer(FORM, form.language),
    }
    status = status or (HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK)
    return render(request, "mydata/entrance.html", context, status=status)


@open_page
def code(request: HttpRequest) -> HttpResponse:
    """Take the code that came to an address; every code that does not work is answered alike."""
    form = CodeForm(request.POST or None, auto_id="%s")
    if not form.is_bound or not form.is_valid():
        return _code(request, form, HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK)
    try:
        begun = entering.open_by_code(
            by=visitor(entering.PURPOSE),
            at=now(),
            address=form.cleaned_data["email"],
            code=form.cleaned_data["code"],
            network=_network(request),
            instead_of=token_of(request),
        )
    except Refusal as refusal:
        refuse(form, refusal)
        return _code(request, form, refusal.status)
    if begun is None:
        form.add_error("code", _("This code does not work. Only the newest one does, once, for a quarter of an hour."))
        return _code(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return let_in(begun)


def _code(request: HttpRequest, form: CodeForm, status: int) -> HttpResponse:
    return render(request, "mydata/code.html", {"form": form}, status=status)


@open_page
def by_link(request: HttpRequest, letters: str) -> HttpResponse:
    """Open the page with the link of a letter, by a press: machines that scan mail follow links and press nothing."""
    if request.method == "POST":
        begun = entering.open_by_link(
            by=visitor(entering.PURPOSE), at=now(), letters=letters, instead_of=token_of(request)
        )
        return let_in(begun) if begun else _dead(request)
    return render(request, "mydata/open.html") if entering.opens(letters, at=now()) else _dead(request)


def _dead(request: HttpRequest) -> HttpResponse:
    return render(request, "mydata/dead.html", status=HTTPStatus.NOT_FOUND)


@open_page
def close(request: HttpRequest) -> HttpResponse:
    """Close the page. Somebody who came by an address only sees the entrance."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("mydata:page"))
    entering.close(by=visitor(entering.PURPOSE), at=now(), token=token_of(request))
    return let_out(render(request, "mydata/closed.html"))


def _network(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _language() -> str:
    return get_language() or "fi"
