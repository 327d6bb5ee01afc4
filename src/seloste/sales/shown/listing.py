"""A list on its page: chips, filters, columns, lines, and where to go from here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Words
from seloste.sales.choices import ListKey
from seloste.sales.forms.listing import ListForm
from seloste.sales.queries.saved import Saved
from seloste.sales.queries.source import Found, Source
from seloste.sales.rules.columns import Column, visible
from seloste.sales.rules.listing import AFTER, BEFORE, ORDER, SOUGHT, Asked, Listing
from seloste.sales.shown import cells

#: The word of an address that asks for a page with every row chosen.
ALL_CHOSEN = "valitut"


@dataclass(frozen=True, kw_only=True, slots=True)
class Bulk:
    """A deed on several rows at once, by its word in the address."""

    key: str
    label: Words
    category: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelf:
    """A list with everything its page says."""

    key: ListKey
    source: Source[Any]
    place: str
    title: Words
    about: Words
    seek: Words
    columns: Sequence[Column]
    empty: Words
    empty_text: Words
    icon: str
    bulk: Sequence[Bulk] = ()
    #: Pages beside the list: what each is called, its name among the addresses, its icon.
    links: Sequence[tuple[Words, str, str]] = ()
    id_of: Callable[[Any], Any] = lambda line: line.id

    @property
    def listing(self) -> Listing:
        """Return what can be asked of it."""
        return self.source.listing


def page(
    shelf: Shelf, found: Found[Any] | None, *, form: ListForm, asked: Asked, by: Duty, saved: Sequence[Saved]
) -> dict[str, Any]:
    """Return the context of a list's page; ``found`` is None where the question was refused."""
    columns = _filled(visible(shelf.columns, by.categories), found)
    return {
        "shelf": shelf,
        "form": form,
        "asked": asked,
        "hidden": {key: value for key, value in asked.words().items() if key not in _shown_fields(form)},
        "chips": _chips(shelf, asked, by=by),
        "saved": [_saved(shelf, one, asked) for one in saved],
        "can_save": bool(asked.kept()) and asked.kept() not in {one.address for one in saved},
        "columns": [_head(column, shelf.listing, asked) for column in columns],
        "lines": _lines(shelf, found, columns) if found else [],
        "count": cells.count(found.count) if found else "",
        "one": bool(found and found.count == 1),
        "newer_url": asked.address(**{BEFORE: str(found.newer)}) if found and found.newer else "",
        "older_url": asked.address(**{AFTER: str(found.older)}) if found and found.older else "",
        "export_url": f"{reverse('sales:export', args=[shelf.key])}{asked.address()}" if "export" in by.may else "",
        "bulk": [one for one in shelf.bulk if one.category in by.categories and "write" in by.may],
        "all_url": asked.address(**{ALL_CHOSEN: "kaikki", **_place(asked)}),
        "is_narrowed": bool(asked.words()),
    }


def _filled(columns: list[Column], found: Found[Any] | None) -> list[Column]:
    """Return the columns without the rare ones in which no row has anything."""
    lines = found.lines if found else ()
    return [one for one in columns if not one.is_rare or any(one.value(line) for line in lines)]


def _place(asked: Asked) -> dict[str, str]:
    said = {AFTER: asked.after, BEFORE: asked.before}
    return {key: str(cursor) for key, cursor in said.items() if cursor}


def _shown_fields(form: ListForm) -> set[str]:
    return set(form.fields) - {ORDER, SOUGHT}


def _chips(shelf: Shelf, asked: Asked, *, by: Duty) -> list[dict[str, Any]]:
    """Return the ready views; one that waits for somebody says how many there are."""
    chips = []
    for ready in shelf.listing.ready:
        if ready.category and ready.category not in by.categories:
            continue
        wanted = Asked(at=asked.at, chosen=ready.asks)
        is_here = dict(asked.chosen) == dict(ready.asks) and not (asked.sought or asked.typed or asked.since)
        waits = shelf.source.count(by=by, asked=wanted) if ready.counts else None
        shown = cells.count(waits) if waits else None
        chips.append(
            {"label": ready.label, "url": wanted.address(), "current": is_here, "count": shown, "icon": ready.icon}
        )
    return chips


def _saved(shelf: Shelf, one: Saved, asked: Asked) -> dict[str, Any]:
    return {
        "label": one.name,
        "url": f"{reverse(shelf.place)}?{one.address}",
        "current": bool(one.address) and asked.kept() == one.address,
        "remove_url": reverse("sales:remove_view", args=[one.id]),
    }


def _head(column: Column, listing: Listing, asked: Asked) -> dict[str, Any]:
    """Return the head of a column; where the list can be ordered by it, a link that does."""
    orders: Mapping[str, Any] = {order.key: order for order in listing.orders}
    now = listing.order(asked.order).key
    options = [key for key in (column.order, f"-{column.order}") if column.order and key in orders]
    then = next((key for key in options if key != now), "")
    is_now = now in options
    return {
        "label": column.label,
        "is_number": column.shape == "number",
        "url": asked.address(**{ORDER: then}) if then else "",
        "sorted": ("descending" if orders[now].descends else "ascending") if is_now else "",
    }


def _lines(shelf: Shelf, found: Found[Any], columns: list[Column]) -> list[dict[str, Any]]:
    return [{"id": shelf.id_of(line), "cells": cells.cells(line, columns)} for line in found.lines]
