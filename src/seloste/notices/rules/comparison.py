"""Two notices side by side, as people read them: what a change is about, which words went and which came."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from seloste.declaration.diff import Change, ChangeClass
from seloste.declaration.schema import LANGUAGES
from seloste.declaration.words import period_words
from seloste.kernel.periods import parse_period
from seloste.notices.rules.wording import country_name

Values = Mapping[str, Any]

#: Below this likeness (0–1) two texts are shown one after the other: a mosaic of words cannot be read.
READABLE = 0.35
#: Lists of a purpose whose members are keys of another table.
_MEMBERS = {"categories": "category", "sources": "source", "recipients": "recipient"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Some words that stayed (``same``), went (``gone``) or came (``new``)."""

    kind: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownChange:
    """A changed place: the sentence's id, or the table, the name of the thing and which side of it has changed."""

    place: str
    sentence: str
    table: str
    name: str
    aspect: str
    change_class: ChangeClass
    pieces: Sequence[Piece]


def shown(change: Change, values: Values, language: str) -> ShownChange:
    """Return the change in words; ``values`` holds both notices, so that what is gone has its name too."""
    steps = change.place.split(".")
    sentence = _sentence(steps)
    return ShownChange(
        place=change.place,
        sentence=sentence,
        table="" if sentence else steps[0],
        name=_name(steps, values, language),
        aspect="" if sentence else _aspect(steps),
        change_class=change.kind,
        pieces=list(
            pieces(
                _said(steps, change.before, values, language=language),
                _said(steps, change.after, values, language=language),
            )
        ),
    )


def is_in_language(change: Change, language: str) -> bool:
    """Tell whether the change is in the language, or in no language at all, such as a period."""
    last = change.place.rpartition(".")[2]
    return last not in LANGUAGES or last == language


def both(before: Values, after: Values) -> Values:
    """Return the tables of two notices together, the later one's members where both have them."""
    tables = {key: part for key, part in after.items() if isinstance(part, Mapping)}
    return {**after, **{key: {**before.get(key, {}), **part} for key, part in tables.items()}}


def _sentence(steps: Sequence[str]) -> str:
    """Return the id of the sentence: section.4.clause.S4.5.text.fi is about S4.5."""
    if steps[0] != "section" or "clause" not in steps:
        return ""
    return ".".join(step for step in steps[steps.index("clause") + 1 :] if re.fullmatch(r"[A-Z]\d+|\d+\w?|[a-z]", step))


def _name(steps: Sequence[str], values: Values, language: str) -> str:
    part = values.get(steps[0], {})
    if not isinstance(part, Mapping) or len(steps) == 1 or not isinstance(part.get(steps[1]), Mapping):
        return ""
    named = part[steps[1]]
    text = named.get("name") or named.get("title") or {}
    return _text(text, language) or steps[1]


def _text(text: Any, language: str) -> str:  # noqa: ANN401 -- plain values of any age
    return str(text.get(language) or text.get("fi", "")) if isinstance(text, Mapping) else ""


def _aspect(steps: Sequence[str]) -> str:
    """Return which side of the thing has changed: the step after its name, or the first one of a single part."""
    rest = [step for step in steps[1:] if step not in LANGUAGES]
    return rest[1] if len(rest) > 1 else rest[0] if rest else ""


def _said(steps: Sequence[str], value: str, values: Values, *, language: str) -> str:
    """Return a value as people say it; a text as it stands."""
    last = steps[-1]
    if not value:
        return ""
    if last in {"period", "lifetime"}:
        return _period(value, language)
    if last == "country":
        return country_name(value, language)
    if last == "start":
        return _text(values.get("start", {}).get(value), language) or value
    if last == "bases":
        return ", ".join(_text(values.get("basis", {}).get(key), language) or key for key in value.split(", "))
    table = _MEMBERS.get(steps[-2]) if len(steps) > 1 else None
    return (_text(values.get(table, {}).get(value, {}).get("name"), language) or value) if table else value


def _period(value: str, language: str) -> str:
    try:
        return period_words(parse_period(value), language)
    except ValueError:  # "session": gone with the browser
        return value


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
    if before.strip() and after.strip():
        yield Piece(kind="same", text=" ")
    if after:
        yield Piece(kind="new", text=after)


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|\w+|[^\w\s]", text)
