# ruff: noqa: ANN401 -- what a form is built with goes through to the framework
"""As what a list leaves, and to whom."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from seloste.declaration.load import current
from seloste.disclosures.queries import Offer, name_of
from seloste.once.forms import OnceForm
from seloste.sales.choices import FileKind

#: For our own use: nobody is given anything.
OURS = "ours"


class ExportForm(OnceForm):
    """The kind of file, and whether somebody else is given it."""

    kind = forms.ChoiceField(
        label=_("Kind of file"), choices=FileKind.choices, initial=FileKind.XLSX, widget=forms.RadioSelect
    )
    given_to = forms.ChoiceField(label=_("For whom?"), widget=forms.RadioSelect, initial=OURS)

    def __init__(self, *args: Any, offers: Sequence[Offer], language: str, **rest: Any) -> None:
        super().__init__(*args, **rest)
        declared = current().purpose
        self.offers = {f"{one.recipient}.{one.purpose}": one for one in offers}
        named = [
            (key, f"{name_of(one.recipient, language)}: {declared[one.purpose].name.in_language(language)}")
            for key, one in self.offers.items()
        ]
        self.offer("given_to", [(OURS, _("For our own work. It is not given to anybody.")), *named])

    def chosen(self) -> Offer | None:
        """Return to whom the list goes and for what; None where it stays with us."""
        return self.offers.get(self.cleaned_data["given_to"])
