"""One person, laid out for the page."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seloste.declaration.words import retention_words
from seloste.desk import rules
from seloste.desk.forms import ADDITIONS, AboutPerson
from seloste.desk.queries import Sheet
from seloste.desk.shown.marketing import marketing
from seloste.desk.shown.moments import short_date
from seloste.kernel.clock import HELSINKI
from seloste.kernel.duty import Duty
from seloste.kernel.timeline import Entry
from seloste.register.choices import Language, PersonKind, ProjectState
from seloste.register.queries import Past, Value

#: The groups of values on a person's page, and the categories each holds.
GROUPS = (
    (gettext_lazy("Who"), ("identity", "position", "organisation")),
    (gettext_lazy("How to reach"), ("contact",)),
    (gettext_lazy("On the web"), ("web_address", "social_profile", "ip_address")),
)

#: The chips above the timeline, by their word in the address, and the kinds of entries each shows.
FILTERS: Mapping[str, tuple[Any, str, tuple[str, ...]]] = {
    "messages": (gettext_lazy("Messages"), "mail", ("message", "email", "social", "message_out", "order_message")),
    "talks": (gettext_lazy("Calls and meetings"), "phone", ("call", "meeting")),
    "notes": (gettext_lazy("Notes"), "note", ("note",)),
    "feedback": (gettext_lazy("Feedback"), "feedback", ("feedback",)),
    "projects": (gettext_lazy("Projects"), "project", ("project",)),
    "finds": (gettext_lazy("Public finds"), "public", ("public_find",)),
    "consents": (gettext_lazy("Consents and objections"), "check", ("consent", "objection")),
    "orders": (gettext_lazy("Orders and services"), "order", ("order", "payment", "subscription", "file")),
}

#: What can be added to a person: word in the address, icon, label. What is said first, then what is known.
EVENTS = (
    ("puhelu", "phone", gettext_lazy("Telephone call")),
    ("tapaaminen", "meeting", gettext_lazy("Meeting")),
    ("viesti", "mail", gettext_lazy("E-mail")),
    ("some-viesti", "social", gettext_lazy("Social media message")),
    ("muistiinpano", "note", gettext_lazy("Note")),
    ("palaute", "feedback", gettext_lazy("Feedback")),
    ("projekti", "project", gettext_lazy("Project")),
    ("loyto", "public", gettext_lazy("Find in a public source")),
)
VALUES = (
    ("sahkoposti", "mail", gettext_lazy("E-mail address")),
    ("puhelin", "phone", gettext_lazy("Telephone number")),
    ("osoite", "place", gettext_lazy("Postal address")),
    ("asema", "organisation", gettext_lazy("Position")),
    ("verkko-osoite", "globe", gettext_lazy("Web address")),
    ("profiili", "social", gettext_lazy("Social media profile")),
)

#: Entries that are looked after on pages of their own, and are not corrected here.
ELSEWHERE = frozenset({"objection", "order", "order_message", "payment", "subscription", "file"})

#: How many entries a timeline shows before it asks.
AT_ONCE = 30


def person(sheet: Sheet, *, by: Duty, show: str = "", whole: bool = False) -> dict[str, Any]:
    """Return the person's page; ``whole`` with every entry, however many there are."""
    can_write = "write" in by.may
    entries = _chosen(sheet.entries, show)
    return {
        "person": sheet.person,
        "kind": PersonKind(sheet.person.kind).label,
        "language": Language(sheet.person.language).label,
        "languages": Language.choices,
        "badges": _badges(sheet),
        "groups": _groups(sheet, can_write=can_write),
        "removed": [_removed(value, sheet) for value in sheet.person.removed],
        "filters": _filters(sheet, show),
        "years": _years(entries if whole else entries[:AT_ONCE], sheet, can_write=can_write),
        "older": 0 if whole else max(len(entries) - AT_ONCE, 0),
        "show": show if show in FILTERS else "",
        "reasons": [_reason(sheet, reason) for reason in sheet.person.reasons],
        "marketing": marketing(sheet),
        "can_write": can_write,
        "can_audit": "audit" in by.may,
        "events": _offers(EVENTS, sheet, by=by),
        "additions": _offers(VALUES, sheet, by=by),
    }


def _offers(offers: Iterable[tuple[str, str, Any]], sheet: Sheet, *, by: Duty) -> list[dict[str, Any]]:
    return [
        {"url": reverse("desk:add", args=[sheet.person.id, word]), "icon": icon, "label": label}
        for word, icon, label in offers
        if is_offered(ADDITIONS[word], by)
    ]


def is_offered(form: type[AboutPerson], by: Duty) -> bool:
    """Tell whether the duty includes what the form enters, for any of its purposes."""
    return form.category in by.categories and bool(form.possible_purposes(by, category=form.category))


def _badges(sheet: Sheet) -> list[dict[str, Any]]:
    owed = [informed for informed in sheet.person.informed if informed.delivered_at is None]
    shown = [_owed_badge(sheet, informed) for informed in owed]
    ends = [reason.keep_until for reason in sheet.person.reasons if sheet.reader.is_soon(reason.keep_until)]
    if ends:
        words = _("a ground ends %(date)s") % {"date": short_date(min(ends))}
        shown.append({"text": words, "tone": "warn", "icon": "clock"})
    return shown


def _owed_badge(sheet: Sheet, informed: Any) -> dict[str, Any]:  # noqa: ANN401
    told = {"article": informed.article, "date": short_date(informed.due_on)}
    late = informed.due_on < sheet.reader.today
    return {
        "text": _("Art. %(article)s information due %(date)s") % told,
        "tone": "bad" if late else "warn",
        "icon": "warning" if late else "info",
    }


