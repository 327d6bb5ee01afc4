"""Seal what was corrected before sealed records were there: rows that were ended as corrected, in plain letters."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from seloste.kernel.ids import new_id
from seloste.kernel.seal import seal

_PROVENANCE = {
    *("id", "source", "source_detail", "collected_at", "collected_by", "notice_version_id", "purposes"),
    *("ended_at", "ended_by", "end_reason", "replaces", "person_id"),
}
_SAID = ("source", "source_detail", "collected_at", "purposes")


def seal_corrected(corrections: Any, model: Any, *, kind: str, category: str) -> None:  # noqa: ANN401 -- models of a migration
    """Move each corrected row of the table into a sealed record; ``category`` may be the name of no column but itself."""
    columns = [
        field.attname
        for field in model._meta.local_concrete_fields
        if not getattr(field, "generated", False) and field.attname not in _PROVENANCE
    ]
    for row in model.objects.filter(end_reason="corrected").order_by("id").iterator(chunk_size=500):
        became = model.objects.filter(replaces=row.id).values_list("id", flat=True).first()
        if became is not None:
            _seal_row(corrections, row, columns, kind=kind, category=_category(row, category), became=became)
        row.delete()


def _category(row: Any, category: str) -> str:  # noqa: ANN401 -- a row of a migration
    by_kind = {"web": "web_address", "social": "social_profile", "ip": "ip_address"}
    return category or by_kind.get(row.kind, "contact")


def _seal_row(corrections: Any, row: Any, columns: list[str], *, kind: str, category: str, became: Any) -> None:  # noqa: ANN401 -- likewise
    record = new_id(row.ended_at)
    values = {name: getattr(row, name) for name in columns}
    plain = {name: value for name, value in values.items() if not isinstance(value, bytes | memoryview)}
    whole = {"values": plain, **{name: getattr(row, name) for name in _SAID}}
    text = json.dumps(whole, cls=DjangoJSONEncoder)
    corrections.objects.create(
        id=record,
        person_id=row.person_id,
        kind=kind,
        category=category,
        purposes=row.purposes,
        item=row.id,
        became=became,
        before=seal(text, row=f"register_correction|{record}|{row.person_id}"),
        corrected_at=row.ended_at,
        corrected_by=row.ended_by,
    )
