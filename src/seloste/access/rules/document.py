"""The package for a machine: JSON, and the JSON Schema (Draft 2020-12) that says how to read it."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from seloste.access.rules.contents import Contents, Entry, Named, Recipient

FORMAT = "seloste-access-package"
VERSION = "1"
#: The dialect of the schema.
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def document(found: Contents, *, extent: str, package: str, schema: str) -> dict[str, Any]:
    """Return what the package says, for a machine; ``schema`` is the address of the schema."""
    is_whole = extent == "access"
    held = [one for one in found.categories if one.entries or is_whole]
    said: dict[str, Any] = {
        "$schema": schema,
        "format": FORMAT,
        "version": VERSION,
        "package": {"id": package, "extent": extent, "made_at": found.at.isoformat(), "language": found.language},
        "person": {"id": str(found.person_id), "reference": found.reference},
        "controller": {
            "name": found.company.name,
            "address": found.company.address,
            "email": found.company.email,
            "phone": found.company.phone,
            "business_id": found.company.business_id,
        },
        "notice": {"version": found.notice_version, "address": found.notice_url},
        "kinds": _kinds(found.entries),
        "categories": [
            {
                "key": one.key,
                "name": one.name,
                "what": one.what,
                "held": not one.is_empty,
                "elsewhere": [other.key for other in one.elsewhere],
                "records": [_record(entry) for entry in one.entries],
            }
            for one in held
        ],
        "names": _names(found),
    }
    return {**said, **_whole(found)} if is_whole else said


def _kinds(entries: Iterable[Entry]) -> dict[str, Any]:
    return {
        entry.store: {"name": entry.kind, "fields": {value.key: value.name for value in entry.values}}
        for entry in entries
    }


def _record(entry: Entry) -> dict[str, Any]:
    return {
        "kind": entry.store,
        "id": entry.id,
        "values": dict(entry.plain),
        "source": entry.source.key if entry.source else None,
        "source_detail": entry.source_detail,
        "since": entry.since_at.isoformat() if entry.since_at else None,
        "purposes": [one.key for one in entry.purposes],
        "bases": [one.key for one in entry.bases],
        "until": entry.until.isoformat() if entry.until else None,
        "until_words": entry.until_words,
        "recipients": [one.key for one in entry.recipients],
        "current": entry.is_current,
        "held_back": entry.is_held_back,
        "left_out": entry.left_out,
    }


def _names(found: Contents) -> dict[str, dict[str, str]]:
    """Return what the keys of the notice are called."""

    def of(named: Iterable[Named | Recipient]) -> dict[str, str]:
        return {one.key: one.name for one in sorted(named, key=lambda one: one.key)}

    entries = found.entries
    return {
        "sources": of(entry.source for entry in entries if entry.source),
        "purposes": of(one for entry in entries for one in entry.purposes),
        "bases": of(one for entry in entries for one in entry.bases),
        "recipients": of(one for entry in entries for one in entry.recipients),
    }


def _whole(found: Contents) -> dict[str, Any]:
    """Return the rest of what art. 15(1) wants told."""
    return {
        "purposes": [
            {
                "key": one.key,
                "name": one.name,
                "why": one.why,
                "basis": one.basis,
                "article": one.article,
                "interest": one.interest,
                "period": one.period,
                "recipients": one.recipients,
                "until": one.until.isoformat() if one.until else None,
            }
            for one in found.purposes
        ],
        "look_ups": [
            {"on": one.on.isoformat(), "purpose": one.purpose.key, "name": one.purpose.name, "times": one.times}
            for one in found.look_ups
        ],
        "recipients": [
            {"key": one.key, "name": one.name, "kind": one.kind, "country": one.country, "transfer": one.transfer}
            for one in found.recipients
        ],
        "disclosed": [
            {
                "recipient": one.recipient.key,
                "name": one.recipient.name,
                "first_on": one.first_on.isoformat(),
                "last_on": one.last_on.isoformat(),
                "categories": [category.key for category in one.categories],
                "purposes": [purpose.key for purpose in one.purposes],
                "transfer": one.transfer,
            }
            for one in found.disclosed
        ],
        "rights": [
            {"key": one.key, "name": one.name, "text": one.text, "article": one.article} for one in found.rights
        ],
        "complaint": found.complaint,
        "automated_decisions": found.automated,
    }


def written(values: Mapping[str, Any]) -> bytes:
    """Return JSON as it is put into a file, close together: indenting takes longer than all the rest."""
    return (json.dumps(values, ensure_ascii=False) + "\n").encode()


# --- The schema -------------------------------------------------------------------------------------------------------

_TEXT = {"type": "string"}
_KEY = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}
_DAY = {"type": ["string", "null"], "format": "date"}
_MOMENT = {"type": ["string", "null"], "format": "date-time"}
_KEYS = {"type": "array", "items": _KEY}
_WORDS = {"type": "object", "additionalProperties": _TEXT}


def _of(properties: Mapping[str, Any], *, optional: Iterable[str] = (), about: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in set(optional)],
        "additionalProperties": False,
    }
    return {"description": about, **found} if about else found


def _list(items: Mapping[str, Any], about: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {"type": "array", "items": dict(items)}
    return {"description": about, **found} if about else found


_RECORD = _of(
    {
        "kind": {"type": "string", "description": "Key of 'kinds': which table the record is of."},
        "id": _TEXT,
        "values": {"type": "object", "description": "The data, by the fields of the kind. Moments are in local time."},
        "source": {"type": ["string", "null"], "description": "Where the data came from (GDPR 15(1)(g))."},
        "source_detail": _TEXT,
        "since": _MOMENT,
        "purposes": _KEYS,
        "bases": _KEYS,
        "until": {**_DAY, "description": "The last day on which the record is kept (GDPR 15(1)(d))."},
        "until_words": {"type": "string", "description": "The criterion, where the day is not known yet."},
        "recipients": _KEYS,
        "current": {"type": "boolean", "description": "False: kept as history."},
        "held_back": {"type": "boolean", "description": "The words follow when an employee has looked (GDPR 15(4))."},
        "left_out": {"type": "string", "description": "Why something was left out of the record."},
    }
)

_WHOLE_PARTS: Mapping[str, Any] = {
    "purposes": _list(
        _of(
            {
                "key": _KEY,
                "name": _TEXT,
                "why": _TEXT,
                "basis": _TEXT,
                "article": _TEXT,
                "interest": _TEXT,
                "period": _TEXT,
                "recipients": _TEXT,
                "until": _DAY,
            }
        ),
        "For what the data are processed (GDPR 15(1)(a)).",
    ),
    "look_ups": _list(
        _of({"on": {"type": "string", "format": "date"}, "purpose": _KEY, "name": _TEXT, "times": {"type": "integer"}}),
        "On which days and for which purposes employees looked at the data or worked on them.",
    ),
    "recipients": _list(
        _of({"key": _KEY, "name": _TEXT, "kind": _TEXT, "country": _TEXT, "transfer": _TEXT}),
        "Who may receive the data regularly (GDPR 15(1)(c), 15(2)).",
    ),
    "disclosed": _list(
        _of(
            {
                "recipient": _KEY,
                "name": _TEXT,
                "first_on": {"type": "string", "format": "date"},
                "last_on": {"type": "string", "format": "date"},
                "categories": _KEYS,
                "purposes": _KEYS,
                "transfer": _TEXT,
            }
        ),
        "To whom data went in fact.",
    ),
    "rights": _list(_of({"key": _KEY, "name": _TEXT, "text": _TEXT, "article": _TEXT})),
    "complaint": _TEXT,
    "automated_decisions": _TEXT,
}


def schema(identifier: str) -> dict[str, Any]:
    """Return the schema; ``identifier`` is the address at which it is published."""
    parts = {
        "$schema": _TEXT,
        "format": {"const": FORMAT},
        "version": {"const": VERSION},
        "package": _of(
            {
                "id": {"type": "string", "format": "uuid"},
                "extent": {"enum": ["access", "portability"]},
                "made_at": {"type": "string", "format": "date-time"},
                "language": {"enum": ["fi", "sv", "en"]},
            }
        ),
        "person": _of({"id": {"type": "string", "format": "uuid"}, "reference": _TEXT}),
        "controller": _of(dict.fromkeys(("name", "address", "email", "phone", "business_id"), _TEXT)),
        "notice": _of({"version": _TEXT, "address": {"type": "string", "format": "uri"}}),
        "kinds": {
            "description": "What the records and their fields are called.",
            "type": "object",
            "additionalProperties": _of({"name": _TEXT, "fields": _WORDS}),
        },
        "categories": _list(
            _of(
                {
                    "key": _KEY,
                    "name": _TEXT,
                    "what": _TEXT,
                    "held": {"type": "boolean"},
                    "elsewhere": {**_KEYS, "description": "Categories under which more of it stands."},
                    "records": _list(_RECORD),
                }
            ),
            "Every category of data of the notice, also those of which nothing is held.",
        ),
        "names": _of(dict.fromkeys(("sources", "purposes", "bases", "recipients"), _WORDS)),
        **_WHOLE_PARTS,
    }
    about = "All data about one person, or those she may move elsewhere (GDPR 15, 20)."
    whole = _of(parts, optional=_WHOLE_PARTS, about=about)
    is_access = {"properties": {"package": {"properties": {"extent": {"const": "access"}}}}}
    return {
        "$schema": DIALECT,
        "$id": identifier,
        "title": "Access package",
        **whole,
        "if": is_access,
        "then": {"required": list(_WHOLE_PARTS)},
    }
