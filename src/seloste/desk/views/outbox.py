"""The messages that leave: what became of each and why, and what an employee may decide about it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from seloste.accounts.http import StaffRequest, requires
from seloste.desk.http import language_of
from seloste.desk.shown import outbox as shown
from seloste.kernel.clock import now
from seloste.kernel.refusals import Missing
from seloste.mail import actions, queries
from seloste.mail.choices import MessageState
from seloste.once.http import tell

#: What an employee can say of a message of which nobody knows.
ANSWERS = {"arrived": True, "resend": False, "leave": None}


@requires("read")
@require_safe
def outbox(request: StaffRequest) -> HttpResponse:
    """The messages that leave, newest first; all of them or those in one state."""
    state = request.GET.get("tila", "")
    if not queries.may_see(request.duty) or state not in {"", *MessageState.values}:
        raise Missing
    found = queries.messages(by=request.duty, at=now(), state=state, before=_before(request))
    context = {
        "lines": [shown.line(one, language_of()) for one in found],
        "filters": shown.filters(queries.counts(by=request.duty), state, reverse("desk:outbox")),
        "older_url": shown.older(found, state, reverse("desk:outbox")),
        "condition": queries.condition(),
        "state": state,
    }
    return render(request, "desk/outbox.html", context)


def _before(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET["ennen"]) if "ennen" in request.GET else None
    except ValueError:
        raise Missing from None


@requires("read")
@require_safe
def sent(request: StaffRequest, message_id: UUID) -> HttpResponse:
    """One message: its words, its fates, and on what it was let out."""
    found = queries.message(by=request.duty, at=now(), message_id=message_id)
    return render(request, "desk/outbox_message.html", shown.sheet(found, by=request.duty, language=language_of()))


@requires("write")
@require_POST
def cancel(request: StaffRequest, message_id: UUID) -> HttpResponse:
    """Cancel a message that has not left."""
    _need(request, message_id)
    return tell(
        request,
        lambda: actions.cancel(by=request.duty, at=now(), message_id=message_id),
        done=_("The message is cancelled. It will not leave."),
        then=reverse("desk:sent", args=[message_id]),
    )


@requires("write")
@require_POST
def decide(request: StaffRequest, message_id: UUID) -> HttpResponse:
    """Say what is known of a message of which the system does not know whether it left."""
    _need(request, message_id)
    answer = request.POST.get("answer", "")
    if answer not in ANSWERS:
        raise Missing
    return tell(
        request,
        lambda: actions.decide_unknown(by=request.duty, at=now(), message_id=message_id, arrived=ANSWERS[answer]),
        done=_("Noted. It stands among the message's fates with your name."),
        then=reverse("desk:sent", args=[message_id]),
    )


def _need(request: StaffRequest, message_id: UUID) -> None:
    """Raise Missing where the message does not exist for the duty; no words of it are read."""
    if not queries.is_within(by=request.duty, message_id=message_id):
        raise Missing
