"""How the staff's pages answer: a deed is done once, a refusal is said at its field, and nothing typed is lost."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from seloste.kernel.forms import refuse
from seloste.kernel.refusals import Missing, NotAllowed, Refusal, Words
from seloste.once.actions import NotYourForm, SentBefore, earlier, once
from seloste.once.forms import OnceForm


def answer(
    request: HttpRequest,
    form: OnceForm,
    deed: Callable[[], str],
    *,
    template: str,
    done: Words,
    context: Mapping[str, object] = MappingProxyType({}),
) -> HttpResponse:
    """Show the form, or do its deed once and go to the page it returns. What was refused is said; nothing is lost.

    A twin goes where the first one led before it is looked at: what the form asks for may be impossible by now, just
    because it was done.
    """
    is_sent = request.method == "POST"
    then = (_twin(form) or _done(form, deed)) if is_sent else None
    if then is None:
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        return render(request, template, {**context, "form": form}, status=status)
    if done:
        messages.success(request, str(done), extra_tags=form.undo)
    return redirect(then)


def _twin(form: OnceForm) -> str:
    """Return where the same form led when it was sent before; nothing where it was not."""
    try:
        token = UUID(str(form.data.get("token", "")))
    except ValueError:
        return ""
    return earlier(by=form.by, token=token, content=form.content())


def _done(form: OnceForm, deed: Callable[[], str]) -> str | None:
    """Do the deed and return where it leads; None where it was refused, which then stands in the form."""
    if not form.is_valid():
        return None
    try:
        return once(by=form.by, at=form.at, token=form.cleaned_data["token"], content=form.content(), deed=deed)
    except (Missing, NotAllowed):
        raise
    except Refusal as refusal:
        refuse(form, refusal)
        if isinstance(refusal, NotYourForm | SentBefore):
            form.begin_anew()
        return None


def tell(request: HttpRequest, deed: Callable[[], object], *, done: Words, undo: str = "", then: str) -> HttpResponse:
    """Do a deed of one button and say so, with its undoing where there is one; say why where it was refused."""
    try:
        deed()
    except (Missing, NotAllowed):
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, str(done), extra_tags=undo)
    return redirect(then)
