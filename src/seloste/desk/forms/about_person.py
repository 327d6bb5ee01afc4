# ruff: noqa: ANN401 -- what a form is built with goes through to the framework
"""What can be entered about a person who is in the register, and how it is corrected."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from seloste.declaration.load import current
from seloste.desk import rules
from seloste.desk.forms.origin import NOTHING, OriginForm, noon
from seloste.desk.queries import Correctable
from seloste.intake import actions as intake
from seloste.intake.choices import SOURCES, Direction, InteractionKind
from seloste.kernel.forms import DayInput, LinesField, MomentInput, TextField
from seloste.kernel.refusals import Words
from seloste.register import actions as register
from seloste.register.choices import ContactKind, Network
from seloste.register.rules import LINE, TEXT


class AboutPerson(OriginForm):
    """Something that is entered about a person who is in the register."""

    title: ClassVar[Words]
    done: ClassVar[Words]
    kind: ClassVar[str] = ""

    def enter(self, person_id: UUID) -> UUID:
        """Do the deed; return the new item's id."""
        raise NotImplementedError

    def enter_and_offer_undo(self, person_id: UUID) -> None:
        """Do the deed, and note where it can be undone."""
        self.undo = reverse("desk:remove", args=[person_id, self.kind, self.enter(person_id)])


class ContactForm(AboutPerson):
    """A way to reach the person."""

    kind = "contact"
    contact: ClassVar[ContactKind]
    value = TextField(max_length=LINE)

    def enter(self, person_id: UUID) -> UUID:
        """Add the contact point."""
        return register.add_contact_point(
            **self.told(),
            person_id=person_id,
            kind=self.contact,
            value=self.cleaned_data["value"],
            network=self.cleaned_data.get("network", ""),
        )


class EmailForm(ContactForm):
    """An e-mail address."""

    title, done = _("Add an e-mail address"), _("The e-mail address was added.")
    category, contact = "contact", ContactKind.EMAIL
    value = TextField(label=_("E-mail address"), max_length=LINE)


class PhoneForm(ContactForm):
    """A telephone number."""

    title, done = _("Add a telephone number"), _("The telephone number was added.")
    category, contact = "contact", ContactKind.PHONE
    value = TextField(label=_("Telephone number"), max_length=LINE)


class WebForm(ContactForm):
    """A web address."""

    title, done = _("Add a web address"), _("The web address was added.")
    category, contact = "web_address", ContactKind.WEB
    value = TextField(label=_("Web address"), max_length=LINE)


class SocialForm(ContactForm):
    """A social media profile."""

    title, done = _("Add a social media profile"), _("The profile was added.")
    category, contact = "social_profile", ContactKind.SOCIAL
    network = forms.ChoiceField(label=_("Service"), choices=[NOTHING, *Network.choices])
    value = TextField(label=_("User name or address of the profile"), max_length=LINE)

    field_order = ("network", "value")


class AddressForm(AboutPerson):
    """A postal address."""

    title, done = _("Add a postal address"), _("The address was added.")
    kind, category = "address", "contact"
    street = TextField(label=_("Street address"), max_length=LINE)
    postal_code = TextField(label=_("Postal code"), max_length=LINE, required=False)
    city = TextField(label=_("Town"), max_length=LINE)
    country = TextField(
        label=_("Country"), max_length=LINE, initial="FI", help_text=_("Two letters: FI for Finland, SE for Sweden.")
    )

    def enter(self, person_id: UUID) -> UUID:
        """Add the address."""
        values = self.values(["street", "postal_code", "city", "country"])
        return register.add_address(**self.told(), person_id=person_id, **values)


