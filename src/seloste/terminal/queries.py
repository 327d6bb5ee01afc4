"""Questions of the room: what stands for this visitor, what was answered, and which cookies were wrong."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db.models import Count, F
from django.http import HttpRequest
from django.utils.translation import get_language

from seloste.consents.choices import ConsentState
from seloste.consents.rules import receipt as receipts
from seloste.consents.rules.record import Places, Said, document
from seloste.declaration.load import current
from seloste.kernel.clock import local_date, now
from seloste.kernel.links import page_address
from seloste.kernel.refusals import Missing
from seloste.kernel.retention import Due, due_by_day
from seloste.notices.queries.documents import address as notice_address
from seloste.terminal import rules
from seloste.terminal.choices import ChoiceState, Fault
from seloste.terminal.models import CookieFault, DeviceChoice

#: Signs the cookie, so that it says what we wrote; whoever forges one deceives nobody but his own browser.
_SIGNER = signing.Signer(salt="seloste.terminal.choice")
#: A cookie longer than this is none of ours.
_LONGEST_COOKIE = 4096

_book: rules.Book | None = None


def book() -> rules.Book:
    """Return what follows from the declaration this process runs by; found once a process."""
    global _book  # noqa: PLW0603 -- the process's memory of one immutable thing
    declared = current()
    if _book is None or _book.declared is not declared:
        _book = rules.book(declared, is_secure=settings.SESSION_COOKIE_SECURE)
    return _book


def choice(request: HttpRequest) -> rules.Choice:
    """Return what stands for the visitor, by the visitor's own cookie and browser. No table is asked."""
    known: rules.Choice | None = getattr(request, "choice", None)
    return known or choice_at(request, at=now())


def choice_at(request: HttpRequest, *, at: datetime) -> rules.Choice:
    """Return what stands for the visitor at the moment."""
    found = book()
    if not found.questions:
        return rules.Choice(book=found)
    given = unsealed(request.COOKIES.get(settings.CHOICE_COOKIE_NAME, ""))
    gpc = "1" in [part.strip() for part in request.headers.get("Sec-GPC", "").split(",")]
    if given is None:
        return rules.Choice(book=found, gpc=gpc)
    return rules.choice(given, found, today=local_date(at), gpc=gpc)


def sealed(given: rules.Given) -> str:
    """Return the value of the cookie."""
    return _SIGNER.sign(rules.written(given))


def unsealed(value: str) -> rules.Given | None:
    """Return what a cookie says; None where it was forged, changed, cut or is none of ours."""
    if not value or len(value) > _LONGEST_COOKIE:
        return None
    try:
        return rules.read(_SIGNER.unsign(value))
    except signing.BadSignature:
        return None


# --- The page of the visitor ------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A question as the page shows it: its words, what stands, and the record of the answer."""

    key: str
    asked: rules.Asked
    is_allowed: bool
    is_answered: bool
    at: datetime | None
    ends_on: date | None
    reference: UUID | None


def standings(found: rules.Choice) -> list[Standing]:
    """Return every question with what stands. The tables are asked only where the visitor has answered before."""
    last = _last_answers(found.given.device) if found.given else {}
    return [_standing(question, found, last.get(question.key)) for question in found.book.questions]


def _standing(question: rules.Question, found: rules.Choice, last: DeviceChoice | None) -> Standing:
    return Standing(
        key=question.key,
        asked=rules.asked(question, found.book.declared, _language()),
        is_allowed=found.allows(question.key),
        is_answered=question.key in found.answers,
        at=last.at if last else None,
        ends_on=last.valid_until if last else None,
        reference=last.reference if last else None,
    )


def _last_answers(device: UUID) -> dict[str, DeviceChoice]:
    return {row.question: row for row in DeviceChoice.objects.filter(device=device).order_by("id")}


def _language() -> str:
    return get_language() or "fi"


_STATES = {
    ChoiceState.GIVEN: ConsentState.GIVEN,
    ChoiceState.REFUSED: ConsentState.REFUSED,
    ChoiceState.WITHDRAWN: ConsentState.WITHDRAWN,
}


def receipt(reference: UUID, *, device: UUID | None) -> bytes:
    """Return the signed receipt of an answer (JSON) to the device that gave it; for every other it does not exist."""
    row = DeviceChoice.objects.select_related("wording", "notice_version").filter(reference=reference).first()
    if row is None or row.device != device or row.purpose not in current().purpose:
        raise Missing
    language = row.wording.language
    places = Places(notice=notice_address(language), withdrawal=page_address("terminal:page", language=language))
    content = document(_said(row), current(), places=places)
    signed = receipts.sign(content, receipts.signing_key(settings.SEAL_KEY))
    return json.dumps(signed, ensure_ascii=False, indent=1).encode()


def _said(row: DeviceChoice) -> Said:
    return Said(
        reference=row.reference,
        subject=row.device,
        purpose=row.purpose,
        channel="terminal",
        state=_STATES[ChoiceState(row.state)],
        language=row.wording.language,
        text=row.wording.text,
        text_hash=row.wording.text_hash,
        notice_version=row.notice_version.version,
        notice_hash=row.notice_version.text_hash,
        source="web_form",
        form=row.place,
        evidence_kind=None,
        evidence="",
        evidence_on=None,
        cause=None,
        by_herself=True,
        at=row.at,
        valid_until=row.valid_until if row.state == ChoiceState.GIVEN else None,
    )


# --- The page of the staff --------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """How many answers of each kind a question got; numbers only."""

    title: str
    given: int
    refused: int
    withdrawn: int


@dataclass(frozen=True, kw_only=True, slots=True)
class FaultLine:
    """A cookie that was dropped or cut: which, why, where, how often and when last."""

    name: str
    fault: str
    page: str
    count: int
    last_at: datetime


def answers() -> list[Answers]:
    """Return how often each question was answered in each way, over all that is still kept."""
    rows = DeviceChoice.objects.values_list("question", "state").annotate(count=Count("id")).order_by("question")
    counted: dict[str, dict[str, int]] = {}
    for question, state, count in rows:
        counted.setdefault(question, {})[state] = count
    return [
        Answers(
            title=_title(question),
            given=found.get(ChoiceState.GIVEN, 0),
            refused=found.get(ChoiceState.REFUSED, 0),
            withdrawn=found.get(ChoiceState.WITHDRAWN, 0),
        )
        for question, found in counted.items()
    ]


def _title(key: str) -> str:
    """Return what the question is about; its key where nobody asks it any more."""
    question = book().question(key)
    return current().purpose[question.purpose].name.in_language(_language()) if question else key


def faults(since: date) -> Sequence[FaultLine]:
    """Return the cookies that were dropped or cut since the day, the latest first."""
    rows = CookieFault.objects.filter(on__gte=since).order_by("-last_at", "name")[:200]
    return [
        FaultLine(name=row.name, fault=str(Fault(row.fault).label), page=row.page, count=row.count, last_at=row.last_at)
        for row in rows
    ]


def due(until: date) -> Sequence[Due]:
    """Return how many answers come to the end of their proof on or before the day, by day."""
    return due_by_day(DeviceChoice.objects.all(), F("keep_until"), until)


def held() -> int:
    """Return how many answers there are."""
    return DeviceChoice.objects.count()
