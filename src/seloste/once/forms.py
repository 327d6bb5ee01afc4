# ruff: noqa: ANN401 -- what a form is built with goes through to the framework
"""A form of the staff's pages that does its deed once, however often it is sent."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Words


class OnceForm(forms.Form):
    """A form with a mark of its own. ``undo`` is where the deed is undone, if it can be."""

    undo = ""

    token = forms.UUIDField(
        widget=forms.HiddenInput,
        initial=uuid4,
        error_messages=dict.fromkeys(["required", "invalid"], _("This form has expired. Load the page again, please.")),
    )

    def __init__(self, *args: Any, by: Duty, at: datetime, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.by = by
        self.at = at

    def content(self) -> str:
        """Return what was sent, the same for the same: without the mark of the form."""
        sent = cast(QueryDict, self.data)
        kept = sorted((name, sent.getlist(name)) for name in sent if name not in {"token", "csrfmiddlewaretoken"})
        return json.dumps(kept)

    def begin_anew(self) -> None:
        """Give the form another mark, so that what is written now can be sent as a form of its own."""
        self.data = cast(QueryDict, self.data).copy()
        self.data["token"] = str(uuid4())

    def offer(self, name: str, choices: Sequence[tuple[str, Words]]) -> None:
        """Offer these choices in the field."""
        cast(forms.ChoiceField, self.fields[name]).choices = [(key, str(words)) for key, words in choices]
