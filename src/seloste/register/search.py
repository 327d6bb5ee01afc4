"""The one search box, answered by the database's own indexes: a prefix costs the same among ten and a million.

Every column that can be found has a key folded by the database (``seloste_fold``), ordered byte by byte. A prefix is a
range of that order, so the first twenty hits are read straight from the index. Words inside a name are looked up
in a text index only where the ranges left room.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from seloste.audit.actions import record
from seloste.kernel.duty import Duty
from seloste.kernel.ids import read_reference
from seloste.register.models import ContactPoint, Person, Position
from seloste.register.queries import names_of
from seloste.register.rules import Sought, read_search

LIMIT = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A person or an organisation that was found, and by what."""

    id: UUID
    kind: str
    name: str
    reference: str
    found_by: str
    matched: str = ""
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The hits, best first; ``more`` where there were more than fit."""

    sought: str
    hits: Sequence[Hit]
    more: bool


#: One branch for each thing a person can be found by: the category that a duty must include, and the question.
_RANGE = "{key} >= public.seloste_fold(%(text)s) AND {key} < public.seloste_fold(%(text)s) || chr(1114111)"
_SEEN = "ended_at IS NULL AND purposes && %(purposes)s::text[]"

_NAME = """
SELECT person_id, CASE WHEN {key} = public.seloste_fold(%(text)s) THEN 1 ELSE 2 END AS rank, 'name' AS found_by,
       '' AS matched, {key} AS key
