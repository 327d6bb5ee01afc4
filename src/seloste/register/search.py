"""The one search box, answered by the database's own indexes: a search costs the same among ten thousand and a million.

Every column that can be found has a key folded by the database (``seloste_fold``), ordered byte by byte. What begins as
was typed is a range of that order, so the best twenty are read straight from the index. Only where those leave room are
words looked up wherever they stand in a name: a second index knows every beginning of every word, so that beginnings
too are looked up and never scanned for. A duty that sees few people reads those few and not everybody else.
"""
# ruff: noqa: S608 -- the questions are put together from our own constants; what was typed is always a parameter

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from seloste.audit.actions import record
from seloste.kernel.duty import Duty
from seloste.kernel.ids import read_reference
from seloste.register.rules import Sought, is_withheld, read_search

LIMIT = 20
#: How many entries are looked at in one place for a duty that may see none of them.
MANY = 3_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A person or an organisation that was found, and by what.

    ``withheld``: the use of the person's data is restricted, so that nothing but the reference is told.
    """

    id: UUID
    kind: str
    name: str
    reference: str
    found_by: str
    matched: str = ""
    detail: str = ""
    withheld: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The hits, best first; ``more`` where there were more than fit."""

    sought: str
    hits: Sequence[Hit]
    more: bool


@transaction.atomic
def search(*, by: Duty, at: datetime, typed: str) -> Found:
    """Find persons and organisations within the duty, best first, at most ``LIMIT`` persons; record the look-up."""
    text = "".join(character if character.isprintable() else " " for character in typed)
    sought = read_search(text, reference=read_reference(text))
    if not sought.text or "read" not in by.may:
        return Found(sought=sought.text, hits=(), more=False)
    found = _persons(sought, by=by)
    hits = [*_organisations(sought, by=by), *_described(found[:LIMIT], by=by)]
    subjects = [hit.id for hit in hits if hit.kind == "person"]
    record(by=by, at=at, deed="person.searched", subjects=subjects, categories=["identity"])
    return Found(sought=sought.text, hits=hits, more=len(found) > LIMIT)


def _persons(sought: Sought, *, by: Duty) -> list[Any]:
    """Return (person, rank, found by, matched, key) rows, one a person, best first."""
    rows = _best(_asked(_beginnings(sought, by=by), by=by))
    if len(rows) <= LIMIT and "identity" in by.categories:
        rows = _best([*rows, *_asked(_words(sought, by=by), by=by)])
    return rows


def _best(rows: Iterable[Any]) -> list[Any]:
    best: dict[UUID, Any] = {}
    for row in sorted(rows, key=lambda row: (row[1], row[4], row[0])):
        best.setdefault(row[0], row)
    return list(best.values())


# --- Several questions in one round trip ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Branch:
    """One question, and the texts it names."""

    sql: str
    texts: Mapping[str, str]


def _asked(branches: Sequence[_Branch], *, by: Duty) -> list[Any]:
    """Ask all branches at once; what the duty is for stands in them as ``:purposes``."""
    if not branches:
        return []
    asked: list[str] = []
    parameters: dict[str, Any] = {"purposes": sorted(by.purposes)}
    for number, branch in enumerate(branches):
        asked.append("(" + re.sub(r":(\w+)\?", rf"%(\1_{number})s::text", branch.sql) + ")")
        parameters |= {f"{name}_{number}": text for name, text in branch.texts.items()}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked).replace(":purposes", "%(purposes)s::text[]"), parameters)
        rows: list[Any] = cursor.fetchall()
    return rows


def _begins(key: str, text: str = ":text?") -> str:
    """Return the condition that the key begins with the text: a range of its index."""
    folded = f"public.seloste_fold({text})"
    return f"{key} >= {folded} AND {key} < {folded} || chr(1114111)"


_SEEN = "ended_at IS NULL AND purposes && :purposes"

# --- What begins as was typed -----------------------------------------------------------------------------------------

