"""One order on its page."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seloste.declaration.load import current
from seloste.invoices.choices import Kind
from seloste.kernel.duty import NOBODY, Duty
from seloste.payments.choices import State as PaymentState
from seloste.payments.choices import Trouble, Way
from seloste.register.choices import Language
from seloste.sales.queries import services
from seloste.sales.queries.order import Event, Handed, Sheet
from seloste.sales.rules.columns import Badge
from seloste.sales.shown.orders import state_badge
from seloste.services.choices import State, TaskState
from seloste.shop.choices import (
    Happened,
    Linked,
    OrderSource,
    OrderState,
    PaysBy,
    RefundState,
    Side,
    Why,
    WithdrawalState,
)
from seloste.shop.rules import course

PAYMENT_TONES = {
    PaymentState.OPEN: ("", "clock"),
    PaymentState.PAID: ("good", "check"),
    PaymentState.FAILED: ("", "cross"),
    PaymentState.EXPIRED: ("", "cross"),
    PaymentState.REFUNDED: ("", "undo"),
    PaymentState.PARTLY_REFUNDED: ("", "undo"),
    PaymentState.DISPUTED: ("bad", "warning"),
}
ROLES = {
    "visitor": gettext_lazy("the customer"),
    "system": gettext_lazy("the system itself"),
    "operator": gettext_lazy("on the command line"),
}
HANDED = {
    "file": (gettext_lazy("File to download"), "download"),
    "service": (gettext_lazy("Service to be switched on"), "check"),
    "goods": (gettext_lazy("To be sent"), "out"),
    "licence": (gettext_lazy("Licence to be given"), "key"),
    "project": (gettext_lazy("Project"), "project"),
}


def payment_badge(state: str) -> Badge:
    """Return the mark of a payment's state."""
    tone, icon = PAYMENT_TONES[PaymentState(state)]
    return Badge(text=capfirst(str(PaymentState(state).label)), tone=tone, icon=icon)


def page(
    sheet: Sheet, *, by: Duty, colleagues: Mapping[UUID, str], name: str, language: str, due: Sequence[UUID]
) -> dict[str, Any]:
    """Return the context of an order's page."""
    return {
        "order": sheet,
        "badge": state_badge(sheet.state, is_due=bool(due)),
        "customer": customer(sheet),
        "addresses": _addresses(sheet),
        "facts": _facts(sheet),
        "person_name": name,
        "lines": [_line(line, sheet) for line in sheet.lines],
        "rates": _rates(sheet),
        "deeds": deeds(sheet, by=by, due=due),
        "events": [_event(one, sheet, colleagues, language) for one in sheet.events],
        "messages_about": _messages(sheet, colleagues),
        "withdrawals": _withdrawals(sheet),
        "payments": _payments(sheet),
        "invoices": _invoices(sheet),
        "refunds": _refunds(sheet),
        "services": _services(sheet),
        "opens_services": services.may_see(by),
        "handed": None if sheet.handed is None else [_handed(one, sheet) for one in sheet.handed],
        "answers": "write" in by.may and "correspondence" in by.categories and "order" in by.purposes,
        "does": "write" in by.may and "order" in by.purposes,
    }


# --- What can be done -------------------------------------------------------------------------------------------------


#: What a duty must see to do something to an order; money goes back by those who keep the books.
NEEDS = {
    "toimita": "delivery",
    "kenen": "identity",
    "vastaa": "correspondence",
    "aloita": "delivery",
    "peru": "order",
    "palauta": "billing",
    "korjaa": "contact",
    "vahvista": "contact",
}


def may(key: str, by: Duty) -> bool:
    """Tell whether the deed is the duty's, however the order stands."""
    handles = "order" in by.purposes or key == "palauta"
    return handles and "write" in by.may and NEEDS.get(key) in by.categories


def deeds(sheet: Sheet, *, by: Duty, due: Sequence[UUID]) -> list[dict[str, Any]]:
    """Return what this duty can do to the order as it stands; the first is the likely one."""
    return [
        {"url": reverse("sales:deed", args=[sheet.id, key]), "label": label, "icon": icon, "key": key}
        for is_offered, key, label, icon in _possible(sheet, due)
        if is_offered and may(key, by)
    ]


