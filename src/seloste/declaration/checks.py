"""What must hold inside the declaration itself before anything may follow from it."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from seloste.declaration.schema import LANGUAGES, VERSION_MARK, Basis, Declaration, Purpose
from seloste.kernel.periods import Period, add


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that makes the gate fail: a stable code, the place, and what is wrong in plain words."""

    code: str
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.code} {self.place}: {self.message}"


Check = Callable[[Declaration], Iterator[Problem]]


def problems(declaration: Declaration, *, today: date, folder: Path) -> list[Problem]:
    """Return everything that is inconsistent in the declaration on that day, in a stable order."""
    checks: list[Check] = [
        _unknown_names,
        _unknown_clauses,
        _repeated_clauses,
        _first_words,
        _profiling,
        _basis_evidence,
        _long_periods,
        _roles,
        _forms,
        _consents,
        _acknowledgements,
        _transfers,
        _terminal,
        _dead_names,
        lambda declared: _waivers(declared, today),
        lambda declared: _balance_tests(declared, folder),
    ]
    return [problem for check in checks for problem in check(declaration)]


def _unknown_names(declared: Declaration) -> Iterator[Problem]:
    """Every purpose speaks only of categories, sources and recipients that are declared."""
    known: dict[str, Collection[str]] = {
        "categories": declared.category.keys(),
        "sources": declared.source.keys(),
        "recipients": declared.recipient.keys(),
    }
    for key, purpose in declared.purpose.items():
        for kind, names in known.items():
            for name in getattr(purpose, kind):
                if name not in names:
                    yield Problem("N101", f"purpose.{key}.{kind}", f"'{name}' is not declared")
        if purpose.retention.start not in declared.start:
            yield Problem(
                "N102", f"purpose.{key}.retention.start", f"'{purpose.retention.start}' has no words in [start]"
            )
        for basis in purpose.bases:
            if basis not in declared.basis:
                yield Problem("N103", f"purpose.{key}.bases", f"'{basis}' has no words in [basis]")


def _unknown_clauses(declared: Declaration) -> Iterator[Problem]:
    clauses = declared.clauses()
    said: list[tuple[str, tuple[str, ...]]] = [
        *((f"purpose.{key}", purpose.clauses) for key, purpose in declared.purpose.items()),
        *((f"category.{key}", category.clauses) for key, category in declared.category.items()),
        *((f"source.{key}", (source.clause,)) for key, source in declared.source.items()),
        *((f"measure.{key}", (measure.clause,)) for key, measure in declared.measure.items()),
    ]
    for place, ids in said:
        for clause in ids:
            if clause not in clauses:
                yield Problem("N104", place, f"no sentence of the notice has the id {clause}")


def _repeated_clauses(declared: Declaration) -> Iterator[Problem]:
    seen: set[str] = set()
    for section in declared.section:
        for clause in section.clause:
            if clause.id in seen:
                yield Problem("N105", f"section.{section.number}", f"the id {clause.id} stands twice")
            seen.add(clause.id)


def _first_words(declared: Declaration) -> Iterator[Problem]:
    """The sentences with S ids keep the words of the notice as it was first published; every other names its law."""
    for key, clause in declared.clauses().items():
        if key.startswith("S") and not clause.seed:
            yield Problem("N106", f"section.clause.{key}.seed", "the words as first published are gone")
        if not key.startswith("S") and not clause.law:
            yield Problem(
                "N106", f"section.clause.{key}.law", "a sentence that was added names the law that asks for it"
            )
    if declared.census.seed and declared.census.seed != seed_mark(declared):
        message = (
            "the words of a sentence as first published (seed) were changed; they are history and stay as they are"
        )
        yield Problem("N107", "section.clause.seed", message)


def seed_mark(declared: Declaration) -> str:
    """Return the SHA-256 of all sentences as first published, which census.toml keeps."""
    said = "\n".join(f"{key}: {clause.seed}" for key, clause in declared.clauses().items() if clause.seed)
    return sha256(said.encode()).hexdigest()


