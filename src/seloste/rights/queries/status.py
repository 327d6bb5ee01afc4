"""How a request stands, for whoever holds its link. Nothing of the register, and the same for known and unknown (T9).

Until it is proved who asks, the page says the same whatever has happened inside: whether a person was found, asked or
given up is nobody's to know.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from seloste.kernel.refusals import Missing
from seloste.rights.choices import OPEN, Doubt, Happened, Identity, Letter, Outcome, Right, State
from seloste.rights.models import ClockEvent, Request
from seloste.rights.queries import links
from seloste.rights.queries.packages import Ready, packages_of
from seloste.rights.rules import clock
from seloste.rights.rules.links import Kind

#: What of the history stands on the page. Whom we found and what we decided does not, before the answer says it.
_TOLD = frozenset(
    {
        Happened.RECEIVED,
        Happened.ACKNOWLEDGED,
        Happened.ASKED,
        Happened.ANSWERED,
        Happened.VERIFIED,
        Happened.EXTENDED,
        Happened.SENT,
        Happened.LATE,
        Happened.CLOSED,
        Happened.WITHDRAWN,
        Happened.REOPENED,
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One line of the history."""

    at: datetime
    what: Happened
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """How the matter stands."""

    id: UUID
    kind: Kind
    reference: str
    language: str
    rights: Sequence[Right]
    received_at: datetime
    state: State
    due_on: date
    is_extended: bool
    is_late: bool
    needs_proof: bool
    is_confirmed: bool
    question: str
    steps: Sequence[Step]
    outcomes: Sequence[tuple[Right, Outcome]]
    answer: str
    answered_at: datetime | None
    packages: Sequence[Ready]

    @property
    def is_open(self) -> bool:
        """Tell whether an answer is still owed."""
        return self.state in OPEN

    @property
    def can_confirm(self) -> bool:
        """Tell whether this link shows that the address is the reader's, and that has not been said yet."""
        return self.is_open and self.kind is not Kind.VIEW and not self.is_confirmed and self.needs_proof


def status(letters: str, *, at: datetime) -> Status:
    """Return how the request of the link stands; Missing where the link opens nothing, for whatever reason."""
    found = links.opened(letters, at=at)
    if found is None:
        raise Missing
    link, row = found
    return _status(row, link.kind, at=at)


def _status(row: Request, kind: Kind, *, at: datetime) -> Status:
    needs_proof = row.identity not in {Identity.NOT_NEEDED, Identity.VERIFIED}
    steps = _steps(row)
    return Status(
        id=row.id,
        kind=kind,
        reference=row.reference,
        language=row.language,
        rights=[Right(right) for right in row.items.order_by("id").values_list("right", flat=True)],
        received_at=row.received_at,
        state=_public_state(row, needs_proof=needs_proof),
        due_on=row.strict_due_on,
        is_extended=row.extended_at is not None,
        is_late=row.state in OPEN and clock.is_late(at, row.legal_due_on),
        needs_proof=needs_proof,
        is_confirmed=row.email_confirmed_at is not None,
        question=_open_question(row),
        steps=steps,
        outcomes=_outcomes(row) if kind is Kind.ANSWER else [],
        answer=_answer(row) if kind is Kind.ANSWER else "",
        answered_at=row.answered_at,
        packages=packages_of(row.id, at=at) if kind is Kind.ANSWER and row.answered_at else [],
    )


def _public_state(row: Request, *, needs_proof: bool) -> State:
    """Return the state as a stranger may know it: until it is proved who asks, it is received and no more."""
    is_inside = row.state in {State.IDENTITY, State.ASSESSING, State.FULFILLING, State.RECEIVED}
    return State.ACKNOWLEDGED if needs_proof and is_inside else State(row.state)


def _steps(row: Request) -> list[Step]:
    events = (
        ClockEvent.objects.filter(request=row.id, what__in=_TOLD).exclude(doubt=Doubt.IDENTITY).order_by("at", "id")
    )
    return [Step(at=one.at, what=Happened(one.what), text=_text(one)) for one in events]


def _text(event: ClockEvent) -> str:
    return event.reasons if event.what in {Happened.ASKED, Happened.EXTENDED} else ""


def _open_question(row: Request) -> str:
    events = ClockEvent.objects.filter(request=row.id, doubt=Doubt.CLARIFICATION).order_by("id")
    last = events.last()
    return last.reasons if last is not None and last.what == Happened.ASKED and row.state in OPEN else ""


def _outcomes(row: Request) -> list[tuple[Right, Outcome]]:
    items = row.items.exclude(told_at=None).order_by("id")
    return [(Right(item.right), Outcome(item.outcome)) for item in items]


def _answer(row: Request) -> str:
    sent = row.letters.filter(letter=Letter.ANSWER).order_by("-sent_at", "-id").first()
    return sent.text if sent is not None and row.answered_at is not None else ""
