"""Read ``notice/*.toml``. An error names the file, the line and the column, so that a non-programmer finds it."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from seloste.declaration.schema import Declaration

#: A checkout keeps the declaration at its root, beside ``src``.
DEFAULT_FOLDER = Path(__file__).parents[3] / "notice"
#: Files beside the declaration that are about it, not part of it.
NOT_DECLARATION = {"reviewed.toml"}
#: How the name of a file ends that is laid over the others.
OVER = ".over.toml"

Loc = tuple[str | int, ...]


class DeclarationError(Exception):
    """The declaration cannot be read. The message has one line per mistake: file, line, column and what is wrong."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where something stands in a file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


def folder() -> Path:
    """Return the folder of the declaration: ``SELOSTE_NOTICE`` or the checkout's own."""
    return Path(os.environ.get("SELOSTE_NOTICE") or DEFAULT_FOLDER)


def current() -> Declaration:
    """Return the declaration this process runs by: that of the folder as it is named now, read once."""
    return _kept(os.environ.get("SELOSTE_NOTICE") or "")


def forget() -> None:
    """Read a folder anew when it is next asked for: its files were changed under a running process."""
    _kept.cache_clear()


@lru_cache(maxsize=4)
def _kept(named: str) -> Declaration:
    return load(Path(named or DEFAULT_FOLDER))


def load(place: Path) -> Declaration:
    """Parse a folder of TOML files into one declaration; DeclarationError names every mistake's place."""
    texts = _read(place)
    merged, owners = _merge({name: _parse(name, text) for name, text in texts.items()}, texts)
    try:
        return Declaration.model_validate(merged)
    except ValidationError as error:
        lines = [_explain(mistake["loc"], mistake["msg"], texts, owners) for mistake in error.errors()]
        raise DeclarationError("\n".join(lines)) from None


def _read(place: Path) -> dict[str, str]:
    files = [path for path in sorted(place.glob("*.toml")) if path.name not in NOT_DECLARATION]
    if not files:
        message = f"no declaration: there is no .toml file in {place}"
        raise DeclarationError(message)
    return {path.name: _text(path) for path in files}


def _text(path: Path) -> str:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = raw.count(b"\n", 0, error.start) + 1, error.start - raw.rfind(b"\n", 0, error.start)
        message = f"{Position(path.name, line, column)}: this is not UTF-8 text"
        raise DeclarationError(message) from None


@lru_cache(maxsize=64)
def _told(text: str) -> dict[str, Any]:
    """Return what a file says, read once: joining copies it and never changes it. Two notices share most files."""
    return tomllib.loads(text)


def _parse(name: str, text: str) -> dict[str, Any]:
    try:
        return _told(text)
    except tomllib.TOMLDecodeError as error:
        what, _, where = str(error).partition(" (at ")
        found = re.match(r"line (\d+), column (\d+)", where)
        last = (text.count("\n") + 1, len(text) - text.rfind("\n"))
        line, column = map(int, found.groups()) if found else last
        message = f"{Position(name, line, column)}: {what}"
        raise DeclarationError(message) from None


def _merge(
    files: Mapping[str, dict[str, Any]], texts: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Join the files; a table may be spread over files, but nothing in it may be said twice.

    Only a file ``….over.toml`` is laid over the others, whatever they say.
    """
    merged: dict[str, Any] = {}
    owners: dict[str, list[str]] = {}
    for name in sorted(files, key=lambda name: name.endswith(OVER)):
        for key, value in files[name].items():
            if key not in merged:
                merged[key] = value
            elif name.endswith(OVER):
                merged[key] = _laid_over(merged[key], value)
            else:
                merged[key] = _join(merged[key], value, said=(key,), name=name, text=texts[name])
            owners.setdefault(key, []).insert(0 if name.endswith(OVER) else len(owners[key]), name)
    return merged, owners


def _laid_over(first: Any, second: Any) -> Any:  # noqa: ANN401 -- TOML values, before they are typed
    """Return the second laid over the first: lists grow, tables are joined, anything else is replaced."""
    if isinstance(first, list) and isinstance(second, list):
        return first + second
    if isinstance(first, dict) and isinstance(second, dict):
        joined = {key: _laid_over(first[key], value) if key in first else value for key, value in second.items()}
        return first | joined
    return second


def _join(first: Any, second: Any, *, said: Loc, name: str, text: str) -> Any:  # noqa: ANN401 -- TOML values, before they are typed
    if isinstance(first, list) and isinstance(second, list):
        return first + second
    if isinstance(first, dict) and isinstance(second, dict):
        twice = sorted(first.keys() & second.keys())
        if not twice:
            return first | second
        said = (*said, twice[0])
    message = f"{position(name, text, said)[1]}: [{'.'.join(map(str, said))}] is declared twice"
    raise DeclarationError(message)


def _explain(loc: Loc, message: str, texts: Mapping[str, str], owners: Mapping[str, list[str]]) -> str:
    path = ".".join(str(step) for step in loc)
    names = owners.get(str(loc[0]) if loc else "", list(texts)[:1])
    places = [(position(name, texts[name], loc)) for name in names]
    best = max(places, key=lambda found: found[0])[1]
    return f"{best}: {path}: {message[0].lower()}{message[1:]}"


_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]")
_ASSIGNMENT = re.compile(r"(\s*)([A-Za-z0-9_.\"'-]+)\s*=")


def position(name: str, text: str, loc: Loc) -> tuple[int, Position]:
    """Find the line that says the path, and how many of its steps were found there."""
    wanted = [str(step) for step in loc]
    table: list[str] = []
    counts: dict[str, int] = {}
    best = (0, Position(name, 1, 1))
    for number, line in enumerate(text.splitlines(), start=1):
        header, assignment = _HEADER.match(line), _ASSIGNMENT.match(line)
        if header:
            table = _table_path(header.group(2), array=header.group(1) == "[[", counts=counts)
        said = table if header else table + _keys(assignment.group(2)) if assignment else []
        depth = _shared(said, wanted)
        if depth == len(said) and depth > best[0]:
            column = (assignment.end(1) if assignment and not header else line.find("[")) + 1
            best = (depth, Position(name, number, column))
    return best


def _keys(dotted: str) -> list[str]:
    return [key.strip(" \"'") for key in dotted.split(".")]


def _table_path(dotted: str, *, array: bool, counts: dict[str, int]) -> list[str]:
    """Return the path of a header with the running numbers of arrays of tables in it."""
    path: list[str] = []
    keys = _keys(dotted)
    for key in keys:
        path.append(key)
        place = ".".join(path)
        if array and key == keys[-1] and len(path) >= len(keys):
            counts[place] = counts.get(place, -1) + 1
        if place in counts:
            path.append(str(counts[place]))
    return path


def _shared(said: list[str], wanted: list[str]) -> int:
    depth = 0
    while depth < min(len(said), len(wanted)) and said[depth] == wanted[depth]:
        depth += 1
    return depth
