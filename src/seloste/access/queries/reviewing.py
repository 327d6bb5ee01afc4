"""What has to be looked through before it is handed out (art. 15(4)), for whoever answers the request."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from seloste.access.choices import Verdict
from seloste.access.queries.judging import Found, Judged, judge, stored
from seloste.access.rules import blackout
from seloste.access.rules.blackout import Piece
from seloste.audit.actions import record
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing
from seloste.register.models import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One text of a record: in pieces with what was or should be blacked out, and as an employee marks it."""

    field: str
    name: str
    text: str
    pieces: Sequence[Piece]
    marked: str
    hints: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A record to be looked through; ``verdict`` is None until somebody has."""

    store: str
    id: str
    kind: str
    since_at: datetime | None
    lines: Sequence[Line]
    verdict: Verdict | None
    reasons: str

    @property
    def hints(self) -> int:
        """Return how many places look like other people's data."""
        return sum(line.hints for line in self.lines)


def check_duty(by: Duty) -> None:
    """Raise Missing where the duty does not answer requests: for others they do not exist."""
    if not by.sees("rights_request", ("rights",)):
        raise Missing


@transaction.atomic
def cases(*, by: Duty, at: datetime, person_id: UUID) -> list[Case]:
    """Return every record to be looked through, those that wait first; Missing where there is none for this duty."""
    check_duty(by)
    if not Person.objects.filter(id=person_id).exists():
        raise Missing
    found = stored(person_id)
    judged = judge(person_id, found)
    record(by=by, at=at, deed="review.listed", subjects=[person_id], categories=["rights_request"])
    made = [
        _case(one, judged[one.store.key, str(one.record.id)])
        for one in found
        if (one.store.key, str(one.record.id)) in judged
    ]
    return sorted(made, key=lambda case: case.verdict is not None)


def case(*, by: Duty, at: datetime, person_id: UUID, store: str, record_id: str) -> Case:
    """Return one record to be looked through; Missing where it is none."""
    found = next(
        (one for one in cases(by=by, at=at, person_id=person_id) if (one.store, one.id) == (store, record_id)), None
    )
    if found is None:
        raise Missing
    return found


def waiting(person_id: UUID) -> int:
    """Return how many records wait for somebody's look. No personal data, no record."""
    return sum(one.review is None for one in judge(person_id, stored(person_id)).values())


def left_out(person_id: UUID) -> int:
    """Return of how many records something is left out for the sake of others. No personal data, no record."""
    judged = judge(person_id, stored(person_id)).values()
    return sum(one.review is not None and one.review.verdict != Verdict.WHOLE for one in judged)


def _case(one: Found, judged: Judged) -> Case:
    review = judged.review
    return Case(
        store=one.store.key,
        id=str(one.record.id),
        kind=str(one.store.name),
        since_at=one.record.about.since_at,
        lines=[_line(one, judged, field, text) for field, text in judged.texts.items()],
        verdict=Verdict(review.verdict) if review else None,
        reasons=review.reasons if review else "",
    )


def _line(one: Found, judged: Judged, field: str, text: str) -> Line:
    """Return a text with the passages that were decided; until then with those that were found."""
    found = judged.hints[field]
    if judged.review is not None:
        passages = [(start, end) for start, end in judged.review.passages.get(field, ())]
    else:
        passages = [(hint.start, hint.end) for hint in found]
    return Line(
        field=field,
        name=str(one.store.fields[field]) if field in one.store.fields else gettext("More exactly where from"),
        text=text,
        pieces=blackout.pieces(text, passages),
        marked=blackout.marked(text, blackout.joined(passages)),
        hints=len(found),
    )
