"""How one invoice, and those that are late, stand on a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from babel import Locale
from django.urls import NoReverseMatch, reverse
from django.utils import formats
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from seloste.invoices.queries.desk import Late, Movement, Sheet
from seloste.invoices.rules import numbering
from seloste.invoices.rules.voucher import Row, Side
from seloste.kernel.duty import Duty
from seloste.kernel.money import shown as money_shown


@dataclass(frozen=True, kw_only=True, slots=True)
class Badge:
    """A mark with words."""

    text: str
    tone: str
    icon: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """Something that can be done."""

    label: str
    url: str
    icon: str


def euros(amount: Decimal) -> str:
    """Return the amount in the reader's language."""
    return money_shown(amount, get_language() or "fi")


def day(on: date | None) -> str:
    """Return the day in the reader's language."""
    return formats.date_format(on, "SHORT_DATE_FORMAT") if on else ""


def sheet(found: Sheet, by: Duty) -> dict[str, Any]:
    """Return what the page of an invoice reads."""
    told = found.told
    return {
        "title": _("Credit note") if told.is_credit else _("Invoice"),
        "badge": _badge(found),
        "facts": _facts(found),
        "buyer": _side(told.buyer),
        "lines": [_line(row) for row in told.lines],
        "taxes": [
            (
                f"{_rate(row.rate)} {row.country if row.scheme == 'oss' else ''}".strip(),
                euros(row.taxable),
                euros(row.tax),
                row.reason,
            )
            for row in told.taxes
        ],
        "sums": _sums(found),
        "left": euros(abs(found.left)) if found.left else "",
        "owed": found.left < 0,
        "movements": [_movement(one) for one in found.movements],
        "notes": [
            (reverse("invoices:invoice", args=[key]), number, day(on), euros(total))
            for key, number, on, total in found.notes
        ],
        "credited_url": reverse("invoices:invoice", args=[found.credits_id]) if found.credits_id else "",
        "reminders": [
            (one.round, day(one.sent_at.date()), day(one.due_on), euros(one.fee) if one.fee else "")
            for one in found.reminders
        ],
        "deeds": _deeds(found, by),
        "files": _files(told.id),
        "order_url": _order_url(told.order_key),
        "kept": day(found.keep_until),
        "ten_years": found.keep_until.year - told.issued_on.year > 8,
    }


def _badge(found: Sheet) -> Badge:
    if found.told.is_credit:
        return Badge(text=_("credit note"), tone="", icon="undo")
    if found.left < 0:
        return Badge(text=_("money to be paid back"), tone="warn", icon="undo")
    if not found.left:
        return Badge(text=_("paid"), tone="good", icon="check")
    if found.days_late:
        words = ngettext("%(days)s day late", "%(days)s days late", found.days_late) % {"days": found.days_late}
        return Badge(text=words, tone="bad", icon="clock")
    return Badge(text=_("open"), tone="", icon="clock")


def _facts(found: Sheet) -> list[tuple[str, str]]:
    told = found.told
    period = f"{day(told.supplied_on)}–{day(told.period_ends_on)}" if told.period_ends_on else day(told.supplied_on)
    known = [
        (_("Date"), day(told.issued_on)),
        (_("Ordered") if told.order_reference and not told.period_ends_on else _("Supplied"), period),
        (_("Due"), day(told.due_on) if told.reference else ""),
        (_("Reference number"), numbering.in_groups(told.reference)),
        (_("Your reference"), told.buyer.reference),
        (_("Reason"), told.reason),
    ]
    return [(name, value) for name, value in known if value]


def _side(side: Side) -> list[str]:
    country = "" if side.country == "FI" else Locale.parse(get_language() or "fi").territories.get(side.country, "")
    lines = (side.name, side.contact, side.street, f"{side.postal_code} {side.city}".strip(), country)
    ids = (f"{_('Business ID')} {side.business_id}" if side.business_id else "", side.vat_number, side.email)
    return [line for line in (*lines, *ids) if line]


def _rate(rate: Decimal) -> str:
    return f"{formats.number_format(rate.normalize())} %"


def _line(row: Row) -> dict[str, str]:
    return {
        "text": row.text,
        "detail": " · ".join(part for part in (row.sku, _less(row)) if part),
        "quantity": "" if row.is_discount else formats.number_format(row.quantity.normalize()),
        "price": "" if row.is_discount else euros(row.unit_net),
        "rate": _rate(row.rate),
        "net": f"−{euros(row.net)}" if row.is_discount else euros(row.net),
    }


def _less(row: Row) -> str:
    return _("Discount %(amount)s included") % {"amount": euros(row.discount)} if row.discount else ""


def _sums(found: Sheet) -> list[tuple[str, str, bool]]:
    told = found.told
    known = [
        (_("Without VAT"), told.net, True, False),
        (_("VAT"), told.vat, True, False),
        (_("Total"), told.total, True, True),
        (_("Rounding"), told.rounding, bool(told.rounding), False),
        (_("Paid when ordering"), -told.prepaid, bool(told.prepaid), False),
    ]
    return [(name, euros(amount), is_sum) for name, amount, is_there, is_sum in known if is_there]


def _movement(one: Movement) -> dict[str, str]:
    url = reverse("invoices:invoice", args=[one.credit_id]) if one.credit_id else ""
    return {"what": str(one.kind.label), "day": day(one.paid_on), "amount": euros(-one.amount), "url": url}


def _deeds(found: Sheet, by: Duty) -> Sequence[Deed]:
    if "write" not in by.may or found.told.is_credit:
        return []
    key = [found.told.id]
    offered = [
        (bool(found.days_late), _("Write a reminder"), "invoices:remind", "mail"),
        (bool(found.creditable), _("Credit it"), "invoices:credit", "undo"),
    ]
    return [Deed(label=label, url=reverse(name, args=key), icon=icon) for shown, label, name, icon in offered if shown]


def _files(invoice_id: UUID) -> list[tuple[str, str]]:
    kinds = (("pdf", _("Invoice (PDF)")), ("ubl", _("For machines: UBL")), ("finvoice", _("For machines: Finvoice")))
    return [(reverse("invoices:file", args=[invoice_id, kind]), words) for kind, words in kinds]


def _order_url(order_key: str) -> str:
    kind, _colon, rest = order_key.partition(":")
    try:
        return reverse("sales:order", args=[UUID(rest)]) if kind == "order" else ""
    except (NoReverseMatch, ValueError):
        return ""


def late(one: Late) -> dict[str, str]:
    """Return a line of the list of those that are late."""
    words = ngettext("%(days)s day", "%(days)s days", one.days) % {"days": one.days}
    told = ngettext("%(count)s reminder", "%(count)s reminders", one.reminders) % {"count": one.reminders}
    return {
        "url": reverse("invoices:invoice", args=[one.id]),
        "number": one.number,
        "buyer": one.buyer,
        "due": day(one.due_on),
        "days": words,
        "left": euros(one.left),
        "reminders": f"{told}, {day(one.reminded_at.date())}" if one.reminded_at else "",
    }


def late_facts(found: Sheet) -> list[tuple[str, str]]:
    """Return what whoever writes a reminder has to know."""
    late_by = ngettext("%(days)s day", "%(days)s days", found.days_late) % {"days": found.days_late}
    sent = ", ".join(day(one.sent_at.date()) for one in found.reminders)
    known = [
        (_("Buyer"), found.told.buyer.name),
        (_("Left to pay"), euros(found.left)),
        (_("Due"), day(found.told.due_on)),
        (_("Late by"), late_by),
        (_("Reminded before"), sent),
    ]
    return [(name, value) for name, value in known if value]
