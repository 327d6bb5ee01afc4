"""Translations follow the Finnish text. ``reviewed.toml`` says from which Finnish words each was last checked.

A Finnish sentence that changes leaves its translations behind until a person has read them again: the gate fails
and names them (law: art. 12(1), the information must be intelligible, which a stale translation is not).
"""

import tomllib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter

from seloste.declaration.checks import Problem
from seloste.declaration.schema import Declaration, Text

FILE = "reviewed.toml"
TRANSLATIONS = ("sv", "en")
_MARKS = TypeAdapter(dict[str, dict[str, str]])


def texts(part: Any, place: str = "") -> Iterator[tuple[str, Text]]:  # noqa: ANN401 -- walks every shape of the declaration
    """Yield every text of the declaration with its place, such as ``purpose.order.why``."""
    if isinstance(part, Text):
        yield place, part
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from texts(getattr(part, name), _under(place, name.rstrip("_")))
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from texts(value, _under(place, str(key)))
    elif isinstance(part, tuple):
        for number, value in enumerate(part):
            yield from texts(value, _under(place, _name(value, number)))


def _name(part: Any, number: int) -> str:  # noqa: ANN401 -- a member of any list
    """Return what tells a member of a list from the others, so that one put before it moves nothing."""
    return str(getattr(part, "id", None) or getattr(part, "number", None) or number)


def _under(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def fingerprint(text: Text) -> str:
    """Return the mark of the Finnish words that a translation was checked against."""
    return sha256(text.fi.encode()).hexdigest()[:12]


def read(folder: Path) -> dict[str, dict[str, str]]:
    """Return what has been reviewed: place → language → mark of the Finnish words; ValidationError for other things."""
    path = folder / FILE
    return _MARKS.validate_python(tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {})


def drift(declaration: Declaration, folder: Path) -> Iterator[Problem]:
    """Yield each translation that was last reviewed against other Finnish words, or never."""
    reviewed, there = read(folder), list(texts(declaration))
    for place, text in there:
        behind = [language for language in TRANSLATIONS if reviewed.get(place, {}).get(language) != fingerprint(text)]
        if behind:
            message = f"the Finnish text has changed since the translation was reviewed: {', '.join(behind)}"
            yield Problem("N180", place, message)
    for place in sorted(reviewed.keys() - {place for place, _ in there}):
        yield Problem("N181", place, "reviewed.toml speaks of a text that is not there")


def review(declaration: Declaration, folder: Path, *, places: set[str] | None, languages: tuple[str, ...]) -> list[str]:
    """Record that a person has read the translations at the places (all where None); return the changed places."""
    there = list(texts(declaration))
    known = {place for place, _ in there}
    reviewed = {place: marks for place, marks in read(folder).items() if place in known}
    changed = []
    for place, text in there:
        if places is not None and place not in places:
            continue
        marks = reviewed.get(place, {}) | dict.fromkeys(languages, fingerprint(text))
        if marks != reviewed.get(place):
            reviewed[place] = marks
            changed.append(place)
    _write(folder / FILE, reviewed)
    return changed


def _write(path: Path, reviewed: dict[str, dict[str, str]]) -> None:
    lines = [
        "# Which Finnish words each translation was last read against. Written by `seloste notice reviewed`.",
        *(f'"{place}" = {{ {_marks(marks)} }}' for place, marks in sorted(reviewed.items())),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _marks(marks: dict[str, str]) -> str:
    return ", ".join(f'{language} = "{marks[language]}"' for language in TRANSLATIONS if language in marks)
