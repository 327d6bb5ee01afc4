"""What strangers do is counted by the hour and by the day, for everybody apart, by marks that say nothing tomorrow."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import transaction
from tests.outreach.test_at_once import at_once

from seloste.audit.actions import retention as engine
from seloste.floods.actions import TooMany, is_few, refuse_flood
from seloste.floods.models import Knock
from seloste.floods.retention import KNOCKS
from seloste.floods.rules import Limit, hour_of
from seloste.kernel.duty import system

#: Noon in Helsinki on a Wednesday.
AT = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIMIT = Limit(an_hour=3, a_day=6)


def few(at: datetime = AT, *, what: str = "room.deed", whose: str = "192.0.2.0/24", limit: Limit = LIMIT) -> bool:
    return is_few(what, whose, at=at, limit=limit)


# --- The rule


@pytest.mark.parametrize(
    ("this_hour", "today", "allowed"), [(1, 1, True), (3, 6, True), (4, 4, False), (1, 7, False), (4, 7, False)]
)
def test_limit_holds_for_the_hour_and_for_the_day(this_hour: int, today: int, *, allowed: bool) -> None:
    assert LIMIT.allows(this_hour=this_hour, today=today) is allowed


def test_limit_without_a_day_has_no_end_to_the_day() -> None:
    assert Limit(an_hour=3).allows(this_hour=3, today=1_000_000)


def test_hour_begins_with_its_first_moment() -> None:
    assert hour_of(AT) == hour_of(AT + HOUR - timedelta(microseconds=1)) == AT
    assert hour_of(AT + HOUR) == AT + HOUR


# --- The count


@pytest.mark.django_db
def test_more_than_an_hours_limit_is_too_many_until_the_next_hour() -> None:
    assert [few() for _ in range(4)] == [True, True, True, False]
    assert few(AT + HOUR)


@pytest.mark.django_db
def test_more_than_a_days_limit_is_too_many_until_the_next_day() -> None:
    answers = [few(AT + number * HOUR) for number in range(8)]

    assert answers == [True] * 6 + [False] * 2
    assert few(AT + DAY)


@pytest.mark.django_db
def test_a_day_ends_at_midnight_in_helsinki() -> None:
    last_moment = datetime(2026, 11, 25, 21, 59, 59, tzinfo=UTC)
    for number in range(6):
        few(last_moment - number * HOUR)

    assert not few(last_moment)
    assert few(last_moment + timedelta(seconds=1))


@pytest.mark.django_db
def test_what_waited_over_the_hour_counts_for_the_new_one() -> None:
    assert few(AT + HOUR)

    assert [few(AT) for _ in range(3)] == [True, True, False]
    assert not few(AT + HOUR)


@pytest.mark.django_db
def test_everybody_and_every_deed_has_a_count_of_its_own() -> None:
    for _ in range(4):
        few()

    assert few(whose="198.51.100.0/24")
    assert few(what="room.other")
    assert not few()


@pytest.mark.django_db
def test_flood_is_refused_in_the_words_of_the_room() -> None:
    refuse_flood("room.deed", "one", at=AT, limit=Limit(an_hour=1), words="Later.")

    with pytest.raises(TooMany, match="Later") as refused:
        refuse_flood("room.deed", "one", at=AT, limit=Limit(an_hour=1), words="Later.")

    assert refused.value.status == 429


@pytest.mark.django_db
def test_refusal_that_ends_its_transaction_takes_its_count_back() -> None:
    for _ in range(9):
        with transaction.atomic():
            few(limit=Limit(an_hour=100, a_day=6))
        with pytest.raises(TooMany), transaction.atomic():
            refuse_flood("room.deed", "192.0.2.0/24", at=AT, limit=Limit(an_hour=0), words="Later.")

    assert Knock.objects.get().today == 9


# --- What is kept of it


@pytest.mark.django_db
def test_marks_are_no_addresses_and_tomorrows_are_others() -> None:
    for what in ("room.deed", "room.other"):
        few(what=what)
        few(AT + DAY, what=what)

    marks = {bytes(mark) for mark in Knock.objects.values_list("mark", flat=True)}
    assert len(marks) == 4
    assert {len(mark) for mark in marks} == {32}
    assert not any(b"192.0" in mark for mark in marks)


@pytest.mark.django_db
def test_a_day_of_one_caller_is_one_row() -> None:
    for number in range(12):
        few(AT + number * timedelta(minutes=30))

    row = Knock.objects.get()
    assert (row.hour, row.this_hour, row.today) == (AT + 5 * HOUR, 2, 12)


@pytest.mark.django_db
def test_counts_go_the_next_day() -> None:
    few()

    assert [(due.on, due.count) for due in KNOCKS.due(AT.date())] == [(date(2026, 11, 25), 1)]
    assert engine.clear(KNOCKS, by=system(KNOCKS.purpose), at=AT) == 0
    assert engine.clear(KNOCKS, by=system(KNOCKS.purpose), at=AT + DAY) == 1
    assert not Knock.objects.exists()


@pytest.mark.django_db
def test_cleared_today_by_hand_it_counts_anew_and_fails_nobody() -> None:
    for _ in range(4):
        few()
    Knock.objects.all().delete()

    assert few()


@pytest.mark.django_db
def test_cache_that_is_emptied_forgets_no_count() -> None:
    answers = []
    for _ in range(4):
        answers.append(few())
        cache.clear()

    assert answers == [True, True, True, False]


# --- At one moment


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_presses_at_once_are_all_counted() -> None:
    answers = at_once([few] * 12)

    assert sorted(answers) == [False] * 9 + [True] * 3
    assert Knock.objects.get().today == 12


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_presses_at_once_on_both_sides_of_the_hour_pass_no_days_limit() -> None:
    limit = Limit(an_hour=100, a_day=6)
    moments = [AT - timedelta(seconds=1), AT] * 6

    def press(at: datetime) -> bool:
        with transaction.atomic():
            return few(at, limit=limit)

    answers = at_once([lambda at=at: press(at) for at in moments])  # type: ignore[misc]

    assert answers.count(True) == 6
