# ruff: noqa: ANN401 -- what a form is built with goes through to the framework
"""What people type: an address, a code, a choice; and what the staff write to many."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from seloste.consents.choices import Channel
from seloste.consents.queries import MARKETING
from seloste.declaration.load import current
from seloste.intake.forms import PublicForm
from seloste.kernel.forms import TextField
from seloste.kernel.refusals import Refusal
from seloste.kernel.text import plain_text
from seloste.mail.rules.envelope import one_address
from seloste.outreach.queries.mailings import LANGUAGES
from seloste.outreach.rules.asking import read_code
from seloste.outreach.rules.letters import LONGEST_SUBJECT, LONGEST_TEXT
from seloste.register.rules import LINE, normal_email

#: The declared form.
FORM = "preferences"
#: The names of the boxes begin with this.
_BOX = "consent_"


class AddressField(forms.CharField):
    """Exactly one e-mail address, in the register's normal form."""

    def __init__(self, **rest: Any) -> None:
        widget = forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"})
        super().__init__(label=_("E-mail address"), max_length=LINE, widget=widget, **rest)

    def clean(self, value: Any) -> str:
        """Read the address; a list of addresses, a name before it or letters that mail cannot carry are refused."""
        return read_address(super().clean(value))


def read_address(text: str) -> str:
    """Return the address in its normal form; ValidationError where it is not exactly one."""
    try:
        return one_address(normal_email(plain_text(text)))
    except Refusal as refusal:
        raise forms.ValidationError(str(refusal.message)) from None


class AskForm(PublicForm):
    """The address, and the consents one may ask for by it: each a box of its own, none of them ticked."""

    def __init__(self, *, language: str, at: datetime, data: Mapping[str, str] | None = None) -> None:
        super().__init__(FORM, language=language, at=at, data=data)
        for key, asked in _by_email().items():
            words = asked.text.in_language(language)
            self.fields[f"{_BOX}{key}"] = forms.BooleanField(label=words, required=False)
        self.order_fields(["email", *(f"{_BOX}{key}" for key in _by_email()), "website", "token"])

    def clean_email(self) -> str:
        """Read the address once more as an envelope would."""
        return read_address(self.cleaned_data["email"])

    def wanted(self) -> list[str]:
        """Return the consents whose boxes were ticked."""
        return [key for key in _by_email() if self.cleaned_data[f"{_BOX}{key}"]]


def _by_email() -> dict[str, Any]:
    consents = current().consent.items()
    return {key: one for key, one in consents if (one.purpose, one.channel) == (MARKETING, Channel.EMAIL.value)}


class CodeForm(forms.Form):
    """The address and the code that came to it: for another device than the one where the mail is read."""

    email = AddressField()
    code = forms.CharField(
        label=_("Code from the message"),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "code", "autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def clean_code(self) -> str:
        """Read the six digits, whatever stands between them."""
        code = read_code(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(_("The code has six digits."))
        return code


class LetterForm(forms.Form):
    """A letter in three languages. Finnish is needed; who reads another language gets it where it is written."""

    id = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(["required", "invalid"], _("This form has expired. Load the page again, please.")),
    )
    subject_fi = TextField(label=_("Subject in Finnish"), max_length=LONGEST_SUBJECT)
    text_fi = TextField(
        label=_("Letter in Finnish"),
        lines=True,
        max_length=LONGEST_TEXT,
        help_text=_("Plain text. An empty line begins a new paragraph. A link may lead to our own site only."),
    )
    subject_sv = TextField(label=_("Subject in Swedish"), max_length=LONGEST_SUBJECT, required=False)
    text_sv = TextField(label=_("Letter in Swedish"), lines=True, max_length=LONGEST_TEXT, required=False)
    subject_en = TextField(label=_("Subject in English"), max_length=LONGEST_SUBJECT, required=False)
    text_en = TextField(label=_("Letter in English"), lines=True, max_length=LONGEST_TEXT, required=False)

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        for language in LANGUAGES:
            self.fields[f"text_{language}"].widget.attrs["rows"] = 12
            for part in ("subject", "text"):
                self.fields[f"{part}_{language}"].widget.attrs["lang"] = language

    def words(self) -> dict[str, tuple[str, str]]:
        """Return subject and text by language."""
        read = self.cleaned_data
        return {language: (read[f"subject_{language}"], read[f"text_{language}"]) for language in LANGUAGES}
