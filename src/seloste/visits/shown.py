"""The statistics in words, figures and a drawing; as a page and as a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seloste.kernel import sheets
from seloste.kernel.clock import HELSINKI
from seloste.visits.choices import Device, LeftOut, What
from seloste.visits.queries.statistics import Half, Statistics, Step
from seloste.visits.rules import chart, spans
from seloste.visits.rules.hiding import LEAST, Breakdown
from seloste.visits.rules.hits import OTHER
from seloste.visits.rules.spans import Span

#: How many rows of a breakdown are seen at once, and how many there are on the page; the file has all of them.
ROWS, MOST_ROWS = 10, 40
#: How many labels stand under the chart.
TICKS = 7

#: What pages are called. One without a name here is shown by its name in the code.
PAGES: Mapping[str, Any] = {
    "home": gettext_lazy("Start page"),
    "notices:page": gettext_lazy("Privacy notice"),
    "notices:terminal": gettext_lazy("What is stored on your device"),
    "notices:pdf": gettext_lazy("Privacy notice as a PDF"),
    "notices:jsonld": gettext_lazy("Privacy notice as JSON-LD"),
    "notices:tilt": gettext_lazy("Privacy notice as TILT"),
    "notices:versions": gettext_lazy("Versions of the notice"),
    "notices:version": gettext_lazy("An earlier version of the notice"),
    "notices:difference": gettext_lazy("Differences between versions"),
    "intake:contact": gettext_lazy("Contact form"),
    "intake:feedback": gettext_lazy("Feedback form"),
    "intake:thanks": gettext_lazy("Thanks after a form"),
    "terminal:page": gettext_lazy("Cookies"),
    "terminal:receipt": gettext_lazy("Receipt of a choice about cookies"),
    "outreach:start": gettext_lazy("What we may send you: the way in"),
    "outreach:preferences": gettext_lazy("What we may send you: one's own page"),
    "outreach:receipt": gettext_lazy("Receipt of a consent"),
    "rights:form": gettext_lazy("Request about one's own data"),
    "rights:status": gettext_lazy("How a request is getting on"),
}
LANGUAGES: Mapping[str, Any] = {
    "fi": gettext_lazy("Finnish"),
    "sv": gettext_lazy("Swedish"),
    "en": gettext_lazy("English"),
}
ANSWERS: Mapping[str, Any] = {
    "2xx": gettext_lazy("Answered (2xx)"),
    "3xx": gettext_lazy("Led elsewhere or unchanged (3xx)"),
    "4xx": gettext_lazy("Not found or refused (4xx)"),
    "5xx": gettext_lazy("Fault of ours (5xx)"),
}

NAMES: Mapping[str, Mapping[str, Any]] = {
    What.PAGE: PAGES,
    What.LANGUAGE: LANGUAGES,
    What.STATUS: ANSWERS,
    What.DEVICE: dict(Device.choices),
    What.LEFT_OUT: dict(LeftOut.choices),
}

#: The breakdowns of the page in their order: what of, its title, the head of its first column, what is counted.
TABLES: Sequence[tuple[What, Any, Any, Any]] = (
    (What.PAGE, gettext_lazy("Pages"), gettext_lazy("Page"), gettext_lazy("Views")),
    (What.REFERRER, gettext_lazy("Where visits came from"), gettext_lazy("Site"), gettext_lazy("Visits")),
    (What.LANGUAGE, gettext_lazy("Languages"), gettext_lazy("Language"), gettext_lazy("Views")),
    (What.DEVICE, gettext_lazy("Devices"), gettext_lazy("Device"), gettext_lazy("Views")),
    (What.CAMPAIGN, gettext_lazy("Campaigns"), gettext_lazy("Campaign"), gettext_lazy("Views")),
    (What.STATUS, gettext_lazy("Answers"), gettext_lazy("Answer"), gettext_lazy("Requests")),
    (What.LEFT_OUT, gettext_lazy("Left out of the figures"), gettext_lazy("Why"), gettext_lazy("Requests")),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A row of a breakdown; ``share`` is for the little bar, from 0 to 100."""

    name: str
    count: str
    earlier: str
    change: str
    share: int
    hidden: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A breakdown as it is shown."""

    key: str
    title: str
    head: str
    counted: str
    rows: Sequence[Row]
    more: Sequence[Row]
    beyond: int
    withheld: bool
    protects: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A large number with what it was before."""

    label: str
    value: str
    change: str
    earlier: str


