"""Small counts are not shown, and cannot be worked out from what is (the promise of the balance test).

A breakdown is shown beside its total. Whoever knows the total and all counts but one knows that one too, so a lone
small count takes the next larger ones into hiding; and where all hidden ones must be ones, or all fours, that is as
good as told. Names decide nothing here: any two of the hidden could have changed places, so none can be worked out.
Two reports of overlapping times can still be subtracted: see docs/adr/0013.
"""

from collections.abc import Mapping
from dataclasses import dataclass

#: The smallest count that is shown.
LEAST = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Breakdown:
    """What is shown: counts, and the names whose counts are hidden. ``small`` where each of these is below LEAST.

    ``withheld`` where even the names would tell a count, so that nothing of the breakdown is shown.
    """

    shown: Mapping[str, int]
    hidden: frozenset[str] = frozenset()
    small: bool = True
    withheld: bool = False

    def of(self, name: str) -> int | None:
        """Return the count of the name, or None where it is not shown; nothing counted is no secret."""
        return None if self.withheld or name in self.hidden else self.shown.get(name, 0)


def hide(counts: Mapping[str, int], *, has_total: bool) -> Breakdown:
    """Return what may be shown of the counts; ``has_total`` where their sum can be known to the reader."""
    counts = {name: count for name, count in counts.items() if count}
    small = {name for name, count in counts.items() if count < LEAST}
    if not has_total or not _tells(len(small), sum(counts[name] for name in small)):
        return _parted(counts, small, has_total=has_total, only_small=True)
    larger = [count for count in counts.values() if count >= LEAST]
    next_ones = {name for name, count in counts.items() if count == min(larger, default=0)}
    return _parted(counts, small | next_ones, has_total=True, only_small=False)


def shown_total(total: int) -> int | None:
    """Return the total where it is shown: nothing, or enough."""
    return total if total == 0 or total >= LEAST else None


def _tells(number: int, total: int) -> bool:
    """Tell whether the sum of so many small counts gives one of them away."""
    return number > 0 and (number == 1 or total in {number, number * (LEAST - 1)})


def _parted(counts: Mapping[str, int], hidden: set[str], *, has_total: bool, only_small: bool) -> Breakdown:
    """Return the two parts. Beside a total nothing but hidden names would tell how many share it, so none is told."""
    shown = {name: count for name, count in counts.items() if name not in hidden}
    if has_total and hidden and not shown:
        return Breakdown(shown={}, withheld=True)
    return Breakdown(shown=shown, hidden=frozenset(hidden), small=only_small)