def _possible(sheet: Sheet, due: Sequence[UUID]) -> list[tuple[bool, str, str, str]]:
    waits = sheet.state is OrderState.PLACED and sheet.by_invoice
    delivers = sheet.state in course.STILL_DELIVERING and bool(due)
    cancels = not sheet.is_paid and course.may_move(sheet.state, OrderState.CANCELLED)
    return [
        (delivers, "toimita", _("Mark as delivered"), "check"),
        (sheet.person_id is None, "kenen", _("Say whose it is"), "person"),
        (True, "vastaa", _("Write to the customer"), "mail"),
        (sheet.is_unreached, "korjaa", _("Correct the addresses"), "edit"),
        (waits, "aloita", _("Deliver before it is paid"), "out"),
        (cancels, "peru", _("Cancel the order"), "cross"),
        (sheet.is_paid and sheet.refunded < sheet.gross, "palauta", _("Return money"), "undo"),
        (not sheet.is_unreached, "korjaa", _("Correct the addresses"), "edit"),
        (sheet.is_confirmed, "vahvista", _("Send the confirmation again"), "mail"),
    ]


# --- Who and where ----------------------------------------------------------------------------------------------------


def customer(sheet: Sheet) -> str:
    """Return the buyer's name as it was given, where the duty sees it."""
    values = sheet.values
    return f"{values.get('given_name', '')} {values.get('family_name', '')}".strip()


def _addresses(sheet: Sheet) -> list[tuple[Any, list[str]]]:
    values = sheet.values
    found: list[tuple[Any, list[str]]] = []
    if "street" in values:
        found.append((_("Address"), _address(values, "")))
    if values.get("delivery_street"):
        named = [values["delivery_name"], values["delivery_phone"]]
        found.append((_("Delivered to"), [*filter(None, named), *_address(values, "delivery_")]))
    return found


def _address(values: Mapping[str, Any], before: str) -> list[str]:
    town = f"{values[before + 'postal_code']} {values[before + 'city']}".strip()
    country = values[before + "country"]
    return [*filter(None, [values[before + "street"], town]), *([country] if country not in {"", "FI"} else [])]


def _facts(sheet: Sheet) -> list[tuple[Any, str]]:
    values = sheet.values
    labels: list[tuple[str, Any]] = [
        ("company", _("Company")),
        ("business_id", _("Business ID")),
        ("vat_number", _("VAT number")),
        ("email", _("E-mail")),
        ("phone", _("Telephone")),
        ("buyer_reference", _("Buyer's reference")),
        ("einvoice_address", _("E-invoice address")),
        ("coupon_code", _("Coupon")),
        ("wishes", _("Wishes")),
    ]
    facts = [(label, str(values[key])) for key, label in labels if values.get(key)]
    if "pays_by" in values:
        facts.append((_("Pays by"), str(PaysBy(values["pays_by"]).label)))
    if values.get("language"):
        facts.append((_("Language"), str(Language(values["language"]).label)))
    if values.get("source"):
        facts.append((_("How it came"), capfirst(str(OrderSource(values["source"]).label))))
    if values.get("linked_how"):
        facts.append((_("How it was linked"), capfirst(str(Linked(values["linked_how"]).label))))
    return facts


# --- What -------------------------------------------------------------------------------------------------------------


def _line(line: Any, sheet: Sheet) -> dict[str, Any]:  # noqa: ANN401 -- a line of the order
    period = (line.period_from, line.period_until) if line.period_from else None
    return {
        "line": line,
        "period": period,
        "is_delivered": line.fulfilled_at is not None,
        "is_withdrawn": line.id in sheet.withdrawn,
        "is_ended": line.ended_at is not None,
        "of": sheet.id,
    }


def _rates(sheet: Sheet) -> list[tuple[str, Any]]:
    """Return the tax by rate and country."""
    found: dict[tuple[Any, str], Any] = {}
    for line in sheet.lines:
        key = (line.vat_rate.normalize(), line.vat_country)
        found[key] = found.get(key, 0) + line.vat
    return [(f"{rate:f}".replace(".", ",") + f" % {country}", vat) for (rate, country), vat in sorted(found.items())]


