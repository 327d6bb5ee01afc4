"""The record of processing activities: GDPR art. 30(1)(a)–(g), one line for each purpose, and its basis beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from seloste.declaration.schema import Declaration
from seloste.declaration.words import retention_words
from seloste.kernel import sheets
from seloste.notices.rules import wording

#: The letters of art. 30(1), and the basis, which the article does not ask but everyone asks next.
COLUMNS = ("a", "b", "basis", "c_subjects", "c_data", "d", "e", "f", "g")


@dataclass(frozen=True, kw_only=True, slots=True)
class Activity:
    """One processing activity; each value is a column of the record."""

    key: str
    controller: str
    purpose: str
    why: str
    basis: str
    subjects: str
    categories: str
    recipients: str
    transfers: str
    period: str
    measures: str

    def cells(self) -> tuple[str, ...]:
        """Return the columns in the order of ``COLUMNS``."""
        return (
            self.controller,
            f"{self.purpose}. {self.why}",
            self.basis,
            self.subjects,
            self.categories,
            self.recipients,
            self.transfers,
            self.period,
            self.measures,
        )


def activities(declared: Declaration, language: str, *, none: str) -> list[Activity]:
    """Return the record in the language; ``none`` is the word for a column with nothing in it."""
    return [_activity(declared, key, language, none) for key in declared.purpose]


def _activity(declared: Declaration, key: str, language: str, none: str) -> Activity:
    purpose = declared.purpose[key]
    return Activity(
        key=key,
        controller=_controller(declared, language),
        purpose=purpose.name.in_language(language),
        why=purpose.why.in_language(language),
        basis=_basis(declared, key, language),
        subjects=purpose.subjects.in_language(language),
        categories=wording.category_words(declared, purpose, language),
        recipients=wording.recipient_words(declared, purpose, language) or none,
        transfers=_transfers(declared, key, language) or none,
        period=retention_words(declared, key, language),
        measures="; ".join(one.name.in_language(language) for one in declared.measure.values()),
    )


def _basis(declared: Declaration, key: str, language: str) -> str:
    purpose = declared.purpose[key]
    said = f"{wording.basis_words(declared, purpose, language)} ({wording.articles(purpose)})"
    return f"{said}; {purpose.law}" if purpose.law else said


def _controller(declared: Declaration, language: str) -> str:
    one = declared.controller
    facts = [one.name, one.business_id, one.street, f"{one.postal_code} {one.city}", one.email, one.phone]
    return ", ".join(fact for fact in facts if fact) + ". " + one.officer.text.in_language(language)


def _transfers(declared: Declaration, key: str, language: str) -> str:
    found = [declared.recipient[name] for name in declared.purpose[key].recipients]
    abroad = [one for one in found if one.transfer]
    return "; ".join(
        f"{wording.country_name(one.country, language)}: {wording.transfer_words(one, language)}" for one in abroad
    )


def as_csv(header: Sequence[str], lines: Sequence[Activity]) -> str:
    """Return the record for a spreadsheet."""
    return sheets.as_csv([header, *(line.cells() for line in lines)])
