"""Identifiers and references."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from seloste.kernel.ids import ALPHABET, free_reference, new_id, new_reference, read_reference

AT = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


def test_new_id_is_version_7_and_ordered_by_time() -> None:
    first, later = new_id(AT), new_id(AT + timedelta(milliseconds=1))

    assert (first.version, later.version) == (7, 7)
    assert first < later
    assert first.int >> 80 == int(AT.timestamp() * 1000)


def test_reference_is_read_as_people_write_it() -> None:
    for reference in [new_reference(prefix) for prefix in "HYV" for _ in range(100)]:
        assert read_reference(reference) == reference
        assert read_reference(f" {reference.lower().replace('-', ' ').replace('0', 'o')} ") == reference


def test_reference_in_use_is_drawn_again() -> None:
    drawn: list[str] = []

    def is_taken(reference: str) -> bool:
        drawn.append(reference)
        return len(drawn) < 3

    assert free_reference("H", is_taken=is_taken) == drawn[2]
    assert len(set(drawn)) == 3


@given(st.integers(min_value=0, max_value=7), st.sampled_from(ALPHABET))
def test_reference_with_one_wrong_character_is_not_read(place: int, other: str) -> None:
    letters = new_reference("H").replace("-", "")
    wrong = letters[: place + 1] + other + letters[place + 2 :]

    assert wrong == letters or read_reference(wrong) is None


@given(st.integers(min_value=0, max_value=6))
def test_reference_with_two_neighbours_swapped_is_not_read(place: int) -> None:
    letters = new_reference("H").replace("-", "")
    swapped = letters[: place + 1] + letters[place + 2] + letters[place + 1] + letters[place + 3 :]

    assert swapped == letters or read_reference(swapped) is None


def test_reference_is_not_read_from_other_text() -> None:
    for text in ("", "H", "Maija Mall", "H-1234-56789", "1234567-8", "Öbergqvis"):
        assert read_reference(text) is None