class PositionForm(AboutPerson):
    """What the person is in an organisation: one of the register, or a new one."""

    title, done = _("Add a position"), _("The position was added.")
    kind, category = "position", "position"
    organisation = forms.ChoiceField(label=_("Organisation"), required=False)
    new_organisation = TextField(label=_("Or the name of a new organisation"), max_length=LINE, required=False)
    role = TextField(label=_("Position"), max_length=LINE, required=False)

    def __init__(self, *args: Any, organisations: Iterable[tuple[UUID, str]] = (), **rest: Any) -> None:
        super().__init__(*args, **rest)
        known = [(str(key), name) for key, name in organisations]
        self.offer("organisation", [NOTHING, *known])

    def clean(self) -> dict[str, Any]:
        """Want exactly one organisation."""
        given = super().clean()
        if bool(given.get("organisation")) == bool(given.get("new_organisation")) and "organisation" in given:
            self.add_error("organisation", _("Choose an organisation or write the name of a new one, not both."))
        return given

    def enter(self, person_id: UUID) -> UUID:
        """Add the position, and the organisation where it is new."""
        return register.add_position(
            **self.told(), person_id=person_id, organisation_id=self._organisation(), title=self.cleaned_data["role"]
        )

    def _organisation(self) -> UUID:
        if self.cleaned_data["organisation"]:
            return UUID(self.cleaned_data["organisation"])
        return register.organisation_called(**self.told(), name=self.cleaned_data["new_organisation"])


class NoteForm(AboutPerson):
    """What a colleague needs to know."""

    title, done = _("Write a note"), _("The note was added.")
    kind, category = "note", "correspondence"
    text = LinesField(
        label=_("Note"),
        max_length=TEXT,
        help_text=_("Write only what is needed for serving the person. The person has the right to read it."),
    )

    def enter(self, person_id: UUID) -> UUID:
        """Add the note."""
        return register.add_note(**self.told(), person_id=person_id, text=self.cleaned_data["text"])


class FeedbackForm(AboutPerson):
    """What the person thought of us."""

    title, done = _("Enter feedback"), _("The feedback was added.")
    kind, category = "feedback", "feedback"
    text = LinesField(label=_("Feedback"), max_length=TEXT)
    given_on = forms.DateField(label=_("Given on"), widget=DayInput)

    def clean_given_on(self) -> date:
        """Refuse a day that lies ahead."""
        return self.not_future("given_on")  # type: ignore[no-any-return]

    def enter(self, person_id: UUID) -> UUID:
        """Add the feedback."""
        return register.add_feedback(
            **self.told(),
            person_id=person_id,
            text=self.cleaned_data["text"],
            given_at=noon(self.cleaned_data["given_on"]),
        )


class ProjectForm(AboutPerson):
    """Work done for the person."""

    title, done = _("Open a project"), _("The project was opened.")
    kind, category = "project", "project"
    name = TextField(label=_("Name of the project"), max_length=LINE)
    description = LinesField(label=_("What it is about"), max_length=TEXT, required=False)
    started_on = forms.DateField(label=_("Started on"), widget=DayInput)

    def enter(self, person_id: UUID) -> UUID:
        """Open the project."""
        values = {name: self.cleaned_data[name] for name in ("name", "description", "started_on")}
        return register.open_project(**self.told(), person_id=person_id, **values)


class InteractionForm(AboutPerson):
    """A call, a meeting, a message: what was said."""

    kind, category = "interaction", "correspondence"
    interaction: ClassVar[InteractionKind]
    occurred_at = forms.DateTimeField(label=_("When"), widget=MomentInput)
    direction = forms.ChoiceField(label=_("From whom"), choices=Direction.choices, widget=forms.RadioSelect)
    text = LinesField(
        label=_("What was said"),
        max_length=TEXT,
        help_text=_("Write only what is needed for serving the person. The person has the right to read it."),
    )

    @classmethod
    def possible_sources(cls) -> frozenset[str]:
        """Return the sources that such an event can have."""
        return frozenset(SOURCES[cls.interaction])

    def offer_sources(self, sources: Sequence[str]) -> None:
        """Offer the sources that such an event can have."""
        possible = [source for source in sources if source in SOURCES[self.interaction]]
        super().offer_sources(possible)
        if len(possible) == 1:
            self.initial.setdefault("source", possible[0])
            self.fields["source"].widget = forms.HiddenInput()
            del self.fields["source_detail"]

    def clean_occurred_at(self) -> datetime:
        """Refuse a day that lies ahead."""
        return self.not_future("occurred_at")  # type: ignore[no-any-return]

    def enter(self, person_id: UUID) -> UUID:
        """Note what happened."""
        return intake.note_interaction(
            **self.told(),
            person_id=person_id,
            kind=self.interaction,
            text=self.cleaned_data["text"],
            occurred_at=self.cleaned_data["occurred_at"],
            direction=self.cleaned_data.get("direction", Direction.IN),
        )


