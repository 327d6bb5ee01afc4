"""What changed between two notices, and how much a change matters to the people in the register."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Plain = Mapping[str, Any]


class ChangeClass(StrEnum):
    """From the lightest to the heaviest. All but an editorial change need a plan for telling the people concerned."""

    EDITORIAL = "editorial"
    MATERIAL = "material"
    NEW_RECIPIENT = "new_recipient"
    BASIS = "basis"
    NEW_PURPOSE = "new_purpose"


WEIGHT = {change: weight for weight, change in enumerate(ChangeClass)}


@dataclass(frozen=True, slots=True)
class Change:
    """One changed place: what it said before and what it says now; empty where it was not there."""

    place: str
    before: str
    after: str
    kind: ChangeClass


def changes(before: Plain, after: Plain) -> list[Change]:
    """Compare two declarations as plain values (``canonical.plain``)."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    places = [
        place for place in [*new, *(place for place in old if place not in new)] if old.get(place) != new.get(place)
    ]
    return [_change(place, before, old.get(place, ""), new.get(place, "")) for place in places]


def _change(place: str, before: Plain, old: str, new: str) -> Change:
    return Change(place, old, new, _class(place, before, old, new))


def heaviest(found: list[Change]) -> ChangeClass:
    """Return the class of the whole change."""
    return max((change.kind for change in found), key=WEIGHT.__getitem__, default=ChangeClass.EDITORIAL)


#: Parts that tell the public nothing: figures of the gate, waivers, and what the staff are told about their own work.
_INTERNAL = {"census", "waiver", "meta", "role", "undertaking"}
_MARKS = {"confirm", "dpv", "seed"}


def _class(place: str, before: Plain, old: str, new: str) -> ChangeClass:
    steps = place.split(".")
    if steps[0] == "purpose":
        return _purpose_class(steps, before, old, new)
    if steps[0] == "recipient":
        return _recipient_class(steps, before, old, new)
    return _other_class(steps, old, new)


def _recipient_class(steps: list[str], before: Plain, old: str, new: str) -> ChangeClass:
    """Another name, kind or country is another recipient; one that is gone receives nothing more."""
    known = steps[1] in before.get("recipient", {})
    if known and (not new or steps[2] not in {"name", "kind", "country"} or _same_promise(steps, old, new)):
        return _other_class(steps, old, new)
    return ChangeClass.NEW_RECIPIENT


def _purpose_class(steps: list[str], before: Plain, old: str, new: str) -> ChangeClass:
    """A purpose that is gone binds no one to anything new: what is left of it is material, not more."""
    if steps[1] not in before.get("purpose", {}):
        return ChangeClass.NEW_PURPOSE
    if steps[2] in {"bases", "law", "balance"} and new:
        return ChangeClass.BASIS
    if steps[2] == "recipients" and new:
        return ChangeClass.NEW_RECIPIENT
    return _other_class(steps, old, new)


def _other_class(steps: list[str], old: str, new: str) -> ChangeClass:
    light = steps[0] in _INTERNAL or steps[-1] in _MARKS or _same_promise(steps, old, new)
    return ChangeClass.EDITORIAL if light else ChangeClass.MATERIAL


def _same_promise(steps: list[str], old: str, new: str) -> bool:
    """A better translation of the same Finnish words, or the same words with other punctuation, promises the same.

    Any other change of words may change what is promised, and a machine cannot tell: it counts as material.
    """
    return (steps[-1] in {"sv", "en"} and bool(old) and bool(new)) or _letters(old) == _letters(new)


def _letters(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _leaves(value: Any, place: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401 -- plain values of any shape
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list | tuple) and any(isinstance(inner, Mapping) for inner in value):
        for number, inner in enumerate(value):
            yield from _leaves(inner, f"{place}.{_name(inner, number)}")
    elif place.endswith(".bases"):  # the first is the usual one: their order is a promise
        yield place, ", ".join(value)
    elif isinstance(value, list | tuple):
        yield from ((f"{place}.{inner}", str(inner)) for inner in value)
    elif value not in ("", None):
        yield place, str(value)


def _name(part: Mapping[str, Any], number: int) -> str:
    """Return what tells a member of a list from the others, whatever its place in the list."""
    if "valid_from" in part:
        return f"{part['key']} {part['valid_from']}"
    return str(part.get("id") or part.get("number") or part.get("item") or number)


def is_public(change: Change) -> bool:
    """Tell whether the change stands in what the public reads."""
    steps = change.place.split(".")
    return steps[0] not in _INTERNAL | {"rule"} and steps[-1] not in _MARKS
