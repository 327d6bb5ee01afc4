"""Two wordings side by side: which words went and which came."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from seloste.declaration.diff import Change, ChangeClass
from seloste.declaration.schema import LANGUAGES

#: Below this likeness (0–1) two texts are shown one after the other: a mosaic of words cannot be read.
READABLE = 0.35


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Some words that stayed (``same``), went (``gone``) or came (``new``)."""

    kind: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownChange:
    """A changed place with its words compared."""

    place: str
    change_class: ChangeClass
    pieces: Sequence[Piece]


def shown(change: Change) -> ShownChange:
    """Return the change with its words compared."""
    return ShownChange(place=change.place, change_class=change.kind, pieces=list(pieces(change.before, change.after)))


def is_in_language(change: Change, language: str) -> bool:
    """Tell whether the change is in the language, or in no language at all, such as a period."""
    last = change.place.rpartition(".")[2]
    return last not in LANGUAGES or last == language


def pieces(before: str, after: str) -> Iterator[Piece]:
    """Yield what stayed, went and came, word by word; texts that have little in common are not mixed."""
    old, new = _words(before), _words(after)
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    if matcher.ratio() < READABLE:
        yield from _whole(before, after)
        return
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            yield Piece(kind="same", text="".join(old[i1:i2]))
        else:
            yield from _whole("".join(old[i1:i2]), "".join(new[j1:j2]))


def _whole(before: str, after: str) -> Iterator[Piece]:
    if before:
        yield Piece(kind="gone", text=before)
    if after:
        yield Piece(kind="new", text=after)


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|\w+|[^\w\s]", text)
