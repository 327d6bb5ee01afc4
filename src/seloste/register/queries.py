"""Questions about persons. Each is told who asks, leaves a line in the record, and answers what that duty may see."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing, Words
from seloste.kernel.timeline import Entry
from seloste.register import rules
from seloste.register.choices import CONTACT_CATEGORY, ContactKind, EndReason, Network
from seloste.register.models import (
    ContactPoint,
    Feedback,
    Ground,
    Item,
    Name,
    Note,
    NoticeDelivery,
    Organisation,
    Person,
    Position,
    PostalAddress,
    Project,
)

#: Nobody works off more in a day; to count on among a million would make the first page wait.
COUNTED = 1_000

#: A person's rows of one table, in words written once: to compose the same query anew for every page cost more than to
#: answer it. Of the notice only the number comes along: its text is some hundred kilobytes, and every row names one.
_ROWS = """
SELECT item.*, (SELECT version FROM notices_noticeversion notice WHERE notice.id = notice_version_id) AS version{also}
FROM {table} item WHERE person_id = %s{only} ORDER BY {order}, id
"""
_EMPLOYER = ", (SELECT name FROM register_organisation employer WHERE employer.id = item.organisation_id) AS employer"


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """A value that no longer counts: what it was, and since when and why it is not."""

    text: str
    ended_at: datetime
    ended_by: UUID
    reason: Words
    id: UUID
    removed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """A value with everything the notice promises to know of it (S5, S6; art. 15(1)(g))."""

    id: UUID
    kind: str
    label: Words
    text: str
    link: str = ""
    category: str
    source: str
    source_detail: str
    collected_at: datetime
    collected_by: UUID
    purposes: Sequence[str]
    keep_until: date | None
    notice_version: str
    verified: bool = False
    fields: Mapping[str, str]
    past: Sequence[Past] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """A ground: for which purpose and on which basis the person is held, since when and until when."""

    purpose: str
    basis: str
    since_on: date
    runs_from: date
    keep_until: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Informed:
    """The information of art. 13 or 14: owed until a day, or given."""

    article: int
    version: str
    language: str
    due_on: date
    delivered_at: datetime | None
    channel: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonPage:
    """What one duty may see of one person."""

    id: UUID
    reference: str
    kind: str
    language: str
    name: str
    created_at: datetime
    values: Sequence[Value]
    removed: Sequence[Value]
    reasons: Sequence[Reason]
    informed: Sequence[Informed]


@transaction.atomic
def person_page(*, by: Duty, at: datetime, person_id: UUID) -> PersonPage:
    """Return the person as this duty may see her; Missing where she does not exist for it. Costs 8 queries."""
    reasons = _reasons(person_id)
    person = Person.objects.filter(id=person_id).first()
    if person is None or "read" not in by.may or by.purposes.isdisjoint(reason.purpose for reason in reasons):
        raise Missing
    ends = {reason.purpose: reason.keep_until for reason in reasons}
    values, removed = _values(person_id, by=by, ends=ends)
    record(
        by=by,
        at=at,
        deed="person.read",
        subjects=[person_id],
        categories={value.category for value in values} | {"identity"},
    )
    return PersonPage(
        id=person.id,
        reference=person.reference,
        kind=person.kind,
        language=person.language,
        name=next((value.text for value in values if value.kind == "name"), ""),
        created_at=person.created_at,
        values=values,
        removed=removed,
        reasons=[reason for reason in reasons if reason.purpose in by.purposes],
        informed=_informed(person_id) if "provenance" in by.categories else (),
    )


@transaction.atomic
def note_denied(*, by: Duty, at: datetime, person_id: UUID) -> None:
    """Record that a person outside the duty was asked for (S8.3). The asker learns nothing from it."""
    held = Ground.objects.filter(person_id=person_id, ended_at=None, purpose__in=by.purposes).exists()
    if not held and Person.objects.filter(id=person_id).exists():
        record(by=by, at=at, deed="person.read", subjects=[person_id], denied=True)


def _reasons(person_id: UUID) -> list[Reason]:
    rows = Ground.objects.filter(person_id=person_id, ended_at=None).order_by("since_on", "id")
    return [
        Reason(
            purpose=row.purpose,
            basis=row.basis,
            since_on=row.since_on,
            runs_from=row.runs_from,
            keep_until=row.keep_until,
        )
        for row in rows
    ]


def _informed(person_id: UUID) -> list[Informed]:
    rows: Iterable[Any] = _held(NoticeDelivery, person_id, order="due_on")
    return [
        Informed(
            article=row.article,
            version=row.version,
            language=row.language,
            due_on=row.due_on,
            delivered_at=row.delivered_at,
            channel=row.get_channel_display(),
        )
        for row in rows
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Shown:
    """How the rows of one model are shown as values."""

    model: type[Item]
    kind: str
    category: Callable[[Any], str]
    label: Callable[[Any], Words]
    text: Callable[[Any], str]
    link: Callable[[Any], str] = lambda _row: ""
    fields: tuple[str, ...]
    also: str = ""


def _contact_link(row: ContactPoint) -> str:
    prefix = {ContactKind.EMAIL: "mailto:", ContactKind.PHONE: "tel:"}.get(ContactKind(row.kind))
    return f"{prefix}{row.value}" if prefix else row.value if row.value.startswith("https://") else ""


def _contact_label(row: ContactPoint) -> Words:
    return Network(row.network).label if row.network else ContactKind(row.kind).label


def _address_text(row: PostalAddress) -> str:
    place = f"{row.postal_code} {row.city}".strip()
    return ", ".join(part for part in (row.street, place, "" if row.country == "FI" else row.country) if part)


_SHOWN = (
    _Shown(
        model=Name,
        kind="name",
        category=lambda _row: "identity",
        label=lambda _row: _("Name"),
        text=lambda row: f"{row.given_name} {row.family_name}".strip(),
        fields=("given_name", "family_name"),
    ),
    _Shown(
        model=Position,
        kind="position",
        category=lambda _row: "position",
        label=lambda _row: _("Position"),
        text=lambda row: ", ".join(part for part in (row.title, row.employer) if part),
        link=lambda row: str(row.organisation_id),
        fields=("title",),
        also=_EMPLOYER,
    ),
    _Shown(
        model=ContactPoint,
        kind="contact",
        category=lambda row: CONTACT_CATEGORY[ContactKind(row.kind)],
        label=_contact_label,
        text=lambda row: row.value,
        link=_contact_link,
        fields=("kind", "network", "value"),
    ),
    _Shown(
        model=PostalAddress,
        kind="address",
        category=lambda _row: "contact",
        label=lambda _row: _("Postal address"),
        text=_address_text,
        fields=("street", "postal_code", "city", "country"),
    ),
)


def _values(person_id: UUID, *, by: Duty, ends: Mapping[str, date]) -> tuple[list[Value], list[Value]]:
    """Return the values that count and those taken out of use; corrected ones are the past of their successors."""
    current: list[Value] = []
    removed: list[Value] = []
    for shown in _SHOWN:
        rows = _rows(shown, person_id, by=by)
        by_id = {row.id: row for row in rows}
        current += [_value(shown, row, by_id, ends) for row in rows if row.ended_at is None]
        removed += [_value(shown, row, by_id, ends) for row in rows if row.end_reason == EndReason.REMOVED]
    return current, removed


def _rows(shown: _Shown, person_id: UUID, *, by: Duty) -> list[Any]:
    rows = _held(shown.model, person_id, also=shown.also)
    return [row for row in rows if by.sees(shown.category(row), row.purposes)]


def _held(
    model: type[Item | NoticeDelivery], person_id: UUID, *, also: str = "", only: str = "", order: str = "collected_at"
) -> Iterable[Any]:
    """Return a person's rows of one table, with the number of the notice under which each was collected."""
    asked = _ROWS.format(table=model._meta.db_table, also=also, only=only, order=order)
    return model.objects.raw(asked, [person_id])


