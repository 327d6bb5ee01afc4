"""Deeds of the room: keep a visitor's answer, let it go when its time is up, and count our own faults."""

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.floods import actions as floods
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.networks import network_of
from seloste.kernel.periods import add
from seloste.kernel.refusals import Refusal
from seloste.kernel.retention import delete_over
from seloste.notices.queries import current_version
from seloste.terminal import rules
from seloste.terminal.choices import ChoiceState, Fault, Place
from seloste.terminal.models import AskedWording, DeviceChoice

log = structlog.get_logger()


class BrowserSaysNo(Refusal):
    """A yes from a browser that says no for every site (Global Privacy Control): the browser's no stands."""


def refuse_flood(address: str, *, at: datetime) -> None:
    """Count an answer of a caller; TooMany past the limit of an hour. Each IPv4 address stands for itself."""
    words = _("So many answers have come from your network within an hour that we must wait.")
    floods.refuse_flood("terminal.answer", network_of(address, v4=32), at=at, limit=rules.FROM_A_CALLER, words=words)


@transaction.atomic
def answer(
    *, by: Duty, at: datetime, before: rules.Choice, answers: Mapping[str, bool], language: str, place: Place
) -> rules.Given:
    """Keep the answers with the words they were given to; return what the visitor's cookie is to say.

    What was answered before and is not answered now stays as it was, by its own words; answers that stand already are
    not written twice. The device id is random and made here, at the first answer.
    """
    if before.gpc and any(answers.values()):
        raise BrowserSaysNo(_("Your browser says no for you, and we heed it."))
    device = before.given.device if before.given else uuid4()
    new = {key: yes for key, yes in answers.items() if before.is_due or before.answers.get(key) != yes}
    for question in before.book.questions:
        if question.key in new:
            _keep(question, before, by=by, at=at, device=device, yes=new[question.key], language=language, place=place)
    return rules.Given(device=device, answers={**_standing(before), **_now(before, new, at=at)})


def _standing(before: rules.Choice) -> dict[str, rules.Answered]:
    given = before.given.answers if before.given else {}
    return {key: given[key] for key in before.answers}


def _now(before: rules.Choice, new: Mapping[str, bool], *, at: datetime) -> dict[str, rules.Answered]:
    marks = {question.key: question.mark for question in before.book.questions}
    return {key: rules.Answered(mark=marks[key], yes=yes, on=local_date(at)) for key, yes in new.items()}


def _keep(
    question: rules.Question,
    before: rules.Choice,
    *,
    by: Duty,
    at: datetime,
    device: UUID,
    yes: bool,
    language: str,
    place: Place,
) -> None:
    declared = before.book.declared
    reference = new_id(at)
    until = add(local_date(at), before.book.holds_for)
    DeviceChoice.objects.create(
        reference=reference,
        device=device,
        question=question.key,
        purpose=question.purpose,
        state=_state(question, before, yes=yes),
        wording=_wording(question, before.book, language=language, at=at),
        notice_version_id=current_version().id,
        place=place,
        gpc=before.gpc,
        at=at,
        valid_until=until,
        keep_until=add(until, declared.purpose[question.purpose].retention.period),
    )
    record(by=by, at=at, deed="device.answered", categories=["consent"], item=reference)


def _state(question: rules.Question, before: rules.Choice, *, yes: bool) -> ChoiceState:
    if yes:
        return ChoiceState.GIVEN
    return ChoiceState.WITHDRAWN if before.answers.get(question.key) else ChoiceState.REFUSED


def _wording(question: rules.Question, book: rules.Book, *, language: str, at: datetime) -> AskedWording:
    said = rules.asked(question, book.declared, language)
    found, _made = AskedWording.objects.get_or_create(
        question=question.key,
        language=language,
        text_hash=said.mark,
        defaults={"text": said.words, "first_used_at": at},
    )
    return found


def clear(_by: Duty, at: datetime, limit: int) -> int:
    """Delete at most so many answers whose time of proof is over; return how many. The run records it."""
    return delete_over(DeviceChoice.objects.all(), F("keep_until"), at, limit)


# --- Faults of our own ------------------------------------------------------------------------------------------------

#: A fault on every page must not make every page write: each process writes a fault down once in this time.
PAUSE = timedelta(minutes=1)
_lock = threading.Lock()
_unwritten: dict[tuple[str, str, str], int] = {}
_written_at: dict[tuple[str, str, str], datetime] = {}


def note_fault(*, at: datetime, name: str, fault: Fault, page: str) -> None:
    """Log a cookie that must not be set, and count it for the desk. Never stands in the way of the page itself."""
    log.error("cookie.refused", code=name, rule=str(fault), route=page)
    key = (name, str(fault), page)
    with _lock:
        _unwritten[key] = _unwritten.get(key, 0) + 1
        last = _written_at.get(key)
        if last is not None and last <= at < last + PAUSE:
            return
        _written_at[key], count = at, _unwritten.pop(key)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_COUNT, [*key, local_date(at), count, at])
    except DatabaseError:
        log.exception("cookie.not_counted")


_COUNT = """
INSERT INTO terminal_cookiefault (name, fault, page, "on", count, last_at) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (name, fault, page, "on") DO UPDATE
    SET count = terminal_cookiefault.count + EXCLUDED.count, last_at = EXCLUDED.last_at
"""