def _profiling(declared: Declaration) -> Iterator[Problem]:
    """S4.10: the notice says that there is none; no purpose may say otherwise (art. 22)."""
    for key, purpose in declared.purpose.items():
        if purpose.profiling or purpose.automated_decisions:
            yield Problem("N110", f"purpose.{key}", "the notice (S4.10) says: no profiling and no automated decisions")


def _basis_evidence(declared: Declaration) -> Iterator[Problem]:
    for key, purpose in declared.purpose.items():
        yield from (Problem("N111", f"purpose.{key}", lack) for lack in _lacks(purpose))


def _lacks(purpose: Purpose) -> Iterator[str]:
    """Say what a basis lacks beside it: consent a way back, law its paragraph, an interest its balance test."""
    if Basis.CONSENT in purpose.bases and not purpose.withdrawal:
        yield "consent needs the page where it is withdrawn (withdrawal; art. 7(3))"
    if Basis.LEGAL_OBLIGATION in purpose.bases and not purpose.law:
        yield "a legal obligation needs its law (law; art. 6(3))"
    if Basis.LEGITIMATE_INTEREST in purpose.bases and not (purpose.interest and purpose.balance):
        yield "a legitimate interest needs its name and its balance test (interest, balance; arts 6(1)(f), 13(1)(d))"


#: Nothing but a law lets data be kept for longer than the longest period of limitation (Vanhentumislaki 728/2003 7 §).
LONGEST = Period(months=120)


def _long_periods(declared: Declaration) -> Iterator[Problem]:
    for key, purpose in declared.purpose.items():
        kept = purpose.retention
        if add(_SOME_DAY, kept.period) > add(_SOME_DAY, LONGEST) and not kept.law:
            yield Problem(
                "N113",
                f"purpose.{key}.retention",
                f"{kept.period} is longer than {LONGEST}: name the law that wants it",
            )


_SOME_DAY = date(2000, 1, 1)


def _balance_tests(declared: Declaration, folder: Path) -> Iterator[Problem]:
    for key, purpose in declared.purpose.items():
        if purpose.balance and not _has_text(folder, purpose.balance):
            yield Problem("N112", f"purpose.{key}.balance", f"there is no balance test in {purpose.balance}")


def _has_text(folder: Path, name: str) -> bool:
    path = (folder / name).resolve()
    return path.is_relative_to(folder.resolve()) and path.is_file() and bool(path.read_bytes().strip())


def _roles(declared: Declaration) -> Iterator[Problem]:
    for key, role in declared.role.items():
        for name in sorted(set(role.purposes) - declared.purpose.keys()):
            yield Problem("N120", f"role.{key}.purposes", f"'{name}' is not declared")
        for name in sorted(set(role.categories) - declared.category.keys()):
            yield Problem("N120", f"role.{key}.categories", f"'{name}' is not declared")
        needed = {
            category
            for name in role.purposes
            if name in declared.purpose
            for category in declared.purpose[name].categories
        }
        for name in sorted(set(role.categories) & declared.category.keys() - needed):
            yield Problem("N121", f"role.{key}.categories", f"no purpose of this role needs '{name}'")


def _forms(declared: Declaration) -> Iterator[Problem]:
    """A form asks only what its purpose may hold (art. 5(1)(b)–(c))."""
    for key, form in declared.form.items():
        purpose = declared.purpose.get(form.purpose)
        if purpose is None:
            yield Problem("N130", f"form.{key}.purpose", f"'{form.purpose}' is not declared")
            continue
        if form.source not in purpose.sources:
            yield Problem("N131", f"form.{key}.source", f"purpose '{form.purpose}' has no source '{form.source}'")
        for name, asked in form.asks.items():
            if asked.category not in purpose.categories:
                message = f"purpose '{form.purpose}' may not hold '{asked.category}'"
                yield Problem("N132", f"form.{key}.asks.{name}", message)


