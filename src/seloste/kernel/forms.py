# ruff: noqa: ANN401 -- what a field is built with goes through to the framework
"""Fields that people type into: what cannot be kept is refused at the field, in words, and nothing is lost."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from seloste.kernel.money import NOTHING, shown
from seloste.kernel.refusals import Refusal, Words
from seloste.kernel.text import plain_text


class TextField(forms.CharField):
    """One line of plain text, or several with ``lines``. ``why`` answers "Why do we ask this?".

    The longest length is told by the server and not by the browser, which would cut a pasted text without a word.
    """

    def __init__(self, *, lines: bool = False, why: Words = "", **rest: Any) -> None:
        self.lines = lines
        self.why = why
        widget = forms.Textarea(attrs={"rows": 6}) if lines else forms.TextInput(attrs={"autocomplete": "off"})
        super().__init__(**{"widget": widget, "strip": False, **rest})

    def to_python(self, value: Any) -> str:
        """Return the text in its kept form; ValidationError where it holds what is not text or an identity code."""
        text = super().to_python(value) or ""
        try:
            return plain_text(text, lines=self.lines)
        except Refusal as refusal:
            raise ValidationError(str(refusal.message), code="refused") from None

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Leave out the lengths."""
        return {
            name: value
            for name, value in super().widget_attrs(widget).items()
            if name not in {"maxlength", "minlength"}
        }


class LinesField(TextField):
    """A text of several lines."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(lines=True, **rest)


class EurosField(forms.DecimalField):
    """An amount of euros, with a comma or a point. What is too little or too much is told as amounts are written."""

    def __init__(self, *, min_value: Decimal = NOTHING, max_value: Decimal | None = None, **rest: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "short"})
        said = {"invalid": _("Type an amount such as 49,90.")}
        super().__init__(
            **{"max_digits": 12, "decimal_places": 2, "widget": widget, "error_messages": said, **rest},
        )
        self.least, self.most = min_value, max_value

    def prepare_value(self, value: Any) -> Any:
        """Return the amount as it is written here."""
        return f"{value:.2f}".replace(".", ",") if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Any:
        """Return the amount; people write spaces, commas and the sign of the euro."""
        plain = "".join(value.split()).removesuffix("€").replace(",", ".") if isinstance(value, str) else value
        return super().to_python(plain)

    def validate(self, value: Any) -> None:
        """Refuse an amount outside the bounds."""
        super().validate(value)
        if value in self.empty_values:
            return
        language = get_language() or "fi"
        if value < self.least:
            raise ValidationError(_("At least %s.") % shown(self.least, language), code="min_value")
        if self.most is not None and value > self.most:
            raise ValidationError(_("At most %s.") % shown(self.most, language), code="max_value")


class DayInput(forms.DateInput):
    """The browser's own way to choose a day."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"class": "short"})


class MomentInput(forms.DateTimeInput):
    """The browser's own way to choose a day and a time."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", attrs={"class": "short"})


def refuse(form: forms.BaseForm, refusal: Refusal) -> None:
    """Say a deed's refusal at the field it concerns, or above the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
