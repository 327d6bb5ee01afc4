"""The public forms, made from the declaration: a field that is not declared cannot be asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from seloste.declaration.load import current
from seloste.declaration.schema import Asked
from seloste.intake import rules
from seloste.kernel.refusals import Refusal
from seloste.kernel.text import plain_text
from seloste.register.rules import LINE, TEXT, normal_email, normal_phone

#: A message may be long, but not a book.
MESSAGE = 5_000
_SALT = "seloste.intake.form"


class AskedField(forms.CharField):
    """A declared question. The answer is read by the same rules as everywhere in the register."""

    def __init__(self, asked: Asked, *, language: str, read: Callable[[str], str], **options: object) -> None:
        super().__init__(label=asked.label.in_language(language), required=asked.required, strip=True, **options)  # type: ignore[arg-type]
        self.why = asked.why.in_language(language)
        self._read = read

    def clean(self, value: object) -> str:
        """Read the answer; a refusal stands at the field, in the person's language."""
        text: str = super().clean(value)
        try:
            return self._read(text) if text else ""
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal.message)) from None


def _line(text: str) -> str:
    return plain_text(text)


def _lines(text: str) -> str:
    return plain_text(text, lines=True)


def _email(text: str) -> str:
    return normal_email(plain_text(text))


def _phone(text: str) -> str:
    return normal_phone(plain_text(text))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Way:
    """How a question is asked on the page, and how its answer is read."""

    read: Callable[[str], str] = _line
    longest: int = LINE
    widget: type[forms.Widget] = forms.TextInput
    attributes: Mapping[str, str]


_WAYS = {
    "name": _Way(attributes={"autocomplete": "name"}),
    "email": _Way(read=_email, widget=forms.EmailInput, attributes={"autocomplete": "email", "spellcheck": "false"}),
    "phone": _Way(read=_phone, widget=forms.TextInput, attributes={"autocomplete": "tel", "inputmode": "tel"}),
    "company": _Way(attributes={"autocomplete": "organization"}),
    "reference": _Way(attributes={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    "message": _Way(read=_lines, longest=min(MESSAGE, TEXT), widget=forms.Textarea, attributes={"rows": "8"}),
}
#: What a public form is able to ask; the census fails where the notice declares anything else.
ASKABLE = frozenset(_WAYS)
assert MESSAGE <= TEXT  # noqa: S101 -- what a form takes, the register must take too


class PublicForm(forms.Form):
    """A form of the declaration, with our own guard against robots: no third party, no puzzle, no cookie of its own."""

    #: People never see this field. A browser that fills it by itself is told so: nobody is turned away in silence.
    website = forms.CharField(label=_("Leave this empty"), required=False, max_length=LINE)
    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=500)

    def __init__(self, key: str, *, language: str, at: datetime, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data, auto_id="%s")
        self.key = key
        self.language = language
        self.at = at
        for name, asked in current().form[key].asks.items():
            self.fields[name] = _field(name, asked, language=language)
        self.order_fields([*current().form[key].asks, "website", "token"])
        self.fields["website"].widget.attrs = {"tabindex": "-1", "autocomplete": "off"}
        self._opened: tuple[UUID, datetime] | None = None

    def fresh_token(self) -> str:
        """Return a signed mark of this opening of the form: a random number and the moment."""
        return signing.dumps({"id": str(uuid4()), "form": self.key, "at": self.at.timestamp()}, salt=_SALT)

    def clean_website(self) -> str:
        """Refuse what a robot, or an eager browser, wrote where people see nothing."""
        if self.cleaned_data["website"]:
            self.data = {**self.data, "website": ""}
            self.add_error(None, _("A hidden field was filled in, perhaps by your browser. Send again."))
        return ""

    def clean_token(self) -> str:
        """Read when the form was opened, and refuse it where that is too long ago, too short ago or not ours."""
        token: str = self.cleaned_data["token"]
        self._opened = _read_token(token, form=self.key)
        if self._opened is None:
            raise forms.ValidationError(_("The form had expired. Everything you wrote is here: send again."))
        age = self.at - self._opened[1]
        if age > rules.OPEN_FOR:
            raise forms.ValidationError(
                _("The form was open for over a day. Everything you wrote is here: send again.")
            )
        if age < rules.FASTEST:
            raise forms.ValidationError(_too_fast(rules.FASTEST))
        return token

    def next_token(self) -> str:
        """Return the token for showing the form again: the same while it is good, so a retry stays one message."""
        stale = self._opened is None or self.at - self._opened[1] > rules.OPEN_FOR
        return self.fresh_token() if stale else str(self.data["token"])

    @property
    def opened_id(self) -> UUID:
        """The random number of this opening; only after the form was found valid."""
        if self._opened is None:
            raise ValueError(self.key)
        return self._opened[0]

    def answers(self) -> dict[str, str]:
        """Return the declared answers alone."""
        return {name: self.cleaned_data[name] for name in current().form[self.key].asks}


def _field(name: str, asked: Asked, *, language: str) -> AskedField:
    way = _WAYS[name]
    widget = way.widget(attrs=dict(way.attributes))
    return AskedField(asked, language=language, read=way.read, max_length=way.longest, widget=widget)


def _too_fast(least: timedelta) -> str:
    seconds = int(least.total_seconds())
    words = ngettext_lazy(
        "That was quicker than people write. Wait %d second and send again.",
        "That was quicker than people write. Wait %d seconds and send again.",
        seconds,
    )
    return str(words % seconds)


def _read_token(token: str, *, form: str) -> tuple[UUID, datetime] | None:
    try:
        read = signing.loads(token, salt=_SALT)
        opened = UUID(read["id"]), datetime.fromtimestamp(read["at"], tz=UTC)
    except (signing.BadSignature, ValueError, KeyError, TypeError):
        return None
    return opened if read["form"] == form else None
