# ruff: noqa: ANN401 -- what a form is built with goes through to the framework
"""To whom data were given, and what became of telling a recipient."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from seloste.declaration.load import current
from seloste.desk.forms.origin import DeskForm, noon
from seloste.disclosures import actions
from seloste.disclosures.choices import How, Impossible
from seloste.disclosures.queries import Offer, name_of
from seloste.kernel.forms import DayInput, TextField


class GivenForm(DeskForm):
    """Data of the person were given to a recipient. Nobody can be chosen whom the notice does not name."""

    title, done = _("Note to whom data were given"), _("Noted. The person is told of it when she asks.")
    offer_key = forms.ChoiceField(label=_("To whom, and for what?"), widget=forms.RadioSelect)
    categories = forms.MultipleChoiceField(label=_("What was given?"), widget=forms.CheckboxSelectMultiple)
    given_on = forms.DateField(label=_("When?"), widget=DayInput)
    how = forms.ChoiceField(label=_("How?"), widget=forms.RadioSelect)
    reference = TextField(
        label=_("Number of the letter, file or order"),
        max_length=40,
        required=False,
        help_text=_("Where it can be seen what was given. A number or code, no names."),
    )

    def __init__(self, *args: Any, offers: Sequence[Offer], language: str, **rest: Any) -> None:
        super().__init__(*args, **rest)
        declared = current()
        self.offers = {f"{one.recipient}.{one.purpose}": one for one in offers}
        self.offer(
            "offer_key",
            [
                (key, f"{name_of(one.recipient, language)}: {declared.purpose[one.purpose].name.in_language(language)}")
                for key, one in self.offers.items()
            ],
        )
        shown = [key for key in declared.category if any(key in one.categories for one in offers)]
        named = [(key, declared.category[key].name.in_language(language)) for key in shown]
        cast(forms.MultipleChoiceField, self.fields["categories"]).choices = named
        self.offer("how", [(one.value, capfirst(str(one.label))) for one in How])

    def clean_given_on(self) -> date:
        """Return the day, which cannot lie ahead."""
        return cast(date, self.not_future("given_on"))

    def enter(self, person_id: UUID) -> None:
        """Note it."""
        chosen = self.offers[self.cleaned_data["offer_key"]]
        actions.note_disclosure(
            by=self.by,
            at=self.at,
            person_id=person_id,
            recipient=chosen.recipient,
            purpose=chosen.purpose,
            categories=self.cleaned_data["categories"],
            how=How(self.cleaned_data["how"]),
            given_at=min(noon(self.cleaned_data["given_on"]), self.at),
            reference=self.cleaned_data["reference"],
        )


class ToldForm(DeskForm):
    """A recipient was told, or cannot be."""

    fate = forms.ChoiceField(label=_("What became of it?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        told = [(f"told.{one.value}", _("Told %(how)s") % {"how": one.label}) for one in How]
        not_told = [(f"not.{one.value}", capfirst(str(one.label))) for one in Impossible]
        self.offer("fate", [*told, *not_told])

    def enter(self, notice_id: UUID) -> None:
        """Settle the notice."""
        kind, _dot, what = self.cleaned_data["fate"].partition(".")
        if kind == "told":
            actions.note_told(by=self.by, at=self.at, notice_id=notice_id, how=How(what))
        else:
            actions.note_impossible(by=self.by, at=self.at, notice_id=notice_id, reason=Impossible(what))
