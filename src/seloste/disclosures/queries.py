"""Questions about what was given to whom, and who has to be told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from seloste.audit.actions import record
from seloste.declaration.load import current
from seloste.disclosures import rules
from seloste.disclosures.choices import Because, How, NoticeState
from seloste.disclosures.models import Disclosure, RecipientNotice
from seloste.kernel.duty import Duty
from seloste.kernel.links import Letters, page_address
from seloste.kernel.refusals import Missing
from seloste.kernel.seal import unseal
from seloste.register import queries as register
from seloste.register.choices import CONTACT_CATEGORY, ContactKind
from seloste.register.models import ContactPoint, Name, Person

#: The purpose for which recipients are told.
PURPOSE = "rights"
LETTERS = Letters("disclosures.links", says=16)
#: Nobody works off more in a day.
COUNTED = 1_000


def may_see(by: Duty) -> bool:
    """Tell whether the duty looks after the rights of the people in the register."""
    return by.sees("rights_request", (PURPOSE,))


def _check(by: Duty) -> None:
    if not may_see(by):
        raise Missing


# --- What was given ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """What one recipient was given of one person's data, so far."""

    recipient: str
    categories: Sequence[str]
    purposes: Sequence[str]
    first_at: datetime
    last_at: datetime


def recipients_of(person_id: UUID) -> list[Given]:
    """Return to whom the person's data were actually given (art. 15(1)(c), 19). The caller records the read."""
    found: dict[str, list[Disclosure]] = {}
    for row in Disclosure.objects.filter(person=person_id).order_by("given_at", "id"):
        found.setdefault(row.recipient, []).append(row)
    return [
        Given(
            recipient=key,
            categories=sorted({category for row in rows for category in row.categories}),
            purposes=sorted({row.purpose for row in rows}),
            first_at=rows[0].given_at,
            last_at=rows[-1].given_at,
        )
        for key, rows in found.items()
    ]


def name_of(recipient: str, language: str) -> str:
    """Return what a recipient is called; one that the notice no longer names keeps its key."""
    declared = current().recipient.get(recipient)
    return declared.name.in_language(language) if declared else recipient


@transaction.atomic
def given_of(*, by: Duty, at: datetime, person_id: UUID) -> list[Given]:
    """Return to whom the person's data were given; Missing where she does not exist for this duty."""
    register.heading(by=by, at=at, person_id=person_id)
    found = recipients_of(person_id)
    record(by=by, at=at, deed="disclosure.read", subjects=[person_id], categories=["provenance"])
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """One recipient and purpose that can be chosen, with the categories that the notice and the duty let be given."""

    recipient: str
    purpose: str
    categories: Sequence[str]


def offers(by: Duty) -> list[Offer]:
    """Return what the notice lets this duty give to whom; nothing else can be noted."""
    declared = current()
    return [
        Offer(
            recipient=recipient,
            purpose=purpose,
            categories=[key for key in declared.purpose[purpose].categories if key in by.categories],
        )
        for recipient in declared.recipient
        for purpose in rules.serves(declared, recipient)
        if purpose in by.purposes
    ]


# --- Who has to be told -----------------------------------------------------------------------------------------------


def unsettled(person_id: UUID, matter: str = "") -> int:
    """Return how many recipients are still to be told, of everything about the person or of one matter."""
    rows = RecipientNotice.objects.filter(person=person_id, state=NoticeState.DUE)
    return (rows.filter(matter=matter) if matter else rows).count()


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What is known of telling one recipient, for the person who asks (art. 19)."""

    recipient: str
    because: Because
    matter: str
    state: NoticeState
    reason: str
    settled_at: datetime | None


def told_of(person_id: UUID, matter: str = "") -> list[Told]:
    """Return which recipients were or are to be told, newest first. The caller records the read."""
    rows = RecipientNotice.objects.filter(person=person_id).order_by("-created_at", "-id")
    return [
        Told(
            recipient=row.recipient,
            because=Because(row.because),
            matter=row.matter,
            state=NoticeState(row.state),
            reason=row.get_reason_display() if row.reason else "",
            settled_at=row.settled_at,
        )
        for row in (rows.filter(matter=matter) if matter else rows)
    ]


def due_count(*, by: Duty) -> int:
    """Return how many recipients are to be told, at most ``COUNTED``. No personal data, no record."""
    return RecipientNotice.objects.filter(state=NoticeState.DUE)[:COUNTED].count() if may_see(by) else 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """A recipient that is to be told: whom it concerns is shown on the notice's own page."""

    id: UUID
    recipient: str
    because: Because
    reference: str
    created_at: datetime
    mailed_at: datetime | None


