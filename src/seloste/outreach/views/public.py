"""What a person finds behind a link or a code: her own page, without an account."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from seloste.consents import queries as consents
from seloste.consents.queries import MARKETING
from seloste.declaration.load import current
from seloste.kernel.clock import now
from seloste.kernel.duty import visitor
from seloste.kernel.forms import refuse
from seloste.kernel.refusals import Missing, Refusal
from seloste.notices.queries import current_version_id, short_layer
from seloste.outreach.actions import asking, deciding
from seloste.outreach.forms import FORM, AskForm, CodeForm
from seloste.outreach.http import between_us, open_page
from seloste.outreach.queries import links
from seloste.outreach.queries.preferences import Reader, herself, preferences, reader, whose
from seloste.outreach.rules.links import Kind
from seloste.outreach.shown import preferences as shown

_ONE_CLICK = frozenset({Kind.ONE_CLICK})


# --- To the page: by an address


@open_page
def start(request: HttpRequest) -> HttpResponse:
    """Ask for a link to an address, and perhaps for a newsletter."""
    form = AskForm(language=_language(), at=now(), data=request.POST.dict() if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _ask(request, form)
    try:
        _send(request, form)
    except Refusal as refusal:
        refuse(form, refusal)
        return _ask(request, form, status=refusal.status)
    code = CodeForm(initial={"email": form.cleaned_data["email"]}, auto_id="%s")
    return render(request, "outreach/sent.html", {"form": code, "wanted": form.wanted()})


def _send(request: HttpRequest, form: AskForm) -> None:
    asking.ask(
        by=visitor(MARKETING),
        at=form.at,
        address=form.cleaned_data["email"],
        wanted=form.wanted(),
        language=form.language,
        network=_network(request),
        notice_version_id=current_version_id(),
        opened_id=form.opened_id,
    )


def _ask(request: HttpRequest, form: AskForm, *, status: int = 0) -> HttpResponse:
    status = status or (HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK)
    return render(request, "outreach/start.html", _around(form), status=status)


def _around(form: AskForm) -> dict[str, object]:
    declared = current().form[FORM]
    return {
        "form": form,
        "boxes": [form[name] for name in form.fields if name.startswith("consent_")],
        "token": form.next_token() if form.is_bound else form.fresh_token(),
        "title": declared.title.in_language(form.language),
        "intro": declared.intro.in_language(form.language),
        "button": declared.button.in_language(form.language),
        "short": short_layer(FORM, form.language),
    }


@open_page
def code(request: HttpRequest) -> HttpResponse:
    """Take the code that came to an address; every code that does not work is answered alike."""
    form = CodeForm(request.POST or None, auto_id="%s")
    if not form.is_bound or not form.is_valid():
        return _code(request, form, HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK)
    try:
        letters = asking.enter_code(by=visitor(MARKETING), at=now(), network=_network(request), **_typed(form))
    except Refusal as refusal:
        refuse(form, refusal)
        return _code(request, form, refusal.status)
    if letters is None:
        form.add_error("code", _("This code does not work. Only the newest one does, once, for a quarter of an hour."))
        return _code(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return between_us(HttpResponseRedirect(reverse("outreach:preferences", args=[letters])))


def _typed(form: CodeForm) -> dict[str, str]:
    return {"address": form.cleaned_data["email"], "code": form.cleaned_data["code"]}


def _code(request: HttpRequest, form: CodeForm, status: int) -> HttpResponse:
    return render(request, "outreach/code.html", {"form": form}, status=status)


# --- The page itself


@open_page
def page(request: HttpRequest, letters: str) -> HttpResponse:
    """Show what we may send and why, or do what one button says."""
    try:
        who = reader(letters, at=now())
    except Missing:
        return _dead(request)
    if request.method != "POST":
        return _show(request, who, letters)
    return _decide(request, who, letters)


def _show(request: HttpRequest, who: Reader, letters: str, *, refusal: Refusal | None = None) -> HttpResponse:
    seen = preferences(who, by=herself(), at=now(), language=_language())
    context = {
        "seen": seen,
        "letters": letters,
        "page": shown.page(seen),
        "done": shown.done(seen, request.GET.get("tehty", ""), request.GET.get("mika", "")),
        "refusal": refusal.message if refusal else "",
        "short": short_layer(FORM, _language()),
    }
    return render(request, "outreach/preferences.html", context, status=refusal.status if refusal else 200)


def _decide(request: HttpRequest, who: Reader, letters: str) -> HttpResponse:
    what, consent = request.POST.get("do", ""), request.POST.get("consent", "")
    try:
        _do(_Choice(what=what, consent=consent, language=request.POST.get("language", "")), who)
    except Missing:
        raise
    except Refusal as refusal:
        return _show(request, who, letters, refusal=refusal)
    place = reverse("outreach:preferences", args=[letters])
    return HttpResponseRedirect(f"{place}?{urlencode({'tehty': what, 'mika': consent})}")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Choice:
    """What one button says."""

    what: str
    consent: str
    language: str


def _do(choice: _Choice, who: Reader) -> None:
    """Do what the button says; Missing for what no button says."""
    by, at, language = herself(), now(), _language()
    deeds: dict[str, Callable[[], object]] = {
        "confirm": lambda: deciding.confirm(by=by, at=at, who=who),
        "give": lambda: deciding.give(by=by, at=at, who=who, consent=choice.consent, language=language),
        "withdraw": lambda: deciding.withdraw(by=by, at=at, who=who, consent=choice.consent),
        "object": lambda: deciding.object_to_all(by=by, at=at, who=who),
        "lift": lambda: deciding.lift_objection(by=by, at=at, who=who, language=language),
        "language": lambda: deciding.choose_language(by=by, at=at, who=who, language=choice.language),
    }
    if choice.what not in deeds:
        raise Missing
    deeds[choice.what]()


@open_page
def receipt(request: HttpRequest, letters: str, reference: UUID) -> HttpResponse:
    """The receipt of one thing that the person said, to read."""
    try:
        who = reader(letters, at=now())
        shown_receipt = consents.receipt_page(
            by=herself(), at=now(), reference=reference, person_id=whose(who), language=_language()
        )
    except Missing:
        return _dead(request)
    return render(request, "outreach/receipt.html", {"receipt": shown_receipt, "letters": letters})


@open_page
def receipt_file(request: HttpRequest, letters: str, reference: UUID, kind: str) -> HttpResponse:
    """The receipt to keep: on paper, or signed for a machine."""
    try:
        content = _receipt(reader(letters, at=now()), reference, kind)
    except Missing:
        return _dead(request)
    headers = {"Content-Disposition": f'attachment; filename="{reference}.{kind}"'}
    return HttpResponse(content, content_type=f"application/{kind}", headers=headers)


def _receipt(who: Reader, reference: UUID, kind: str) -> bytes:
    if kind == "pdf":
        return consents.receipt_pdf(by=herself(), at=now(), reference=reference, person_id=whose(who))
    return consents.receipt(by=herself(), at=now(), reference=reference, person_id=whose(who))


def _dead(request: HttpRequest) -> HttpResponse:
    """Say calmly that the link does not work, and offer a new one; for whatever reason, it looks the same."""
    form = AskForm(language=_language(), at=now())
    return render(request, "outreach/dead.html", _around(form), status=HTTPStatus.NOT_FOUND)


# --- One click


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one_click(request: HttpRequest, letters: str) -> HttpResponse:
    """End marketing by POST, whoever sends it and whatever is in it (RFC 8058); GET only shows the button."""
    link = links.opened(letters, kinds=_ONE_CLICK, at=now())
    if link is None:
        return between_us(_dead(request))
    if request.method == "POST":
        deciding.opt_out(by=visitor(MARKETING), at=now(), link=link)
        if "text/html" not in request.headers.get("Accept", ""):
            return between_us(
                HttpResponse(_("You will get no more marketing by e-mail.") + "\n", "text/plain; charset=utf-8")
            )
    return between_us(render(request, "outreach/one_click.html", {"is_done": request.method == "POST"}))


def _language() -> str:
    return get_language() or "fi"


def _network(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
