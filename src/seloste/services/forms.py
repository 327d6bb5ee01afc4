# ruff: noqa: ANN401 -- what a form is built with goes through to the framework
"""What a customer chooses on the page of a subscription."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from seloste.kernel.forms import DayInput
from seloste.services.choices import Wrong
from seloste.services.rules.life import MOST

_EXPIRED = dict.fromkeys(["required", "invalid"], _("This form has expired. Load the page again, please."))


class TokenForm(forms.Form):
    """A form with a random mark of its own: sending it twice is one change."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, error_messages=_EXPIRED)

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **{"auto_id": "%s", **rest})


class ChooseForm(forms.Form):
    """Another variant, another number, or both. It is sent with GET: choosing changes nothing yet."""

    variant = forms.ChoiceField(label=_("What"), widget=forms.RadioSelect)
    quantity = forms.IntegerField(
        label=_("How many"),
        min_value=1,
        max_value=MOST,
        error_messages=dict.fromkeys(["required", "invalid", "min_value", "max_value"], Wrong.QUANTITY.label),
    )

    def __init__(self, choices: Sequence[tuple[str, str]], *args: Any, **rest: Any) -> None:
        super().__init__(*args, **{"auto_id": "%s", **rest})
        field = self.fields["variant"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- for the type alone
        field.choices = choices
        field.error_messages = dict.fromkeys(["required", "invalid_choice"], Wrong.NOT_OFFERED.label)
        self.fields["quantity"].widget.attrs["class"] = "short"


class ConfirmForm(TokenForm):
    """What was chosen, with the amount that was shown."""

    variant = forms.UUIDField(widget=forms.HiddenInput, error_messages=_EXPIRED)
    quantity = forms.IntegerField(
        widget=forms.HiddenInput, min_value=1, max_value=MOST, error_messages={"invalid": Wrong.QUANTITY.label}
    )
    shown = forms.DecimalField(widget=forms.HiddenInput, max_digits=12, decimal_places=2, error_messages=_EXPIRED)


class PauseForm(TokenForm):
    """Until when it is paused."""

    resumes_on = forms.DateField(
        label=_("It goes on again on"),
        widget=DayInput,
        error_messages=dict.fromkeys(["required", "invalid"], Wrong.PAUSE_DAY.label),
    )

    def __init__(self, *args: Any, first: date, last: date, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["resumes_on"].widget.attrs |= {"min": first.isoformat(), "max": last.isoformat()}
