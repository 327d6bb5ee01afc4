# ruff: noqa: ANN401 -- what a form is built with goes through to the framework
"""What those who keep the books type: amounts in euros, days, reasons. A refusal is said at its field."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from seloste.invoices.choices import Aside
from seloste.kernel.forms import DayInput, EurosField, LinesField, TextField
from seloste.kernel.refusals import Words


class DayField(forms.DateField):
    """A day, chosen in the browser's own way."""

    widget = DayInput


class TokenForm(forms.Form):
    """A form with a mark of its own, so that it does its deed once."""

    token = forms.UUIDField(
        widget=forms.HiddenInput,
        initial=uuid4,
        error_messages=dict.fromkeys(["required", "invalid"], _("This form has expired. Load the page again, please.")),
    )


class CreditForm(TokenForm):
    """What is credited, and why."""

    amount = EurosField(
        label=_("How much, with VAT"),
        min_value=Decimal("0.01"),
        help_text=_("It is shared over all that is left of the invoice."),
    )
    why = TextField(label=_("Reason"), max_length=300, help_text=_("The buyer reads it on the credit note."))


class ReminderForm(TokenForm):
    """The reminder's words, its new day and its fee."""

    subject = TextField(label=_("Subject"), max_length=150)
    text = LinesField(label=_("Message"), max_length=5000)
    due_on = DayField(label=_("New due date"))
    fee = EurosField(
        label=_("Reminder fee"),
        min_value=Decimal(0),
        max_value=Decimal(5),
        help_text=_("At most 5 euros (Act on debt collection, section 10 a). Leave 0 where none is charged."),
    )

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["text"].widget.attrs["rows"] = 16


class BankForm(forms.Form):
    """A file of the bank."""

    file = forms.FileField(
        label=_("File of the bank"),
        help_text=_("An account statement (camt.053) or a notification of transactions (camt.054), at most 10 MB."),
        widget=forms.FileInput(attrs={"accept": ".xml,application/xml,text/xml"}),
    )

    def clean_file(self) -> bytes:
        """Return what is in the file; how large it may be the page says (``takes_files``)."""
        return bytes(self.cleaned_data["file"].read())


class PutForm(forms.Form):
    """To which invoice a payment belongs, and how much of it."""

    number = TextField(label=_("Number or reference number of the invoice"), max_length=40)
    amount = EurosField(label=_("How much of it"), min_value=Decimal("0.01"))


class AsideForm(forms.Form):
    """Why a payment belongs to no invoice."""

    why = forms.ChoiceField(label=_("Why"), choices=Aside.choices, widget=forms.RadioSelect)


_ENTRIES = [("entries", _("Entries for the books (CSV): accounts, VAT codes, debit and credit. Names nobody."))]
#: They name people: only for whoever may take people out of the system.
_VOUCHERS = [("vouchers", _("Vouchers as they were sent (ZIP of PDF and UBL)"))]


class ExportForm(forms.Form):
    """What leaves for the books, of which time, and for whom."""

    what = forms.ChoiceField(label=_("What"), choices=[*_ENTRIES, *_VOUCHERS], widget=forms.RadioSelect)
    first = DayField(label=_("From"))
    last = DayField(label=_("To"))
    given_to = forms.ChoiceField(
        label=_("Given to"), required=False, help_text=_("A recipient outside the company: each person can be told.")
    )

    def __init__(
        self, *args: Any, recipients: Sequence[tuple[str, Words]], takes_vouchers: bool = True, **rest: Any
    ) -> None:
        super().__init__(*args, **rest)
        if not takes_vouchers:
            cast(forms.ChoiceField, self.fields["what"]).choices = _ENTRIES
            recipients = ()
        given = cast(forms.ChoiceField, self.fields["given_to"])
        given.choices = [
            ("", str(_("Nobody outside: for our own books"))),
            *((key, str(name)) for key, name in recipients),
        ]
        if not recipients:
            del self.fields["given_to"]

    def clean(self) -> dict[str, Any]:
        """Refuse a time that ends before it begins."""
        told = super().clean() or {}
        first, last = told.get("first"), told.get("last")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self.add_error("last", _("The time ends before it begins."))
        return told