# --- What happened ----------------------------------------------------------------------------------------------------


def _event(one: Event, sheet: Sheet, colleagues: Mapping[UUID, str], language: str) -> dict[str, Any]:
    titles = {line.id: line.title for line in sheet.lines}
    declared = current().source.get(one.source)
    return {
        "at": one.at,
        "words": Happened(one.what).label,
        "why": Why(one.why).label if one.why else "",
        "amount": one.amount,
        "line": titles.get(one.line, "") if one.line else "",
        "who": _who(one.actor, one.role, colleagues),
        "source": declared.name.in_language(language) if declared else "",
    }


def _who(actor: UUID, role: str, colleagues: Mapping[UUID, str]) -> str:
    if actor != NOBODY:
        return colleagues.get(actor, "")
    return str(ROLES.get(role, ""))


def _messages(sheet: Sheet, colleagues: Mapping[UUID, str]) -> list[dict[str, Any]] | None:
    if sheet.messages is None:
        return None
    return [
        {
            "message": one,
            "is_ours": one.side == Side.OUT,
            "who": colleagues.get(one.actor, "") if one.side == Side.OUT else customer(sheet) or _("Customer"),
            "waits": one.side == Side.IN and one.handled_at is None,
        }
        for one in sheet.messages
    ]


def _withdrawals(sheet: Sheet) -> list[dict[str, Any]] | None:
    if sheet.withdrawals is None:
        return None
    titles = {line.id: line.title for line in sheet.lines}
    return [
        {
            "withdrawal": one,
            "state": capfirst(str(WithdrawalState(one.state).told)),
            "waits": one.state == WithdrawalState.STATED,
            "about": ", ".join(titles.get(line, "") for line in one.lines) or _("the whole order"),
        }
        for one in sheet.withdrawals
    ]


def _payments(sheet: Sheet) -> list[dict[str, Any]] | None:
    if sheet.payments is None:
        return None
    return [
        {
            "payment": one,
            "way": Way(one.provider).label,
            "badge": payment_badge(one.state),
            "troubles": [Trouble(kind).label for kind in one.troubles],
        }
        for one in sheet.payments
    ]


def _invoices(sheet: Sheet) -> list[dict[str, Any]] | None:
    if sheet.invoices is None:
        return None
    return [
        {
            "invoice": one,
            "kind": capfirst(str(Kind(one.kind).label)),
            "total": -one.total if one.kind == Kind.CREDIT_NOTE else one.total,
        }
        for one in sheet.invoices
    ]


def _refunds(sheet: Sheet) -> list[dict[str, Any]] | None:
    if sheet.refunds is None:
        return None
    return [
        {
            "refund": one,
            "why": Why(one.why).label,
            "state": capfirst(str(RefundState(one.state).label)),
            "is_done": one.state == RefundState.DONE,
        }
        for one in sheet.refunds
    ]


def _services(sheet: Sheet) -> list[dict[str, Any]]:
    return [{"service": one, "state": capfirst(str(State(one.state).label))} for one in sheet.services]


def _handed(one: Handed, sheet: Sheet) -> dict[str, Any]:
    words, icon = HANDED[one.kind]
    is_goods, waits = one.kind == "goods", one.state == TaskState.WAITING
    label = _("sent") if is_goods and one.state == TaskState.DONE else str(TaskState(one.state).label)
    return {
        "handed": one,
        "title": {line.id: line.title for line in sheet.lines}.get(one.line, one.title),
        "words": _("Sent goods") if is_goods and not waits else words,
        "icon": icon,
        "state": capfirst(label),
        "waits": waits,
        "is_withdrawn": one.line in sheet.withdrawn,
        "to": _sent_to(sheet) if is_goods and waits else [],
        "button": _("Sent") if is_goods else _("Done"),
    }


def _sent_to(sheet: Sheet) -> list[str]:
    """Return the lines of the label, as far as the duty sees them."""
    values = sheet.values
    if values.get("delivery_street"):
        return [*filter(None, [values["delivery_name"] or customer(sheet)]), *_address(values, "delivery_")]
    if "street" not in values:
        return []
    return [*filter(None, [values.get("company", ""), customer(sheet)]), *_address(values, "")]
