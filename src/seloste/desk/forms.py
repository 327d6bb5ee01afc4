# ruff: noqa: ANN401 -- what a form is built with goes through to the framework
"""The desk's forms. Each reads what was typed and says with `enter` which deed it stands for."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar, cast
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from seloste.audit.queries import Window
from seloste.declaration.load import current
from seloste.desk import rules
from seloste.desk.queries import Correctable
from seloste.intake import actions as intake
from seloste.intake.choices import SOURCES, Direction, InteractionKind
from seloste.kernel.clock import HELSINKI, local_date
from seloste.kernel.duty import Duty
from seloste.kernel.forms import LinesField, TextField
from seloste.kernel.refusals import Refusal, Words
from seloste.notices.queries import current_version_id
from seloste.register import actions as register
from seloste.register.choices import ContactKind, DeliveryChannel, Language, Network, PersonKind
from seloste.register.rules import LINE, TEXT, Origin

Choices = Sequence[tuple[str, Words]]
#: The first line of a choice that nobody has made yet.
NOTHING = ("", _("Choose"))


class DateInput(forms.DateInput):
    """The browser's own way to choose a day."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"class": "short"})


class MomentInput(forms.DateTimeInput):
    """The browser's own way to choose a day and a time."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", attrs={"class": "short"})


class DeskForm(forms.Form):
    """A form that does its deed once, however often it is sent. ``undo`` is where the deed is undone, if it can be."""

    undo = ""

    token = forms.UUIDField(
        widget=forms.HiddenInput,
        initial=uuid4,
        error_messages=dict.fromkeys(["required", "invalid"], _("This form has expired. Load the page again, please.")),
    )

    def __init__(self, *args: Any, by: Duty, at: datetime, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.by = by
        self.at = at

    def content(self) -> str:
        """Return what was sent, the same for the same: without the mark of the form."""
        sent = cast(QueryDict, self.data)
        kept = sorted((name, sent.getlist(name)) for name in sent if name not in {"token", "csrfmiddlewaretoken"})
        return json.dumps(kept)

    def begin_anew(self) -> None:
        """Give the form another mark, so that what is written now can be sent as a form of its own."""
        self.data = cast(QueryDict, self.data).copy()
        self.data["token"] = str(uuid4())

    def offer(self, name: str, choices: Choices) -> None:
        """Offer these choices in the field."""
        cast(forms.ChoiceField, self.fields[name]).choices = [(key, str(words)) for key, words in choices]

    def not_future(self, name: str) -> Any:
        """Return the field's value, refused where it lies ahead."""
        value = self.cleaned_data[name]
        if (value.date() if isinstance(value, datetime) else value) > local_date(self.at):
            raise forms.ValidationError(_("This is in the future."))
        return value


