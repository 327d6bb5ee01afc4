"""The declaration as plain values in one fixed spelling: what is published, hashed and compared.

Left out is what says nothing to or about anyone: the figures of the gate, its waivers, and notes of what is still to be
confirmed. They change without making another notice. Left out are also the words of acknowledgements, which are not
printed in the notice but beside a box, and are kept with every acknowledgement.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from seloste.declaration.schema import Declaration

#: Parts about the work on the notice, not of the notice.
NOT_PUBLISHED = frozenset({"census", "waiver", "confirm", "acknowledgement"})


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