@transaction.atomic
def due(*, by: Duty, at: datetime, limit: int = 200) -> list[Due]:
    """Return who is to be told, the longest waiting first; Missing for a duty without it."""
    _check(by)
    rows = list(RecipientNotice.objects.filter(state=NoticeState.DUE).order_by("created_at", "id")[:limit])
    persons = {row.person for row in rows}
    references = dict(Person.objects.filter(id__in=persons).values_list("id", "reference"))
    record(by=by, at=at, deed="disclosure.listed", subjects=persons, categories=["rights_request"])
    return [
        Due(
            id=row.id,
            recipient=row.recipient,
            because=Because(row.because),
            reference=references.get(row.person, ""),
            created_at=row.created_at,
            mailed_at=row.mailed_at,
        )
        for row in rows
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """One notice to a recipient, with its words while it is due."""

    id: UUID
    person_id: UUID
    recipient: str
    because: Because
    language: str
    words: str
    state: NoticeState
    created_at: datetime
    mailed_at: datetime | None
    settled_at: datetime | None
    how: str
    reason: str


@transaction.atomic
def notice(*, by: Duty, at: datetime, notice_id: UUID) -> Notice:
    """Return one notice; Missing for a duty without it. Its words name the person, so the look is recorded."""
    _check(by)
    row = _row(notice_id)
    record(
        by=by, at=at, deed="disclosure.notice_read", subjects=[row.person], categories=["rights_request"], item=row.id
    )
    return _notice(row)


def opened(typed: str) -> Notice | None:
    """Return the notice that a recipient's link opens; None where it opens nothing, or was settled."""
    said = LETTERS.read(typed)
    row = RecipientNotice.objects.filter(id=UUID(bytes=said), state=NoticeState.DUE).first() if said else None
    return _notice(row) if row else None


def link_of(notice_id: UUID, *, language: str) -> str:
    """Return the absolute address on which the recipient reads the notice."""
    return page_address("disclosures:notice", LETTERS.write(notice_id.bytes), language=language)


def _row(notice_id: UUID) -> RecipientNotice:
    row = RecipientNotice.objects.filter(id=notice_id).first()
    if row is None:
        raise Missing
    return row


def _notice(row: RecipientNotice) -> Notice:
    return Notice(
        id=row.id,
        person_id=row.person,
        recipient=row.recipient,
        because=Because(row.because),
        language=row.language,
        words=unseal(row.words, row=seal_of(row.id, row.person)) if row.words is not None else "",
        state=NoticeState(row.state),
        created_at=row.created_at,
        mailed_at=row.mailed_at,
        settled_at=row.settled_at,
        how=str(How(row.how).label) if row.how else "",
        reason=row.get_reason_display() if row.reason else "",
    )


def seal_of(notice_id: UUID, person_id: UUID) -> str:
    """Return for which row a notice's words are sealed."""
    return f"disclosures_recipientnotice|{notice_id}|{person_id}"


# --- By what a recipient finds the person -----------------------------------------------------------------------------


def known_by(person_id: UUID, categories: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """Return by what a recipient that was given these categories knows the person, and by nothing it was not given."""
    given = set(categories)
    found: dict[str, Sequence[str]] = {}
    if "identity" in given:
        names = Name.objects.filter(person_id=person_id, ended_at=None)
        found["name"] = [f"{row.given_name} {row.family_name}".strip() for row in names]
    kinds = [kind for kind in (ContactKind.EMAIL, ContactKind.PHONE) if CONTACT_CATEGORY[kind] in given]
    points = ContactPoint.objects.filter(person_id=person_id, kind__in=kinds, ended_at=None).order_by("id")
    for kind in kinds:
        found[kind.value] = [point.value for point in points if point.kind == kind]
    return {what: values for what, values in found.items() if values}