def page(found: Statistics, *, today: date) -> dict[str, Any]:
    """Return everything the page of statistics shows."""
    tables = [_table(found, *told) for told in TABLES]
    return {
        "span": span_words(found.now.span),
        "is_under_way": found.now.span.last == today,
        "compared": span_words(found.then.span) if found.then else "",
        "figures": _figures(found),
        "chart": chart.draw(points(found)),
        "summary": _summary(found),
        "by_hour": found.by_hour,
        "tables": [table for table in tables if table.rows or table.withheld or table.key != What.CAMPAIGN],
        "nothing": not any(found.now.parts[what].shown or found.now.parts[what].hidden for what in found.now.parts),
        "lost": found.now.totals[What.LOST] if found.now.totals[What.LOST] != 0 else "",
        "least": LEAST,
        "kept_days": spans.HOURS_KEPT.days,
        "kept_months": spans.DAYS_KEPT.days // 30,
    }


# --- Figures ----------------------------------------------------------------------------------------------------------


def number(count: int | None, *, small: bool = True) -> str:
    """Return the count in the reader's way of writing, or words where it is hidden."""
    if count is None:
        return _("under %(least)s") % {"least": LEAST} if small else _("hidden")
    return number_format(count, force_grouping=True)


def _figures(found: Statistics) -> list[Figure]:
    views, visits = _both(found, What.VIEWS), _both(found, What.VISITS)
    ratio = [_ratio(*pair) for pair in zip(views, visits, strict=True)]
    return [
        _figure(_("Page views"), views, compared=found.then is not None),
        _figure(_("Visits"), visits, compared=found.then is not None),
        Figure(label=_("Views a visit"), value=ratio[0] or "–", change="", earlier=ratio[1] if found.then else ""),
    ]


def _both(found: Statistics, what: What) -> list[int | None]:
    return [found.now.totals[what], found.then.totals[what] if found.then else None]


def _figure(label: str, counts: Sequence[int | None], *, compared: bool) -> Figure:
    return Figure(
        label=label,
        value=number(counts[0]),
        change=_change(*counts) if compared else "",
        earlier=number(counts[1]) if compared else "",
    )


def _ratio(views: int | None, visits: int | None) -> str:
    return number_format(views / visits, decimal_pos=1) if views and visits else ""


def _change(count: int | None, earlier: int | None) -> str:
    """Return the change in percent, where both are shown."""
    if not count or not earlier:
        return ""
    percent = round((count - earlier) * 100 / earlier)
    sign = "+" if percent > 0 else "−" if percent < 0 else "±"
    return f"{sign}{number_format(abs(percent), force_grouping=True)} %"


def _summary(found: Statistics) -> str:
    """Return the chart in a sentence, for those who do not see it."""
    known = [(count, step) for count, step in zip(found.now.course, found.steps, strict=True) if count]
    if not known:
        return _("No count is large enough to be shown.")
    most, step = max(known, key=lambda pair: pair[0])
    told = {"views": number(found.now.totals[What.VIEWS]), "most": number(most), "when": step_words(step)}
    return _("%(views)s page views in all. The most, %(most)s, were on %(when)s.") % told


# --- Time -------------------------------------------------------------------------------------------------------------


def span_words(span: Span) -> str:
    """Return the days in words."""
    first, last = (date_format(day, "SHORT_DATE_FORMAT") for day in (span.first, span.last))
    return first if span.days == 1 else f"{first}–{last}"


def step_words(step: Step) -> str:
    """Return what a bar stands for."""
    if step.hour is not None:
        hour = spans.clock_time(step.hour, HELSINKI)
        after = spans.clock_time(step.hour + 1, HELSINKI)
        return f"{date_format(step.first, 'SHORT_DATE_FORMAT')} {hour}–{after}"
    return span_words(Span(first=step.first, last=step.last))


