# ruff: noqa: ANN401 -- what a form is built with goes through to the framework
"""What became of something that did not fit, or of a refund by hand."""

from datetime import date
from typing import Any, cast

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from seloste.kernel.clock import local_date
from seloste.kernel.forms import DayInput, TextField
from seloste.once.forms import OnceForm
from seloste.payments.choices import Settled


class SettledForm(OnceForm):
    """What was done about it."""

    how = forms.ChoiceField(label=_("What became of it?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.offer("how", [(one.value, capfirst(str(one.label))) for one in Settled if one is not Settled.BY_ITSELF])


class ByHandForm(OnceForm):
    """A refund that was paid by bank transfer."""

    paid_on = forms.DateField(label=_("When was it paid?"), widget=DayInput)
    bank_reference = TextField(
        label=_("The bank's archive number"), max_length=40, help_text=_("By it the payment is found on the statement.")
    )

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.initial.setdefault("paid_on", local_date(self.at))

    def clean_paid_on(self) -> date:
        """Return the day, which cannot lie ahead."""
        on = cast(date, self.cleaned_data["paid_on"])
        if on > local_date(self.at):
            raise forms.ValidationError(_("This is in the future."))
        return on
