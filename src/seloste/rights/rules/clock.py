"""When an answer is due (GDPR 12(3)), reckoned as Regulation (EEC, Euratom) 1182/71 art. 3 reckons periods.

Dates are Helsinki dates. The day on which a request reaches the company is not counted; the period ends with the last
hour of the same date of a later month, or of the month's last day where it has no such date (art. 3(2)(c)); where that
is no working day, with the last hour of the next one (art. 3(4)). Nothing that happens later restarts it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from seloste.declaration.schema import Declaration
from seloste.kernel import holidays
from seloste.kernel.periods import Period, add, parse_period
from seloste.rights.choices import Doubt, Happened

HELSINKI = ZoneInfo("Europe/Helsinki")
_DAY = timedelta(days=1)
#: Alarms ring when people begin their day.
MORNING = time(9)


def day_of(at: datetime) -> date:
    """Return the date in Helsinki: where the controller is, midnight comes at its own hour."""
    return at.astimezone(HELSINKI).date()


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """The periods in force: for an answer, for an answer that was extended, and for asking who the person is.

    ``ask_within`` is in working days: a question asked later than that was asked with undue delay and stops no clock.
    """

    answer: Period
    extended: Period
    ask_within: int


def figures(declared: Declaration, received_on: date) -> Figures:
    """Return the periods of law that govern a request of the day (``notice/law.toml``)."""
    answer, more = (
        parse_period(declared.rule_on(key, received_on).value) for key in ("answer_to_request", "answer_extension")
    )
    return Figures(
        answer=answer,
        extended=Period(months=answer.months + more.months, days=answer.days + more.days),
        ask_within=int(declared.rule_on("ask_identity_within", received_on).value),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A question to the person: why it had to be asked, when, and when it was answered.

    There are two that may stop the clock: who are you (12(6)), and what do you mean (recital 63).
    """

    doubt: Doubt
    reason: str
    asked_at: datetime
    answered_at: datetime | None = None

    def counts(self, received_on: date, *, ask_within: int) -> bool:
        """Tell whether the question stops the clock: asked for a reason, and without undue delay."""
        last = holidays.working_days_after(received_on, ask_within)
        return bool(self.reason) and received_on <= day_of(self.asked_at) <= last


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """What happened to a request, as far as the clock is concerned."""

    what: Happened
    at: datetime
    doubt: str = ""
    reasons: str = ""


def questions(events: Iterable[Event], *, since: datetime) -> list[Question]:
    """Return the questions asked since the moment, each with the first answer that came after it."""
    asked: list[Question] = []
    for event in events:
        if event.what is Happened.ASKED and event.at >= since:
            asked.append(Question(doubt=Doubt(event.doubt), reason=event.reasons, asked_at=event.at))
        elif event.what is Happened.ANSWERED:
            asked = [_answered(question, event) for question in asked]
    return asked


def _answered(question: Question, event: Event) -> Question:
    is_this = question.doubt.value == event.doubt and question.answered_at is None
    return replace(question, answered_at=max(event.at, question.asked_at)) if is_this else question


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """The last days for an answer. Whoever works looks at ``strict``; ``legal`` is what the law still allows."""

    first: date
    strict: date
    legal: date


def due(
    received_at: datetime,
    *,
    law: Figures,
    extended: bool = False,
    questions: Sequence[Question] = (),
    at: datetime | None = None,
) -> Due:
    """Return the last days. ``at`` is how far an unanswered question has stopped the clock; none counts without it."""
    received_on = day_of(received_at)
    last = add(received_on, law.extended if extended else law.answer)
    waited = waiting_days(received_on, questions, ask_within=law.ask_within, at=at)
    return Due(
        first=holidays.on_or_after(add(received_on, law.answer)),
        strict=holidays.on_or_after(last),
        legal=holidays.on_or_after(last + _DAY * waited),
    )


def waiting_days(received_on: date, questions: Sequence[Question], *, ask_within: int, at: datetime | None) -> int:
    """Return the whole days between asking and being answered; a day in which two questions waited counts once."""
    spans = sorted(
        (question.asked_at, question.answered_at or at or question.asked_at)
        for question in questions
        if question.counts(received_on, ask_within=ask_within)
    )
    waited, reached = timedelta(), None
    for begun, ended in spans:
        start = begun if reached is None else max(begun, reached)
        waited += max(ended - start, timedelta())
        reached = ended if reached is None else max(ended, reached)
    return waited // _DAY


def may_extend(at: datetime, *, first: date, reasons: str) -> bool:
    """Tell whether the period may still be extended: reasons are sent, and within the first month (12(3))."""
    return bool(reasons.strip()) and day_of(at) <= first


def is_late(at: datetime, last: date) -> bool:
    """Tell whether the last hour of the last day is over in Helsinki."""
    return day_of(at) > last


class Alarm(StrEnum):
    """How near the last day is."""

    FIFTEEN_DAYS = "fifteen_days"
    SEVEN_DAYS = "seven_days"
    THREE_WORKING_DAYS = "three_working_days"
    LAST_DAY = "last_day"
    LATE = "late"


def alarms(last: date) -> dict[Alarm, datetime]:
    """Return when each alarm rings: at nine, Helsinki time; the last one when the last day has ended."""
    return {
        Alarm.FIFTEEN_DAYS: _at(last - 15 * _DAY, MORNING),
        Alarm.SEVEN_DAYS: _at(last - 7 * _DAY, MORNING),
        Alarm.THREE_WORKING_DAYS: _at(holidays.working_days_before(last, 3), MORNING),
        Alarm.LAST_DAY: _at(last, MORNING),
        Alarm.LATE: _at(last + _DAY, time()),
    }


def ringing(last: date, at: datetime) -> Alarm | None:
    """Return the alarm that rings now, the most pressing one; None where there is time."""
    rung = [alarm for alarm, moment in alarms(last).items() if moment <= at]
    return max(rung, key=list(Alarm).index) if rung else None


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=HELSINKI)
