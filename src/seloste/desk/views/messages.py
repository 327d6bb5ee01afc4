"""Messages that wait: looked at and decided about."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from seloste.accounts.http import StaffRequest, requires
from seloste.desk import forms, queries, shown
from seloste.desk.http import about_person, form_methods, language_of
from seloste.intake import actions as intake
from seloste.intake import queries as messages
from seloste.kernel.clock import now
from seloste.kernel.refusals import Missing
from seloste.once.http import answer, tell


@requires("intake")
@require_safe
def waiting(request: StaffRequest) -> HttpResponse:
    """The messages that wait for a decision, the oldest first; or those that were handled or declined."""
    state = request.GET.get("state", "waiting")
    if state not in shown.STATES:
        raise Missing
    found = messages.messages(by=request.duty, at=now(), state=state)
    lines = [shown.line(one, language_of()) for one in found]
    return render(request, "desk/messages.html", {"lines": lines, "filters": shown.states(state), "state": state})


@requires("intake")
@require_safe
def message(request: StaffRequest, message_id: UUID) -> HttpResponse:
    """One message, and beside it the people of the register it may be from."""
    at = now()
    found = queries.message(by=request.duty, at=at, message_id=message_id)
    return render(request, "desk/message.html", shown.message(found, by=request.duty, language=language_of()))


@requires("intake")
@form_methods
def enter_new(request: StaffRequest, message_id: UUID) -> HttpResponse:
    """Enter the writer of a message as a new person."""
    at = now()
    found = messages.message(by=request.duty, at=at, submission_id=message_id)
    values = shown.keepable(found, language_of())
    form = forms.NewFromMessage(
        request.POST or None, by=request.duty, at=at, values=values, initial=shown.parts_of_name(found)
    )
    done = _("The person was added, and the message is on the person's page.")
    return answer(
        request,
        form,
        lambda: reverse("desk:person", args=[form.enter(message_id)]),
        template="desk/message_new.html",
        done=done,
        context=shown.letter(found, language=language_of()),
    )


@requires("intake")
@about_person
@form_methods
def enter_for(request: StaffRequest, person_id: UUID, message_id: UUID) -> HttpResponse:
    """Enter a message for a person who is already in the register, with the values that are ticked."""
    by, at, language, notice_url = request.duty, now(), language_of(), reverse("notices:page")
    found = messages.message(by=by, at=at, submission_id=message_id)
    sheet = queries.sheet_for_storing(by=by, at=at, person_id=person_id, language=language, notice_url=notice_url)
    is_whole = isinstance(sheet, queries.Sheet)
    values = shown.keepable(found, language) if is_whole else []  # restricted: the message alone may be stored
    form = forms.KeepForm(request.POST or None, by=by, at=at, values=values)
    held = shown.person(sheet, by=by) if isinstance(sheet, queries.Sheet) else {"person": sheet, "withheld": True}
    context = {**shown.letter(found, language=language), **held}
    return answer(
        request,
        form,
        lambda: form.enter_for(message_id, person_id),
        template="desk/message_for.html",
        done=_("The message is on the person's page."),
        context=context,
    )


@requires("intake")
@require_POST
def decline(request: StaffRequest, message_id: UUID) -> HttpResponse:
    """Decline a message."""
    return tell(
        request,
        lambda: intake.decline(by=request.duty, at=now(), submission_id=message_id),
        done=_("The message was declined. It is erased in two weeks."),
        undo=reverse("desk:message_back", args=[message_id]),
        then=reverse("desk:messages"),
    )


@requires("intake")
@require_POST
def handled(request: StaffRequest, message_id: UUID) -> HttpResponse:
    """Mark a message as dealt with, nobody entered."""
    return tell(
        request,
        lambda: intake.handle(by=request.duty, at=now(), submission_id=message_id),
        done=_("The message is marked as handled. Nobody was entered."),
        undo=reverse("desk:message_back", args=[message_id]),
        then=reverse("desk:messages"),
    )


@requires("intake")
@require_POST
def message_back(request: StaffRequest, message_id: UUID) -> HttpResponse:
    """Undo a decision that entered nobody."""
    return tell(
        request,
        lambda: intake.bring_back(by=request.duty, at=now(), submission_id=message_id),
        done=_("The message waits again."),
        then=reverse("desk:message", args=[message_id]),
    )
