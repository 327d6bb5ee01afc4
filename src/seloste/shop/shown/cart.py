"""What the cart and the summary of the checkout show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from babel.numbers import format_decimal
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from seloste.catalogue.choices import VatNote
from seloste.kernel.money import shown as euros
from seloste.kernel.refusals import Words
from seloste.shop.queries.cart import Basket, Item
from seloste.shop.rules.pricing import Change, Priced


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A line of the cart in words."""

    id: UUID
    title: str
    url: str
    per: str
    unit: str
    quantity: str
    gross: str
    notes: Sequence[Words]
    error: Words
    is_gone: bool
    left: int | None


def shown(found: Basket, *, language: str, typed: Mapping[UUID, str], wrong: Mapping[UUID, Words]) -> dict[str, Any]:
    """Return what the cart's page shows."""
    return {
        "rows": [
            _row(item, language, typed.get(item.variant_id), wrong.get(item.variant_id, "")) for item in found.items
        ],
        "sums": sums(found.priced, language) if found.priced else None,
        "coupon": found.coupon,
        "coupon_amiss": found.coupon_amiss.label if found.coupon_amiss else "",
        "coupon_takes_nothing": found.coupon_takes_nothing,
        "can_be_ordered": found.can_be_ordered,
        "has_changed": found.has_changed,
        "is_short": found.is_short,
        "wrong": [
            (item.variant_id, item.title, wrong[item.variant_id]) for item in found.items if item.variant_id in wrong
        ],
    }


def _row(item: Item, language: str, typed: str | None, error: Words) -> Row:
    return Row(
        id=item.variant_id,
        title=item.title,
        url=_url(item.slug),
        per=per(item.interval),
        unit=euros(item.unit, language) if item.unit is not None else "",
        quantity=str(item.quantity) if typed is None else typed,
        gross=euros(item.gross, language) if item.gross is not None else "",
        notes=list(_notes(item, language)),
        error=error,
        is_gone=item.is_gone,
        left=item.left,
    )


def _url(slug: str) -> str:
    try:
        return reverse("catalogue:product", args=[slug]) if slug else ""
    except NoReverseMatch:
        return ""


def _notes(item: Item, language: str) -> Sequence[Words]:
    """Say what is other than it was: never silently."""
    if item.is_gone:
        return [_("This is not on sale any more. Remove it to go on.")]
    notes: list[Words] = []
    if item.was is not None and item.unit is not None:
        told = {"was": euros(item.was, language), "now": euros(item.unit, language)}
        notes.append(_("The price has changed: it was %(was)s and is now %(now)s.") % told)
    if item.left is not None:
        words = ngettext("There is only %d left.", "There are only %d left.", item.left)
        notes.append(words % item.left)
    return notes


def per(interval: str) -> str:
    """Return how often a price is charged."""
    return {"month": _("a month"), "year": _("a year")}.get(interval, "")


def sums(priced: Priced, language: str) -> dict[str, Any]:
    """Return the sums: without tax, tax by rate, discount, in all."""
    return {
        "net": euros(priced.net, language),
        "taxes": [
            {"rate": rate_shown(rate, language), "tax": euros(tax, language)} for rate, _net, tax in priced.taxes()
        ],
        "discount": euros(-priced.discount, language) if priced.discount else "",
        "before": euros(priced.gross + priced.discount, language),
        "gross": euros(priced.gross, language),
        "notes": [VatNote(note).label for note in dict.fromkeys(line.vat_note for line in priced.lines) if note],
    }


def rate_shown(rate: Decimal, language: str) -> str:
    """Return a rate as it is written: 25,5 %."""
    return f"{format_decimal(rate.normalize(), locale=language)}\N{NO-BREAK SPACE}%"


def lines(priced: Priced, language: str, changes: Sequence[Change] = ()) -> list[dict[str, Any]]:
    """Return the lines of the checkout's summary; what changed since the buyer saw it is marked."""
    changed = {change.variant_id: change for change in changes}
    return [
        {
            "title": line.title(language),
            "quantity": line.quantity,
            "per": per(line.interval),
            "gross": euros(line.gross + line.discount, language),
            "was": _was(changed.get(line.variant_id), language),
            "is_new": line.variant_id in changed and changed[line.variant_id].before is None,
        }
        for line in priced.lines
    ]


def _was(change: Change | None, language: str) -> str:
    return euros(change.before, language) if change is not None and change.before is not None else ""


def gone(changes: Sequence[Change]) -> list[str]:
    """Return the names of what was on the order and is not any more."""
    return [change.title for change in changes if change.after is None]