def _consents(declared: Declaration) -> Iterator[Problem]:
    """A consent is asked for a declared purpose that rests on consent, and its words say that it can be withdrawn."""
    for key, asked in declared.consent.items():
        purpose = declared.purpose.get(asked.purpose)
        if purpose is None:
            yield Problem("N133", f"consent.{key}.purpose", f"'{asked.purpose}' is not declared")
        elif Basis.CONSENT not in purpose.bases:
            yield Problem("N134", f"consent.{key}.purpose", f"purpose '{asked.purpose}' does not rest on consent")


def _acknowledgements(declared: Declaration) -> Iterator[Problem]:
    """What is acknowledged rests on a contract and names its notice; words that call it a consent would mislead.

    Where a contract depended on a consent, the consent would not be free (art. 7(4)).
    """
    for key, words in declared.acknowledgement.items():
        purpose = declared.purpose.get(words.purpose)
        place = f"acknowledgement.{key}"
        if purpose is None:
            yield Problem("N135", f"{place}.purpose", f"'{words.purpose}' is not declared")
        elif Basis.CONTRACT not in purpose.bases:
            yield Problem("N136", f"{place}.purpose", f"purpose '{words.purpose}' does not rest on a contract")
        for language in LANGUAGES:
            said = words.text.in_language(language)
            if VERSION_MARK not in said:
                yield Problem("N137", f"{place}.text.{language}", f"it does not name the notice: write {VERSION_MARK}")
            if _CONSENTING.search(said):
                yield Problem("N138", f"{place}.text.{language}", "an acknowledgement must not call itself a consent")


_CONSENTING = re.compile(r"suostu|samtyck|consent", re.IGNORECASE)

#: The European Economic Area. Members change by treaty, not by configuration.
EEA = frozenset(
    "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO".split()  # noqa: SIM905 -- reads as the list it is
)


def _transfers(declared: Declaration) -> Iterator[Problem]:
    for key, recipient in declared.recipient.items():
        if recipient.country not in EEA and recipient.transfer is None:
            yield Problem("N140", f"recipient.{key}", "outside the EEA: a transfer mechanism is needed (arts 44–49)")
        if recipient.kind == "processor" and recipient.contract_date is None and not recipient.confirm:
            yield Problem("N141", f"recipient.{key}", "a processor needs a dated contract (art. 28(3))")


def _terminal(declared: Declaration) -> Iterator[Problem]:
    for key, item in declared.terminal.items():
        if item.party == "third" and (item.necessary or not item.host):
            yield Problem(
                "N150", f"terminal.{key}", "a third party's item is never necessary, and names its host (S5.5)"
            )


def _dead_names(declared: Declaration) -> Iterator[Problem]:
    """A name that nothing uses is a promise about nothing."""
    used = {
        "category": {name for purpose in declared.purpose.values() for name in purpose.categories},
        "source": {name for purpose in declared.purpose.values() for name in purpose.sources},
        "recipient": {name for purpose in declared.purpose.values() for name in purpose.recipients},
    }
    for kind, names in used.items():
        for name in sorted(getattr(declared, kind).keys() - names):
            yield Problem("N160", f"{kind}.{name}", "no purpose uses it")
    seen = {name for role in declared.role.values() for name in role.purposes}
    for name in sorted(declared.purpose.keys() - seen):
        yield Problem("N161", f"purpose.{name}", "no job role works for it")


LONGEST_WAIVER = Period(months=12)


def _waivers(declared: Declaration, today: date) -> Iterator[Problem]:
    """A waiver is for a named gap and for a time."""
    known = {f"purpose.{key}" for key in declared.purpose} | {f"category.{key}" for key in declared.category}
    for waiver in declared.waiver:
        if waiver.until < today:
            yield Problem(
                "N170", f"waiver {waiver.item}", f"it ended on {waiver.until}: mend the gap or review it again"
            )
        if waiver.until > add(today, LONGEST_WAIVER):
            message = f"it lasts until {waiver.until}, which is more than a year: a waiver is for a time"
            yield Problem("N172", f"waiver {waiver.item}", message)
        if waiver.item not in known:
            yield Problem("N171", f"waiver {waiver.item}", "it names nothing that is declared")
