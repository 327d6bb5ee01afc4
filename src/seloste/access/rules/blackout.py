"""Passages of other people's data taken out of a text: kept as places in it, never as a copy (art. 15(4))."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: What an employee puts around a passage.
OPEN, CLOSE = "[[", "]]"
#: What stands where a passage was. Its length says nothing about what was there.
BAR = "█████"

Passages = Sequence[tuple[int, int]]


class AlteredError(ValueError):
    """The text that came back is another one, or its marks do not pair."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A run of a text; a blacked one stands for a passage that was taken out."""

    text: str
    is_blacked: bool


def blacked(text: str, passages: Passages) -> str:
    """Return the text without the passages."""
    return "".join(BAR if piece.is_blacked else piece.text for piece in pieces(text, passages))


def pieces(text: str, passages: Passages) -> list[Piece]:
    """Return the text in runs; the passages' own words are still in theirs."""
    found, place = [], 0
    for start, end in joined(passages):
        found.append(Piece(text=text[place:start], is_blacked=False))
        found.append(Piece(text=text[start:end], is_blacked=True))
        place = end
    found.append(Piece(text=text[place:], is_blacked=False))
    return [piece for piece in found if piece.text]


def joined(passages: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the passages in order, those that touch or overlap made one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(passages):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return [(start, end) for start, end in found if start < end]


def marked(text: str, passages: Passages) -> str:
    """Return the text with marks around the passages, for an employee to move."""
    return "".join(f"{OPEN}{piece.text}{CLOSE}" if piece.is_blacked else piece.text for piece in pieces(text, passages))


def read(typed: str, text: str) -> list[tuple[int, int]]:
    """Return the passages that the marks stand around; AlteredError where anything but marks was added or taken."""
    place, begun = 0, -1
    found: list[tuple[int, int]] = []
    rest = typed.replace("\r\n", "\n").replace("\r", "\n")
    said = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(said) != len(text):  # places are told in the text as it is stored
        raise AlteredError
    step = 0
    while step < len(rest):
        if begun < 0 and rest.startswith(OPEN, step) and not said.startswith(OPEN, place):
            begun, step = place, step + len(OPEN)
        elif begun >= 0 and rest.startswith(CLOSE, step) and not said.startswith(CLOSE, place):
            found.append((begun, place))
            begun, step = -1, step + len(CLOSE)
        elif place < len(said) and rest[step] == said[place]:
            place, step = place + 1, step + 1
        elif not rest[step:].strip() and place == len(said) and begun < 0:
            break  # white space that the browser added at the end
        else:
            raise AlteredError
    if begun >= 0 or said[place:].strip():
        raise AlteredError
    return joined(found)