FROM register_name WHERE {seen} AND {range} ORDER BY {key} LIMIT %(limit)s
"""
_CONTACT = """
SELECT person_id, CASE WHEN key = public.seloste_fold(%(text)s) THEN 1 ELSE 3 END, kind, value, key
FROM register_contactpoint WHERE kind = {kind} AND {seen} AND {range} ORDER BY key LIMIT %(limit)s
"""
_COMPANY = """
SELECT position.person_id, 4, 'organisation', organisation.name, organisation.key
FROM (SELECT id, name, key FROM register_organisation WHERE {seen} AND {range} ORDER BY key LIMIT %(limit)s) organisation
JOIN register_position position ON position.organisation_id = organisation.id
WHERE position.ended_at IS NULL AND position.purposes && %(purposes)s::text[] LIMIT %(limit)s
"""
_WORDS = """
SELECT person_id, 5, 'name', '', by_family FROM register_name
WHERE {seen} AND to_tsvector('simple'::regconfig, COALESCE(by_family, '')) @@ to_tsquery('simple'::regconfig, public.seloste_fold(%(query)s))
LIMIT %(limit)s
"""

_ORGANISATION = f"""
SELECT id, name, reference, business_id FROM register_organisation
WHERE {_SEEN} AND ({_RANGE.format(key="key")} OR reference = %(reference)s OR business_id = %(text)s)
ORDER BY key LIMIT 5
""".replace("%(text)s", "%(text)s::text")


@transaction.atomic
def search(*, by: Duty, at: datetime, typed: str) -> Found:
    """Find persons and organisations within the duty, best first, at most ``LIMIT`` of each. The look-up is recorded."""
    sought = read_search(typed, reference=read_reference(typed))
    if not sought.text or "read" not in by.may:
        return Found(sought=sought.text, hits=(), more=False)
    found = _persons(sought, by=by)
    hits = [*_organisations(sought, by=by), *_described(found[:LIMIT], by=by)]
    subjects = [hit.id for hit in hits if hit.kind == "person"]
    record(by=by, at=at, deed="person.searched", subjects=subjects, categories=["identity"])
    return Found(sought=sought.text, hits=hits, more=len(found) > LIMIT)


def _persons(sought: Sought, *, by: Duty) -> list[Any]:
    """Return (person, rank, found by, matched) rows, one a person, best first."""
    referenced = _by_reference(sought, by=by)
    ranged = _asked(_branches(sought, by=by), sought, by=by)
    rows = _best([*referenced, *ranged])
    if len(rows) <= LIMIT and "identity" in by.categories and _has_inner_words(sought):
        rows = _best([*rows, *_asked([(_WORDS.format(seen=_SEEN), sought.text)], sought, by=by)])
    return rows


def _has_inner_words(sought: Sought) -> bool:
    return len(sought.words) > 1 or len(sought.text) > 2


def _branches(sought: Sought, *, by: Duty) -> list[tuple[str, str]]:
    """Return the questions this duty may ask, each with the text it looks for."""
    asked: list[tuple[str, str]] = []
    if "identity" in by.categories:
        asked += [
            (_NAME.format(key=key, seen=_SEEN, range=_RANGE.format(key=key)), sought.text)
            for key in ("by_family", "by_given")
        ]
    if "contact" in by.categories:
        asked.append((_contact("email"), sought.text))
        asked += [(_contact("phone"), sought.phone)] if sought.phone else []
    if "social_profile" in by.categories:
        asked.append((_contact("social"), sought.handle))
    if "web_address" in by.categories:
        asked += [
            (_contact("web"), prefix + sought.text) for prefix in ("https://", "https://www.") if "." in sought.text
        ]
    if {"position", "organisation"} <= by.categories:
        asked.append((_COMPANY.format(seen=_SEEN, range=_RANGE.format(key="key")), sought.text))
    return asked


def _contact(kind: str) -> str:
    return _CONTACT.format(kind=f"'{kind}'", seen=_SEEN, range=_RANGE.format(key="key"))


def _asked(branches: Sequence[tuple[str, str]], sought: Sought, *, by: Duty) -> list[Any]:
    """Ask all branches in one round trip."""
    parameters: dict[str, Any] = {"purposes": sorted(by.purposes), "limit": LIMIT + 1, "query": _prefix_query(sought)}
    parts = []
    for number, (sql, text) in enumerate(branches):
        parameters[f"text{number}"] = text
        parts.append("(" + sql.replace("%(text)s", f"%(text{number})s::text") + ")")
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), parameters)
        return cursor.fetchall()


def _prefix_query(sought: Sought) -> str:
    words = re.findall(r"\w+", sought.text)
    return " & ".join(f"{word}:*" for word in words)


def _best(rows: Sequence[Any]) -> list[Any]:
    best: dict[UUID, Any] = {}
    for row in sorted(rows, key=lambda row: (row[1], row[4], row[0])):
        best.setdefault(row[0], row)
    return list(best.values())


def _by_reference(sought: Sought, *, by: Duty) -> list[Any]:
    if sought.reference is None or "identity" not in by.categories:
        return []
    person = Person.objects.filter(reference=sought.reference).first()
    return (
        [(person.id, 0, "reference", person.reference, "")]
        if person and names_of(by=by, person_ids=[person.id])
        else []
    )


def _described(rows: Sequence[Any], *, by: Duty) -> list[Hit]:
    """Add to each person the name, the reference and where she works, as far as the duty sees them."""
    ids = [row[0] for row in rows]
    names = names_of(by=by, person_ids=ids)
    references = dict(Person.objects.filter(id__in=ids).values_list("id", "reference"))
    details = _details(ids, by=by)
    return [
        Hit(
            id=row[0],
            kind="person",
            name=names.get(row[0], ""),
            reference=references[row[0]],
            found_by=row[2],
            matched=row[3],
            detail=details.get(row[0], ""),
        )
        for row in rows
    ]


def _details(ids: Sequence[UUID], *, by: Duty) -> dict[UUID, str]:
    """Return the workplace, or else the e-mail address: what tells two people of one name apart."""
    found: dict[UUID, str] = {}
    purposes = list(by.purposes)
    if "contact" in by.categories:
        emails = ContactPoint.objects.filter(person_id__in=ids, kind="email", ended_at=None, purposes__overlap=purposes)
        found |= dict(emails.order_by("-id").values_list("person_id", "value"))
    if "position" in by.categories:
        positions = Position.objects.filter(person_id__in=ids, ended_at=None, purposes__overlap=purposes)
        found |= dict(positions.order_by("id").values_list("person_id", "organisation__name"))
    return found


def _organisations(sought: Sought, *, by: Duty) -> list[Hit]:
    if "organisation" not in by.categories:
        return []
    parameters = {"text": sought.text, "reference": sought.reference or "", "purposes": sorted(by.purposes)}
    with connection.cursor() as cursor:
        cursor.execute(_ORGANISATION, parameters)
        rows = cursor.fetchall()
    return [
        Hit(id=row[0], kind="organisation", name=row[1], reference=row[2], found_by="organisation", detail=row[3])
        for row in rows
    ]
