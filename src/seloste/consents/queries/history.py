"""What a person has said, as entries of the timeline."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.text import capfirst

from seloste.consents.models import ConsentEvent, ObjectionEvent
from seloste.kernel.duty import Duty
from seloste.kernel.timeline import Entry


def timeline_entries(_by: Duty, person_id: UUID) -> list[Entry]:
    """Return the consents and objections on a person's timeline."""
    return [*_consent_entries(person_id), *_objection_entries(person_id)]


def _consent_entries(person_id: UUID) -> Iterable[Entry]:
    for row in ConsentEvent.objects.filter(subject=person_id).select_related("wording").order_by("id"):
        yield Entry(
            id=row.reference,
            kind="consent",
            at=row.at,
            title=capfirst(f"{row.get_channel_display()}: {row.get_state_display()}"),
            text=row.wording.text,
            source=row.source,
            source_detail=row.evidence,
            purposes=[row.purpose],
            category="consent",
            collected_by=row.actor,
        )


def _objection_entries(person_id: UUID) -> Iterable[Entry]:
    for row in ObjectionEvent.objects.filter(subject=person_id).order_by("id"):
        yield Entry(
            id=row.reference,
            kind="objection",
            at=row.at,
            title=capfirst(row.get_state_display()),
            source=row.source,
            source_detail=row.evidence,
            purposes=[row.purpose],
            category="consent",
            collected_by=row.actor,
        )
