"""What was given to whom, who has to be told of what became of it, and what stood there before (art. 15, 16, 19)."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from seloste.accounts.http import StaffRequest, requires
from seloste.declaration.load import current
from seloste.desk import forms
from seloste.desk.http import about_person, answer_about, form_methods, language_of
from seloste.disclosures import queries as disclosures
from seloste.disclosures.queries import Given, Told
from seloste.kernel.clock import local_date, now
from seloste.kernel.refusals import Missing, Words
from seloste.once.http import answer
from seloste.register import queries as register


@requires("read")
@about_person
@require_safe
def given(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """To whom the person's data were given, and whether these recipients know what became of them."""
    at = now()
    person = register.heading(by=request.duty, at=at, person_id=person_id)
    rows = disclosures.given_of(by=request.duty, at=at, person_id=person_id)
    told = disclosures.told_of(person_id) if disclosures.may_see(request.duty) else []
    shown = {"person": person, "rows": [_row(one) for one in rows], "told": [_told(one) for one in told]}
    return render(request, "desk/given.html", shown)


def _row(one: Given) -> dict[str, object]:
    declared, language = current(), language_of()
    categories = [declared.category[key].name.in_language(language) for key in one.categories]
    purposes = [declared.purpose[key].name.in_language(language) for key in one.purposes]
    return {
        "name": disclosures.name_of(one.recipient, language),
        "categories": ", ".join(categories),
        "purposes": ", ".join(purposes),
        "first_at": one.first_at,
        "last_at": one.last_at,
    }


def _told(one: Told) -> dict[str, object]:
    return {"name": disclosures.name_of(one.recipient, language_of()), "notice": one}


@requires("write")
@about_person
@form_methods
def note_given(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Note that data were given to a recipient that the notice names."""
    at, kind = now(), forms.GivenForm
    person = register.heading(by=request.duty, at=at, person_id=person_id)
    offers = disclosures.offers(request.duty)
    if not offers:
        return render(request, "desk/given_nobody.html", {"person": person})
    form = kind(
        request.POST or None,
        by=request.duty,
        at=at,
        offers=offers,
        language=language_of(),
        initial={"given_on": local_date(at)},
    )
    return answer_about(request, person, form, lambda: form.enter(person_id), title=kind.title, done=kind.done)


@requires("read")
@about_person
@require_safe
def sealed(request: StaffRequest, person_id: UUID, correction_id: UUID) -> HttpResponse:
    """What stood there before a correction; only for the person's rights, and the look is recorded."""
    at = now()
    person = register.heading(by=request.duty, at=at, person_id=person_id)
    before = register.open_sealed(by=request.duty, at=at, person_id=person_id, correction_id=correction_id)
    return render(request, "desk/sealed.html", {"person": person, "before": before})


@requires("read")
@require_safe
def recipients(request: StaffRequest) -> HttpResponse:
    """Recipients that have to be told that data were corrected, erased or restricted, the longest waiting first."""
    rows = disclosures.due(by=request.duty, at=now())
    named: Sequence[tuple[object, Words]] = [(one, disclosures.name_of(one.recipient, language_of())) for one in rows]
    return render(request, "desk/recipients.html", {"rows": named})


@requires("read")
@form_methods
def recipient_notice(request: StaffRequest, notice_id: UUID) -> HttpResponse:
    """One notice with its words, and what became of it."""
    at = now()
    notice = disclosures.notice(by=request.duty, at=at, notice_id=notice_id)
    if request.method == "POST" and "write" not in request.duty.may:
        raise Missing
    form = forms.ToldForm(request.POST or None, by=request.duty, at=at)
    name = disclosures.name_of(notice.recipient, language_of())

    def settle() -> str:
        form.enter(notice_id)
        return reverse("desk:recipients")

    return answer(
        request,
        form,
        settle,
        template="desk/recipient_notice.html",
        done=_("Noted."),
        context={"notice": notice, "recipient": name},
    )
