"""The declaration as plain values in one fixed spelling: what is published, hashed and compared.

Left out is what says nothing to or about anyone: the figures of the gate, its waivers, and notes of what is still to be
confirmed. They change without making another notice. Left out are also the words of acknowledgements, which are not
printed in the notice but beside a box, and are kept with every acknowledgement.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from seloste.declaration.diff import ChangeClass, changes, heaviest
from seloste.declaration.schema import Declaration

#: Parts about the work on the notice, not of the notice.
NOT_PUBLISHED = frozenset({"census", "waiver", "confirm", "acknowledgement"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What a declaration publishes, the mark of it, and how much it would change where there was no notice before."""

    declaration: Declaration
    values: dict[str, Any]
    text_hash: str
    as_first: ChangeClass


#: What the declarations said that a process last asked about: it runs by one, and asks at every turn.
_said: dict[int, Said] = {}


def said(declaration: Declaration) -> Said:
    """Return what the declaration publishes, worked out once: a declaration never changes, nor may the values."""
    known = _said.get(id(declaration))
    if known is None or known.declaration is not declaration:
        values = plain(declaration)
        as_first = heaviest(changes({}, values))
        known = Said(declaration=declaration, values=values, text_hash=text_hash(values), as_first=as_first)
        _said.clear()
        _said[id(declaration)] = known
    return known


def plain(declaration: Declaration) -> dict[str, Any]:
    """Return the declaration as JSON values, without what is not published.

    What is at its default is left out, so that a new optional key of the schema does not make another notice.
    """
    values: dict[str, Any] = _published(declaration.model_dump(mode="json", by_alias=True, exclude_defaults=True))
    return values


def _published(value: Any) -> Any:  # noqa: ANN401 -- JSON values of any shape
    if isinstance(value, dict):
        return {key: _published(inner) for key, inner in value.items() if key not in NOT_PUBLISHED}
    if isinstance(value, list):
        return [_published(inner) for inner in value]
    return value


def text_hash(values: Mapping[str, Any]) -> str:
    """Return the SHA-256 of plain values: keys sorted, no spaces, UTF-8 (RFC 8785 in spirit)."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def read(values: Mapping[str, Any]) -> Declaration:
    """Return a published notice as a declaration again; ValidationError where it is of an older shape."""
    return Declaration.model_validate({**values, "census": {"fields": 1, "columns": 1}})
