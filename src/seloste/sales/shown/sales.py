"""The sales in figures, a drawing and tables; as a page and as a file."""

import csv
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from babel import Locale
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from seloste.kernel import sheets
from seloste.kernel.sheets import Cell
from seloste.sales.choices import FigureOf
from seloste.sales.forms.sales import BY, COMPARISONS, MEASURES, PERIODS, SalesForm
from seloste.sales.queries.figures import Sales, Sums
from seloste.sales.queries.products import product_names
from seloste.sales.rules.periods import Bar, By
from seloste.sales.shown.cells import euros
from seloste.visits.rules import chart
from seloste.visits.rules.spans import Span

#: How many rows of a table are seen, and how many labels stand under the chart.
ROWS, TICKS = 12, 7


def page(found: Sales, form: SalesForm) -> dict[str, Any]:
    """Return everything the page shows."""
    measure, points = form.told("mitta", "raha"), _points(found, form)
    return {
        "form": form,
        "span": span_words(found.now.span),
        "compared": span_words(found.then.span) if found.then else "",
        "is_under_way": found.now.span.last == form.today,
        "figures": _figures(found),
        "chart": chart.draw(points),
        "rows": _chart_rows(found, form.by()),
        "summary": _summary(found, form.by()),
        "tables": [_table(found, of) for of in (FigureOf.PRODUCT, FigureOf.COUNTRY)],
        "nothing": not (found.now.total.orders or found.now.total.refunds),
        "measure": MEASURES[measure],
        "periods": _choices(form, "jakso", PERIODS, form.period),
        "comparisons": _choices(form, "vertaa", COMPARISONS, form.told("vertaa", "ennen")),
        "measures": _choices(form, "mitta", MEASURES, measure),
        "by": _choices(form, "pylvas", BY, form.by()),
        "csv_url": form.address(muoto="csv"),
    }


def _choices(form: SalesForm, name: str, words: Mapping[str, Any], chosen: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": form.address(**{name: key}), "current": key == chosen} for key, label in words.items()
    ]


# --- Figures ----------------------------------------------------------------------------------------------------------


def _figures(found: Sales) -> list[dict[str, str]]:
    now, then = found.now.total, found.then.total if found.then else None
    each = [(one.gross / one.orders) if one and one.orders else None for one in (now, then)]
    return [
        _figure(_("Sold, with VAT"), now.gross, then.gross if then else None),
        _figure(_("Sold, without VAT"), now.net, then.net if then else None),
        _figure(_("Orders"), now.orders, then.orders if then else None),
        _figure(_("An order on average"), each[0], each[1]),
        _figure(_("Returned"), now.returned, then.returned if then else None),
    ]


def _figure(label: str, count: Decimal | int | None, earlier: Decimal | int | None) -> dict[str, str]:
    return {
        "label": label,
        "value": _said(count),
        "earlier": _said(earlier) if earlier is not None else "",
        "change": change(count, earlier),
    }


def _said(value: Decimal | int | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, int):
        return number_format(value, force_grouping=True)
    return f"{number_format(round(value), force_grouping=True)} €"


def change(count: Decimal | int | None, earlier: Decimal | int | None) -> str:
    """Return the change in percent, where there is one to tell."""
    if not count or not earlier:
        return ""
    percent = round((count - earlier) * 100 / earlier)
    sign = "+" if percent > 0 else "−" if percent < 0 else "±"
    return f"{sign}{number_format(abs(percent), force_grouping=True)} %"


# --- The chart --------------------------------------------------------------------------------------------------------


def span_words(span: Span) -> str:
    """Return the days in words."""
    first, last = (date_format(day, "SHORT_DATE_FORMAT") for day in (span.first, span.last))
    return first if span.days == 1 else f"{first}–{last}"


def _bar_words(bar: Bar, by: By) -> str:
    if by == "month" and bar.first.day == 1:
        return date_format(bar.first, "YEAR_MONTH_FORMAT")
    return span_words(Span(first=bar.first, last=bar.last))


def _tick(bar: Bar, by: By) -> str:
    return f"{bar.first.month}/{bar.first.year % 100:02}" if by == "month" else f"{bar.first.day}.{bar.first.month}."