def _value(shown: _Shown, row: Any, by_id: Mapping[UUID, Any], ends: Mapping[str, date]) -> Value:  # noqa: ANN401 -- a row of any item model
    return Value(
        id=row.id,
        kind=shown.kind,
        label=shown.label(row),
        text=shown.text(row),
        link=shown.link(row),
        category=shown.category(row),
        source=row.source,
        source_detail=row.source_detail,
        collected_at=row.collected_at,
        collected_by=row.collected_by,
        purposes=row.purposes,
        keep_until=rules.latest_end(row.purposes, ends),
        notice_version=row.version,
        verified=getattr(row, "verified_at", None) is not None,
        fields={name: getattr(row, name) for name in shown.fields},
        past=list(_past(shown, row, by_id)),
    )


def _past(shown: _Shown, row: Any, by_id: Mapping[UUID, Any]) -> Iterable[Past]:  # noqa: ANN401 -- a row of any item model
    if row.ended_at is not None:
        yield _ended(shown, row)
    while row.replaces in by_id:
        row = by_id[row.replaces]
        yield _ended(shown, row)


def _ended(shown: _Shown, row: Any) -> Past:  # noqa: ANN401 -- a row of any item model
    return Past(
        text=shown.text(row),
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        reason=EndReason(row.end_reason).label,
        id=row.id,
        removed=row.end_reason == EndReason.REMOVED,
    )


