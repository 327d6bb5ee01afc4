"""What a person says about marketing. Everybody at work can note a no; only those who see consents note a yes."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from seloste.accounts.http import StaffRequest, requires
from seloste.consents import queries as consents
from seloste.desk import forms
from seloste.desk.http import about_person, form_methods
from seloste.kernel.clock import now
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing, Words
from seloste.once.http import answer
from seloste.register import queries as register


@requires("write")
@about_person
@form_methods
def objection(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Note that the person forbids marketing: whoever hears it notes it."""
    return said(request, person_id, forms.ObjectionForm)


@requires("write")
@about_person
@form_methods
def withdrawal(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Note that the person no longer consents: whoever hears it notes it."""
    return said(request, person_id, forms.WithdrawalForm)


@requires("write")
@about_person
@form_methods
def consent(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Note that the person consents."""
    need_marketing(request.duty)
    return said(request, person_id, forms.ConsentForm)


@requires("write")
@about_person
@form_methods
def refusal(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Note that the person was asked and said no."""
    need_marketing(request.duty)
    return said(request, person_id, forms.RefusalForm)


# --- What these pages share with those of permissions -----------------------------------------------------------------


def need_marketing(by: Duty) -> None:
    """Raise Missing where consents are not this duty's."""
    if not by.sees("consent", (consents.MARKETING,)):
        raise Missing


def said(request: StaffRequest, person_id: UUID, kind: type[forms.SaidForm]) -> HttpResponse:
    """Answer with a form about what the person said. It is noted although the use of her data is restricted."""
    form = kind(request.POST or None, by=request.duty, at=now())
    deed = partial(form.enter, person_id)
    return note(request, person_id, form, deed, title=kind.title, done=kind.done, storing=True)


def note(
    request: StaffRequest,
    person_id: UUID,
    form: forms.DeskForm,
    deed: Callable[[], object],
    *,
    title: Words,
    done: Words,
    storing: bool = False,
) -> HttpResponse:
    """Answer with a form about marketing to a person; it leads back to where it was opened from."""
    heading = register.heading(by=request.duty, at=now(), person_id=person_id, storing=storing)

    def lead_back() -> str:
        deed()
        return place_after(request.duty, person_id)

    around = {"person": heading, "title": title, "place": _place(request.duty, person_id)}
    return answer(request, form, lead_back, template="desk/person_form.html", done=done, context=around)


def _place(by: Duty, person_id: UUID) -> str:
    sees_all = by.sees("consent", (consents.MARKETING,))
    return reverse("desk:marketing" if sees_all else "desk:person", args=[person_id])


def place_after(by: Duty, person_id: UUID) -> str:
    """Return where to go next; a person held for marketing alone is no longer there for this duty."""
    try:
        register.heading(by=by, at=now(), person_id=person_id)
    except Missing:
        return reverse("desk:home")
    except register.Withheld:
        return reverse("desk:person", args=[person_id])
    return _place(by, person_id)