def _points(found: Sales, form: SalesForm) -> list[chart.Point]:
    by, measure = form.by(), form.told("mitta", "raha")
    every = max(1, -(-len(found.bars) // TICKS))
    then = found.then.course if found.then else []
    return [
        chart.Point(
            label=_bar_words(bar, by),
            count=_drawn(sums, measure),
            earlier=_drawn(then[place], measure) if place < len(then) else None,
            tick=_tick(bar, by) if place % every == 0 else "",
            is_free=by == "day" and bar.first.weekday() >= 5,
        )
        for place, (bar, sums) in enumerate(zip(found.bars, found.now.course, strict=True))
    ]


def _drawn(sums: Sums, measure: str) -> int:
    """Return what a bar is as high as: whole euros, or how many."""
    if measure == "tilaukset":
        return sums.orders
    return round(sums.returned if measure == "palautukset" else sums.gross)


def _chart_rows(found: Sales, by: By) -> list[dict[str, Any]]:
    then = found.then.course if found.then else []
    return [
        {"when": _bar_words(bar, by), "now": sums, "then": then[place] if place < len(then) else None}
        for place, (bar, sums) in enumerate(zip(found.bars, found.now.course, strict=True))
    ]


def _summary(found: Sales, by: By) -> str:
    """Return the chart in a sentence, for those who do not see it."""
    best = max(zip(found.now.course, found.bars, strict=True), key=lambda pair: pair[0].gross)
    told = {
        "sold": euros(found.now.total.gross),
        "orders": number_format(found.now.total.orders, force_grouping=True),
        "returned": euros(found.now.total.returned),
        "most": euros(best[0].gross),
        "when": _bar_words(best[1], by),
    }
    return (
        _(
            "%(sold)s were sold in %(orders)s orders and %(returned)s were returned. "
            "The most, %(most)s, came on %(when)s."
        )
        % told
    )


# --- Tables -----------------------------------------------------------------------------------------------------------


def _table(found: Sales, of: FigureOf) -> dict[str, Any]:
    names, now = _names(of, found), found.now.parts[of]
    then = found.then.parts[of] if found.then else {}
    keys = sorted(now, key=lambda key: (-now[key].gross, names.get(key, "")))
    largest = max((sums.gross for sums in now.values()), default=Decimal(1)) or Decimal(1)
    rows = [
        {
            "name": names.get(key) or _("Something else"),
            "sums": now[key],
            "then": then.get(key),
            "change": change(now[key].gross, then[key].gross if key in then else None),
            "share": round(100 * now[key].gross / largest),
        }
        for key in keys
    ]
    return {"key": of.value, "title": of.label, "rows": rows[:ROWS], "more": rows[ROWS:], "is_goods": of == "product"}


def _names(of: FigureOf, found: Sales) -> dict[str, str]:
    if of is FigureOf.PRODUCT:
        return {str(product): name for product, name in product_names().items()}
    territories = Locale.parse(get_language() or "fi").territories
    return {key: str(territories.get(key, key)) for key in found.now.parts[of]}


# --- As a file --------------------------------------------------------------------------------------------------------


def as_csv(found: Sales, form: SalesForm) -> bytes:
    """Return what the page shows for a spreadsheet. No row is of one person."""
    rows: list[list[Cell]] = [[
        _("What"), _("Which"), _("Orders"), _("Quantity"), _("Without VAT"), _("With VAT"), _("Refunds"), _("Returned"),
    ]]  # fmt: skip
    rows += [
        [what, which, sums.orders, sums.quantity, sums.net, sums.gross, sums.refunds, sums.returned]
        for what, which, sums in _csv_rows(found, form.by())
    ]
    return sheets.as_csv(rows, quoting=csv.QUOTE_ALL).encode()


def _csv_rows(found: Sales, by: By) -> Sequence[tuple[str, str, Sums]]:
    rows = [(_("Together"), span_words(found.now.span), found.now.total)]
    if found.then:
        rows.append((_("Compared with"), span_words(found.then.span), found.then.total))
    rows += [(_("Time"), _bar_words(bar, by), sums) for bar, sums in zip(found.bars, found.now.course, strict=True)]
    for of in (FigureOf.PRODUCT, FigureOf.COUNTRY):
        names = _names(of, found)
        rows += [(str(of.label), names.get(key, key), sums) for key, sums in sorted(found.now.parts[of].items())]
    return rows
