# ruff: noqa: ANN401 -- what a form is built with goes through to the framework
"""What a person types: at the entrance of her own page, and on it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from seloste.intake.forms import PublicForm
from seloste.kernel.forms import LinesField, TextField
from seloste.kernel.refusals import Words
from seloste.outreach.forms import CodeForm, read_address
from seloste.register.choices import RestrictionReason
from seloste.register.rules import LINE

#: The declared form.
FORM = "mydata"
Choices = Sequence[tuple[str, Words]]

__all__ = ["FORM", "AskForm", "CodeForm", "CorrectForm", "ObjectForm", "OwnForm", "RestrictForm", "StatementForm"]


class AskForm(PublicForm):
    """The address that a code goes to."""

    def __init__(self, *, language: str, at: datetime, data: Mapping[str, str] | None = None) -> None:
        super().__init__(FORM, language=language, at=at, data=data)

    def clean_email(self) -> str:
        """Read the address as an envelope would."""
        return read_address(self.cleaned_data["email"])


class OwnForm(forms.Form):
    """A form on the open page: its own random id makes sending twice one request."""

    form = forms.UUIDField(
        widget=forms.HiddenInput,
        initial=uuid4,
        error_messages=dict.fromkeys(["required", "invalid"], _("This form has expired. Load the page again, please.")),
    )

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **{"auto_id": "%s", **rest})


#: How each kind of value is corrected: its fields with their labels and what a browser can fill in.
_FIELDS: Mapping[str, Mapping[str, tuple[Words, str, bool]]] = {
    "name": {
        "given_name": (_("First name"), "given-name", False),
        "family_name": (_("Last name"), "family-name", False),
    },
    "contact": {"value": (_("As it should be"), "off", True)},
    "address": {
        "street": (_("Street address"), "street-address", True),
        "postal_code": (_("Postal code"), "postal-code", True),
        "city": (_("City"), "address-level2", True),
        "country": (_("Country, in two letters"), "country", True),
    },
    "position": {"title": (_("Position"), "organization-title", True)},
}


class CorrectForm(OwnForm):
    """One value as it should be; what stands there now is filled in."""

    def __init__(self, kind: str, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        for name, (label, fills, required) in _FIELDS[kind].items():
            field = TextField(label=label, max_length=LINE, required=required)
            field.widget.attrs["autocomplete"] = fills
            self.fields[name] = field
        self.names = list(_FIELDS[kind])

    def values(self) -> dict[str, str]:
        """Return what was typed."""
        return {name: self.cleaned_data[name] for name in self.names}


class StatementForm(OwnForm):
    """What should stand beside something that is held about her."""

    about = forms.ChoiceField(label=_("What is it about?"))
    text = LinesField(
        label=_("Your statement"),
        max_length=5_000,
        help_text=_("It stands with your data, in your words. Do not write a personal identity code."),
    )

    def __init__(self, *args: Any, things: Choices, **rest: Any) -> None:
        super().__init__(*args, **rest)
        _offer(self, "about", things)


#: The grounds of restriction in a person's own words.
GROUNDS: Mapping[RestrictionReason, Words] = {
    RestrictionReason.ACCURACY: _("Something is wrong. Do not use it before you have checked it."),
    RestrictionReason.UNLAWFUL: _("You had no right to use this, but do not erase it."),
    RestrictionReason.CLAIM: _("You no longer need this, but I do, for a legal claim."),
}


class RestrictForm(OwnForm):
    """Why the data may only be kept for now."""

    ground = forms.ChoiceField(
        label=_("Why?"),
        widget=forms.RadioSelect,
        choices=[(ground.value, words) for ground, words in GROUNDS.items()],
        error_messages={"required": _("Choose the reason that fits best.")},
    )
    text = LinesField(label=_("Tell more, if you like"), max_length=5_000, required=False)


class ObjectForm(OwnForm):
    """What she objects to, and what in her situation speaks against it."""

    purpose = forms.ChoiceField(
        label=_("What do you object to?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you object to.")},
    )
    text = LinesField(
        label=_("What in your situation speaks against it?"),
        max_length=5_000,
        help_text=_("A few words are enough. We weigh them against our reasons, and until then only keep your data."),
    )

    def __init__(self, *args: Any, purposes: Choices, **rest: Any) -> None:
        super().__init__(*args, **rest)
        _offer(self, "purpose", purposes)


def _offer(form: forms.Form, name: str, choices: Choices) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- said in the classes above
    field.choices = [(key, str(words)) for key, words in choices]
