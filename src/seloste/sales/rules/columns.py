"""The columns of a list: what stands in each, and which duty sees it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from seloste.kernel.refusals import Words
from seloste.kernel.sheets import Cell


@dataclass(frozen=True, kw_only=True, slots=True)
class Badge:
    """A mark beside words."""

    text: Words
    tone: str = ""
    icon: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column. ``value`` is what a file has; on the page ``url``, ``badge`` and ``note`` stand with it."""

    key: str
    label: Words
    category: str
    value: Callable[[Any], Cell]
    url: Callable[[Any], str] | None = None
    badge: Callable[[Any], Badge | None] | None = None
    note: Callable[[Any], str] | None = None
    shape: Literal["text", "number"] = "text"
    order: str = ""
    #: What it says needs no label beside it, where a row becomes a block on a narrow screen.
    is_plain: bool = False
    #: The page leaves it out where no row has anything in it.
    is_rare: bool = False


def visible(columns: Sequence[Column], categories: Iterable[str]) -> list[Column]:
    """Return the columns that a duty sees: what it may not see is not there."""
    seen = frozenset(categories)
    return [column for column in columns if not column.category or column.category in seen]
