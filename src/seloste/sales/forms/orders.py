# ruff: noqa: ANN401 -- what a form is built with goes through to the framework
"""What is done to one order."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from seloste.kernel.forms import EurosField, LinesField, TextField
from seloste.kernel.refusals import Words
from seloste.once.forms import OnceForm
from seloste.register.choices import Source
from seloste.shop.choices import Why, WithdrawalState

#: No message of ours is longer.
LONGEST = 4_000


class ConfirmForm(OnceForm):
    """Nothing is asked but to confirm."""


class DeliverForm(OnceForm):
    """Which lines were delivered. What the buyer withdraws from is not ticked beforehand."""

    lines = forms.MultipleChoiceField(label=_("What was delivered?"), widget=forms.CheckboxSelectMultiple)

    def __init__(
        self, *args: Any, due: Sequence[tuple[str, Words]], withdrawn: Collection[str] = (), **rest: Any
    ) -> None:
        super().__init__(*args, **rest)
        said = _("%s – the customer withdraws from this")
        self.offer("lines", [(key, said % words if key in withdrawn else words) for key, words in due])
        self.initial.setdefault("lines", [key for key, _words in due if key not in withdrawn])


class CancelForm(OnceForm):
    """Why an order is cancelled; the customer reads it."""

    why = forms.ChoiceField(label=_("Why?"), widget=forms.RadioSelect, help_text=_("The customer is told."))

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        reasons = (Why.BY_CUSTOMER, Why.UNPAID, Why.NOT_DELIVERED, Why.MISTAKE, Why.BY_STAFF)
        self.offer("why", [(why.value, why.label) for why in reasons])


class AnswerForm(OnceForm):
    """What is written to the customer."""

    text = LinesField(label=_("What do you write?"), max_length=LONGEST)


class CorrectForm(OnceForm):
    """What is right instead of what the buyer typed. Places are asked only while something is to be delivered."""

    email = TextField(label=_("E-mail"), max_length=254)
    street = TextField(label=_("Street address"), max_length=200)
    postal_code = TextField(label=_("Postal code"), max_length=20, required=False)
    city = TextField(label=_("Town"), max_length=200)
    delivery_street = TextField(label=_("Street address of the delivery"), max_length=200, required=False)
    delivery_postal_code = TextField(label=_("Postal code of the delivery"), max_length=20, required=False)
    delivery_city = TextField(label=_("Town of the delivery"), max_length=200, required=False)
    source = forms.ChoiceField(label=_("How do you know it?"), widget=forms.RadioSelect)
    again = forms.BooleanField(label=_("Send the confirmation again"), required=False)

    def __init__(self, *args: Any, can_move: bool, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.offer("source", [(key.value, key.label) for key in (Source.PHONE, Source.EMAIL, Source.ORDER)])
        if not can_move:
            for name in [name for name in self.fields if name.startswith(PLACES)]:
                del self.fields[name]


#: How the fields of a place begin.
PLACES = ("street", "postal_code", "city", "delivery_")


class NameForm(OnceForm):
    """The name of the new person, as the order has it."""

    given_name = TextField(label=_("First name"), max_length=200, required=False)
    family_name = TextField(label=_("Last name"), max_length=200)


class PersonForm(OnceForm):
    """Which person in the register the order is of."""

    person = forms.ChoiceField(label=_("Who is it?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, persons: Sequence[tuple[str, Words]], **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.offer("person", persons)


class RefundForm(OnceForm):
    """How much of which line goes back, and why. The customer reads the reason."""

    why = forms.ChoiceField(label=_("Why?"), widget=forms.RadioSelect)
    words = LinesField(
        label=_("In words"),
        max_length=1_000,
        required=False,
        help_text=_("The customer reads this in the message about the refund."),
    )

    def __init__(self, *args: Any, left: Mapping[UUID, tuple[str, Decimal]], **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.left = left
        for line, (title, most) in left.items():
            self.fields[f"line-{line}"] = EurosField(label=title, required=False, initial=most, max_value=most)
        self.offer("why", [(why.value, why.label) for why in Why if why not in {Why.UNPAID, Why.BY_STAFF}])
        self.order_fields([*(f"line-{line}" for line in left), "why", "words"])

    def clean(self) -> dict[str, Any]:
        """Refuse to return nothing."""
        told = super().clean() or self.cleaned_data
        if not self.errors and not amounts(self):
            raise forms.ValidationError(_("Say how much goes back."))
        return told


def amounts(form: OnceForm) -> dict[UUID, Decimal]:
    """Return how much of which line goes back."""
    given = {name.removeprefix("line-"): told for name, told in form.cleaned_data.items() if name.startswith("line-")}
    return {UUID(line): amount for line, amount in given.items() if amount}


class SettleForm(RefundForm):
    """What is answered to a withdrawal, and how much goes back for it."""

    to = forms.ChoiceField(label=_("What do we answer?"), widget=forms.RadioSelect)
    answer = LinesField(
        label=_("Answer to the customer"),
        max_length=LONGEST,
        required=False,
        help_text=_("Needed where not everything is returned: say why, in words."),
    )

    looked = forms.BooleanField(
        label=_("I have looked at the right of withdrawal: although its time was not over, there is none"),
        required=False,
        help_text=_("Needed only where nothing goes back. The answer then says in full sentences why (KSL 6:14)."),
    )

    def __init__(self, *args: Any, accepted: Words, is_in_time: bool, **rest: Any) -> None:
        super().__init__(*args, **rest)
        del self.fields["why"], self.fields["words"]
        if not is_in_time:
            del self.fields["looked"]
        self.offer(
            "to",
            [
                (WithdrawalState.ACCEPTED.value, accepted),
                (WithdrawalState.PARTLY.value, _("Accepted with other amounts: these go back")),
                (WithdrawalState.DECLINED.value, _("There is no right of withdrawal: nothing goes back")),
            ],
        )
        self.order_fields(["to", *(f"line-{line}" for line in self.left), "answer", "looked"])

    def clean(self) -> dict[str, Any]:
        """Ask for the reasons where not everything goes back (S4.10: a person says no, in words)."""
        told = self.cleaned_data
        if told.get("to") not in {None, WithdrawalState.ACCEPTED} and not told.get("answer"):
            self.add_error("answer", _("Say why, in words that go to the customer."))
        return told


class MatchForm(OnceForm):
    """Which order a withdrawal means."""

    reference = TextField(label=_("Order number"), max_length=30)
