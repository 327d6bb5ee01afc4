"""What was asked, laid out for the page: plain values for the parts that the design system describes."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seloste.audit.queries import PAGE
from seloste.declaration.load import current
from seloste.declaration.words import retention_words
from seloste.desk import rules
from seloste.desk.forms import ADDITIONS, AboutPerson
from seloste.desk.queries import EventLine, Found, MessageFound, Sheet, Waiting
from seloste.intake.queries import Message
from seloste.kernel.clock import HELSINKI
from seloste.kernel.duty import Duty
from seloste.kernel.timeline import Entry
from seloste.register.choices import Language, PersonKind, ProjectState
from seloste.register.queries import OrganisationPage, Past, Value
from seloste.register.search import Hit

#: The groups of values on a person's page, and the categories each holds.
GROUPS = (
    (gettext_lazy("Who"), ("identity", "position", "organisation")),
    (gettext_lazy("How to reach"), ("contact",)),
    (gettext_lazy("On the web"), ("web_address", "social_profile", "ip_address")),
)

#: The chips above the timeline, by their word in the address, and the kinds of entries each shows.
FILTERS: Mapping[str, tuple[Any, str, tuple[str, ...]]] = {
    "messages": (gettext_lazy("Messages"), "mail", ("message", "email", "social")),
    "talks": (gettext_lazy("Calls and meetings"), "phone", ("call", "meeting")),
    "notes": (gettext_lazy("Notes"), "note", ("note",)),
    "feedback": (gettext_lazy("Feedback"), "feedback", ("feedback",)),
    "projects": (gettext_lazy("Projects"), "project", ("project",)),
    "finds": (gettext_lazy("Public finds"), "public", ("public_find",)),
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

#: How many entries a timeline shows before it asks.
AT_ONCE = 100

FOUND_BY = {
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Telephone"),
    "social": gettext_lazy("Social media"),
    "web": gettext_lazy("Web address"),
    "organisation": gettext_lazy("Organisation"),
    "reference": gettext_lazy("Reference"),
}


def noon(day: date) -> datetime:
    """Return the middle of the day in Helsinki, for what happened on a day at no known hour."""
    return datetime.combine(day, time(12), tzinfo=HELSINKI)


def moments(at: datetime) -> dict[str, Any]:
    """Return the present moment for the fields that ask when something happened."""
    local = at.astimezone(HELSINKI)
    return {"occurred_at": local.replace(second=0, microsecond=0), "given_on": local.date(), "started_on": local.date()}


def short_date(day: date | datetime) -> str:
    """Return the date as the reader writes it."""
    return formats.date_format(day, "SHORT_DATE_FORMAT")


# --- Home


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


# --- Search


def hits(found: Found) -> list[dict[str, Any]]:
    """Return the lines of the list of results."""
    return [_hit(hit, found.sought) for hit in found.hits] + [_waiting_hit(message) for message in found.messages]


def _hit(hit: Hit, sought: str) -> dict[str, Any]:
    is_person = hit.kind == "person"
    return {
        "url": reverse("desk:person" if is_person else "desk:organisation", args=[hit.id]),
        "icon": "person" if is_person else "organisation",
        "name": hit.name or hit.reference,
        "detail": hit.detail,
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


# --- One person


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
    return {
        "text": past.text,
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
        "text": rest,
        "quoted": entry.kind in {"message", "feedback"},
        "reference": entry.reference,
        "marks": entry.marks,
        "links": _entry_links(entry, sheet.person.id) if can_write else (),
        "provenance": _entry_provenance(entry, sheet),
    }


def _entry_links(entry: Entry, person_id: UUID) -> list[dict[str, Any]]:
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


# --- Messages that wait

#: The states of messages that can be listed, by their word in the address.
STATES = {
    "waiting": gettext_lazy("Waiting"),
    "handled": gettext_lazy("Handled"),
    "declined": gettext_lazy("Declined"),
}

#: The values of a message that somebody may choose to keep; its words are always kept with it.
KEEPABLE = ("email", "phone", "company")


def states(chosen: str) -> list[dict[str, Any]]:
    """Return the chips above the list of messages."""
    place = reverse("desk:messages")
    return [
        {"label": label, "url": f"{place}?state={state}", "current": state == chosen} for state, label in STATES.items()
    ]


def keepable(message: Message, language: str) -> list[tuple[str, str]]:
    """Return the values of a message that may be ticked."""
    asks = current().form[message.form].asks
    return [
        (name, f"{asks[name].label.in_language(language)}: {text}")
        for name, _category, text in message.values
        if name in KEEPABLE
    ]


def line(message: Message, language: str) -> dict[str, Any]:
    """Return a message as a line of the list."""
    written = message.value("message")
    return {
        "id": message.id,
        "reference": message.reference,
        "received_at": message.received_at,
        "writer": message.value("name") or message.value("email") or _("without a name"),
        "form_title": current().form[message.form].title.in_language(language),
        "beginning": written[:140] + ("…" if len(written) > 140 else ""),
    }


def letter(message: Message, *, language: str) -> dict[str, Any]:
    """Return a message as it is read: what was written, and the facts about it."""
    declared = current()
    form = declared.form[message.form]
    return {
        "letter": message,
        "form_title": form.title.in_language(language),
        "purpose": declared.purpose[message.purpose].name.in_language(language),
        "written": [
            (form.asks[name].label.in_language(language), text)
            for name, _category, text in message.values
            if name != "message"
        ],
        "body": message.value("message"),
        "written_in": Language(message.language).label,
    }


def message(found: MessageFound, *, by: Duty, language: str) -> dict[str, Any]:
    """Return the page of a message and the people it may be from."""
    return {
        **letter(found.message, language=language),
        "matches": found.matches,
        "is_waiting": found.message.state == "waiting",
        "can_bring_back": found.message.state in {"handled", "declined"},
        "state": STATES.get(found.message.state, ""),
        "can_enter": "write" in by.may,
    }


# --- Organisations


def organisation(found: OrganisationPage, reader: rules.Reader) -> dict[str, Any]:
    """Return the page of an organisation."""
    known = [
        (_("Business id"), found.business_id, ""),
        (_("Web address"), found.website, found.website),
        (_("E-mail address"), found.email, f"mailto:{found.email}"),
        (_("Telephone number"), found.phone, f"tel:{found.phone}"),
    ]
    return {
        "organisation": found,
        "known": [line for line in known if line[1]],
        "source": reader.source(found.source),
    }


# --- The record

#: What the deeds of the record are called. A deed without a name here is shown by its key.
DEEDS: Mapping[str, Any] = {
    "person.read": gettext_lazy("looked at a person"),
    "timeline.read": gettext_lazy("looked at a timeline"),
    "person.searched": gettext_lazy("searched"),
    "person.listed": gettext_lazy("looked at a list"),
    "person.matched": gettext_lazy("compared a message with the register"),
    "person.added": gettext_lazy("added a person"),
    "person.informed": gettext_lazy("noted that information was given"),
    "person.language_set": gettext_lazy("changed the language"),
    "name.added": gettext_lazy("added a name"),
    "contactpoint.added": gettext_lazy("added a way to reach"),
    "postaladdress.added": gettext_lazy("added an address"),
    "position.added": gettext_lazy("added a position"),
    "feedback.added": gettext_lazy("entered feedback"),
    "note.added": gettext_lazy("wrote a note"),
    "interaction.added": gettext_lazy("noted what happened"),
    "project.added": gettext_lazy("opened a project"),
    "project.closed": gettext_lazy("closed a project"),
    "ground.began": gettext_lazy("a purpose began"),
    "item.corrected": gettext_lazy("corrected a value"),
    "item.removed": gettext_lazy("removed a value"),
    "item.brought_back": gettext_lazy("brought a value back"),
    "organisation.added": gettext_lazy("added an organisation"),
    "organisation.read": gettext_lazy("looked at an organisation"),
    "submission.received": gettext_lazy("a message arrived"),
    "submission.listed": gettext_lazy("looked at the messages"),
    "submission.read": gettext_lazy("read a message"),
    "submission.searched": gettext_lazy("searched the messages"),
    "submission.accepted": gettext_lazy("entered a message"),
    "submission.handled": gettext_lazy("handled a message"),
    "submission.declined": gettext_lazy("declined a message"),
    "submission.brought_back": gettext_lazy("brought a message back"),
    "submission.erased": gettext_lazy("a declined message was erased"),
    "audit.read": gettext_lazy("looked at the read log"),
    "audit.who_saw": gettext_lazy("asked who saw a person"),
    "audit.what_touched": gettext_lazy("asked what an account did"),
    "duty.purpose_chosen": gettext_lazy("turned to a purpose"),
    "page.refused": gettext_lazy("was refused a page"),
    "session.started": gettext_lazy("signed in"),
    "session.refused": gettext_lazy("was refused the sign-in"),
    "session.code_refused": gettext_lazy("gave a wrong code"),
    "session.passkey_refused": gettext_lazy("gave a wrong passkey"),
    "session.ended": gettext_lazy("signed out"),
    "session.expired": gettext_lazy("was signed out by time"),
    "session.others_ended": gettext_lazy("signed out elsewhere"),
    "password.changed": gettext_lazy("changed the password"),
    "undertaking.signed": gettext_lazy("signed the undertaking"),
    "factor.app_added": gettext_lazy("added a code app"),
    "factor.app_removed": gettext_lazy("removed the code app"),
    "factor.codes_made": gettext_lazy("made recovery codes"),
    "factor.passkey_added": gettext_lazy("added a passkey"),
    "factor.passkey_removed": gettext_lazy("removed a passkey"),
    "factor.passkey_renamed": gettext_lazy("renamed a passkey"),
    "staff.listed": gettext_lazy("looked at the staff"),
    "staff.invited": gettext_lazy("invited an employee"),
    "staff.invited_again": gettext_lazy("invited an employee again"),
    "staff.enrolled": gettext_lazy("took up an invitation"),
    "staff.disabled": gettext_lazy("closed an account"),
    "staff.enabled": gettext_lazy("opened an account"),
    "staff.role_changed": gettext_lazy("changed a job role"),
    "staff.factors_forgotten": gettext_lazy("removed somebody's second factors"),
    "notice.published": gettext_lazy("published a notice"),
}


def events(found: Sequence[EventLine], path: str, *, asked: str) -> dict[str, Any]:
    """Return the lines, where the list goes on, and where it is had as a file."""
    last = found[-1].number if len(found) == PAGE else None
    return {
        "events": [(event, deed_name(event.deed), max(len(event.subjects) - 3, 0)) for event in found],
        "older_url": f"{path}?{asked}&before={last}" if last else "",
        "csv_url": f"{path}?{asked}&muoto=csv",
    }


def deed_name(deed: str) -> str:
    """Return what the deed is called."""
    return str(DEEDS.get(deed, deed))


def events_csv(found: Sequence[EventLine]) -> HttpResponse:
    """Return the events as a file for a spreadsheet: semicolons and a mark of UTF-8, as Finnish ones expect."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="loki.csv"'
    lines = csv.writer(response, delimiter=";", lineterminator="\r\n")
    lines.writerow([_("Time"), _("Who"), _("Job role"), _("Purpose"), _("What"), _("Persons"), _("Data"), _("Denied")])
    for event in found:
        lines.writerow([inert(cell) for cell in _csv_cells(event)])
    return response


def _csv_cells(event: EventLine) -> list[str]:
    return [
        event.at.astimezone(HELSINKI).isoformat(timespec="seconds"),
        event.actor_name,
        event.role,
        event.purpose,
        deed_name(event.deed),
        " ".join(reference or str(subject) for subject, reference in event.subjects),
        ", ".join(event.categories),
        _("yes") if event.denied else "",
    ]


def inert(cell: str) -> str:
    """Return the cell so that no spreadsheet reads it as a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
