"""What an erasure takes and leaves, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from seloste.access.rules.contents import Contents
from seloste.erasure.queries import Part, Plan
from seloste.kernel.refusals import Words

#: How many records of a kind are named, and how much of each.
_NAMED, _LONGEST = 50, 120
#: A record by its table and its id.
_Texts = Mapping[tuple[str, str], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Going:
    """So many records of a kind that go, and what they say."""

    name: Words
    count: int
    texts: Sequence[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Staying:
    """So many records of a kind that stay, by which law, why and until when."""

    name: Words
    count: int
    law: str
    why: str
    until: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What goes and what stays."""

    goes: Sequence[Going]
    stays: Sequence[Staying]
    going: int


def preview(plan: Plan, found: Contents) -> Preview:
    """Return the plan by kinds of records, each record as the page says it."""
    texts = {(entry.store, entry.id): ", ".join(value.shown for value in entry.shown) for entry in found.entries}
    return Preview(
        goes=[_goes(part, texts) for part in plan.parts if part.goes],
        stays=[one for part in plan.parts for one in _stays(part)],
        going=plan.going,
    )


def _goes(part: Part, texts: _Texts) -> Going:
    named = [texts.get((part.key, str(one.id)), "") for one in part.goes[:_NAMED]]
    return Going(name=part.name, count=len(part.goes), texts=[_cut(text) for text in named if text])


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rsplit(' ', 1)[0]}…"


def _stays(part: Part) -> list[Staying]:
    """Return what stays for one reason as one line, with the last of its days; none where one is not known."""
    days: dict[tuple[str, str], list[date | None]] = {}
    for record in part.stays:
        assert record.stay is not None  # noqa: S101 -- what stays says why
        days.setdefault((record.stay.law, str(record.stay.why)), []).append(record.stay.until)
    return [
        Staying(name=part.name, count=len(ends), law=law, why=why, until=_last(ends))
        for (law, why), ends in days.items()
    ]


def _last(ends: Sequence[date | None]) -> date | None:
    known = [end for end in ends if end is not None]
    return max(known) if len(known) == len(ends) else None