@transaction.atomic
def value(*, by: Duty, at: datetime, person_id: UUID, kind: str, item_id: UUID) -> Value:
    """Return one current value for correcting it; Missing where it is not there for this duty."""
    page = person_page(by=by, at=at, person_id=person_id)
    found = next((value for value in page.values if value.kind == kind and value.id == item_id), None)
    if found is None:
        raise Missing
    return found


def timeline_entries(_by: Duty, person_id: UUID) -> list[Entry]:
    """Return the register's entries on a person's timeline: feedback, projects and notes."""
    return [
        *(_feedback_entry(row) for row in _live(Feedback, person_id)),
        *(_note_entry(row) for row in _live(Note, person_id)),
        *(_project_entry(row) for row in _live(Project, person_id)),
    ]


def _live(model: type[Item], person_id: UUID) -> Any:  # noqa: ANN401 -- a query set of any item model
    return _held(model, person_id, only=" AND ended_at IS NULL")


def _feedback_entry(row: Feedback) -> Entry:
    return _entry(row, kind="feedback", category="feedback", title=_("Feedback"), text=row.text, at=row.given_at)


def _note_entry(row: Note) -> Entry:
    return _entry(row, kind="note", category="correspondence", title=_("Note"), text=row.text, at=row.collected_at)


def _project_entry(row: Project) -> Entry:
    text = f"{row.name}\n{row.description}".strip()
    marks = (row.get_state_display(),)
    return _entry(
        row, kind="project", category="project", title=_("Project"), text=text, at=row.collected_at, marks=marks
    )


