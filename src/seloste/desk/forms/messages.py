# ruff: noqa: ANN401 -- what a form is built with goes through to the framework
"""What is decided about a message."""

from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from seloste.desk.forms.origin import Choices, DeskForm
from seloste.intake import actions as intake
from seloste.kernel.forms import TextField
from seloste.register.rules import LINE


class KeepForm(DeskForm):
    """Which values of a message to keep. Nothing is ticked beforehand: every value is somebody's decision."""

    keep = forms.MultipleChoiceField(label=_("Keep also"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, values: Choices, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.offer("keep", values)
        if not values:
            del self.fields["keep"]

    def kept(self) -> set[str]:
        """Return the names of the ticked values."""
        return set(self.cleaned_data.get("keep", ()))

    def enter_for(self, message_id: UUID, person_id: UUID) -> str:
        """Enter the message for the person; return the person's page."""
        intake.enter_for(by=self.by, at=self.at, submission_id=message_id, person_id=person_id, keep=self.kept())
        return reverse("desk:person", args=[person_id])


class NewFromMessage(KeepForm):
    """A message's writer as a new person. Both parts of the name are shown: no rule splits every name."""

    given_name = TextField(label=_("Given names"), max_length=LINE, required=False)
    family_name = TextField(label=_("Family name"), max_length=LINE)
    field_order = ("given_name", "family_name", "keep")

    def enter(self, message_id: UUID) -> UUID:
        """Enter the person and the message."""
        return intake.enter_new(
            by=self.by,
            at=self.at,
            submission_id=message_id,
            given_name=self.cleaned_data["given_name"],
            family_name=self.cleaned_data["family_name"],
            keep=self.kept(),
        )
