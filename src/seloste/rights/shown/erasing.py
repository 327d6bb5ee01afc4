"""How the plan of an erasure is shown: store by store, each record in a line, the reason once for all it holds for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from seloste.declaration.load import current
from seloste.erasure.queries import Part, Plan, Planned
from seloste.kernel.clock import HELSINKI
from seloste.kernel.kept import Stay
from seloste.kernel.refusals import Words

#: How many values of a record stand in its line, and how long each may be.
_VALUES, _LENGTH = 4, 120


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Records of one store with the same fate."""

    name: Words
    lines: Sequence[str]
    stay: Stay | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What goes and what stays, as groups; and the purposes that survive, by their names."""

    goes: Sequence[Group]
    stays: Sequence[Group]
    left: Sequence[tuple[str, Stay]]


def of(plan: Plan) -> Shown:
    """Return the plan as the page shows it."""
    return Shown(
        goes=[_group(part, part.goes, None) for part in plan.parts if part.goes],
        stays=[group for part in plan.parts for group in _staying(part)],
        left=[(_purpose(purpose), stay) for purpose, stay in plan.left],
    )


def _staying(part: Part) -> list[Group]:
    by_stay: dict[tuple[str, str, date | None], list[Planned]] = {}
    for one in part.stays:
        if one.stay is not None:
            by_stay.setdefault((one.stay.law, str(one.stay.why), one.stay.until), []).append(one)
    return [_group(part, found, found[0].stay) for found in by_stay.values()]


def _group(part: Part, records: Sequence[Planned], stay: Stay | None) -> Group:
    return Group(name=part.name, lines=[_line(one) for one in records], stay=stay)


def _line(one: Planned) -> str:
    told = [_told(value) for _name, value in one.values]
    return " · ".join([text for text in told if text][:_VALUES]) or _("a record")


def _told(value: Any) -> str:  # noqa: ANN401 -- any value of any field
    if isinstance(value, bytes | memoryview | dict):
        return ""
    if isinstance(value, datetime):
        return formats.date_format(value.astimezone(HELSINKI), "SHORT_DATETIME_FORMAT")
    if isinstance(value, date):
        return formats.date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, list | tuple):
        return ", ".join(_told(each) for each in value)
    text = _purpose(str(value))
    return text if len(text) <= _LENGTH else f"{text[:_LENGTH]}…"


def _purpose(key: str) -> str:
    from django.utils.translation import get_language  # noqa: PLC0415 -- beside its only use

    declared = current().purpose.get(key)
    return declared.name.in_language(get_language() or "fi") if declared else key
