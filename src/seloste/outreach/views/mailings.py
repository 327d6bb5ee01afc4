"""Letters to many, at the desk: written, looked at, their audience chosen, sent in a second step, watched, stopped."""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from seloste.accounts.http import StaffRequest, requires
from seloste.kernel.clock import now
from seloste.kernel.forms import refuse
from seloste.kernel.refusals import Missing, NotAllowed, Refusal
from seloste.outreach.actions import mailings as actions
from seloste.outreach.choices import MailingState
from seloste.outreach.forms import LetterForm
from seloste.outreach.queries import mailings as queries
from seloste.outreach.shown import mailings as shown

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@requires("read")
@require_safe
def listing(request: StaffRequest) -> HttpResponse:
    """All mailings, the newest first."""
    return render(request, "outreach/mailings.html", {"rows": queries.mailings(by=request.duty)})


@requires("write")
@form_methods
def new(request: StaffRequest) -> HttpResponse:
    """Write a mailing."""
    queries.check_duty(request.duty)
    form = LetterForm(request.POST or None, initial={"id": uuid4()}, auto_id="%s")
    return _write(request, form)


@requires("write")
@form_methods
def edit(request: StaffRequest, mailing_id: UUID) -> HttpResponse:
    """Write a draft anew."""
    sheet = queries.sheet(by=request.duty, mailing_id=mailing_id)
    written = {f"{part}_{one.language}": getattr(one, part) for one in sheet.words for part in ("subject", "text")}
    form = LetterForm(request.POST or None, initial={"id": mailing_id, **written}, auto_id="%s")
    return _write(request, form, sheet)


def _write(request: StaffRequest, form: LetterForm, sheet: queries.Sheet | None = None) -> HttpResponse:
    if form.is_bound and form.is_valid() and _is_written(request, form, sheet):
        return redirect("mailings:mailing", sheet.id if sheet else form.cleaned_data["id"])
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "outreach/letter_form.html", {"form": form, "sheet": sheet}, status=status)


def _is_written(request: StaffRequest, form: LetterForm, sheet: queries.Sheet | None) -> bool:
    try:
        mailing_id = sheet.id if sheet else form.cleaned_data["id"]
        actions.write(by=request.duty, at=now(), mailing_id=mailing_id, words=form.words())
    except (Missing, NotAllowed):
        raise
    except Refusal as refusal:
        refuse(form, refusal)
        return False
    return True


@requires("read")
@require_safe
def mailing(request: StaffRequest, mailing_id: UUID) -> HttpResponse:
    """One mailing: its words as they are sent, whom it reaches and why, and what became of it."""
    sheet = queries.sheet(by=request.duty, mailing_id=mailing_id)
    is_out = sheet.state in {MailingState.SENDING, MailingState.SENT, MailingState.STOPPED}
    sending = queries.sending(by=request.duty, mailing_id=mailing_id) if is_out else None
    context = {
        "sheet": sheet,
        "previews": [shown.preview(one) for one in sheet.words],
        "counts": shown.counts(sheet.counts),
        "sending": shown.sending(sending) if sending else None,
    }
    return render(request, "outreach/mailing.html", context)


@requires("write")
@form_methods
def audience(request: StaffRequest, mailing_id: UUID) -> HttpResponse:
    """Whom it would reach now and why, and whom not; the button freezes just that."""
    sheet = queries.sheet(by=request.duty, mailing_id=mailing_id)
    if request.method == "POST":
        return _step(request, mailing_id, actions.choose_audience, then="mailings:send")
    if sheet.state is not MailingState.DRAFT:
        return redirect("mailings:mailing", mailing_id)
    counts = queries.audience(by=request.duty, at=now())
    context = {"sheet": sheet, "counts": shown.counts(counts), "reached": sum(one.count for one in counts if one.allow)}
    return render(request, "outreach/audience.html", context)


@requires("write")
@form_methods
def send(request: StaffRequest, mailing_id: UUID) -> HttpResponse:
    """The second step: how many get it, once more, and the button."""
    sheet = queries.sheet(by=request.duty, mailing_id=mailing_id)
    if request.method == "POST":
        return _step(request, mailing_id, actions.send, done=_("The letter is on its way."))
    if sheet.state is not MailingState.CHOSEN:
        return redirect("mailings:mailing", mailing_id)
    context = {"sheet": sheet, "counts": shown.counts(sheet.counts)}
    return render(request, "outreach/mailing_send.html", context)


@requires("write")
@require_POST
def let_go(request: StaffRequest, mailing_id: UUID) -> HttpResponse:
    """Make it a draft again."""
    return _step(request, mailing_id, actions.let_go, done=_("The letter is a draft again."))


@requires("write")
@require_POST
def stop(request: StaffRequest, mailing_id: UUID) -> HttpResponse:
    """Call off what has not left."""
    return _step(
        request, mailing_id, actions.stop, done=_("The letter was stopped. What had left cannot be called back.")
    )


@requires("write")
@require_POST
def discard(request: StaffRequest, mailing_id: UUID) -> HttpResponse:
    """Throw a draft away."""
    return _step(request, mailing_id, actions.discard, then="mailings:list", done=_("The draft was thrown away."))


def _step(
    request: StaffRequest,
    mailing_id: UUID,
    deed: Callable[..., None],
    *,
    then: str = "mailings:mailing",
    done: str = "",
) -> HttpResponse:
    """Take a step and go on; where it cannot be taken any more, say so on the mailing's page."""
    try:
        deed(by=request.duty, at=now(), mailing_id=mailing_id)
    except (Missing, NotAllowed):
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
        return redirect("mailings:mailing", mailing_id)
    if done:
        messages.success(request, done)
    return redirect(reverse(then, args=[] if then == "mailings:list" else [mailing_id]))
