"""Looking among what is on sale: words that are sought, and one page of what was found. Plain Python."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
#: How many products stand on a page of the shop, and on one of the desk.
IN_SHOP, AT_DESK = 24, 50
#: Longer than anything that is called anything.
LONGEST = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class Page(Generic[T]):
    """A page of what was found, how many pages there are, and how much was found in all."""

    rows: Sequence[T]
    number: int
    last: int
    count: int


def tidy(typed: str) -> str:
    """Return what an address asks in one short line; what cannot be printed is sought by nobody."""
    return "".join(sign for sign in typed if sign.isprintable()).strip()[:LONGEST]


def words(typed: str) -> list[str]:
    """Return the words that are sought; case does not matter."""
    return tidy(typed).casefold().split()


def holds(said: Iterable[str], sought: Sequence[str]) -> bool:
    """Tell whether each word that is sought stands somewhere in what is said."""
    text = "\n".join(said).casefold()
    return all(word in text for word in sought)


def number(typed: str) -> int:
    """Return the number of a page as an address says it; the first where it says none."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1


def page(rows: Sequence[T], typed: str, *, size: int) -> Page[T]:
    """Return the page of that number, or the last one where there are not so many."""
    last = max(1, -(-len(rows) // size))
    here = min(max(1, number(typed)), last)
    return Page(rows=rows[(here - 1) * size : here * size], number=here, last=last, count=len(rows))
