"""How the plan of an erasure is shown: store by store, each record in a line, the reason once for all it holds for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from seloste.access.queries.said import said
from seloste.declaration.load import current
from seloste.erasure.queries import Part, Plan, Planned
from seloste.kernel.kept import Stay
from seloste.kernel.refusals import Words

#: How many values of a record stand in its line, and how long the line may be.
_VALUES, _LENGTH = 5, 160


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Records of one store with the same fate."""

    name: Words
    lines: Sequence[str]
    stay: Stay | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What goes; what the law or a matter under way keeps; what only proves that her rights were kept."""

    goes: Sequence[Group]
    kept: Sequence[Group]
    proofs: Sequence[Group]
    left: Sequence[tuple[str, Stay]]

    @property
    def kept_count(self) -> int:
        """Return how many records the law or a matter under way keeps."""
        return sum(len(group.lines) for group in self.kept)

    @property
    def proof_count(self) -> int:
        """Return how many records only prove something."""
        return sum(len(group.lines) for group in self.proofs)


def of(plan: Plan) -> Shown:
    """Return the plan as the page shows it."""
    reasons = {stay.law for _purpose, stay in plan.left} | ({plan.hold.law} if plan.hold else set())
    stays = [group for part in plan.parts for group in _staying(part)]
    return Shown(
        goes=[_group(part, part.goes, None) for part in plan.parts if part.goes],
        kept=[group for group in stays if group.stay and group.stay.law in reasons],
        proofs=[group for group in stays if group.stay and group.stay.law not in reasons],
        left=[(_purpose(purpose), stay) for purpose, stay in plan.left],
    )


def _staying(part: Part) -> list[Group]:
    by_stay: dict[tuple[str, str, date | None], list[Planned]] = {}
    for one in part.stays:
        if one.stay is not None:
            by_stay.setdefault((one.stay.law, str(one.stay.why), one.stay.until), []).append(one)
    return [_group(part, found, found[0].stay) for found in by_stay.values()]


def _group(part: Part, records: Sequence[Planned], stay: Stay | None) -> Group:
    return Group(name=part.name, lines=[_line(part, one) for one in records], stay=stay)


def _line(part: Part, one: Planned) -> str:
    text = " · ".join(list(dict.fromkeys(_told(part, one)))[:_VALUES])
    return f"{text[:_LENGTH]}…" if len(text) > _LENGTH else text or _("a record")


def _told(part: Part, one: Planned) -> Iterator[str]:
    for field in part.store.fields:
        text = said(part.store, field, one.record, get_language() or "fi")
        if text:
            yield text


def _purpose(key: str) -> str:
    declared = current().purpose.get(key)
    return declared.name.in_language(get_language() or "fi") if declared else key
