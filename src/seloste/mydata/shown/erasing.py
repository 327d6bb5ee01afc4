"""What an erasure takes and leaves, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from seloste.erasure.queries import Part, Plan
from seloste.kernel.refusals import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Staying:
    """So many records of a kind that stay, by which law, why and until when."""

    name: Words
    count: int
    law: str
    why: Words
    until: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What goes and what stays."""

    goes: Sequence[tuple[Words, int]]
    stays: Sequence[Staying]
    going: int
    is_whole: bool


def preview(plan: Plan) -> Preview:
    """Return the plan by kinds of records."""
    return Preview(
        goes=[(part.name, len(part.goes)) for part in plan.parts if part.goes],
        stays=[one for part in plan.parts if part.stays for one in _stays(part)],
        going=plan.going,
        is_whole=plan.is_whole,
    )


def _stays(part: Part) -> list[Staying]:
    counts: dict[tuple[str, str, date | None], int] = {}
    for record in part.stays:
        assert record.stay is not None  # noqa: S101 -- what stays says why
        key = (record.stay.law, str(record.stay.why), record.stay.until)
        counts[key] = counts.get(key, 0) + 1
    return [
        Staying(name=part.name, count=count, law=law, why=why, until=until)
        for (law, why, until), count in counts.items()
    ]