def _groups(sheet: Sheet, *, can_write: bool) -> list[dict[str, Any]]:
    shown = []
    for title, categories in GROUPS:
        values = [
            _value(value, sheet, can_write=can_write) for value in sheet.person.values if value.category in categories
        ]
        if values:
            shown.append({"title": title, "values": values})
    return shown


def _value(value: Value, sheet: Sheet, *, can_write: bool) -> dict[str, Any]:
    return {
        "id": value.id,
        "kind": value.kind,
        "label": capfirst(str(value.label)),
        "text": value.text,
        "url": reverse("desk:organisation", args=[value.link]) if value.kind == "position" else value.link,
        "correct_url": reverse("desk:correct", args=[sheet.person.id, value.kind, value.id]) if can_write else "",
        "earlier": [_earlier(past, sheet) for past in value.past],
        "statements": value.statements,
        "provenance": _value_provenance(value, sheet),
    }


def _removed(value: Value, sheet: Sheet) -> dict[str, Any]:
    removal = value.past[0]
    return {
        "label": capfirst(str(value.label)),
        "text": value.text,
        "removed_at": removal.ended_at,
        "removed_by": sheet.reader.colleagues.get(removal.ended_by, ""),
        "bring_back_url": reverse("desk:bring_back", args=[sheet.person.id, value.kind, value.id]),
    }


def _value_provenance(value: Value, sheet: Sheet) -> rules.Provenance:
    return rules.provenance(
        sheet.reader,
        sheet.held,
        source=value.source,
        source_detail=value.source_detail,
        on=value.collected_at.astimezone(HELSINKI).date(),
        by=value.collected_by,
        purposes=value.purposes,
        notice_version=value.notice_version,
    )


def _earlier(past: Past, sheet: Sheet) -> dict[str, Any]:
    opens = past.sealed and sheet.opens_seals
    return {
        "text": past.text,
        "sealed": past.sealed,
        "open_url": reverse("desk:sealed", args=[sheet.person.id, past.id]) if opens else "",
        "until": past.ended_at,
        "by": sheet.reader.colleagues.get(past.ended_by, ""),
        "reason": past.reason,
    }


def _reason(sheet: Sheet, reason: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "purpose": sheet.reader.purpose(reason.purpose),
        "basis": sheet.reader.basis(reason.basis),
        "article": rules.ARTICLE[reason.basis],
        "since": reason.since_on,
        "until": reason.keep_until,
        "soon": sheet.reader.is_soon(reason.keep_until),
        "rule": retention_words(sheet.reader.declaration, reason.purpose, sheet.reader.language),
    }


def _filters(sheet: Sheet, show: str) -> list[dict[str, Any]]:
    counts = Counter(entry.kind for entry in sheet.entries)
    place = reverse("desk:person", args=[sheet.person.id])
    chips = [{"label": _("All"), "url": place, "current": show not in FILTERS, "count": len(sheet.entries)}]
    for word, (label, icon, kinds) in FILTERS.items():
        count = sum(counts[kind] for kind in kinds)
        if count:
            chips.append(
                {"label": label, "url": f"{place}?show={word}", "icon": icon, "current": show == word, "count": count}
            )
    return chips


def _chosen(entries: Sequence[Entry], show: str) -> list[Entry]:
    kinds = FILTERS[show][2] if show in FILTERS else None
    return [entry for entry in entries if kinds is None or entry.kind in kinds]


def _years(entries: Sequence[Entry], sheet: Sheet, *, can_write: bool) -> list[dict[str, Any]]:
    by_year = groupby(entries, key=lambda entry: entry.at.astimezone(HELSINKI).year)
    return [
        {"year": year, "entries": [_entry(entry, sheet, can_write=can_write) for entry in of_year]}
        for year, of_year in by_year
    ]


def item_kind(entry: Entry) -> str:
    """Return the kind under which an entry is corrected."""
    return entry.kind if entry.kind in {"note", "feedback", "project"} else "interaction"


def _entry(entry: Entry, sheet: Sheet, *, can_write: bool) -> dict[str, Any]:
    first, _line, rest = entry.text.partition("\n") if entry.kind == "project" else ("", "", entry.text)
    return {
        "id": entry.id,
        "icon": rules.ICON.get(entry.kind, "record"),
        "at": entry.at,
        "title": f"{entry.title}: {first}" if first else entry.title,
        "url": reverse("sales:order", args=[entry.id]) if entry.kind == "order" else "",
        "text": rest,
        "quoted": entry.kind in {"message", "feedback", "order_message"},
        "reference": entry.reference,
        "marks": entry.marks,
        "links": _entry_links(entry, sheet.person.id) if can_write else (),
        "provenance": _entry_provenance(entry, sheet),
    }


def _entry_links(entry: Entry, person_id: UUID) -> list[dict[str, Any]]:
    if entry.kind == "consent":
        return [{"label": _("Receipt"), "url": reverse("desk:receipt", args=[person_id, entry.id])}]
    if entry.kind in ELSEWHERE:
        return []
    if entry.kind == "message_out":
        return [{"label": _("What became of it"), "url": reverse("desk:sent", args=[entry.id])}]
    links = [{"label": _("Correct"), "url": reverse("desk:correct", args=[person_id, item_kind(entry), entry.id])}]
    if entry.kind == "project" and str(ProjectState.OPEN.label) in entry.marks:
        links.append(
            {"label": _("Close the project"), "url": reverse("desk:close_project", args=[person_id, entry.id])}
        )
    return links


def _entry_provenance(entry: Entry, sheet: Sheet) -> rules.Provenance:
    return rules.provenance(
        sheet.reader,
        sheet.held,
        source=entry.source,
        source_detail=entry.source_detail,
        on=None,
        by=entry.collected_by,
        purposes=tuple(entry.purposes),
    )
