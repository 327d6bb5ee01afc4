"""New people and organisations, and what happens to them."""

from datetime import date
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from seloste.desk.forms.origin import NOTHING, DeskForm, OriginForm, noon
from seloste.kernel.forms import DayInput, TextField
from seloste.kernel.refusals import Refusal
from seloste.register import actions as register
from seloste.register.choices import DeliveryChannel, Language, PersonKind
from seloste.register.rules import LINE


class PersonForm(OriginForm):
    """A new person, with what is known of her at once."""

    category = "identity"
    given_name = TextField(label=_("Given names"), max_length=LINE, required=False)
    family_name = TextField(label=_("Family name"), max_length=LINE)
    email = TextField(label=_("E-mail address"), max_length=LINE, required=False)
    phone = TextField(label=_("Telephone number"), max_length=LINE, required=False)
    company = TextField(label=_("Organisation"), max_length=LINE, required=False)
    role = TextField(label=_("Position in the organisation"), max_length=LINE, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices, initial="fi")
    person_kind = forms.ChoiceField(
        label=_("Kind"),
        choices=PersonKind.choices,
        initial="person",
        help_text=_("To the law of marketing a sole trader is a person."),
    )

    def enter(self) -> UUID:
        """Enter the person and what was told about her."""
        person_id = register.add_person(
            **self.told(),
            family_name=self.cleaned_data["family_name"],
            given_name=self.cleaned_data["given_name"],
            language=self.cleaned_data["language"],
            kind=self.cleaned_data["person_kind"],
        )
        for kind in ("email", "phone"):
            if self.cleaned_data[kind]:
                self._reach(person_id, kind)
        if self.cleaned_data["company"]:
            self._employ(person_id)
        return person_id

    def _reach(self, person_id: UUID, kind: str) -> None:
        try:
            register.add_contact_point(**self.told(), person_id=person_id, kind=kind, value=self.cleaned_data[kind])
        except Refusal as refusal:
            refusal.field = kind  # the deed knows one "value", this form has two
            raise

    def _employ(self, person_id: UUID) -> None:
        organisation_id = register.organisation_called(**self.told(), name=self.cleaned_data["company"])
        register.add_position(
            **self.told(), person_id=person_id, organisation_id=organisation_id, title=self.cleaned_data["role"]
        )


class OrganisationForm(OriginForm):
    """A new organisation."""

    category = "organisation"
    name = TextField(label=_("Name of the organisation"), max_length=LINE)
    business_id = TextField(label=_("Business id"), max_length=LINE, required=False)
    website = TextField(label=_("Web address"), max_length=LINE, required=False)
    email = TextField(label=_("E-mail address"), max_length=LINE, required=False)
    phone = TextField(label=_("Telephone number"), max_length=LINE, required=False)

    def enter(self) -> UUID:
        """Enter the organisation."""
        return register.add_organisation(
            **self.told(), **self.values(["name", "business_id", "website", "email", "phone"])
        )


class CloseProjectForm(DeskForm):
    """The day on which a project ended."""

    closed_on = forms.DateField(label=_("Closed on"), widget=DayInput)

    def clean_closed_on(self) -> date:
        """Refuse a day that lies ahead."""
        return self.not_future("closed_on")  # type: ignore[no-any-return]

    def enter(self, person_id: UUID, item_id: UUID) -> None:
        """Close the project."""
        closed_on = self.cleaned_data["closed_on"]
        register.close_project(by=self.by, at=self.at, item_id=item_id, closed_on=closed_on, person_id=person_id)


class InformedForm(DeskForm):
    """How and when the person was given the information of art. 13 or 14."""

    channel = forms.ChoiceField(label=_("How"), choices=[NOTHING, *DeliveryChannel.choices])
    given_on = forms.DateField(label=_("When"), widget=DayInput)

    def clean_given_on(self) -> date:
        """Refuse a day that lies ahead."""
        return self.not_future("given_on")  # type: ignore[no-any-return]

    def enter(self, person_id: UUID) -> None:
        """Note that the information was given, in the middle of the day."""
        channel, given_at = self.cleaned_data["channel"], noon(self.cleaned_data["given_on"])
        register.note_information_given(by=self.by, at=self.at, person_id=person_id, channel=channel, given_at=given_at)
