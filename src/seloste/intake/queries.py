"""Questions about what waits and what has happened. Reads of personal data leave a line in the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from seloste.audit.actions import record
from seloste.declaration.load import current
from seloste.intake.choices import InteractionKind, SubmissionState
from seloste.intake.models import Interaction, Submission
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.ids import read_reference
from seloste.kernel.refusals import Missing
from seloste.kernel.timeline import Entry
from seloste.register.rules import keep_until


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A message from a public form, and what is known of it."""

    id: UUID
    reference: str
    form: str
    purpose: str
    source: str
    language: str
    notice_version: str
    received_at: datetime
    keep_until: date
    state: str
    values: Sequence[tuple[str, str, str]]
    person_id: UUID | None

    def value(self, name: str) -> str:
        """Return what was written in the field, or nothing."""
        return next((text for field, _category, text in self.values if field == name), "")


def waiting_count(*, by: Duty) -> tuple[int, datetime | None]:
    """Return how many messages wait for this duty and since when the oldest does. No personal data, no record."""
    rows = (
        _within(by).filter(state=SubmissionState.WAITING).order_by("received_at").values_list("received_at", flat=True)
    )
    moments = list(rows[:1000])
    return len(moments), moments[0] if moments else None


@transaction.atomic
def messages(*, by: Duty, at: datetime, state: str = SubmissionState.WAITING, limit: int = 100) -> list[Message]:
    """Return the messages in a state, the oldest waiting first, others newest first."""
    order = ("received_at", "id") if state == SubmissionState.WAITING else ("-received_at", "-id")
    found = [
        _message(row, by=by)
        for row in _within(by).filter(state=state).select_related("notice_version").order_by(*order)[:limit]
    ]
    record(by=by, at=at, deed="submission.listed", categories=_seen(found))
    return found


@transaction.atomic
def message(*, by: Duty, at: datetime, submission_id: UUID) -> Message:
    """Return one message; Missing where it does not exist for this duty."""
    row = _within(by).filter(id=submission_id).select_related("notice_version").first()
    if row is None:
        raise Missing
    found = _message(row, by=by)
    subjects = [found.person_id] if found.person_id else []
    record(by=by, at=at, deed="submission.read", subjects=subjects, categories=_seen([found]), item=row.id)
    return found


@transaction.atomic
def search_waiting(*, by: Duty, at: datetime, typed: str, limit: int = 5) -> list[Message]:
    """Return waiting messages whose writer, address or reference begins with what was typed."""
    text = " ".join(typed.split())
    if not text or not by.may & {"intake", "read"}:
        return []
    wanted = Q(reference=read_reference(text) or "")
    wanted |= Q(name__icontains=text) if "identity" in by.categories else Q()
    wanted |= Q(email__istartswith=text) | Q(phone__startswith=text) if "contact" in by.categories else Q()
    wanted |= Q(company__istartswith=text) if "organisation" in by.categories else Q()
    rows = (
        _within(by)
        .filter(wanted, state=SubmissionState.WAITING)
        .select_related("notice_version")
        .order_by("received_at", "id")
    )
    found = [_message(row, by=by) for row in rows[:limit]]
    if found:
        record(by=by, at=at, deed="submission.searched", categories=_seen(found))
    return found


def _within(by: Duty):  # type: ignore[no-untyped-def]  # noqa: ANN202 -- a query set
    forms = [key for key, form in current().form.items() if form.purpose in by.purposes]
    mine = Submission.objects.filter(form__in=forms) if "intake" in by.may else Submission.objects.none()
    return mine.defer("notice_version__declaration")  # some hundred kilobytes, and only the number is shown


def _message(row: Submission, *, by: Duty) -> Message:
    form = current().form[row.form]
    values = [(name, asked.category, getattr(row, name)) for name, asked in form.asks.items()]
    return Message(
        id=row.id,
        reference=row.reference,
        form=row.form,
        purpose=form.purpose,
        source=form.source,
        language=row.language,
        notice_version=row.notice_version.version,
        received_at=row.received_at,
        keep_until=keep_until(current(), form.purpose, local_date(row.received_at)),
        state=row.state,
        values=[value for value in values if value[2] and value[1] in by.categories],
        person_id=row.person_id,
    )


def _seen(found: Sequence[Message]) -> set[str]:
    return {category for message in found for _name, category, _text in message.values}


def timeline_entries(_by: Duty, person_id: UUID) -> list[Entry]:
    """Return the calls, meetings and messages on a person's timeline."""
    rows = Interaction.objects.filter(person_id=person_id, ended_at=None).order_by("occurred_at", "id")
    return [_entry(row) for row in rows]


def _entry(row: Interaction) -> Entry:
    return Entry(
        id=row.id,
        kind=row.kind,
        at=row.occurred_at,
        title=InteractionKind(row.kind).label,
        text=row.text,
        source=row.source,
        source_detail=row.source_detail,
        purposes=row.purposes,
        category="correspondence",
        collected_by=row.collected_by,
        reference=row.reference,
        marks=(row.get_direction_display(),),
    )
