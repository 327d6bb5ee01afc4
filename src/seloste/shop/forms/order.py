"""What is typed on an order's page and on the public page for withdrawing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seloste.intake.forms import PublicForm
from seloste.kernel.forms import LinesField
from seloste.shop.queries.order_page import OrderPage
from seloste.shop.rules.withdrawal import Right

#: The declared form of the public page.
FORM = "withdrawal"


class MessageForm(forms.Form):
    """A message about an order."""

    text = LinesField(label=_("Your message"), max_length=5_000)
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class WithdrawForm(forms.Form):
    """From what of the order somebody withdraws. No box is ticked beforehand, and none may be forgotten."""

    text = LinesField(label=_("Something to add"), max_length=2_000, required=False)
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, seen: OrderPage, data: Any = None) -> None:  # noqa: ANN401 -- what was typed
        super().__init__(data, auto_id="%s")
        has_parts = len(seen.lines) > 1
        choices = [(str(line.id), _titled(line.title, seen.right.lines[line.id].right)) for line in seen.lines]
        self.fields["lines"] = forms.MultipleChoiceField(
            label=_("From which part of it?"),
            help_text=_("Choose everything to withdraw from all of the order."),
            required=has_parts,
            error_messages={"required": _("Choose what you withdraw from.")},
            choices=choices,
            widget=forms.CheckboxSelectMultiple,
        )
        self.order_fields(["lines", "text", "token"])


def _titled(title: str, right: Right) -> str:
    """Return what a line is called, with what is known of the right: for information, nobody is refused here."""
    if right is Right.OPEN:
        return title
    return gettext("%(title)s (the right of withdrawal has ended)") % {"title": title}


class PublicWithdrawalForm(PublicForm):
    """The declared form of the page that anybody may use (2011/83/EU art. 11 a)."""

    def __init__(self, *, language: str, at: datetime, data: Mapping[str, str] | None = None) -> None:
        super().__init__(FORM, language=language, at=at, data=data)
