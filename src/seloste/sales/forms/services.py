# ruff: noqa: ANN401 -- what a form is built with goes through to the framework
"""A change of a subscription that somebody asked for: what, who, when, and how it reached us (S5.3, S6.1)."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from seloste.kernel.clock import local_date
from seloste.kernel.forms import DayInput, EurosField, TextField
from seloste.kernel.money import CENT
from seloste.once.forms import OnceForm
from seloste.register.choices import Source
from seloste.register.rules import LINE
from seloste.services.actions.door import Asked
from seloste.services.choices import AskedBy

#: Ways in which a wish reaches us; a public source asks for nothing.
WAYS = (Source.PHONE, Source.EMAIL, Source.MEETING, Source.CONTRACT, Source.SOCIAL, Source.OTHER)


class AskedForm(OnceForm):
    """Who asked, and how. Each kind of change adds its own fields before these."""

    asked_by = forms.ChoiceField(label=_("Who wanted it?"), widget=forms.RadioSelect)
    asked_name = TextField(
        label=_("Who said it"), max_length=LINE, required=False, help_text=_("The name of whoever called or wrote.")
    )
    asked_on = forms.DateField(label=_("When?"), widget=DayInput)
    source = forms.ChoiceField(label=_("How did it reach us?"), widget=forms.RadioSelect)
    source_detail = TextField(label=_("More about it"), max_length=LINE, required=False)

    def __init__(self, *args: Any, choices: Mapping[str, str], quantity: int, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.choices, self.quantity = choices, quantity
        self.begin()
        self.offer("asked_by", [(one.value, capfirst(str(one.label))) for one in (AskedBy.CUSTOMER, AskedBy.US)])
        self.offer("source", [(one.value, capfirst(str(one.label))) for one in WAYS])
        self.initial.setdefault("asked_on", local_date(self.at))
        told = ("asked_by", "asked_name", "asked_on", "source", "source_detail")
        self.order_fields([*(name for name in self.fields if name not in told), *told])

    def begin(self) -> None:
        """Offer what this kind of change lets be chosen."""

    def clean_asked_on(self) -> date:
        """Return the day, which cannot lie ahead."""
        on = cast(date, self.cleaned_data["asked_on"])
        if on > local_date(self.at):
            raise forms.ValidationError(_("This is in the future."))
        return on

    def asked(self) -> Asked:
        """Return who asked, as the deeds want it."""
        given = self.cleaned_data
        return Asked(
            by=AskedBy(given["asked_by"]),
            source=Source(given["source"]),
            on=given["asked_on"],
            name=given["asked_name"],
            detail=given["source_detail"],
        )


class TellForm(AskedForm):
    """When, how and whom somebody of us told of the coming renewal."""

    def begin(self) -> None:
        """Ask about our own telling, and not about somebody's wish."""
        words = {"asked_name": _("Who was told"), "asked_on": _("When?"), "source": _("How was it told?")}
        for name, label in words.items():
            self.fields[name].label = str(label)
        self.fields["asked_name"].help_text = str(_("The name of whoever was reached."))
        self.fields["asked_by"].widget = forms.HiddenInput()
        self.initial["asked_by"] = AskedBy.US


class SwitchForm(AskedForm):
    """Another variant, or another number of them."""

    variant = forms.ChoiceField(label=_("To what?"), widget=forms.RadioSelect)
    number = forms.IntegerField(
        label=_("How many?"), min_value=1, max_value=999, widget=forms.TextInput({"class": "short"})
    )
    credit = forms.BooleanField(
        label=_("What costs less begins at once, and the difference is returned"), required=False
    )

    def begin(self) -> None:
        """Offer the variants that are on sale; the present one for another number of it."""
        self.offer("variant", [("", _("The same as now")), *self.choices.items()])
        self.fields["variant"].required = False
        self.initial.setdefault("variant", "")
        self.initial.setdefault("number", self.quantity)


class PauseForm(AskedForm):
    """Until when it is paused."""

    resumes_on = forms.DateField(label=_("It goes on on"), widget=DayInput)


class PriceForm(AskedForm):
    """Another price, told in time."""

    unit = EurosField(label=_("New price of one for one period"), min_value=CENT)
    on = forms.DateField(label=_("From the first period that begins on or after"), widget=DayInput)
