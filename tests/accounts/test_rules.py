"""How long a session lives, and what is kept of secrets."""

from datetime import UTC, datetime, timedelta

import pytest

from seloste.accounts.rules import Life, session_hash, text_hash, token_hash

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "idle", "over"),
    [
        (timedelta(0), timedelta(0), False),
        (timedelta(hours=7, minutes=59), timedelta(minutes=1), False),
        (timedelta(hours=8), timedelta(0), True),
        (timedelta(hours=1), timedelta(minutes=14, seconds=59), False),
        (timedelta(hours=1), timedelta(minutes=15), True),
    ],
)
def test_session_is_over_after_eight_hours_or_fifteen_idle_minutes(
    age: timedelta,
    idle: timedelta,
    over: bool,  # noqa: FBT001
) -> None:
    life = Life(started_at=NOON - age, seen_at=NOON - idle)

    assert life.is_over(NOON) == over


def test_last_click_is_written_when_half_a_minute_old() -> None:
    life = Life(started_at=NOON, seen_at=NOON)

    assert [life.is_due(NOON + timedelta(seconds=age)) for age in (0, 29, 30)] == [False, False, True]


def test_text_hash_changes_when_a_word_or_a_break_does() -> None:
    hashes = {
        text_hash("A", ["b", "c"]),
        text_hash("A", ["b c"]),
        text_hash("A", ["b", "C"]),
        text_hash("B", ["b", "c"]),
    }

    assert len(hashes) == 4


def test_hashes_fit_their_columns() -> None:
    assert (len(session_hash("key")), len(token_hash("token"))) == (40, 64)
