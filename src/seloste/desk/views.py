"""The staff's pages. Each parses a form or an address, asks or does one thing, and shows or leads on."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from seloste.accounts.http import StaffRequest, requires
from seloste.desk import forms, queries, rules, shown
from seloste.desk.http import about_person, answer, tell
from seloste.intake import actions as intake
from seloste.intake import queries as messages
from seloste.intake.rules import split_name
from seloste.kernel.clock import local_date, now
from seloste.kernel.refusals import Missing, Words
from seloste.register import actions as register
from seloste.register import queries as persons

form_methods = require_http_methods(["GET", "HEAD", "POST"])
#: Where the session keeps what was looked for last.
SOUGHT = "sought"


def _notice_url() -> str:
    return reverse("notices:page")


def _need(request: StaffRequest, category: str) -> None:
    """Raise Missing where the duty does not include the category of data that the page is about."""
    if category not in request.duty.categories:
        raise Missing


def _language() -> str:
    return get_language() or "fi"


# --- Home and search


@requires("read", "intake", "audit", "staff", "notice")
@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """What waits for this duty."""
    at = now()
    found = queries.waiting(by=request.duty, at=at, ending_by=local_date(at) + rules.SOON)
    return render(request, "desk/home.html", {"waiting": found, "cards": shown.cards(found, by=request.duty)})


@requires("read", "intake")
@form_methods
def search(request: StaffRequest) -> HttpResponse:
    """Find people, organisations and waiting messages.

    What was typed is somebody's name: in an address it would stay in the browser's history and in the logs of every
    proxy. So it is sent as a form, and what was sent is kept in the session, where a page that was reloaded or gone
    back to finds it. What is looked for while typing is kept nowhere.
    """
    types_along = "HX-Request" in request.headers
    typed = _typed(request) if request.method == "POST" else request.session.get(SOUGHT, "")
    if request.method == "POST" and not types_along:
        request.session[SOUGHT] = typed
        return redirect("desk:search")
    found = queries.search(by=request.duty, at=now(), typed=typed)
    template = "desk/found.html" if types_along else "desk/search.html"
    return render(request, template, {"found": found, "hits": shown.hits(found)})


def _typed(request: StaffRequest) -> str:
    """Return what was typed; what is no text looks for nothing."""
    form = forms.SearchForm(request.POST)
    return form.cleaned_data["q"] if form.is_valid() else ""


# --- One person


@requires("read")
@about_person
@require_safe
def person(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """One person: every value, what happened, why and until when."""
    sheet = queries.sheet(
        by=request.duty, at=now(), person_id=person_id, language=_language(), notice_url=_notice_url()
    )
    asked = request.GET
    context = shown.person(sheet, by=request.duty, show=asked.get("show", ""), whole="all" in asked)
    return render(request, "desk/person.html", context)


@requires("write")
@form_methods
def add_person(request: StaffRequest) -> HttpResponse:
    """Enter a person by hand."""
    form = forms.PersonForm(request.POST or None, by=request.duty, at=now())
    return answer(
        request,
        form,
        lambda: reverse("desk:person", args=[form.enter()]),
        done=_("The person was added."),
        template="desk/person_new.html",
        context={},
    )


@requires("write")
@about_person
@form_methods
def add(request: StaffRequest, person_id: UUID, what: str) -> HttpResponse:
    """Enter something about a person."""
    kind = forms.ADDITIONS.get(what)
    if kind is None or not shown.is_offered(kind, request.duty):
        raise Http404
    at = now()
    heading = persons.heading(by=request.duty, at=at, person_id=person_id)
    more = {"organisations": persons.organisations(by=request.duty)} if kind is forms.PositionForm else {}
    form = kind(request.POST or None, by=request.duty, at=at, held=heading.purposes, initial=shown.moments(at), **more)
    place = reverse("desk:person", args=[person_id])

    def deed() -> str:
        form.undo = reverse("desk:remove", args=[person_id, kind.kind, form.enter(person_id)])
        return place

    context = {"person": heading, "title": kind.title, "place": place}
    return answer(request, form, deed, done=kind.done, template="desk/person_form.html", context=context)


@requires("write")
@about_person
@form_methods
def correct(request: StaffRequest, person_id: UUID, kind: str, item_id: UUID) -> HttpResponse:
    """Correct a value or an entry; the earlier one stays as its history."""
    at = now()
    item = queries.correctable(by=request.duty, at=at, person_id=person_id, kind=kind, item_id=item_id)
    form = forms.CorrectionForm(request.POST or None, by=request.duty, at=at, item=item)
    place = reverse("desk:person", args=[person_id])

    def deed() -> str:
        form.enter(item_id)
        return place

    context = {"person": item.heading, "title": form.title, "place": place, "item": item, "removable": True}
    return answer(request, form, deed, done=form.done, template="desk/person_form.html", context=context)


@requires("write")
@about_person
@require_POST
def remove(request: StaffRequest, person_id: UUID, kind: str, item_id: UUID) -> HttpResponse:
    """Take a value or an entry out of use; the bar on the next page can bring it back."""
    return tell(
        request,
        lambda: register.remove(by=request.duty, at=now(), kind=kind, item_id=item_id, person_id=person_id),
        done=_("Removed."),
        undo=reverse("desk:bring_back", args=[person_id, kind, item_id]),
        then=reverse("desk:person", args=[person_id]),
    )


@requires("write")
@about_person
@require_POST
def bring_back(request: StaffRequest, person_id: UUID, kind: str, item_id: UUID) -> HttpResponse:
    """Undo a removal."""
    return tell(
        request,
        lambda: register.bring_back(by=request.duty, at=now(), kind=kind, item_id=item_id, person_id=person_id),
        done=_("Brought back."),
        then=reverse("desk:person", args=[person_id]),
    )


@requires("write")
@about_person
@form_methods
def close_project(request: StaffRequest, person_id: UUID, item_id: UUID) -> HttpResponse:
    """Close a project."""
    at = now()
    heading = persons.heading(by=request.duty, at=at, person_id=person_id)
    form = forms.CloseProjectForm(request.POST or None, by=request.duty, at=at, initial={"closed_on": local_date(at)})
    place = reverse("desk:person", args=[person_id])

    def deed() -> str:
        closed_on = form.cleaned_data["closed_on"]
        register.close_project(by=form.by, at=at, item_id=item_id, closed_on=closed_on, person_id=person_id)
        return place

    context = {"person": heading, "title": _("Close the project"), "place": place}
    return answer(
        request, form, deed, done=_("The project was closed."), template="desk/person_form.html", context=context
    )


@requires("write")
@about_person
@form_methods
def informed(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Note that the person was given the information of art. 13 or 14."""
    at = now()
    heading = persons.heading(by=request.duty, at=at, person_id=person_id)
    form = forms.InformedForm(request.POST or None, by=request.duty, at=at, initial={"given_on": local_date(at)})
    place = reverse("desk:person", args=[person_id])

    def deed() -> str:
        register.note_information_given(
            by=form.by,
            at=at,
            person_id=person_id,
            channel=form.cleaned_data["channel"],
            given_at=shown.noon(form.cleaned_data["given_on"]),
        )
        return place

    context = {"person": heading, "title": _("Information given"), "place": place}
    return answer(request, form, deed, done=_("Noted."), template="desk/person_form.html", context=context)


