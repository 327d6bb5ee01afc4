"""What is well formed and known by name, and all the same cannot be meant: checks beside those of ``checks``."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from seloste.declaration import device
from seloste.declaration.checks import EEA, Problem
from seloste.declaration.schema import Declaration
from seloste.kernel.periods import Period, add, parse_period

#: What the figures of law may be: a period, hours by the clock, or a plain number.
_FIGURE = re.compile(r"PT\d{1,4}H|\d{1,4}")
#: The rules without which a deed could not compute its day.
NEEDED_RULES = ("art14_information",)


def problems(declared: Declaration, *, today: date, folder: Path) -> list[Problem]:
    """Return everything that cannot be meant on that day, in a stable order."""
    return [
        *_notice_itself(declared, today, folder),
        *_said_twice(declared),
        *_about_staff(declared),
        *_sources(declared),
        *_contracts(declared, today),
        *_rules(declared, today),
        *_idle_balance_tests(declared, folder),
        *device.problems(declared),
    ]


def _notice_itself(declared: Declaration, today: date, folder: Path) -> Iterator[Problem]:
    if not (folder / "seed" / declared.meta.seed).is_file():
        yield Problem("N109", "meta.seed", f"the notice as first published is not in seed/{declared.meta.seed}")
    if declared.meta.effective_from > add(today, SOON):
        yield Problem("N109", "meta.effective_from", f"{declared.meta.effective_from} is more than a year away")
    for place, whose in (("controller", declared.controller), ("authority", declared.authority)):
        if whose.country not in EEA:
            yield Problem("N142", f"{place}.country", f"'{whose.country}' is no country of the EEA (arts 3, 27, 77)")
        if whose.website and not whose.website.startswith("https://"):
            yield Problem("N143", f"{place}.website", "an address of the web begins with https://")


#: A notice is announced before it takes effect, but not a year before.
SOON = Period(months=12)


def _said_twice(declared: Declaration) -> Iterator[Problem]:
    lists = [
        *(
            (f"purpose.{key}.{name}", getattr(purpose, name))
            for key, purpose in declared.purpose.items()
            for name in _P
        ),
        *((f"role.{key}.{name}", getattr(role, name)) for key, role in declared.role.items() for name in _R),
        ("waiver", [waiver.item for waiver in declared.waiver]),
        ("rule", [f"{rule.key} from {rule.valid_from}" for rule in declared.rule]),
    ]
    for place, names in lists:
        for name in (name for name, count in Counter(names).items() if count > 1):
            yield Problem("N108", place, f"'{name}' is said twice")


_P = ("bases", "categories", "sources", "recipients", "clauses")
_R = ("purposes", "categories", "may")


def _about_staff(declared: Declaration) -> Iterator[Problem]:
    """What is about employees is left out of the public notice, so nothing about a visitor may be called so."""
    of_staff = {key for key, category in declared.category.items() if category.about_staff}
    for key, purpose in declared.purpose.items():
        mixed = ", ".join(name for name in purpose.categories if (name in of_staff) != purpose.about_staff)
        if mixed:
            whom = "employees" if purpose.about_staff else "people of the register"
            yield Problem(
                "N122", f"purpose.{key}.about_staff", f"it is about {whom}, but these categories are not: {mixed}"
            )


def _sources(declared: Declaration) -> Iterator[Problem]:
    for key, source in declared.source.items():
        if source.public and source.from_person:
            yield Problem(
                "N151", f"source.{key}", "public, and from the person: only one can be, for art. 13 or art. 14"
            )


def _contracts(declared: Declaration, today: date) -> Iterator[Problem]:
    for key, recipient in declared.recipient.items():
        if recipient.contract_date is not None and recipient.contract_date > today:
            yield Problem("N141", f"recipient.{key}", f"its contract begins on {recipient.contract_date}, not yet")


def _rules(declared: Declaration, today: date) -> Iterator[Problem]:
    for rule in declared.rule:
        if not _is_figure(rule.value):
            yield Problem(
                "N192", f"rule {rule.key}", f"'{rule.value}' is not a period such as P1M or PT72H, or a number"
            )
    for key in sorted({rule.key for rule in declared.rule} | set(NEEDED_RULES)):
        if not any(rule.key == key and rule.valid_from <= today for rule in declared.rule):
            yield Problem("N193", f"rule {key}", f"none is in force on {today}")


def _is_figure(value: str) -> bool:
    try:
        return bool(_FIGURE.fullmatch(value)) or bool(parse_period(value))
    except ValueError:
        return False


#: A balance of interests names the interest, weighs it and says what was found: a word or two are none.
SHORTEST_BALANCE = 50


def _idle_balance_tests(declared: Declaration, folder: Path) -> Iterator[Problem]:
    used = {purpose.balance for purpose in declared.purpose.values() if purpose.balance}
    for name in sorted(used):
        if not re.fullmatch(r"balance/\w+\.md", name):
            yield Problem("N115", name, "a balance test is a text in balance/, such as balance/feedback.md")
        elif 0 < _length(folder / name) < SHORTEST_BALANCE:
            yield Problem("N115", name, f"a balance test of fewer than {SHORTEST_BALANCE} words weighs nothing")
    for path in sorted((folder / "balance").glob("*")):
        if f"balance/{path.name}" not in used:
            yield Problem("N114", f"balance/{path.name}", "no purpose uses this balance test")


def _length(path: Path) -> int:
    """Return how many words a text has; none where there is no text, which ``checks`` tells."""
    return len(path.read_text(encoding="utf-8", errors="replace").split()) if path.is_file() else 0
