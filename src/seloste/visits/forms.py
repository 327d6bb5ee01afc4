"""What is asked of the statistics and of the security log."""

from datetime import date, datetime, time, timedelta
from ipaddress import ip_address
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from seloste.kernel.clock import HELSINKI
from seloste.kernel.forms import DayInput, MomentInput
from seloste.visits.choices import Reason
from seloste.visits.queries.security import Sought
from seloste.visits.rules.spans import DAY, DAYS_KEPT, Span, before, year_before

#: The stretches that are one press away, in days; the last is 52 whole weeks, so that weekdays meet weekdays.
PERIODS = {"today": 1, "week": 7, "month": 30, "year": 364}
PERIOD_NAMES = {
    "today": _("Today"), "week": _("7 days"), "month": _("30 days"), "year": _("12 months"),
}  # fmt: skip
COMPARISONS = {"before": _("The time before"), "year": _("A year ago"), "none": _("Nothing")}


class SpanForm(forms.Form):
    """Which days, and beside which others. It all stands in the address, so a page can be kept as a bookmark."""

    period = forms.ChoiceField(choices=[(key, key) for key in PERIODS], required=False)
    since = forms.DateField(label=_("From"), required=False, widget=DayInput)
    until = forms.DateField(label=_("To"), required=False, widget=DayInput)
    compare = forms.ChoiceField(choices=[(key, key) for key in COMPARISONS], required=False)

    def __init__(self, *given: object, today: date) -> None:
        super().__init__(*given)  # type: ignore[arg-type]  # the form's own arguments
        self.today = today

    def clean(self) -> dict[str, object]:
        """Refuse days that follow in the wrong order, or that nothing is kept of."""
        told = super().clean() or {}
        since, until = told.get("since"), told.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day is before the first."))
        elif since and since > self.today:
            self.add_error("since", _("This day is still to come."))
        elif until and until < self.today - DAYS_KEPT:
            self.add_error("until", _("Nothing is kept of so long ago."))
        return told

    @property
    def period_key(self) -> str:
        """Return which of the ready periods is looked at; nothing where the days are the reader's own."""
        if not self.is_valid() or self.own is not None:
            return "" if self.is_valid() else "month"
        return self.cleaned_data["period"] or "month"

    @property
    def comparison(self) -> str:
        """Return what it is compared with."""
        return (self.is_valid() and self.cleaned_data["compare"]) or "before"

    @property
    def own(self) -> Span | None:
        """Return the days that the reader chose; one of the two is enough."""
        told = self.cleaned_data if self.is_valid() else {}
        since, until = told.get("since"), told.get("until")
        if not since and not until:
            return None
        last = min(until or self.today, self.today)
        return Span(first=max(since or last, self.today - DAYS_KEPT), last=last)

    def span(self) -> Span:
        """Return the days to be shown."""
        days = PERIODS[self.period_key or "month"]
        return self.own or Span(first=self.today - (days - 1) * DAY, last=self.today)

    def compared(self) -> Span | None:
        """Return the days beside which they are shown."""
        ways = {"before": before, "year": year_before}
        return ways[self.comparison](self.span()) if self.comparison in ways else None

    def address(self, **changed: str) -> str:
        """Return the query of the same page with something changed."""
        chosen = {"period": self.period_key, "compare": self.comparison}
        if not self.period_key:
            chosen |= {"since": self.span().first.isoformat(), "until": self.span().last.isoformat()}
        if changed.get("period"):
            chosen = {"compare": self.comparison}
        return "?" + urlencode({key: value for key, value in (chosen | changed).items() if value})


STATUSES = [("", _("Any")), *((str(first), f"{first}xx") for first in range(2, 6))]


class LogForm(forms.Form):
    """Which lines of the security log. An address may be a person's, so this is sent and never stands in an address."""

    since = forms.DateTimeField(label=_("From"), required=False, widget=MomentInput)
    until = forms.DateTimeField(label=_("To"), required=False, widget=MomentInput)
    address = forms.CharField(
        label=_("IP address"), required=False, max_length=45, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    status = forms.ChoiceField(label=_("Answer"), required=False, choices=STATUSES)
    reason = forms.ChoiceField(label=_("Why logged"), required=False, choices=[("", _("Any")), *Reason.choices])
    before = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    def clean_address(self) -> str:
        """Return the address in its one spelling."""
        try:
            return str(ip_address(self.cleaned_data["address"].strip())) if self.cleaned_data["address"].strip() else ""
        except ValueError:
            raise ValidationError(_("This is not an IP address, such as 192.0.2.1 or 2001:db8::1.")) from None

    def sought(self, today: date) -> Sought:
        """Return what is looked for; the last day where nothing was asked."""
        told = self.cleaned_data if self.is_bound and self.is_valid() else {}
        asked_time = told.get("since") or told.get("until") or told.get("address")
        return Sought(
            since=told.get("since") or (None if asked_time else _yesterday(today)),
            until=told.get("until"),
            address=told.get("address", ""),
            status=int(told["status"]) if told.get("status") else None,
            reason=told.get("reason", ""),
            before=told.get("before"),
        )


def _yesterday(today: date) -> datetime:
    return datetime.combine(today - timedelta(days=1), time(0), tzinfo=HELSINKI)
