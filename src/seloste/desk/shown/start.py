"""What waits, and what was found."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seloste.desk import rules
from seloste.desk.queries import Found, Waiting
from seloste.desk.shown.moments import short_date
from seloste.intake.queries import Message
from seloste.kernel.duty import Duty
from seloste.register.search import Hit

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
    return shown


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
    return [_hit(hit, found.sought) for hit in found.hits] + [_waiting_hit(message) for message in found.messages]


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
