"""What goes and when, store by store, and night by night as a chart."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from seloste.audit.queries.machine import Fate
from seloste.declaration.words import retention_words
from seloste.desk import rules
from seloste.desk.queries import Going
from seloste.desk.rules import Reader
from seloste.desk.shown.moments import short_date
from seloste.kernel.duty import Duty
from seloste.kernel.retention import COUNTED

#: How far ahead the page looks.
NIGHTS = 30
#: The chart's own coordinates; the style sheet gives it its size.
WIDTH, HEIGHT = 1000, 240
#: A bar that stands for anything at all is at least so high.
LEAST = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """A night of the chart."""

    x: float
    y: float
    width: float
    height: float
    count: int
    shown: str
    label: str
    tick: str


def going_page(found: Going) -> dict[str, Any]:
    """Return what the page shows."""
    fates = found.fates
    last_at = max((fate.last_at for fate in fates if fate.last_at), default=None)
    nights = sum((fate.nights() for fate in fates), Counter())
    bars = _bars(nights, first=_first(fates, found.reader.today))
    return {
        "promises": _promises(fates, found.reader),
        "figures": _figures(fates),
        "bars": bars,
        "scale": _scale(bars),
        "summary": _summary(bars),
        "overdue": number(sum(fate.overdue for fate in fates)) if any(fate.overdue for fate in fates) else "",
        "failed": [fate.store.name for fate in fates if fate.error],
        "last_at": last_at,
        "next_on": min((fate.next_on for fate in fates), default=None),
        "past_grounds": found.past_grounds,
        "past_persons": found.past_persons,
    }


def rooms(duty: Duty) -> list[dict[str, str]]:
    """Return the pages about what goes that the duty may see; one alone needs no choice."""
    offered = [
        (rules.sees_all_that_goes(duty), "desk:going", _("Stores")),
        (rules.sees_whose_grounds_end(duty), "desk:ending", _("People in the register")),
        (rules.looks_after_machine(duty), "desk:machine", _("The machine")),
    ]
    shown = [{"label": label, "url": reverse(name), "name": name} for may, name, label in offered if may]
    return shown if len(shown) > 1 else []


def number(count: int) -> str:
    """Return the number as the reader writes it, thousands apart."""
    return str(number_format(count, use_l10n=True, force_grouping=True))


def _first(fates: Sequence[Fate], today: date) -> date:
    return min((fate.next_on for fate in fates), default=today)


def _figures(fates: Sequence[Fate]) -> list[dict[str, str]]:
    counted = [
        (_("The next night"), sum(fate.coming for fate in fates)),
        (_("Within 7 days"), sum(fate.goes_within(7) for fate in fates)),
        (_("Within 30 days"), sum(fate.goes_within(30) for fate in fates)),
    ]
    return [{"label": label, "value": number(count)} for label, count in counted]


# --- The stores -------------------------------------------------------------------------------------------------------


def _promises(fates: Sequence[Fate], reader: Reader) -> list[dict[str, Any]]:
    """Return the periods of the notice in its order, each with the stores that go by it."""
    by_purpose: dict[str, list[Fate]] = {}
    for fate in fates:
        by_purpose.setdefault(fate.store.purpose, []).append(fate)
    return [
        {
            "purpose": reader.purpose(key),
            "period": retention_words(reader.declaration, key, reader.language),
            "url": f"{reverse('notices:page')}#retention-{key}",
            "lines": [_line(fate) for fate in by_purpose[key]],
        }
        for key in reader.declaration.purpose
        if key in by_purpose
    ]


def _line(fate: Fate) -> dict[str, Any]:
    store = fate.store
    return {
        "name": store.name,
        "shorter": store.shorter,
        "held": _held(fate.held),
        "coming": number(fate.coming),
        "week": number(fate.goes_within(7)),
        "month": number(fate.goes_within(30)),
        "last": _last(fate),
        "error": fate.error,
        "overdue": number(fate.overdue) if fate.overdue else "",
    }


def _held(count: int | None) -> str:
    if count is None:
        return "–"
    return _("over %(count)s") % {"count": number(COUNTED)} if count > COUNTED else number(count)


def _last(fate: Fate) -> str:
    if fate.last_day is None:
        return _("not yet")
    return _("%(date)s: %(count)s") % {"date": short_date(fate.last_day), "count": number(fate.last_cleared)}


# --- The chart --------------------------------------------------------------------------------------------------------


def _bars(nights: Mapping[date, int], *, first: date) -> list[Bar]:
    days = [first + timedelta(days=place) for place in range(NIGHTS)]
    counts = [nights.get(day, 0) for day in days]
    top, step = max(counts, default=0) or 1, WIDTH / NIGHTS
    return [
        Bar(
            x=round(place * step + step * 0.12, 2),
            y=round(HEIGHT - _height(count, top), 2),
            width=round(step * 0.76, 2),
            height=_height(count, top),
            count=count,
            shown=number(count),
            label=_night(day),
            tick=date_format(day, "j.n.") if place % 7 == 0 else "",
        )
        for place, (day, count) in enumerate(zip(days, counts, strict=True))
    ]


def _height(count: int, top: int) -> float:
    return max(round(count / top * HEIGHT, 2), LEAST) if count else 0.0


def _night(day: date) -> str:
    return _("the night of %(date)s") % {"date": short_date(day)}


def _scale(bars: Sequence[Bar]) -> list[tuple[int, str]]:
    """Return the lines of the chart from the top: the largest night, its half where that is a whole number, nothing."""
    top = max((bar.count for bar in bars), default=0)
    half = [(HEIGHT // 2, number(top // 2))] if top and top % 2 == 0 else []
    return [(0, number(top)), *half, (HEIGHT, "0")] if top else [(HEIGHT, "0")]


def _summary(bars: Sequence[Bar]) -> str:
    total = sum(bar.count for bar in bars)
    if not total:
        return _("Nothing goes in the coming 30 nights.")
    most = max(bars, key=lambda bar: bar.count)
    words = ngettext(
        "In the coming 30 nights %(total)s row goes; most in %(night)s: %(count)s.",
        "In the coming 30 nights %(total)s rows go; most in %(night)s: %(count)s.",
        total,
    )
    return words % {"total": number(total), "night": most.label, "count": most.shown}