@requires("write")
@about_person
@require_POST
def language(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Note in which language the person is served."""
    form = forms.LanguageForm(request.POST)
    if not form.is_valid():
        raise Http404
    return tell(
        request,
        lambda: register.set_language(
            by=request.duty, at=now(), person_id=person_id, language=form.cleaned_data["language"]
        ),
        done=_("The language was changed."),
        then=reverse("desk:person", args=[person_id]),
    )


# --- Messages that wait


@requires("intake")
@require_safe
def waiting(request: StaffRequest) -> HttpResponse:
    """The messages that wait for a decision, the oldest first; or those that were handled or declined."""
    state = request.GET.get("state", "waiting")
    if state not in shown.STATES:
        raise Missing
    found = messages.messages(by=request.duty, at=now(), state=state)
    lines = [shown.line(one, _language()) for one in found]
    return render(request, "desk/messages.html", {"lines": lines, "filters": shown.states(state), "state": state})


@requires("intake")
@require_safe
def message(request: StaffRequest, message_id: UUID) -> HttpResponse:
    """One message, and beside it the people of the register it may be from."""
    at = now()
    found = queries.message(by=request.duty, at=at, message_id=message_id)
    return render(request, "desk/message.html", shown.message(found, by=request.duty, language=_language()))


@requires("intake")
@form_methods
def enter_new(request: StaffRequest, message_id: UUID) -> HttpResponse:
    """Enter the writer of a message as a new person."""
    at = now()
    found = messages.message(by=request.duty, at=at, submission_id=message_id)
    given, family = split_name(found.value("name"))
    form = forms.NewFromMessage(
        request.POST or None,
        by=request.duty,
        at=at,
        values=shown.keepable(found, _language()),
        initial={"given_name": given, "family_name": family},
    )
    context = shown.letter(found, language=_language())
    return answer(
        request,
        form,
        lambda: reverse("desk:person", args=[form.enter(message_id)]),
        done=_("The person was added, and the message is on the person's page."),
        template="desk/message_new.html",
        context=context,
    )


@requires("intake")
@about_person
@form_methods
def enter_for(request: StaffRequest, person_id: UUID, message_id: UUID) -> HttpResponse:
    """Enter a message for a person who is already in the register, with the values that are ticked."""
    at = now()
    found = messages.message(by=request.duty, at=at, submission_id=message_id)
    sheet = queries.sheet(by=request.duty, at=at, person_id=person_id, language=_language(), notice_url=_notice_url())
    values = shown.keepable(found, _language())
    form = forms.KeepForm(request.POST or None, by=request.duty, at=at, values=values)
    context = {**shown.letter(found, language=_language()), **shown.person(sheet, by=request.duty)}

    def deed() -> str:
        form.enter_for(message_id, person_id)
        return reverse("desk:person", args=[person_id])

    return answer(
        request,
        form,
        deed,
        done=_("The message is on the person's page."),
        template="desk/message_for.html",
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


# --- Organisations


@requires("read")
@require_safe
def organisations(request: StaffRequest) -> HttpResponse:
    """The organisations, by name."""
    _need(request, "organisation")
    page = persons.organisation_list(by=request.duty, after=request.GET.get("after", ""))
    return render(request, "desk/organisations.html", {"page": page})


@requires("read")
@require_safe
def organisation(request: StaffRequest, organisation_id: UUID) -> HttpResponse:
    """One organisation and its people."""
    at = now()
    found = persons.organisation_page(by=request.duty, at=at, organisation_id=organisation_id)
    reader = queries.reader(by=request.duty, at=at, language=_language(), notice_url=_notice_url())
    return render(request, "desk/organisation.html", shown.organisation(found, reader))


@requires("write")
@form_methods
def add_organisation(request: StaffRequest) -> HttpResponse:
    """Enter an organisation."""
    form = forms.OrganisationForm(request.POST or None, by=request.duty, at=now())
    return answer(
        request,
        form,
        lambda: reverse("desk:organisation", args=[form.enter()]),
        done=_("The organisation was added."),
        template="desk/organisation_new.html",
        context={},
    )


# --- What is owed and what ends


@requires("read")
@require_safe
def owed(request: StaffRequest) -> HttpResponse:
    """Who has not been given the information of art. 13 or 14, the most urgent first."""
    _need(request, "provenance")
    found = persons.information_owed(by=request.duty, at=now(), limit=200)
    return render(request, "desk/owed.html", {"owed": found})


@requires("read")
@require_safe
def ending(request: StaffRequest) -> HttpResponse:
    """Whose grounds end within 30 days."""
    _need(request, "provenance")
    at = now()
    found = persons.ending(by=request.duty, at=at, until=local_date(at) + rules.SOON, limit=200)
    reader = queries.reader(by=request.duty, at=at, language=_language(), notice_url=_notice_url())
    rows = [(one, reader.purpose(one.purpose)) for one in found]
    return render(request, "desk/ending.html", {"rows": rows})


# --- The record of reads and writes


@requires("audit")
@require_safe
def record(request: StaffRequest) -> HttpResponse:
    """The newest events of everybody."""
    return _events(request, title=_("Read log"))


@requires("audit")
@require_safe
def who_saw(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Who saw this person, when and why. The record outlives the person: it answers for whoever was erased, too."""
    return _events(request, title=_("Who saw this person"), person_id=person_id)


@requires("audit")
@require_safe
def touched(request: StaffRequest, account_id: UUID) -> HttpResponse:
    """What an account touched."""
    return _events(request, title=_("What this account did"), account_id=account_id)


def _events(request: StaffRequest, *, title: Words, **about: UUID) -> HttpResponse:
    form = forms.EventsForm(request.GET)
    form.is_valid()
    before = form.cleaned_data.get("before")
    found = queries.events(
        by=request.duty, at=now(), before=before, within=form.within(), language=_language(), **about
    )
    if request.GET.get("muoto") == "csv":
        return shown.events_csv(found)
    context = {
        "title": title,
        "about": about.get("person_id"),
        "form": form,
        **shown.events(found, request.path, asked=form.asked()),
    }
    return render(request, "desk/events.html", context)


@requires("read", "intake", "audit", "staff", "notice")
@require_safe
def keys(request: StaffRequest) -> HttpResponse:
    """The keyboard shortcuts, for those who have no script or want them on a page."""
    return render(request, "desk/keys.html")
