"""What is asked for by looking: a search, a language, a part of the record."""

from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from seloste.audit.queries import Window
from seloste.kernel.clock import HELSINKI
from seloste.kernel.forms import DayInput, TextField
from seloste.register.choices import Language
from seloste.register.rules import LINE


class LanguageForm(forms.Form):
    """The language in which a person is served."""

    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)


class SearchForm(forms.Form):
    """The search box. Whatever was typed is looked for; what is no text finds nothing."""

    q = TextField(max_length=LINE, required=False)


class EventsForm(forms.Form):
    """Which part of the record. Days and a number tell nothing about a person, so they may stand in the address."""

    since = forms.DateField(label=_("From"), required=False, widget=DayInput)
    until = forms.DateField(label=_("To"), required=False, widget=DayInput)
    denied = forms.BooleanField(label=_("Only what was denied"), required=False)
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def within(self) -> Window:
        """Return the time asked for, both days included; the whole record where a day is none."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        return Window(
            since=datetime.combine(since, time(0), tzinfo=HELSINKI) if since else None,
            until=datetime.combine(until + timedelta(days=1), time(0), tzinfo=HELSINKI) if until else None,
            denied=self.cleaned_data.get("denied", False),
        )

    def asked(self) -> str:
        """Return the filters as they stand in an address, without the page."""
        kept = {name: self.data[name] for name in ("since", "until", "denied") if self.data.get(name)}
        return urlencode(kept)
