"""The register's entries on a person's timeline."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Words
from seloste.kernel.timeline import Entry
from seloste.register.models import (
    Feedback,
    Item,
    Note,
    Project,
)
from seloste.register.queries.values import rows_of


def timeline_entries(_by: Duty, person_id: UUID) -> list[Entry]:
    """Return the register's entries on a person's timeline: feedback, projects and notes."""
    return [
        *(_feedback_entry(row) for row in _live(Feedback, person_id)),
        *(_note_entry(row) for row in _live(Note, person_id)),
        *(_project_entry(row) for row in _live(Project, person_id)),
    ]


def _live(model: type[Item], person_id: UUID) -> Any:  # noqa: ANN401 -- a query set of any item model
    return rows_of(model, person_id, only=" AND ended_at IS NULL")


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
