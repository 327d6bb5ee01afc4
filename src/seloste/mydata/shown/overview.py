"""The overview in words: who she is to us, what happened, why it is held, who looked, and what is not there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from seloste.access.rules.contents import Category, Contents, Entry, LookUp, PurposeTold, Value
from seloste.register.queries.corrections import Said

#: How many things of one kind stand open on the page; the rest opens with a press.
AT_ONCE = 8
#: How many at most: the package has them all.
AT_MOST = 60
#: How much of a long text stands on the page.
LONGEST = 280
#: What a person knows of herself, in the order of reading; each with the kind by which it is corrected.
_HERSELF = {
    "register.names": "name",
    "register.contact_points": "contact",
    "register.addresses": "address",
    "register.positions": "position",
}
#: What else a statement of hers can stand beside.
_SAID_OF_HER = {"register.notes": "note", "register.feedback": "feedback", "register.projects": "project"}
_FINLAND = "FI"
#: What happened between her and the company, and which of its values are its title and its words.
_HAPPENED: Mapping[str, tuple[Sequence[str], str]] = {
    "intake.interactions": (("kind",), "text"),
    "intake.submissions": (("form",), "message"),
    "mail.messages": (("subject",), "text"),
    "register.feedback": ((), "text"),
    "register.notes": ((), "text"),
    "register.projects": (("name", "state"), "description"),
}
#: What the page shows in another way already: consents, requests, look-ups.
_ELSEWHERE = frozenset(
    {
        *("consents.events", "consents.objections", "rights.requests", "rights.items", "rights.events"),
        *("rights.letters", "rights.checks", "audit.events", "register.grounds", "register.statements"),
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Provenance:
    """Where a record came from, when, for which purposes it is held and until when."""

    source: str
    since_at: datetime | None
    purposes: str
    until: date | None
    until_words: str
    bases: str
    recipients: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One value about her, with what she can do about it."""

    label: str
    text: str
    provenance: Provenance
    correct_url: str = ""
    statements: Sequence[Said] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that happened, the newest first."""

    title: str
    at: datetime | None
    text: str
    is_cut: bool
    note: str
    provenance: Provenance


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """Any other record: its values one by one."""

    title: str
    values: Sequence[Value]
    note: str
    provenance: Provenance


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Records of one declared category."""

    key: str
    name: str
    records: Sequence[Record]


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Everything on the overview."""

    name: str
    reference: str
    count: int
    last_day: date | None
    is_last: bool
    last_looked_on: date | None
    herself: Sequence[Row]
    before: Sequence[Row]
    events: Sequence[Event]
    older: Sequence[Event]
    groups: Sequence[Group]
    purposes: Sequence[PurposeTold]
    look_ups: Sequence[LookUp]
    older_look_ups: Sequence[LookUp]
    left_out: int
    nothing: Sequence[Category]
    found: Contents


Statements = Mapping[UUID, Sequence[Said]]


def page(found: Contents, statements: Statements) -> Page:
    """Return the page of everything found; ``statements`` are her own, by what they stand beside."""
    entries = found.entries
    rows = [(entry, _row(entry, statements)) for entry in entries if entry.store in _HERSELF]
    events = sorted((_event(entry) for entry in entries if entry.store in _HAPPENED), key=_newest, reverse=True)
    return Page(
        name=found.name,
        reference=found.reference,
        count=len(entries),
        last_day=max((entry.until for entry in entries if entry.until), default=None),
        is_last=all(entry.until for entry in entries),
        last_looked_on=found.look_ups[0].on if found.look_ups else None,
        herself=[row for entry, row in rows if entry.is_current],
        before=[row for entry, row in rows if not entry.is_current],
        events=events[:AT_ONCE],
        older=events[AT_ONCE:AT_MOST],
        groups=_groups(found.categories),
        purposes=found.purposes,
        look_ups=found.look_ups[:AT_ONCE],
        older_look_ups=found.look_ups[AT_ONCE:AT_MOST],
        left_out=max(len(events) - AT_MOST, 0),
        nothing=[category for category in found.categories if category.is_empty],
        found=found,
    )


def _newest(event: Event) -> float:
    return event.at.timestamp() if event.at else 0.0


# --- Herself ----------------------------------------------------------------------------------------------------------


def _row(entry: Entry, statements: Statements) -> Row:
    label, text = _said(entry, {value.key: value.shown for value in entry.values})
    kind = _HERSELF[entry.store]
    return Row(
        label=label,
        text=text,
        provenance=_provenance(entry),
        correct_url=reverse("mydata:correct", args=[kind, entry.id]) if entry.is_current else "",
        statements=statements.get(UUID(entry.id), ()),
    )


def items_of(found: Contents) -> list[str]:
    """Return the ids of the values beside which her statements are shown."""
    return [entry.id for entry in found.entries if entry.store in _HERSELF]


def things(found: Contents) -> list[tuple[str, str]]:
    """Return what a statement can stand beside: its kind and id in one word, and what it says."""
    mine = [entry for entry in found.entries if entry.is_current and entry.store in {**_HERSELF, **_SAID_OF_HER}]
    return [(f"{({**_HERSELF, **_SAID_OF_HER})[entry.store]}:{entry.id}", _thing(entry)) for entry in mine]


def _thing(entry: Entry) -> str:
    if entry.store in _HERSELF:
        return ": ".join(_said(entry, {value.key: value.shown for value in entry.values}))
    event = _event(entry)
    day = f" {date_format(event.at, 'SHORT_DATE_FORMAT')}" if event.at else ""
    return f"{event.title}{day}"


def _said(entry: Entry, shown: Mapping[str, str]) -> tuple[str, str]:
    if entry.store == "register.names":
        return _("Name"), _joined(" ", shown, "given_name", "family_name")
    if entry.store == "register.contact_points":
        return shown.get("network") or shown["kind"], shown["value"]
    if entry.store == "register.positions":
        return _("Position"), _joined(", ", shown, "title", "organisation")
    country = "" if shown.get("country") == _FINLAND else shown.get("country", "")
    place = _joined(" ", shown, "postal_code", "city")
    return _("Postal address"), ", ".join(part for part in (shown["street"], place, country) if part)


def _joined(between: str, shown: Mapping[str, str], *keys: str) -> str:
    return between.join(shown[key] for key in keys if shown.get(key))


# --- What happened ----------------------------------------------------------------------------------------------------


def _event(entry: Entry) -> Event:
    titles, words = _HAPPENED[entry.store]
    shown = {value.key: value.shown for value in entry.values}
    text = " ".join(shown.get(words, "").split())
    title = ", ".join(shown[key] for key in titles if shown.get(key)) or entry.kind
    return Event(
        title=title[:1].upper() + title[1:],
        at=entry.since_at,
        text=text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0],
        is_cut=len(text) > LONGEST,
        note=_note(entry),
        provenance=_provenance(entry),
    )


def _note(entry: Entry) -> str:
    if entry.is_held_back:
        return _("Other people may be named in this. We look through it before we show it; ask for your package.")
    return entry.left_out


# --- The rest ---------------------------------------------------------------------------------------------------------


def _groups(categories: Iterable[Category]) -> list[Group]:
    found = [
        Group(
            key=category.key,
            name=category.name,
            records=[
                _record(entry)
                for entry in category.entries
                if entry.store not in _HERSELF and entry.store not in _HAPPENED and entry.store not in _ELSEWHERE
            ][:AT_MOST],
        )
        for category in categories
    ]
    return [group for group in found if group.records]


def _record(entry: Entry) -> Record:
    return Record(title=entry.kind, values=entry.shown, note=_note(entry), provenance=_provenance(entry))


def _provenance(entry: Entry) -> Provenance:
    return Provenance(
        source=entry.source.name if entry.source else "",
        since_at=entry.since_at,
        purposes=", ".join(one.name for one in entry.purposes),
        until=entry.until,
        until_words=entry.until_words,
        bases=", ".join(one.name for one in entry.bases),
        recipients=", ".join(one.name for one in entry.recipients),
    )
