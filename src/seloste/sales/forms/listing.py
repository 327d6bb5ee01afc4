# ruff: noqa: ANN401 -- what a form is built with goes through to the framework
"""What is asked of a list. It stands in the address, so a list can be kept as a bookmark and sent to a colleague."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from seloste.kernel.clock import local_date
from seloste.kernel.forms import DayInput, TextField
from seloste.kernel.ids import read_reference
from seloste.kernel.refusals import Missing
from seloste.sales.rules.listing import (
    AFTER,
    BEFORE,
    ORDER,
    PERIOD,
    PERIODS,
    SINCE,
    SOUGHT,
    TYPED,
    UNTIL,
    Asked,
    Cursor,
    Filter,
    Listing,
    read_cursor,
)
from seloste.sales.rules.saved import LONGEST_NAME

PERIOD_NAMES = {
    "tanaan": _("Today"), "viikko": _("7 days"), "kuukausi": _("30 days"), "vuosi": _("12 months"),
}  # fmt: skip
#: Nobody looks for a longer word; a number of ours has ten characters.
LONGEST = 100


class ListForm(forms.Form):
    """Which part of a list, in which order, from where on. ``categories`` are what the duty sees."""

    def __init__(
        self, asked: Any, *, listing: Listing, categories: Iterable[str], at: datetime, typed: str = ""
    ) -> None:
        super().__init__(asked)
        self.listing, self.at, self.typed = listing, at, typed
        seen = frozenset(categories)
        self.filters = [one for one in listing.filters if not one.category or one.category in seen]
        for one in self.filters:
            self.fields[one.key] = _choice(one)
        self.fields[PERIOD] = _period()
        for name, label in ((SINCE, _("From")), (UNTIL, _("To"))):
            self.fields[name] = forms.DateField(label=label, required=False, widget=DayInput)
        self.fields[ORDER] = forms.ChoiceField(
            label=_("Order"), required=False, choices=[(one.key, one.label) for one in listing.orders]
        )
        self.fields[SOUGHT] = forms.CharField(required=False, max_length=LONGEST)

    def clean(self) -> dict[str, Any]:
        """Refuse days that follow in the wrong order."""
        told = super().clean() or self.cleaned_data
        since, until = told.get(SINCE), told.get(UNTIL)
        if since and until and until < since:
            self.add_error(UNTIL, _("The last day is before the first."))
        return told

    def asked(self) -> Asked:
        """Return what is asked; Missing where the address points to no row."""
        told = self.cleaned_data
        order = self.listing.order(told.get(ORDER, ""))
        sought = told.get(SOUGHT, "")
        plain = Asked(
            at=self.at,
            chosen={one.key: told[one.key] for one in self.filters if told.get(one.key)},
            sought="" if sought == TYPED else sought,
            typed=self.typed if sought == TYPED else "",
            since=told.get(SINCE),
            until=told.get(UNTIL),
            order=told.get(ORDER, ""),
            after=self._cursor(AFTER, order.kind),
            before=self._cursor(BEFORE, order.kind),
        )
        return plain.within(told[PERIOD], local_date(self.at)) if told.get(PERIOD) in PERIODS else plain

    def _cursor(self, name: str, kind: Any) -> Cursor | None:
        typed = self.data.get(name, "")
        found = read_cursor(typed, kind) if typed else None
        if typed and found is None:
            raise Missing
        return found

    @property
    def visible_filters(self) -> list[forms.BoundField]:
        """Return the fields that stand above the list."""
        return [self[name] for name in (*(one.key for one in self.filters), PERIOD, SINCE, UNTIL)]


def _choice(one: Filter) -> forms.ChoiceField:
    return forms.ChoiceField(label=str(one.label), required=False, choices=[("", _("All")), *one.offered()])


def _period() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Period"), required=False, choices=[("", _("Any time")), *PERIOD_NAMES.items()])


class SeekForm(forms.Form):
    """What is looked for in a list. It may be a company's name, so it is sent and never stands in an address."""

    q = TextField(max_length=LONGEST, required=False)

    def reference(self, prefixes: str) -> str:
        """Return the number of ours that was typed, in its one spelling; nothing where it was none."""
        said = cast(str, self.cleaned_data["q"])
        found = read_reference(said)
        if found and found[0] in prefixes:
            return found
        return said if said.isdigit() else ""


class SaveForm(forms.Form):
    """The name of a view that is kept."""

    name = TextField(label=_("Name of the view"), max_length=LONGEST_NAME)
