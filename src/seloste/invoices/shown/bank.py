"""How money on the account stands on a page."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from stdnum import iban

from seloste.invoices.actions.bank import Result
from seloste.invoices.choices import EntryState, StatementKind
from seloste.invoices.queries.desk import Came, Fits, Told
from seloste.invoices.rules import numbering
from seloste.invoices.shown.sheets import Badge, day, euros
from seloste.kernel.money import EURO

_TONES = {EntryState.OPEN: ("warn", "clock"), EntryState.MATCHED: ("good", "check"), EntryState.ASIDE: ("", "out")}


def told(result: Result) -> str:
    """Return what became of a file, in a sentence or two."""
    if not result.new:
        return _("The file was read. There was nothing new in it.")
    read = ngettext("%(new)s payment was new.", "%(new)s payments were new.", result.new) % {"new": result.new}
    done = ngettext("%(n)s was put to its invoice.", "%(n)s were put to their invoices.", result.matched)
    wait = ngettext("%(n)s waits for a decision.", "%(n)s wait for a decision.", result.waiting)
    parts = [
        read,
        done % {"n": result.matched} if result.matched else "",
        wait % {"n": result.waiting} if result.waiting else "",
    ]
    return " ".join(part for part in parts if part)


def chips(counts: dict[str, int], state: str) -> list[dict[str, Any]]:
    """Return the ways to look at the account."""
    names = {EntryState.OPEN: _("Waiting"), EntryState.MATCHED: _("Put to invoices"), EntryState.ASIDE: _("Set aside")}
    place = reverse("invoices:bank")
    return [
        {
            "label": label,
            "url": place if key == EntryState.OPEN else f"{place}?tila={key}",
            "current": key == state,
            "count": counts[key] if key == EntryState.OPEN else 0,
        }
        for key, label in names.items()
    ]


def _sum(entry: Came) -> str:
    return euros(entry.amount) if entry.currency == EURO else f"{entry.amount} {entry.currency}"


def badge(entry: Came) -> Badge:
    """Return how an entry stands."""
    tone, icon = _TONES[entry.state]
    words = entry.aside.label if entry.aside else entry.doubt.label if entry.state == EntryState.OPEN else ""
    return Badge(text=str(words or entry.state.label), tone=tone, icon=icon)


def line(entry: Came) -> dict[str, Any]:
    """Return an entry as a line of the list."""
    return {
        "url": reverse("invoices:entry", args=[entry.id]),
        "day": day(entry.booked_on),
        "amount": _sum(entry),
        "payer": entry.payer or _("unknown"),
        "said": numbering.in_groups(entry.reference) if entry.reference.isdigit() else entry.reference or entry.words,
        "badge": badge(entry),
    }


def facts(entry: Came) -> list[tuple[str, str]]:
    """Return what is known of an entry."""
    known = [
        (_("Day"), day(entry.booked_on)),
        (_("Amount"), _sum(entry)),
        (_("Not yet put anywhere"), euros(entry.rest) if entry.puts and entry.rest else ""),
        (_("Payer"), entry.payer),
        (_("Payer's account"), str(iban.format(entry.payer_iban)) if entry.payer_iban else ""),
        (_("Reference number"), numbering.in_groups(entry.reference)),
        (_("The payer's words"), entry.words),
    ]
    return [(name, value) for name, value in known if value]


def fit(one: Fits, entry: Came) -> dict[str, Any]:
    """Return an invoice that an entry may be for."""
    return {
        "url": reverse("invoices:invoice", args=[one.id]),
        "number": one.number,
        "buyer": one.buyer,
        "due": day(one.due_on),
        "left": euros(one.left),
        "same": list(_same(one, entry)),
        "amount": str(min(one.left, entry.rest)),
        "button": _("Put %(amount)s here") % {"amount": euros(min(one.left, entry.rest))},
    }


def _same(one: Fits, entry: Came) -> Iterator[str]:
    """Say what of an invoice is as the payment has it."""
    if entry.reference and one.reference == entry.reference:
        yield _("same reference number")
    if one.left == entry.rest:
        yield _("same sum")
    if one.is_payer:
        yield _("same name")


def put(one: tuple[UUID, UUID, str, Any]) -> dict[str, Any]:
    """Return an invoice to which an entry was put."""
    match_id, invoice_id, number, amount = one
    return {
        "match_id": match_id,
        "url": reverse("invoices:invoice", args=[invoice_id]),
        "number": number,
        "amount": euros(amount),
    }


def statement(one: Told) -> dict[str, str]:
    """Return a message of the bank that was read."""
    days = f"{day(one.from_on)}–{day(one.to_on)}" if one.from_on and one.to_on else ""
    read = ngettext("%(count)s entry", "%(count)s entries", one.in_all) % {"count": one.in_all}
    new = _("%(new)s of them new") % {"new": one.new}
    return {
        "kind": str(StatementKind(one.kind).label),
        "days": days,
        "read": f"{read}, {new}",
        "at": day(one.read_at.date()),
    }
