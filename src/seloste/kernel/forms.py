# ruff: noqa: ANN401 -- what a field is built with goes through to the framework
"""Fields that people type into: what cannot be kept is refused at the field, in words, and nothing is lost."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

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
