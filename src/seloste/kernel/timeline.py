"""One timeline of a person, filled by every room: a room registers a question, the desk asks them all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One thing that happened, with where it came from and why it is kept."""

    id: UUID
    kind: str
    at: datetime
    title: Words
    text: str = ""
    source: str
    source_detail: str = ""
    purposes: Sequence[str]
    category: str
    collected_by: UUID | None = None
    reference: str = ""
    marks: Sequence[str] = field(default_factory=tuple)


Question = Callable[[Duty, UUID], Sequence[Entry]]
_questions: dict[str, Question] = {}
#: Tells of a duty and a person whether her data may not be used now.
Withheld = Callable[[Duty, UUID], bool]
_withheld: dict[str, Withheld] = {}


def answer_with(room: str, question: Question) -> None:
    """Register a room's question. Called once, in the room's ``AppConfig.ready``."""
    _questions[room] = question


def withhold_with(room: str, is_withheld: Withheld) -> None:
    """Register who says of whom nothing may be told. Called once, in the room's ``AppConfig.ready``."""
    _withheld[room] = is_withheld


def entries(duty: Duty, person_id: UUID) -> list[Entry]:
    """Return all entries this duty may see, newest first. Costs what the rooms' questions cost."""
    if any(is_withheld(duty, person_id) for is_withheld in _withheld.values()):
        return []
    found = [entry for question in _questions.values() for entry in question(duty, person_id)]
    seen = [entry for entry in found if duty.sees(entry.category, tuple(entry.purposes))]
    return sorted(seen, key=lambda entry: (entry.at, entry.id), reverse=True)
