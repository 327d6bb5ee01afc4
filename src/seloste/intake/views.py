"""The public forms and the page that thanks."""

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from seloste.declaration.load import current
from seloste.floods.actions import TooMany
from seloste.intake.actions import SentAlready, receive
from seloste.intake.forms import PublicForm
from seloste.kernel.clock import now
from seloste.kernel.duty import visitor
from seloste.kernel.refusals import Missing, Refusal
from seloste.notices.queries import current_version, short_layer

_SALT = "seloste.intake.thanks"


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def form_page(request: HttpRequest, key: str) -> HttpResponse:
    """Show a public form, or take in what was sent with it."""
    language = get_language() or "fi"
    form = PublicForm(key, language=language, at=now(), data=request.POST.dict() if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _show(request, form)
    try:
        reference = _receive(request, form)
    except (TooMany, SentAlready) as refusal:
        return _show(request, form, refusal=refusal)
    return HttpResponseRedirect(reverse("intake:thanks", args=[signing.dumps(reference, salt=_SALT)]))


def _receive(request: HttpRequest, form: PublicForm) -> str:
    return receive(
        by=visitor(current().form[form.key].purpose),
        at=form.at,
        form=form.key,
        values=form.answers(),
        token=form.opened_id,
        language=form.language,
        notice_version_id=current_version().id,
        network=str(request.META.get("REMOTE_ADDR", "")),
    )


def _show(request: HttpRequest, form: PublicForm, *, refusal: Refusal | None = None) -> HttpResponse:
    """Show the form with everything that was written in it; nothing is lost by a mistake."""
    if refusal is not None:
        form.add_error(None, str(refusal.message))
    declared = current().form[form.key]
    shown = {
        "form": form,
        "token": form.next_token() if form.is_bound and not isinstance(refusal, SentAlready) else form.fresh_token(),
        "title": declared.title.in_language(form.language),
        "intro": declared.intro.in_language(form.language),
        "button": declared.button.in_language(form.language),
        "short": short_layer(form.key, form.language),
    }
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "intake/form.html", shown, status=status)


@login_not_required
@never_cache
@require_safe
def thanks(request: HttpRequest, mark: str) -> HttpResponse:
    """Thank, and give the reference. The address holds no personal data, and only we can make it."""
    try:
        reference = signing.loads(mark, salt=_SALT)
    except signing.BadSignature:
        raise Missing from None
    return render(request, "intake/thanks.html", {"reference": reference})
