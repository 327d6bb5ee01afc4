"""When a notice may be published: only forwards, and nothing heavier than a better wording without a person's word."""

from dataclasses import dataclass
from datetime import date

from seloste.declaration.diff import ChangeClass


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """A notice that is not published yet, beside the last published one. ``accepted`` is what a person said of it."""

    version: str
    effective_from: date
    last_version: str
    last_effective_from: date
    change: ChangeClass
    accepted: str | None
    accepted_from: date | None
    today: date


def is_higher(version: str, than: str) -> bool:
    """Compare versions of two numbers: 2.10 is higher than 2.9."""
    return _numbers(version) > _numbers(than)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))


def needs_acceptance(change: ChangeClass) -> bool:
    """Tell whether the people in the register must be told, and so a person must decide (arts 13(3), 14(4))."""
    return change is not ChangeClass.EDITORIAL


def is_accepted(proposal: Proposal) -> bool:
    """Tell whether a person named exactly what was found: the class of the change and the day it takes effect."""
    if not needs_acceptance(proposal.change):
        return True
    return proposal.accepted == proposal.change and proposal.accepted_from == proposal.effective_from


def earliest(proposal: Proposal) -> date:
    """Return the first day of effect: never before the notice it replaces, and a heavier change not before today."""
    heavier = needs_acceptance(proposal.change)
    return max(proposal.today, proposal.last_effective_from) if heavier else proposal.last_effective_from


def comes_too_soon(proposal: Proposal) -> bool:
    """Tell whether the notice would take effect before that day: nobody can be told of it in time."""
    return proposal.effective_from < earliest(proposal)