def points(found: Statistics) -> list[chart.Point]:
    """Return the bars of the chart. The time compared with has another number of hours where the clocks were moved."""
    every = max(1, -(-len(found.steps) // TICKS))
    then = found.then.course if found.then else []
    return [
        chart.Point(
            label=step_words(step),
            count=count,
            earlier=then[place] if place < len(then) else None,
            tick=_tick(step) if place % every == 0 else "",
            is_free=step.hour is None and step.first == step.last and _is_weekend(step.first),
        )
        for place, (step, count) in enumerate(zip(found.steps, found.now.course, strict=True))
    ]


def _tick(step: Step) -> str:
    if step.hour is not None:
        return spans.clock_time(step.hour, HELSINKI)
    return f"{step.first.day}.{step.first.month}."


def _is_weekend(day: date) -> bool:
    return day.weekday() >= 5


# --- Breakdowns -------------------------------------------------------------------------------------------------------


def name(what: str, value: str) -> str:
    """Return what a value is called."""
    if what == What.REFERRER and not value:
        return _("No page before (typed, bookmark, mail)")
    if value == OTHER:
        return str(Device.OTHER.label) if what == What.DEVICE else _("Others")
    return str(NAMES[what].get(value, value)) if what in NAMES else value


def _table(found: Statistics, what: What, title: Any, head: Any, counted: Any) -> Table:  # noqa: ANN401 -- lazy words
    parts, then = found.now.parts[what], found.then.parts[what] if found.then else None
    values = _in_order(what, parts)
    rows = [_row(what, value, parts, then) for value in values[:MOST_ROWS]]
    return Table(
        key=what,
        title=str(title),
        head=str(head),
        counted=str(counted),
        rows=rows[:ROWS],
        more=rows[ROWS:MOST_ROWS],
        beyond=max(0, len(values) - MOST_ROWS),
        withheld=parts.withheld,
        protects=not parts.small,
    )


def _in_order(what: str, parts: Breakdown) -> list[str]:
    """Return the values, the largest first; hidden ones by their names, for their order must tell nothing."""
    shown = sorted(parts.shown, key=lambda value: (-parts.shown[value], name(what, value)))
    return [*shown, *sorted(parts.hidden, key=lambda value: name(what, value))]


def _row(what: str, value: str, parts: Breakdown, then: Breakdown | None) -> Row:
    count, earlier = parts.of(value), then.of(value) if then else None
    largest = max(parts.shown.values(), default=1)
    return Row(
        name=name(what, value),
        count=number(count, small=parts.small),
        earlier=number(earlier, small=then.small and not then.withheld) if then else "",
        change=_change(count, earlier),
        share=round(100 * count / largest) if count else 0,
        hidden=count is None,
    )


# --- As a file --------------------------------------------------------------------------------------------------------


def as_csv(found: Statistics) -> HttpResponse:
    """Return what the page shows as a file for a spreadsheet."""
    headers = {"Content-Disposition": f'attachment; filename="{_file_name(found.now.span)}"'}
    return HttpResponse(sheets.as_csv(_csv_lines(found)), content_type="text/csv; charset=utf-8", headers=headers)


def _file_name(span: Span) -> str:
    return f"kavijat-{span.first.isoformat()}-{span.last.isoformat()}.csv"


def _csv_lines(found: Statistics) -> list[list[str]]:
    lines = [[_("What"), _("Which"), span_words(found.now.span), span_words(found.then.span) if found.then else ""]]
    lines += [[str(what.label), "", *map(_plain, _both(found, what))] for what in (What.VIEWS, What.VISITS)]
    for what, title, _head, _counted in TABLES:
        lines += _csv_table(found, what, str(title))
    views = str(What.VIEWS.label)
    return lines + [[views, point.label, _plain(point.count), _plain(point.earlier)] for point in points(found)]


def _csv_table(found: Statistics, what: What, title: str) -> list[list[str]]:
    halves: list[Half] = [half for half in (found.now, found.then) if half]
    values = _in_order(what, found.now.parts[what])
    return [[title, name(what, value), *(_cell(half.parts[what], value) for half in halves)] for value in values]


def _cell(parts: Breakdown, value: str) -> str:
    return _plain(parts.of(value), small=parts.small and not parts.withheld)


def _plain(count: int | None, *, small: bool = True) -> str:
    return number(None, small=small) if count is None else str(count)