class OriginForm(DeskForm):
    """What every entry tells: for which purpose it is held and where it came from (notice S5.3, S6)."""

    category: str
    source = forms.ChoiceField(label=_("Where did this come from?"))
    source_detail = TextField(
        label=_("Where exactly"),
        max_length=LINE,
        required=False,
        help_text=_(
            "For a public source or another company: the address of the page, or the name of the directory or company."
        ),
    )
    purpose = forms.ChoiceField(label=_("For what is this needed?"))

    def __init__(self, *args: Any, held: Sequence[str] = (), **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.held = held
        purposes = self.possible_purposes(self.by, category=self.category)
        self.offer_purposes(purposes)
        self.offer_sources(rules.allowed_sources(current(), purposes))
        self.order_fields([*self.own_names(), "source", "source_detail", "purpose"])

    @classmethod
    def possible_sources(cls) -> frozenset[str]:
        """Return the only sources this can have; none named where every source will do."""
        return frozenset()

    @classmethod
    def possible_purposes(cls, by: Duty, *, category: str) -> list[str]:
        """Return the duty's purposes that may hold the category from a source this can have."""
        sources = cls.possible_sources()
        allowed = rules.allowed_purposes(current(), by.purposes, category=category)
        return [key for key in allowed if not sources or sources.intersection(current().purpose[key].sources)]

    def own_names(self) -> list[str]:
        """Return the fields of the value itself."""
        return [name for name in self.fields if name not in {"source", "source_detail", "purpose"}]

    def offer_purposes(self, purposes: Sequence[str]) -> None:
        """Offer these purposes. Chosen is one for which the person is held already: a slip must not begin a new one."""
        language, declared = get_language() or "fi", current().purpose
        named = [(key, declared[key].name.in_language(language)) for key in purposes]
        usual = [key for key in (self.by.purpose, *self.held) if key in self.held and key in purposes]
        first = [] if usual or len(named) == 1 else [NOTHING]
        self.offer("purpose", [*first, *named])
        self.initial.setdefault("purpose", next(iter([*usual, *purposes[:1]])) if len(named) == 1 or usual else "")
        if len(named) == 1:
            self.fields["purpose"].widget = forms.HiddenInput()

    def offer_sources(self, sources: Sequence[str]) -> None:
        """Offer these sources; nothing is chosen beforehand where there are several."""
        language, declared = get_language() or "fi", current().source
        named = [(key, declared[key].name.in_language(language)) for key in sources]
        self.offer("source", [NOTHING, *named] if len(named) > 1 else named)

    def clean(self) -> dict[str, Any]:
        """Ask of the source what the notice asks: that the purpose may use it, and where a public one was found."""
        given = super().clean() or self.cleaned_data
        source = given.get("source")
        if source and any(source not in current().purpose[purpose].sources for purpose in self.purposes()):
            self.add_error("source", _("The notice does not let us have data from this source for this purpose."))
        elif source and not current().source[source].from_person and not given.get("source_detail"):
            self.add_error("source_detail", _("Say where this was found: the person has the right to know."))
        return given

    def purposes(self) -> tuple[str, ...]:
        """Return for what the values are held."""
        purpose = self.cleaned_data.get("purpose")
        return (purpose,) if purpose else ()

    def origin(self) -> Origin:
        """Return where the values come from."""
        return Origin(
            source=self.cleaned_data["source"],
            detail=self.cleaned_data.get("source_detail", ""),
            collected_at=self.at,
            purposes=self.purposes(),
            notice_version_id=current_version_id(),
        )

    def told(self) -> dict[str, Any]:
        """Return what every deed is told."""
        return {"by": self.by, "at": self.at, "origin": self.origin()}

    def values(self, names: Iterable[str]) -> dict[str, Any]:
        """Return the cleaned texts of the fields."""
        return {name: self.cleaned_data[name] for name in names}


class AboutPerson(OriginForm):
    """Something that is entered about a person who is in the register."""

    title: ClassVar[Words]
    done: ClassVar[Words]
    kind: ClassVar[str] = ""

    def enter(self, person_id: UUID) -> UUID:
        """Do the deed; return the new item's id."""
        raise NotImplementedError


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
    given_on = forms.DateField(label=_("Given on"), widget=DateInput)

    def clean_given_on(self) -> date:
        """Refuse a day that lies ahead."""
        return self.not_future("given_on")  # type: ignore[no-any-return]

    def enter(self, person_id: UUID) -> UUID:
        """Add the feedback."""
        return register.add_feedback(
            **self.told(),
            person_id=person_id,
            text=self.cleaned_data["text"],
            given_at=datetime.combine(self.cleaned_data["given_on"], time(12), tzinfo=HELSINKI),
        )


class ProjectForm(AboutPerson):
    """Work done for the person."""

    title, done = _("Open a project"), _("The project was opened.")
    kind, category = "project", "project"
    name = TextField(label=_("Name of the project"), max_length=LINE)
    description = LinesField(label=_("What it is about"), max_length=TEXT, required=False)
    started_on = forms.DateField(label=_("Started on"), widget=DateInput)

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

    closed_on = forms.DateField(label=_("Closed on"), widget=DateInput)

    def clean_closed_on(self) -> date:
        """Refuse a day that lies ahead."""
        return self.not_future("closed_on")  # type: ignore[no-any-return]


class InformedForm(DeskForm):
    """How and when the person was given the information of art. 13 or 14."""

    channel = forms.ChoiceField(label=_("How"), choices=[NOTHING, *DeliveryChannel.choices])
    given_on = forms.DateField(label=_("When"), widget=DateInput)

    def clean_given_on(self) -> date:
        """Refuse a day that lies ahead."""
        return self.not_future("given_on")  # type: ignore[no-any-return]


class LanguageForm(forms.Form):
    """The language in which a person is served."""

    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)


class SearchForm(forms.Form):
    """The search box. Whatever was typed is looked for; what is no text finds nothing."""

    q = TextField(max_length=LINE, required=False)


class KeepForm(DeskForm):
    """Which values of a message to keep. Nothing is ticked beforehand: every value is somebody's decision."""

    keep = forms.MultipleChoiceField(label=_("Keep also"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, values: Choices, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.offer("keep", values)
        if not values:
            del self.fields["keep"]

    def kept(self) -> set[str]:
        """Return the names of the ticked values."""
        return set(self.cleaned_data.get("keep", ()))

    def enter_for(self, message_id: UUID, person_id: UUID) -> None:
        """Enter the message for the person."""
        intake.enter_for(by=self.by, at=self.at, submission_id=message_id, person_id=person_id, keep=self.kept())


class NewFromMessage(KeepForm):
    """A message's writer as a new person. Both parts of the name are shown: no rule splits every name."""

    given_name = TextField(label=_("Given names"), max_length=LINE, required=False)
    family_name = TextField(label=_("Family name"), max_length=LINE)
    field_order = ("given_name", "family_name", "keep")

    def enter(self, message_id: UUID) -> UUID:
        """Enter the person and the message."""
        return intake.enter_new(
            by=self.by,
            at=self.at,
            submission_id=message_id,
            given_name=self.cleaned_data["given_name"],
            family_name=self.cleaned_data["family_name"],
            keep=self.kept(),
        )


class EventsForm(forms.Form):
    """Which part of the record. Days and a number tell nothing about a person, so they may stand in the address."""

    since = forms.DateField(label=_("From"), required=False, widget=DateInput)
    until = forms.DateField(label=_("To"), required=False, widget=DateInput)
    denied = forms.BooleanField(label=_("Only what was denied"), required=False)
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def within(self) -> Window:
        """Return the time asked for, both days included; the whole record where a day is none."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        return Window(
            since=datetime.combine(since, time(0), tzinfo=HELSINKI) if since else None,
            until=datetime.combine(until + timedelta(days=1), time(0), tzinfo=HELSINKI) if until else None,
            denied=self.cleaned_data.get("denied", False),
        )

    def asked(self) -> str:
        """Return the filters as they stand in an address, without the page."""
        kept = {name: self.data[name] for name in ("since", "until", "denied") if self.data.get(name)}
        return urlencode(kept)
