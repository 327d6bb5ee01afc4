"""Small counts are hidden, and no reader can work one out."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seloste.visits.rules.hiding import LEAST, Breakdown, hide, shown_total

Published = tuple[object, ...]


def published(counts: tuple[int, ...]) -> Published:
    """Return everything a reader sees: the total, the counts shown, and which names have one that is not."""
    found = hide({str(place): count for place, count in enumerate(counts)}, has_total=True)
    return (sum(counts), tuple(sorted(found.shown.items())), found.hidden, found.small, found.withheld)


def every(names: int, largest: int) -> Iterator[tuple[int, ...]]:
    return product(range(largest + 1), repeat=names)


@pytest.mark.parametrize(("names", "largest"), [(1, 30), (2, 16), (3, 13), (4, 8)])
def test_no_small_count_follows_from_what_is_published(names: int, largest: int) -> None:
    """Take every table there can be: of those that are published alike, no name has the same small count in all.

    Where even the names are withheld, the reader knows the total alone.
    """
    alike: dict[Published, list[tuple[int, ...]]] = defaultdict(list)
    for counts in every(names, largest):
        if shown_total(sum(counts)):  # where not even the total is shown, nothing of the table is
            alike[published(counts)].append(counts)

    told = [
        (counts, place)
        for tables in alike.values()
        for counts in tables[:1]
        for place in range(names)
        if 0 < counts[place] < LEAST and len({table[place] for table in tables}) == 1
    ]
    assert told == []


def test_lone_small_count_takes_the_next_larger_along() -> None:
    found = hide({"a": 3, "b": 9, "c": 40}, has_total=True)

    assert found == Breakdown(shown={"c": 40}, hidden=frozenset({"a", "b"}), small=False)


def test_equals_go_together_for_their_names_must_not_decide() -> None:
    assert hide({"a": 5, "b": 5, "c": 1, "d": 9}, has_total=True).hidden == {"a", "b", "c"}


def test_all_ones_are_as_good_as_told() -> None:
    assert hide({"a": 1, "b": 1, "c": 30, "d": 40}, has_total=True).hidden == {"a", "b", "c"}
    assert hide({"a": 4, "b": 4}, has_total=True).withheld


def test_names_are_not_told_where_no_count_is() -> None:
    assert hide({"a": 1, "b": 30}, has_total=True) == Breakdown(shown={}, withheld=True)
    assert hide({"a": 1, "b": 2}, has_total=False).hidden == {"a", "b"}


def test_some_small_ones_hide_each_other() -> None:
    assert hide({"a": 1, "b": 3, "c": 30}, has_total=True) == Breakdown(shown={"c": 30}, hidden=frozenset({"a", "b"}))


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 12), max_size=12), st.booleans())
def test_no_small_count_is_ever_shown(counts: dict[str, int], has_total: bool) -> None:  # noqa: FBT001 -- drawn
    found = hide(counts, has_total=has_total)

    assert all(count >= LEAST and counts[name] == count for name, count in found.shown.items())
    assert found.shown.keys().isdisjoint(found.hidden)


def test_nothing_is_no_secret() -> None:
    found = hide({"a": 0, "b": 50}, has_total=True)

    assert (found.of("a"), found.of("b"), found.of("c")) == (0, 50, 0)
    assert (shown_total(0), shown_total(4), shown_total(5)) == (0, None, 5)