class CallForm(InteractionForm):
    """A telephone call."""

    title, done = _("Note a telephone call"), _("The call was noted.")
    interaction = InteractionKind.CALL


class MeetingForm(InteractionForm):
    """A meeting."""

    title, done = _("Note a meeting"), _("The meeting was noted.")
    interaction = InteractionKind.MEETING


class SocialMessageForm(InteractionForm):
    """A message in a social media service."""

    title, done = _("Note a social media message"), _("The message was noted.")
    interaction = InteractionKind.SOCIAL


class EmailMessageForm(InteractionForm):
    """An e-mail."""

    title, done = _("Note an e-mail"), _("The e-mail was noted.")
    interaction = InteractionKind.EMAIL


class PublicFindForm(InteractionForm):
    """Something found in a public source or heard from another company: art. 14 applies."""

    title, done = _("Note a find in a public source"), _("The find was noted.")
    interaction = InteractionKind.PUBLIC_FIND
    direction = None  # type: ignore[assignment]
    text = LinesField(label=_("What was found"), max_length=TEXT)


#: What can be added to a person, by its word in the address.
ADDITIONS: Mapping[str, type[AboutPerson]] = {
    "sahkoposti": EmailForm,
    "puhelin": PhoneForm,
    "osoite": AddressForm,
    "verkko-osoite": WebForm,
    "profiili": SocialForm,
    "asema": PositionForm,
    "muistiinpano": NoteForm,
    "palaute": FeedbackForm,
    "projekti": ProjectForm,
    "puhelu": CallForm,
    "tapaaminen": MeetingForm,
    "some-viesti": SocialMessageForm,
    "viesti": EmailMessageForm,
    "loyto": PublicFindForm,
}


class CorrectionForm(AboutPerson):
    """The corrected form of an item; the old one stays as its history."""

    title, done = _("Correct"), _("Corrected. The earlier value stays in the history.")
    fields_of: ClassVar[Mapping[str, Mapping[str, tuple[Words, bool, bool]]]] = {
        "name": {"given_name": (_("Given names"), False, False), "family_name": (_("Family name"), True, False)},
        "contact": {"value": (_("Value"), True, False)},
        "address": {
            "street": (_("Street address"), True, False),
            "postal_code": (_("Postal code"), False, False),
            "city": (_("Town"), True, False),
            "country": (_("Country"), True, False),
        },
        "position": {"title": (_("Position"), False, False)},
        "note": {"text": (_("Note"), True, True)},
        "feedback": {"text": (_("Feedback"), True, True)},
        "interaction": {"text": (_("What was said"), True, True)},
        "project": {
            "name": (_("Name of the project"), True, False),
            "description": (_("What it is about"), False, True),
        },
    }

    def __init__(self, *args: Any, item: Correctable, **rest: Any) -> None:
        self.category = item.category
        self.item = item
        super().__init__(*args, initial=dict(item.values), **rest)
        del self.fields["purpose"]
        self.offer_sources(rules.common_sources(current(), item.purposes))
        for name, (words, required, lines) in self.fields_of[item.kind].items():
            said = item.label if item.kind == "contact" else words
            self.fields[name] = TextField(
                label=said, required=required, lines=lines, max_length=TEXT if lines else LINE
            )
        self.order_fields([*self.fields_of[item.kind], "source", "source_detail"])

    def purposes(self) -> tuple[str, ...]:
        """Return the purposes of the item: being right changes nothing about why it is held."""
        return tuple(self.item.purposes)

    def enter(self, item_id: UUID) -> UUID:
        """Replace the item."""
        values = self.values(self.fields_of[self.item.kind])
        return register.correct(**self.told(), kind=self.item.kind, item_id=item_id, values=values)