#: The inner LIMIT keeps a duty that sees few people from reading through everybody else.
_NAME = """
SELECT person_id, CASE WHEN key = public.seloste_fold(:text?) THEN 1 ELSE 2 END, 'name', '', key
FROM (SELECT person_id, purposes, {key} AS key FROM register_name
      WHERE ended_at IS NULL AND {begins} ORDER BY {key} LIMIT {many}) near
WHERE purposes && :purposes ORDER BY key LIMIT {limit}
"""
_CONTACT = """
SELECT person_id, CASE WHEN key = public.seloste_fold(:text?) THEN 1 ELSE 4 END, '{kind}', value, key
FROM (SELECT person_id, purposes, value, key FROM register_contactpoint
      WHERE kind = '{kind}' AND ended_at IS NULL AND {begins} ORDER BY key LIMIT {many}) near
WHERE purposes && :purposes ORDER BY key LIMIT {limit}
"""
_COMPANY = f"""
SELECT position.person_id, 5, 'organisation', organisation.name, organisation.key
FROM (SELECT id, name, key FROM (SELECT id, name, key, purposes FROM register_organisation
                                 WHERE ended_at IS NULL AND {_begins("key")} ORDER BY key LIMIT {MANY}) near
      WHERE purposes && :purposes LIMIT {LIMIT + 1}) organisation
JOIN register_position position ON position.organisation_id = organisation.id
WHERE {_SEEN} LIMIT {LIMIT + 1}
"""
_REFERENCE = f"""
SELECT person.id, 0, 'reference', reference, ''
FROM register_person person JOIN register_name name ON name.person_id = person.id
WHERE reference = :text? AND {_SEEN}
"""


def _beginnings(sought: Sought, *, by: Duty) -> list[_Branch]:
    """Return the questions this duty may ask."""
    asked: list[_Branch] = []
    if "identity" in by.categories:
        asked += [_Branch(_REFERENCE, {"text": sought.reference})] if sought.reference else []
        asked += [_name(key, text) for text in _turned(sought.words) for key in ("by_family", "by_given")]
    asked += [_contact(kind, text) for kind, text in _contacts(sought, by=by)]
    if {"position", "organisation"} <= by.categories:
        asked.append(_Branch(_COMPANY, {"text": sought.text}))
    return asked


def _turned(words: Sequence[str]) -> list[str]:
    """Return the words in the orders in which a name is kept: what was typed last may stand first there."""
    turns = range(min(len(words), 4))
    return list(dict.fromkeys(" ".join([*words[turn:], *words[:turn]]) for turn in turns))


def _name(key: str, text: str) -> _Branch:
    sql = _NAME.format(key=key, begins=_begins(key), many=MANY, limit=LIMIT + 1)
    return _Branch(sql, {"text": text})


def _contact(kind: str, text: str) -> _Branch:
    sql = _CONTACT.format(kind=kind, begins=_begins("key"), many=MANY, limit=LIMIT + 1)
    return _Branch(sql, {"text": text})


def _contacts(sought: Sought, *, by: Duty) -> list[tuple[str, str]]:
    """Return as which contact points the text can be meant: kind and beginning."""
    meant = [("email", sought.text), ("phone", sought.phone)] if "contact" in by.categories else []
    if "social_profile" in by.categories:
        meant.append(("social", sought.handle))
    if "web_address" in by.categories and "." in sought.text:
        meant += [("web", prefix + sought.text) for prefix in ("https://", "https://www.")]
    return [(kind, text) for kind, text in meant if text]


# --- Words inside names -----------------------------------------------------------------------------------------------

_BEGINNINGS = "public.seloste_beginnings(by_family)"
_SOUGHT = "public.seloste_words(public.seloste_fold(:text?))"
#: Whether every word that was typed begins a word of the name; the index knows the first twelve letters of each.
_HAS_WORDS = f"""
{_BEGINNINGS} @> (SELECT array_agg(left(word, 12)) FROM unnest({_SOUGHT}) word)
AND (SELECT bool_and(strpos(' ' || array_to_string(public.seloste_words(by_family), ' '), ' ' || word) > 0)
     FROM unnest({_SOUGHT}) word)
"""
_WORDS = f"""
SELECT person_id, 3, 'name', '', by_family FROM register_name WHERE {_SEEN} AND {_HAS_WORDS} LIMIT {LIMIT + 1}
"""
#: So much begins so, and hardly anything of it was seen: this duty sees few people, who are gone through instead.
_MANY_NAMES = f"""
{MANY} IN (
    (SELECT count(*) FROM
     (SELECT FROM register_name WHERE ended_at IS NULL AND {_begins("by_family")} LIMIT {MANY}) one),
    (SELECT count(*) FROM
     (SELECT FROM register_name WHERE ended_at IS NULL AND {_begins("by_given")} LIMIT {MANY}) other))
"""
_MANY_CONTACTS = f"""
(SELECT count(*) FROM (SELECT FROM register_contactpoint
                       WHERE kind = :kind? AND ended_at IS NULL AND {_begins("key")} LIMIT {MANY}) counted) = {MANY}
"""
_WORD = _WORDS.replace("WHERE", f"WHERE NOT ({_MANY_NAMES}) AND", 1)
_MY_NAMES = f"""
SELECT person_id, 2, 'name', '', by_family
FROM (SELECT person_id, by_family, by_given FROM register_name WHERE {_SEEN} OFFSET 0) mine
WHERE ({_MANY_NAMES}) AND ({_begins("by_family")} OR {_begins("by_given")} OR {_HAS_WORDS}) LIMIT {LIMIT + 1}
"""
_MY_CONTACTS = f"""
SELECT person_id, 4, kind, value, key
FROM (SELECT person_id, kind, value, key FROM register_contactpoint WHERE {_SEEN} OFFSET 0) mine
WHERE {_MANY_CONTACTS} AND kind = :kind? AND {_begins("key")} LIMIT {LIMIT + 1}
"""


