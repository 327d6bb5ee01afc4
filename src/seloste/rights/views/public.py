"""The public side: a request is made, and followed on a signed link without an account."""

from http import HTTPStatus
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from seloste.declaration.load import current
from seloste.kernel.clock import now
from seloste.kernel.duty import visitor
from seloste.kernel.forms import refuse
from seloste.kernel.refusals import Missing, Refusal
from seloste.notices.queries import current_version_id, short_layer
from seloste.outreach.http import open_page
from seloste.rights import actions
from seloste.rights.choices import Channel
from seloste.rights.forms import FORM, CodeForm, MoreForm, RequestForm
from seloste.rights.queries import links, papers
from seloste.rights.queries.status import Status, status
from seloste.rights.rules.links import Kind
from seloste.rights.shown import public as shown


@open_page
def form_page(request: HttpRequest) -> HttpResponse:
    """Make a request. The answer is the same whether or not the register knows who asks (P30)."""
    form = RequestForm(language=_language(), at=now(), data=request.POST.dict() if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _ask(request, form)
    try:
        received = _receive(request, form)
    except Refusal as refusal:
        refuse(form, refusal)
        return _ask(request, form, status=refusal.status)
    return HttpResponseRedirect(reverse("rights:status", args=[links.letters_of(received.id, Kind.VIEW)]))


def _receive(request: HttpRequest, form: RequestForm) -> actions.Received:
    at, answers = form.at, form.answers()
    arrival = actions.Arrival(
        channel=Channel.WEB_FORM,
        language=form.language,
        received_at=at,
        wanted=[actions.Wanted(right=right) for right in form.wanted()],
        notice_version_id=current_version_id(),
        token=form.opened_id,
        **answers,
    )
    return actions.receive_from(
        by=visitor(actions.PURPOSE), at=at, arrival=arrival, network=str(request.META.get("REMOTE_ADDR", ""))
    )


def _ask(request: HttpRequest, form: RequestForm, *, status: int = 0) -> HttpResponse:
    declared = current().form[FORM]
    context = {
        "form": form,
        "boxes": [form[name] for name in form.box_names()],
        "fields": [form[name] for name in declared.asks],
        "token": form.next_token() if form.is_bound else form.fresh_token(),
        "title": declared.title.in_language(form.language),
        "intro": declared.intro.in_language(form.language),
        "button": declared.button.in_language(form.language),
        "short": short_layer(FORM, form.language),
    }
    code = status or (HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK)
    return render(request, "rights/form.html", context, status=code)


# --- Following it -----------------------------------------------------------------------------------------------------


@open_page
def status_page(request: HttpRequest, letters: str) -> HttpResponse:
    """Show how the matter stands, or do what one button says. Looking changes nothing."""
    try:
        seen = status(letters, at=now())
    except Missing:
        return render(request, "rights/dead.html", status=HTTPStatus.NOT_FOUND)
    if request.method != "POST":
        return _show(request, seen, letters)
    return _do(request, seen, letters)


def _show(
    request: HttpRequest, seen: Status, letters: str, *, code: CodeForm | None = None, more: MoreForm | None = None
) -> HttpResponse:
    forms_sent: list[forms.Form | None] = [code, more]
    wrong = any(form is not None and form.errors for form in forms_sent)
    context = {
        "seen": seen,
        "letters": letters,
        "page": shown.page(seen),
        "done": shown.done(request.GET.get("tehty", "")),
        "code": code or CodeForm(auto_id="%s"),
        "more": more or MoreForm(auto_id="%s"),
    }
    return render(request, "rights/status.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else 200)


def _do(request: HttpRequest, seen: Status, letters: str) -> HttpResponse:
    match request.POST.get("do", ""):
        case "confirm" if seen.can_confirm:
            return _step(request, seen, letters, "confirm")
        case "code" if seen.is_open:
            return _enter_code(request, seen, letters)
        case "more" if seen.is_open:
            return _add(request, seen, letters)
        case "withdraw" if seen.is_open:
            return _step(request, seen, letters, "withdraw")
    return _show(request, seen, letters)


def _step(request: HttpRequest, seen: Status, letters: str, what: str) -> HttpResponse:
    deed = actions.confirm_address if what == "confirm" else actions.withdraw
    try:
        deed(by=visitor(actions.PURPOSE), at=now(), request_id=seen.id)
    except actions.TooLate:  # somebody was quicker: the page says how it stands
        return _show(request, status(letters, at=now()), letters)
    return _then(letters, what)


def _enter_code(request: HttpRequest, seen: Status, letters: str) -> HttpResponse:
    form = CodeForm(request.POST, auto_id="%s")
    if form.is_valid() and _is_right(seen.id, form.cleaned_data["code"]):
        return _then(letters, "code")
    if not form.errors:
        form.add_error("code", _("This code does not work. Only the newest one does, once, and not for ever."))
    return _show(request, seen, letters, code=form)


def _is_right(request_id: UUID, typed: str) -> bool:
    return actions.enter_code(by=visitor(actions.PURPOSE), at=now(), request_id=request_id, typed=typed)


def _add(request: HttpRequest, seen: Status, letters: str) -> HttpResponse:
    form = MoreForm(request.POST, auto_id="%s")
    if not form.is_valid():
        return _show(request, seen, letters, more=form)
    try:
        text = form.cleaned_data["text"]
        actions.note_answer(by=visitor(actions.PURPOSE), at=now(), request_id=seen.id, text=text)
    except Refusal as refusal:
        refuse(form, refusal)
        return _show(request, seen, letters, more=form)
    return _then(letters, "more")


def _then(letters: str, what: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('rights:status', args=[letters])}?tehty={what}")


@open_page
def answer_pdf(request: HttpRequest, letters: str) -> HttpResponse:
    """Give the answer as a letter on paper, to whoever holds the link to the answer."""
    try:
        reference, pdf = papers.answer_pdf(letters, at=now())
    except Missing:
        return render(request, "rights/dead.html", status=HTTPStatus.NOT_FOUND)
    name = f'attachment; filename="{reference}.pdf"'
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": name})


def _language() -> str:
    return get_language() or "fi"
