# ruff: noqa: ANN401 -- what a form is built with goes through to the framework
"""Which days of the sales, by what, and beside which others. It all stands in the address."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from seloste.kernel.forms import DayInput
from seloste.sales.rules.periods import Bar, By, bars, fitting, months_back
from seloste.visits.rules.spans import Span, before, year_before

PERIODS = {
    "kuukausi": _("This month"),
    "30": _("30 days"),
    "90": _("90 days"),
    "vuosi": _("This year"),
    "12": _("12 months"),
}
COMPARISONS = {"ennen": _("The time before"), "vuosi": _("A year ago"), "ei": _("Nothing")}
BY = {"day": _("day"), "week": _("week"), "month": _("month")}
MEASURES = {"raha": _("Money"), "tilaukset": _("Orders"), "palautukset": _("Refunds")}
#: Books are kept for six years and the year under way.
LONGEST = timedelta(days=7 * 366)


class SalesForm(forms.Form):
    """What is asked of the sales."""

    jakso = forms.ChoiceField(choices=[(key, key) for key in PERIODS], required=False)
    alkaen = forms.DateField(label=_("From"), required=False, widget=DayInput)
    asti = forms.DateField(label=_("To"), required=False, widget=DayInput)
    vertaa = forms.ChoiceField(choices=[(key, key) for key in COMPARISONS], required=False)
    pylvas = forms.ChoiceField(choices=[(key, key) for key in BY], required=False)
    mitta = forms.ChoiceField(choices=[(key, key) for key in MEASURES], required=False)

    def __init__(self, asked: Any, *, today: date) -> None:
        super().__init__(asked)
        self.today = today

    def clean(self) -> dict[str, Any]:
        """Refuse days that follow in the wrong order, or that are too many."""
        told = super().clean() or self.cleaned_data
        since, until = told.get("alkaen"), told.get("asti")
        if since and until and until < since:
            self.add_error("asti", _("The last day is before the first."))
        elif since and since > self.today:
            self.add_error("alkaen", _("This day is still to come."))
        elif since and self.today - since > LONGEST:
            self.add_error("alkaen", _("Nothing is kept of so long ago."))
        elif until and until < (since or self.today - LONGEST):
            self.add_error("asti", _("Nothing is kept of so long ago."))
        return told

    def told(self, name: str, usual: str = "") -> str:
        """Return what was chosen, or what is usual."""
        return (self.is_valid() and self.cleaned_data.get(name)) or usual

    @property
    def own(self) -> Span | None:
        """Return the days that the reader chose; one of the two is enough."""
        told = self.cleaned_data if self.is_valid() else {}
        since, until = told.get("alkaen"), told.get("asti")
        if not since and not until:
            return None
        last = min(until or self.today, self.today)
        return Span(first=since or last - timedelta(days=29), last=last)

    @property
    def period(self) -> str:
        """Return which of the ready periods is looked at; nothing where the days are the reader's own."""
        return "" if self.own else self.told("jakso", "30")

    def span(self) -> Span:
        """Return the days to be shown."""
        today, period = self.today, self.period
        firsts = {
            "kuukausi": today.replace(day=1),
            "90": today - timedelta(days=89),
            "vuosi": today.replace(month=1, day=1),
            "12": months_back(today, 11),
        }
        return self.own or Span(first=firsts.get(period, today - timedelta(days=29)), last=today)

    def compared(self) -> Span | None:
        """Return the days beside which they are shown."""
        ways = {"ennen": before, "vuosi": year_before}
        chosen = self.told("vertaa", "ennen")
        return ways[chosen](self.span()) if chosen in ways else None

    def by(self) -> By:
        """Return what a bar stands for; days of many years would be too many to see."""
        usual, chosen = fitting(self.span()), self.told("pylvas")
        if chosen == "day" and usual != "month":
            return "day"
        return chosen if chosen in {"week", "month"} else usual  # type: ignore[return-value]

    def bars(self) -> list[Bar]:
        """Return the bars."""
        return bars(self.span(), self.by())

    def then_bars(self) -> list[Bar]:
        """Return the bars of the time compared with: those that stand behind ours, day for day."""
        span, then = self.span(), self.compared()
        if then is None:
            return []
        back = span.first - then.first
        return [Bar(first=bar.first - back, last=bar.last - back) for bar in self.bars()]

    def address(self, **changed: str) -> str:
        """Return the query of the same page with something changed."""
        chosen = {name: self.told(name) for name in ("jakso", "vertaa", "pylvas", "mitta")}
        if self.own and not changed.get("jakso"):
            chosen |= {"jakso": "", "alkaen": self.span().first.isoformat(), "asti": self.span().last.isoformat()}
        return "?" + urlencode({key: value for key, value in (chosen | changed).items() if value})