def _words(sought: Sought, *, by: Duty) -> list[_Branch]:
    """Return what to ask where the beginnings left room."""
    text = {"text": sought.text}
    if len(sought.words) > 1:
        return [_Branch(_WORDS, text)]
    contacts = [_Branch(_MY_CONTACTS, {"kind": kind, "text": meant}) for kind, meant in _contacts(sought, by=by)]
    return [_Branch(_WORD, text), _Branch(_MY_NAMES, text), *contacts]


# --- What is shown of those who were found ----------------------------------------------------------------------------

_DESCRIPTION = """
SELECT person.id, person.reference, concat_ws(' ', nullif(name.given_name, ''), name.family_name),
       CASE WHEN %(positions)s THEN (
           SELECT organisation.name
           FROM register_position position JOIN register_organisation organisation ON organisation.id = organisation_id
           WHERE position.person_id = person.id AND position.ended_at IS NULL
                 AND position.purposes && %(purposes)s::text[] AND organisation.purposes && %(purposes)s::text[]
           ORDER BY position.id DESC LIMIT 1) END,
       CASE WHEN %(contacts)s THEN (
           SELECT value FROM register_contactpoint point
           WHERE point.person_id = person.id AND kind = 'email' AND ended_at IS NULL
                 AND purposes && %(purposes)s::text[]
           ORDER BY id LIMIT 1) END,
       person.restricted_at IS NOT NULL, person.blocked_at IS NOT NULL
FROM register_person person
LEFT JOIN register_name name ON name.person_id = person.id AND %(names)s
                                AND name.ended_at IS NULL AND name.purposes && %(purposes)s::text[]
WHERE person.id = ANY(%(ids)s) AND EXISTS (
    SELECT FROM register_ground ground
    WHERE ground.person_id = person.id AND ended_at IS NULL AND purpose = ANY(%(purposes)s::text[]))
"""


def _described(rows: Sequence[Any], *, by: Duty) -> list[Hit]:
    """Add the name, the reference and what tells two people of one name apart: the workplace, or else the e-mail."""
    parameters: dict[str, Any] = {
        "ids": [row[0] for row in rows],
        "purposes": sorted(by.purposes),
        "names": "identity" in by.categories,
        "positions": {"position", "organisation"} <= by.categories,
        "contacts": "contact" in by.categories,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DESCRIPTION, parameters)
        known = {row[0]: row[1:] for row in cursor.fetchall()}
    shown = [(row, *known[row[0]]) for row in rows if row[0] in known]
    there = [told for told in shown if not is_withheld(by.purpose, restricted=False, blocked=told[-1])]
    return [
        _masked(told[0], told[1]) if is_withheld(by.purpose, restricted=told[-2], blocked=False) else _hit(*told[:-2])
        for told in there
    ]


def _masked(row: Any, reference: str) -> Hit:  # noqa: ANN401 -- a row
    """Tell of a person whose data are restricted that she is there, so that nobody enters her anew, and no more."""
    return Hit(id=row[0], kind="person", name="", reference=reference, found_by="", withheld=True)


def _hit(row: Any, reference: str, name: str, workplace: str | None, email: str | None) -> Hit:  # noqa: ANN401 -- a row
    person_id, _rank, found_by, matched, _key = row
    detail = workplace or email or ""
    return Hit(
        id=person_id,
        kind="person",
        name=name,
        reference=reference,
        found_by=found_by,
        matched=matched,
        detail=detail,
    )


# --- Organisations ----------------------------------------------------------------------------------------------------

_ORGANISATION = """
SELECT id, name, reference, business_id FROM (SELECT * FROM register_organisation
                                              WHERE ended_at IS NULL AND {condition} ORDER BY key LIMIT {many}) near
WHERE purposes && :purposes LIMIT 5
"""


def _organisations(sought: Sought, *, by: Duty) -> list[Hit]:
    if "organisation" not in by.categories:
        return []
    ways = {"reference = :text?": sought.reference, "business_id = :text?": sought.text, _begins("key"): sought.text}
    branches = [
        _Branch(_ORGANISATION.format(condition=way, many=MANY), {"text": text}) for way, text in ways.items() if text
    ]
    rows = dict.fromkeys(_asked(branches, by=by))
    return [
        Hit(id=row[0], kind="organisation", name=row[1], reference=row[2], found_by="organisation", detail=row[3])
        for row in rows
    ]
