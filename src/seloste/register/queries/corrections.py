"""The sealed records of corrections: that something was corrected is history, what it was opens for rights alone."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from seloste.audit.actions import record
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing
from seloste.kernel.seal import seal, unseal
from seloste.register.choices import ContactKind
from seloste.register.models import Correction, Item, Organisation, Statement

#: The purpose for which a sealed record may be opened.
PURPOSE = "rights"
_SAID = ("source", "source_detail", "collected_at", "purposes")


def sealed(old: Item, kept: Mapping[str, Any], *, record: UUID) -> bytes:
    """Return what an item was, sealed for the record."""
    values = {name: value for name, value in kept.items() if not isinstance(value, bytes | memoryview)}
    whole = {"values": values, **{name: getattr(old, name) for name in _SAID}}
    return seal(json.dumps(whole, cls=DjangoJSONEncoder), row=row_of(record, old.person_id))


def row_of(record: UUID, person: UUID) -> str:
    """Return for which row a record is sealed."""
    return f"register_correction|{record}|{person}"


def opened(row: Correction) -> dict[str, Any]:
    """Return what a record holds. Whoever asks leaves a line in the record of reads."""
    found: dict[str, Any] = json.loads(unseal(row.before, row=row_of(row.id, row.person_id)))
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Corrected:
    """That something was corrected: when and by whom. What it was is sealed."""

    id: UUID
    became: UUID
    item: UUID
    corrected_at: datetime
    corrected_by: UUID


def corrections_of(person_id: UUID, *, by: Duty) -> list[Corrected]:
    """Return the corrections of what this duty may see, the newest first."""
    rows = Correction.objects.filter(person_id=person_id).defer("before").order_by("-corrected_at", "-id")
    return [
        Corrected(
            id=row.id,
            became=row.became,
            item=row.item,
            corrected_at=row.corrected_at,
            corrected_by=row.corrected_by,
        )
        for row in rows
        if by.sees(row.category, row.purposes)
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Before:
    """What something was before it was corrected."""

    kind: str
    text: str
    corrected_at: datetime
    corrected_by: UUID
    request: str
    source: str


def may_open_sealed(by: Duty) -> bool:
    """Tell whether the duty works for the person's rights now."""
    return by.purpose == PURPOSE and by.sees("rights_request", (PURPOSE,))


@transaction.atomic
def open_sealed(*, by: Duty, at: datetime, person_id: UUID, correction_id: UUID) -> Before:
    """Open one sealed record; Missing for whoever does not work for the person's rights. The look is recorded."""
    row = Correction.objects.filter(id=correction_id, person_id=person_id).first()
    if row is None or not may_open_sealed(by):
        raise Missing
    record(by=by, at=at, deed="correction.opened", subjects=[person_id], categories=[row.category], item=row.id)
    held = opened(row)
    return Before(
        kind=row.kind,
        text=text_of(held["values"]),
        corrected_at=row.corrected_at,
        corrected_by=row.corrected_by,
        request=row.request,
        source=held["source"],
    )


#: What of a value is said when it is told in one line, in this order; what is written as one stands together.
_TOLD = (
    ("given_name", "family_name"),
    ("value",),
    ("street",),
    ("postal_code", "city"),
    ("country",),
    *(("title",), ("organisation",), ("name",), ("description",), ("text",)),
)


def text_of(values: Mapping[str, Any]) -> str:
    """Return the values of an item in one line."""
    named = dict(values)
    if named.get("organisation_id"):
        found = Organisation.objects.filter(id=named["organisation_id"]).values_list("name", flat=True).first()
        named["organisation"] = found or ""
    parts = (" ".join(str(named[name]) for name in names if named.get(name)) for names in _TOLD)
    return ", ".join(part for part in parts if part)


@dataclass(frozen=True, kw_only=True, slots=True)
class Replaced:
    """An address that was corrected, as it was: it may still have to be told of what is done in its owner's name."""

    id: UUID
    value: str
    since_at: datetime
    bounced: bool


def lately_replaced(person_id: UUID, *, since: datetime) -> list[Replaced]:
    """Return the e-mail addresses that were corrected since the moment (T6). No employee is shown them."""
    rows = Correction.objects.filter(person_id=person_id, kind="contact", corrected_at__gte=since).order_by("id")
    held = [(row, opened(row)) for row in rows]
    return [
        Replaced(
            id=row.item,
            value=old["values"]["value"],
            since_at=datetime.fromisoformat(old["collected_at"]),
            bounced=old["values"].get("bounced_at") is not None,
        )
        for row, old in held
        if old["values"]["kind"] == ContactKind.EMAIL
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """The person's own statement beside a value."""

    id: UUID
    text: str
    at: datetime


def statements_beside(person_id: UUID, items: Iterable[UUID]) -> dict[UUID, Sequence[Said]]:
    """Return what the person states beside each of the items, the oldest first. The caller records the read."""
    found: dict[UUID, list[Said]] = {}
    rows = Statement.objects.filter(person_id=person_id, about__in=list(items), ended_at=None)
    for row in rows.order_by("collected_at", "id"):
        found.setdefault(row.about, []).append(Said(id=row.id, text=row.text, at=row.collected_at))
    return {item: tuple(said) for item, said in found.items()}
