"""What waits, and what was found."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seloste.declaration.load import current
from seloste.desk import rules
from seloste.desk.queries import Found, Waiting
from seloste.desk.shown.moments import short_date
from seloste.intake.queries import Message
from seloste.kernel.duty import Duty
from seloste.register.search import Hit
from seloste.sales.queries.finding import Hit as Numbered
from seloste.sales.queries.waiting import Wait

FOUND_BY = {
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Telephone"),
    "social": gettext_lazy("Social media"),
    "web": gettext_lazy("Web address"),
    "organisation": gettext_lazy("Organisation"),
    "reference": gettext_lazy("Reference"),
}


def cards(waiting: Waiting, *, by: Duty) -> list[dict[str, Any]]:
    """Return a card for each thing that may wait for this duty."""
    shown = []
    if "intake" in by.may:
        shown.append(_messages_card(waiting))
    if "provenance" in by.categories and "read" in by.may:
        shown += [_owed_card(waiting), _ending_card(waiting)]
    return [*shown, *(_shop_card(one) for one in waiting.shop if one.count or one.key in ALWAYS)]


def jobs(by: Duty, language: str) -> dict[str, Any]:
    """Return what one's own job role looks after and what the others do, in the words of the notice."""
    told = {
        key: {"name": role.name.in_language(language), "duty": role.duty.in_language(language)}
        for key, role in current().role.items()
    }
    return {"own": told.get(by.role), "others": [job for key, job in told.items() if key != by.role]}


#: What waits in the shop, by its key: title, page, words, icon.
SHOP: Mapping[str, tuple[Any, str, str, Any, str]] = {
    "deliver": (
        gettext_lazy("To be delivered"), "sales:orders", "?tila=toimitettavat",
        gettext_lazy("Orders that are paid and not delivered yet."), "order",
    ),
    "tasks": (
        gettext_lazy("To be done for orders"), "sales:orders", "?odottaa=tehtava",
        gettext_lazy("Services to be switched on, things to be handed over."), "check",
    ),
    "whose": (
        gettext_lazy("Whose order?"), "sales:orders", "?odottaa=henkilo",
        gettext_lazy("Orders whose address somebody in the register has."), "question",
    ),
    "messages": (
        gettext_lazy("Messages about orders"), "sales:orders", "?odottaa=viesti",
        gettext_lazy("Customers wait for an answer."), "mail",
    ),
    "withdrawals": (
        gettext_lazy("Withdrawals"), "sales:withdrawals", "",
        gettext_lazy("The money goes back within 14 days."), "undo",
    ),
    "unreached": (
        gettext_lazy("Confirmations that came back"), "sales:orders", "?odottaa=vahvistus",
        gettext_lazy("The order's e-mail address does not work: find out the right one."), "mail",
    ),
    "owed": (
        gettext_lazy("Money to be returned"), "sales:owed", "",
        gettext_lazy("A change of a subscription left something owed to a customer."), "undo",
    ),
    "untold": (
        gettext_lazy("Renewals to be told"), "sales:services", "?odottaa=kertomatta",
        gettext_lazy("Our reminder could not be sent, so the renewal waits."), "mail",
    ),
    "odd": (gettext_lazy("Does not fit"), "sales:odd", "", gettext_lazy("Payments to look into."), "warning"),
    "late": (
        gettext_lazy("Late invoices"), "sales:invoices", "?tila=myohassa",
        gettext_lazy("Invoices whose due date is over."), "clock",
    ),
}  # fmt: skip
#: What has its card also where nothing waits: the day's work.
ALWAYS = frozenset({"deliver", "odd"})


def _shop_card(one: Wait) -> dict[str, Any]:
    title, page, query, words, icon = SHOP[one.key]
    due = _("The first money has to be back by %(date)s.") % {"date": short_date(one.due_on)} if one.due_on else words
    return {"title": title, "url": f"{reverse(page)}{query}", "count": one.count, "text": due, "icon": icon}


def _messages_card(waiting: Waiting) -> dict[str, Any]:
    since = _("The oldest came %(date)s.") % {"date": short_date(waiting.oldest_at)} if waiting.oldest_at else ""
    return {
        "title": _("Messages wait"),
        "url": reverse("desk:messages"),
        "count": waiting.messages,
        "text": since or _("Every message has been decided about."),
        "icon": "inbox",
    }


def _owed_card(waiting: Waiting) -> dict[str, Any]:
    first = min((owed.due_on for owed in waiting.owed), default=None)
    return {
        "title": _("Information owed"),
        "url": reverse("desk:owed"),
        "count": waiting.owed_count,
        "text": _("The first is due %(date)s.") % {"date": short_date(first)}
        if first
        else _("Everybody has been told what we hold and why."),
        "icon": "info",
    }


def _ending_card(waiting: Waiting) -> dict[str, Any]:
    return {
        "title": _("Ending soon"),
        "url": reverse("desk:ending"),
        "count": waiting.ending,
        "text": _("Grounds that end within 30 days.") if waiting.ending else _("No ground ends within 30 days."),
        "icon": "clock",
    }


def hits(found: Found) -> list[dict[str, Any]]:
    """Return the lines of the list of results."""
    return [
        *(_numbered_hit(hit) for hit in found.numbered),
        *(_hit(hit, found.sought) for hit in found.hits),
        *(_waiting_hit(message) for message in found.messages),
    ]


#: Where what was found by its number is looked at, and its icon.
NUMBERED = {
    "order": ("sales:order", "order"),
    "invoice": ("invoices:invoice", "document"),
    "service": ("sales:service", "history"),
}


def _numbered_hit(hit: Numbered) -> dict[str, Any]:
    page, icon = NUMBERED[hit.kind]
    return {
        "url": reverse(page, args=[hit.id]),
        "icon": icon,
        "name": hit.name,
        "detail": hit.detail,
        "reference": hit.reference,
    }


def _hit(hit: Hit, sought: str) -> dict[str, Any]:
    is_person = hit.kind == "person"
    return {
        "url": reverse("desk:person" if is_person else "desk:organisation", args=[hit.id]),
        "icon": "person" if is_person else "organisation",
        "name": hit.name or hit.reference,
        "detail": _("the use of the data is restricted") if hit.withheld else hit.detail,
        "reference": hit.reference,
        "matched_label": FOUND_BY.get(hit.found_by, ""),
        "matched": rules.pieces(hit.matched, sought) if hit.matched and hit.found_by in FOUND_BY else (),
    }


def _waiting_hit(message: Message) -> dict[str, Any]:
    return {
        "url": reverse("desk:message", args=[message.id]),
        "icon": "inbox",
        "name": message.value("name") or message.value("email") or message.reference,
        "detail": _("waiting message"),
        "reference": message.reference,
    }