def _entry(
    row: Item, *, kind: str, category: str, title: Words, text: str, at: datetime, marks: Sequence[str] = ()
) -> Entry:
    return Entry(
        id=row.id,
        kind=kind,
        at=at,
        title=title,
        text=text,
        source=row.source,
        source_detail=row.source_detail,
        purposes=row.purposes,
        category=category,
        collected_by=row.collected_by,
        marks=marks,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Owed:
    """A person who has not yet been given the information of art. 13 or 14."""

    person_id: UUID
    name: str
    reference: str
    article: int
    due_on: date


@transaction.atomic
def information_owed(*, by: Duty, at: datetime, limit: int = 50) -> list[Owed]:
    """Return who has not been informed, the most urgent first, within this duty."""
    if "provenance" not in by.categories:
        return []
    rows = list(_owed(by=by).select_related("person").order_by("due_on", "id")[:limit])
    names = names_of(by=by, person_ids=[row.person_id for row in rows])
    record(by=by, at=at, deed="person.listed", subjects=names, categories=["identity", "provenance"])
    return [
        Owed(
            person_id=row.person_id,
            name=names.get(row.person_id, ""),
            reference=row.person.reference,
            article=row.article,
            due_on=row.due_on,
        )
        for row in rows
    ]


def owed_count(*, by: Duty) -> int:
    """Return how many have not been informed, at most ``COUNTED``, within this duty. No personal data, no record."""
    return _owed(by=by)[:COUNTED].count() if "provenance" in by.categories else 0


def _owed(*, by: Duty) -> QuerySet[NoticeDelivery]:
    visible = Ground.objects.filter(ended_at=None, purpose__in=by.purposes).values("person_id")
    return NoticeDelivery.objects.filter(delivered_at=None, person_id__in=visible)


def names_of(*, by: Duty, person_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the current names of the persons this duty may see. The caller records the read."""
    rows = Name.objects.filter(person_id__in=list(person_ids), ended_at=None, purposes__overlap=list(by.purposes))
    if "identity" not in by.categories:
        return {}
    return {row.person_id: f"{row.given_name} {row.family_name}".strip() for row in rows}


def references_of(*, by: Duty, person_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the references of those who are in the register; who was erased has none. The caller records the read."""
    if "identity" not in by.categories:
        return {}
    return dict(Person.objects.filter(id__in=list(person_ids)).values_list("id", "reference"))


@transaction.atomic
def holders_of(*, by: Duty, at: datetime, contacts: Iterable[tuple[str, str]]) -> dict[UUID, str]:
    """Return the persons within the duty who are reached by any of the (kind, normal value) pairs, with their names."""
    found: set[UUID] = set()
    for kind, text in contacts:
        rows = ContactPoint.objects.filter(kind=kind, value=text, ended_at=None, purposes__overlap=list(by.purposes))
        found |= {row.person_id for row in rows if by.sees(CONTACT_CATEGORY[ContactKind(kind)], row.purposes)}
    names = names_of(by=by, person_ids=found)
    if names:
        record(by=by, at=at, deed="person.matched", subjects=names, categories=["identity", "contact"])
    return names


@dataclass(frozen=True, kw_only=True, slots=True)
class OrganisationPage:
    """An organisation and, of its people, those whom the duty may see."""

    id: UUID
    reference: str
    name: str
    business_id: str
    website: str
    email: str
    phone: str
    source: str
    source_detail: str
    collected_at: datetime
    people: Sequence[tuple[UUID, str, str]]


@transaction.atomic
def organisation_page(*, by: Duty, at: datetime, organisation_id: UUID) -> OrganisationPage:
    """Return the organisation; Missing where it does not exist for this duty."""
    row = Organisation.objects.filter(id=organisation_id, ended_at=None).first()
    if row is None or "read" not in by.may or not by.sees("organisation", row.purposes):
        raise Missing
    people = _people(organisation_id, by=by)
    record(
        by=by,
        at=at,
        deed="organisation.read",
        subjects=[person_id for person_id, _name, _title in people],
        categories=["organisation", "identity", "position"],
        item=organisation_id,
    )
    return OrganisationPage(
        id=row.id,
        reference=row.reference,
        name=row.name,
        business_id=row.business_id,
        website=row.website,
        email=row.email,
        phone=row.phone,
        source=row.source,
        source_detail=row.source_detail,
        collected_at=row.collected_at,
        people=people,
    )


def _people(organisation_id: UUID, *, by: Duty) -> list[tuple[UUID, str, str]]:
    if "position" not in by.categories:
        return []
    positions = Position.objects.filter(
        organisation_id=organisation_id, ended_at=None, purposes__overlap=list(by.purposes)
    )
    titles = {row.person_id: row.title for row in positions.order_by("id")[:200]}
    names = names_of(by=by, person_ids=titles)
    return sorted(((person_id, name, titles[person_id]) for person_id, name in names.items()), key=lambda row: row[1])


@transaction.atomic
def organisations(*, by: Duty, limit: int = 200) -> list[tuple[UUID, str]]:
    """Return organisations by name for choosing one in a form."""
    if "organisation" not in by.categories:
        return []
    rows = Organisation.objects.filter(ended_at=None, purposes__overlap=list(by.purposes)).order_by("key", "id")[:limit]
    return [(row.id, row.name) for row in rows]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """A person whose last day for a purpose is near."""

    person_id: UUID
    name: str
    reference: str
    purpose: str
    keep_until: date


def ending_count(*, by: Duty, until: date) -> int:
    """Return how many grounds end by the day, at most ``COUNTED``, within this duty. No personal data, no record."""
    return _ending(by=by, until=until)[:COUNTED].count() if "provenance" in by.categories else 0


@transaction.atomic
def ending(*, by: Duty, at: datetime, until: date, limit: int = 100) -> list[Ending]:
    """Return whose grounds end by the day, the first to end first, within this duty."""
    if "provenance" not in by.categories:
        return []
    rows = list(_ending(by=by, until=until).select_related("person").order_by("keep_until", "id")[:limit])
    names = names_of(by=by, person_ids=[row.person_id for row in rows])
    record(
        by=by,
        at=at,
        deed="person.listed",
        subjects={row.person_id for row in rows},
        categories=["identity", "provenance"],
    )
    return [
        Ending(
            person_id=row.person_id,
            name=names.get(row.person_id, ""),
            reference=row.person.reference,
            purpose=row.purpose,
            keep_until=row.keep_until,
        )
        for row in rows
    ]


def _ending(*, by: Duty, until: date) -> QuerySet[Ground]:
    return Ground.objects.filter(ended_at=None, purpose__in=by.purposes, keep_until__lte=until)


@dataclass(frozen=True, kw_only=True, slots=True)
class Heading:
    """By what a person is known on a page about something else of hers."""

    id: UUID
    name: str
    reference: str
    purposes: Sequence[str]


@transaction.atomic
def heading(*, by: Duty, at: datetime, person_id: UUID) -> Heading:
    """Return name and reference, for the head of a form; Missing where the person does not exist for this duty."""
    held = Ground.objects.filter(person_id=person_id, ended_at=None, purpose__in=by.purposes)
    purposes = list(held.order_by("since_on", "id").values_list("purpose", flat=True))
    reference = Person.objects.filter(id=person_id).values_list("reference", flat=True).first()
    if reference is None or "read" not in by.may or not purposes:
        raise Missing
    record(by=by, at=at, deed="person.read", subjects=[person_id], categories=["identity"])
    name = names_of(by=by, person_ids=[person_id]).get(person_id, "")
    return Heading(id=person_id, name=name, reference=reference, purposes=purposes)


@dataclass(frozen=True, kw_only=True, slots=True)
class OrganisationList:
    """A page of organisations by name; ``after`` leads to the next."""

    rows: Sequence[tuple[UUID, str, str, str]]
    after: str


def organisation_list(*, by: Duty, after: str = "", size: int = 50) -> OrganisationList:
    """Return organisations by name (id, name, reference, business id), beginning after the id of the last one seen."""
    mine = Organisation.objects.filter(ended_at=None, purposes__overlap=list(by.purposes)).order_by("key", "id")
    if "organisation" not in by.categories:
        return OrganisationList(rows=(), after="")
    rows = list(_after(mine, after)[: size + 1])
    shown = [(row.id, row.name, row.reference, row.business_id) for row in rows[:size]]
    return OrganisationList(rows=shown, after=str(shown[-1][0]) if len(rows) > size else "")


def _after(mine: QuerySet[Organisation], after: str) -> QuerySet[Organisation]:
    try:
        last = Organisation.objects.filter(id=UUID(after)).first() if after else None
    except ValueError:
        last = None
    return mine.filter(Q(key__gt=last.key) | Q(key=last.key, id__gt=last.id)) if last else mine
