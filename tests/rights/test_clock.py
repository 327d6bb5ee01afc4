"""The clock equals an oracle that was written without it, on every receipt day of 2024–2040."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rights import oracle

from seloste.declaration.load import current
from seloste.kernel import holidays
from seloste.rights.choices import Doubt
from seloste.rights.rules import clock
from seloste.rights.rules.clock import Alarm, Question

HELSINKI = ZoneInfo("Europe/Helsinki")
LAW = clock.figures(current(), date(2026, 11, 22))
DAY = timedelta(days=1)


def days() -> Iterator[date]:
    day = date(2024, 1, 1)
    while day.year <= 2040:
        yield day
        day += DAY


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=HELSINKI)


def test_working_days_equal_the_almanac_of_every_day() -> None:
    assert [day for day in days() if holidays.is_working_day(day) == oracle.is_free(day)] == []


def test_easter_is_that_of_the_table() -> None:
    assert {year: holidays.easter(year) for year in oracle.EASTERS} == {
        year: date(year, *when) for year, when in oracle.EASTERS.items()
    }


def test_due_equals_the_oracle_on_every_receipt_day() -> None:
    wrong = [day for day in days() if clock.due(noon(day), law=LAW).strict != oracle.due(day, months=1)]

    assert wrong == []


def test_extended_due_equals_the_oracle_on_every_receipt_day() -> None:
    wrong = [day for day in days() if clock.due(noon(day), law=LAW, extended=True).strict != oracle.due(day, months=3)]

    assert wrong == []


def test_helsinki_date_decides_around_every_midnight() -> None:
    edges = (timedelta(microseconds=-1), timedelta(), timedelta(seconds=1), timedelta(minutes=59))
    for day in days():
        midnight = datetime(day.year, day.month, day.day, tzinfo=HELSINKI).astimezone(UTC)
        for edge in edges:
            received = midnight + edge
            expected = oracle.due(oracle.helsinki_date(received), months=1)
            assert clock.due(received, law=LAW).strict == expected, received


@given(st.datetimes(datetime(2024, 1, 1), datetime(2040, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001 -- made aware
def test_due_equals_the_oracle_at_any_moment(received: datetime) -> None:
    assert clock.due(received, law=LAW).strict == oracle.due(oracle.helsinki_date(received), months=1)


@pytest.mark.parametrize(
    ("received", "last"),
    [
        ("2026-03-05T12:00+02:00", date(2026, 4, 7)),  # Easter Sunday and Monday
        ("2026-08-31T12:00+03:00", date(2026, 9, 30)),
        ("2026-01-31T12:00+02:00", date(2026, 3, 2)),
        ("2028-01-31T12:00+02:00", date(2028, 2, 29)),
        ("2026-05-20T12:00+03:00", date(2026, 6, 22)),  # Midsummer Day
        ("2026-11-06T12:00+02:00", date(2026, 12, 7)),  # Independence Day, a Sunday
        ("2026-09-30T21:30+00:00", date(2026, 11, 2)),  # 1 October in Helsinki
        ("2026-11-24T12:00+02:00", date(2026, 12, 24)),  # the eve is a working day
    ],
)
def test_due_of_days_that_were_checked_by_hand(received: str, last: date) -> None:
    assert clock.due(datetime.fromisoformat(received), law=LAW).strict == last


@pytest.mark.parametrize("change", ["2026-03-29", "2026-10-25", "2031-03-30", "2031-10-26"])
def test_hour_that_is_skipped_or_comes_twice_changes_no_date(change: str) -> None:
    sunday = date.fromisoformat(change)
    begins = datetime(sunday.year, sunday.month, sunday.day, tzinfo=HELSINKI).astimezone(UTC)
    length = 23 if sunday.month == 3 else 25
    moments = [begins + timedelta(minutes=10 * step) for step in range(6 * length)]

    assert {clock.day_of(moment) for moment in moments} == {sunday}
    assert clock.day_of(begins + timedelta(hours=length)) == sunday + DAY


def test_extension_is_reckoned_from_receipt_and_not_from_the_first_last_day() -> None:
    found = clock.due(noon(date(2027, 1, 31)), law=LAW, extended=True)

    assert (found.first, found.strict) == (date(2027, 3, 1), date(2027, 4, 30))


def test_extension_needs_reasons_and_the_first_month() -> None:
    first = date(2026, 12, 22)
    last_moment = datetime(2026, 12, 22, 23, 59, 59, tzinfo=HELSINKI)

    assert clock.may_extend(last_moment, first=first, reasons="Monta pyyntöä samaan aikaan")
    assert not clock.may_extend(last_moment + timedelta(seconds=1), first=first, reasons="Monta pyyntöä")
    assert not clock.may_extend(noon(first), first=first, reasons=" ")


def asked(begun: datetime, ended: datetime | None = None, reason: str = "Kaksi samannimistä") -> Question:
    return Question(doubt=Doubt.IDENTITY, reason=reason, asked_at=begun, answered_at=ended)


RECEIVED = noon(date(2026, 11, 2))  # a Monday
ASKED = noon(date(2026, 11, 4))


def test_only_the_time_between_question_and_answer_is_added() -> None:
    found = clock.due(RECEIVED, law=LAW, questions=[asked(ASKED, ASKED + 9 * DAY)])

    assert (found.strict, found.legal) == (date(2026, 12, 2), date(2026, 12, 11))


def test_question_without_reason_or_asked_late_stops_nothing() -> None:
    for question in (asked(ASKED, ASKED + 9 * DAY, reason=""), asked(ASKED + 5 * DAY, ASKED + 9 * DAY)):
        found = clock.due(RECEIVED, law=LAW, questions=[question])
        assert found.legal == found.strict == date(2026, 12, 2)


def test_question_may_be_asked_on_the_third_working_day_and_not_on_the_fourth() -> None:
    assert asked(noon(date(2026, 11, 5))).counts(date(2026, 11, 2), ask_within=3)
    assert not asked(noon(date(2026, 11, 6))).counts(date(2026, 11, 2), ask_within=3)
    assert asked(noon(date(2026, 12, 8))).counts(date(2026, 12, 3), ask_within=3)  # a weekend between


def test_unanswered_question_stops_the_clock_until_now_and_no_further() -> None:
    waiting = [asked(ASKED)]

    assert clock.due(RECEIVED, law=LAW, questions=waiting).legal == date(2026, 12, 2)
    assert clock.due(RECEIVED, law=LAW, questions=waiting, at=ASKED + 7 * DAY).legal == date(2026, 12, 9)


spans = st.lists(st.tuples(st.integers(0, 80), st.integers(0, 900)), max_size=5)


@given(spans, st.integers(0, 1500))
def test_suspended_time_is_never_more_than_real_waiting(found: list[tuple[int, int]], until: int) -> None:
    questions = [asked(RECEIVED + timedelta(hours=a), RECEIVED + timedelta(hours=a + b)) for a, b in found]
    open_one = asked(RECEIVED + timedelta(hours=1))
    received_on = clock.day_of(RECEIVED)
    now = RECEIVED + timedelta(hours=until)
    hours = {hour for question in questions if question.counts(received_on, ask_within=3) for hour in _hours(question)}

    waited = clock.waiting_days(received_on, questions, ask_within=3, at=None)
    assert waited == len(hours) // 24
    last = clock.due(RECEIVED, law=LAW, questions=questions)
    assert last.strict <= last.legal <= holidays.on_or_after(date(2026, 12, 2) + waited * DAY)
    both = clock.waiting_days(received_on, [*questions, open_one], ask_within=3, at=max(now, open_one.asked_at))
    assert both >= waited


def _hours(question: Question) -> range:
    start = int((question.asked_at - RECEIVED) / timedelta(hours=1))
    ended = question.answered_at or question.asked_at
    return range(start, int((ended - RECEIVED) / timedelta(hours=1)))


def test_alarms_ring_in_their_order_and_the_last_one_when_the_day_is_over() -> None:
    last = date(2026, 12, 7)  # a Monday after a Sunday that is Independence Day
    assert {alarm: moment.isoformat() for alarm, moment in clock.alarms(last).items()} == {
        Alarm.FIFTEEN_DAYS: "2026-11-22T09:00:00+02:00",
        Alarm.SEVEN_DAYS: "2026-11-30T09:00:00+02:00",
        Alarm.THREE_WORKING_DAYS: "2026-12-02T09:00:00+02:00",
        Alarm.LAST_DAY: "2026-12-07T09:00:00+02:00",
        Alarm.LATE: "2026-12-08T00:00:00+02:00",
    }
    ringing = {hour: clock.ringing(last, datetime(2026, 12, 7, hour, tzinfo=HELSINKI)) for hour in (8, 9, 23)}
    assert ringing == {8: Alarm.THREE_WORKING_DAYS, 9: Alarm.LAST_DAY, 23: Alarm.LAST_DAY}
    assert clock.ringing(last, datetime(2026, 12, 8, tzinfo=HELSINKI)) == Alarm.LATE
    assert clock.ringing(last, datetime(2026, 11, 22, 8, tzinfo=HELSINKI)) is None


def test_law_of_the_day_governs() -> None:
    assert (LAW.answer.months, LAW.extended.months, LAW.ask_within) == (1, 3, 3)
