# ruff: noqa: ANN401 -- what a form is built with goes through to the framework
"""How money that was owed went back."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from seloste.kernel.clock import local_date
from seloste.kernel.forms import DayInput, TextField
from seloste.once.forms import OnceForm
from seloste.register.rules import LINE


class ReturnForm(OnceForm):
    """The way the money went, with the transfer's day and number where an employee made it."""

    THE_SAME, BY_HAND, SETTLED = "sama", "tilisiirto", "hoidettu"

    how = forms.ChoiceField(label=_("How does it go back?"), widget=forms.RadioSelect)
    paid_on = forms.DateField(
        label=_("When was it paid?"), widget=DayInput, required=False, help_text=_("For a transfer that you have made.")
    )
    bank_reference = TextField(
        label=_("The bank's archive number"),
        max_length=40,
        required=False,
        help_text=_("By it the payment is found on the statement."),
    )
    words = TextField(
        label=_("How was it settled?"),
        max_length=LINE,
        required=False,
        help_text=_("Where nothing is returned any more: why. The customer can read it on the subscription's page."),
    )

    def __init__(self, *args: Any, can_return: bool, **rest: Any) -> None:
        super().__init__(*args, **rest)
        ways = [
            (self.THE_SAME, _("The way it came, by itself")),
            (self.BY_HAND, _("I have paid it by bank transfer")),
        ]
        settled = (self.SETTLED, _("It has been settled otherwise: nothing goes back any more"))
        self.offer("how", [*(ways if can_return else []), settled])
        self.initial.setdefault("how", self.THE_SAME if can_return else self.SETTLED)

    def clean_paid_on(self) -> date | None:
        """Return the day, which cannot lie ahead."""
        on: date | None = self.cleaned_data["paid_on"]
        if on is not None and on > local_date(self.at):
            raise forms.ValidationError(_("This is in the future."))
        return on

    def clean(self) -> dict[str, Any]:
        """Ask for what belongs to the way that was chosen."""
        told = super().clean() or self.cleaned_data
        needed = {self.BY_HAND: ("paid_on", "bank_reference"), self.SETTLED: ("words",)}.get(told.get("how", ""), ())
        for name in needed:
            if not told.get(name) and name not in self.errors:
                self.add_error(name, _("This is needed here."))
        return told
