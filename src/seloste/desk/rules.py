"""What the desk shows, said in the words of the notice. Plain Python; no table, no clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from seloste.declaration.schema import Basis, Declaration
from seloste.declaration.words import retention_words
from seloste.kernel.duty import Duty

#: An end date this near is marked.
SOON = timedelta(days=30)

#: The letters of GDPR art. 6(1).
ARTICLE = {
    Basis.CONSENT: "6(1)(a)",
    Basis.CONTRACT: "6(1)(b)",
    Basis.LEGAL_OBLIGATION: "6(1)(c)",
    Basis.LEGITIMATE_INTEREST: "6(1)(f)",
}

#: Icons of the things that happen, by the kind of the entry.
ICON = {
    "message": "form",
    "call": "phone",
    "meeting": "meeting",
    "social": "social",
    "email": "mail",
    "public_find": "public",
    "note": "note",
    "feedback": "feedback",
    "project": "project",
    "consent": "scale",
    "objection": "cross",
    "message_out": "mail",
    "order": "order",
    "order_message": "mail",
    "payment": "scale",
    "subscription": "history",
    "file": "download",
}


def looks_after_machine(duty: Duty) -> bool:
    """Tell whether the duty includes keeping the services at work: its purpose, or answering for the whole."""
    return "web_security" in duty.purposes or "staff" in duty.may


def sees_all_that_goes(duty: Duty) -> bool:
    """Tell whether the duty answers for the notice, and so for every period in it."""
    return not duty.may.isdisjoint({"notice", "audit"})


def sees_whose_grounds_end(duty: Duty) -> bool:
    """Tell whether the duty reads persons, with where their data come from and until when they are kept."""
    return "read" in duty.may and "provenance" in duty.categories


@dataclass(frozen=True, kw_only=True, slots=True)
class Clause:
    """A sentence of the notice and where it stands."""

    id: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Provenance:
    """What the notice promises to say of every value: from where, why, on which basis and until when."""

    source: str
    source_detail: str
    on: date | None
    by: str
    basis: str
    article: str
    purpose: str
    until: date | None
    soon: bool
    rule: str
    why: str
    clauses: Sequence[Clause]
    notice_version: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """On which basis and until when the person is held for a purpose."""

    basis: str
    keep_until: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """Who reads: the declaration in a language on a day, with the colleagues' names and where the notice stands."""

    declaration: Declaration
    language: str
    today: date
    colleagues: Mapping[UUID, str]
    notice_url: str

    def source(self, key: str) -> str:
        """Return the name of a source; the key itself where the notice no longer has it."""
        declared = self.declaration.source.get(key)
        return declared.name.in_language(self.language) if declared else key

    def purpose(self, key: str) -> str:
        """Return the name of a purpose; the key itself where the notice no longer has it."""
        declared = self.declaration.purpose.get(key)
        return declared.name.in_language(self.language) if declared else key

    def category(self, key: str) -> str:
        """Return the name of a category of data."""
        declared = self.declaration.category.get(key)
        return declared.name.in_language(self.language) if declared else key

    def role(self, key: str) -> str:
        """Return the name of a job role."""
        declared = self.declaration.role.get(key)
        return declared.name.in_language(self.language) if declared else key

    def basis(self, key: str) -> str:
        """Return the name of a legal basis."""
        return self.declaration.basis[Basis(key)].in_language(self.language)

    def is_soon(self, day: date) -> bool:
        """Tell whether the day is near enough to be marked."""
        return day - self.today <= SOON


def provenance(
    reader: Reader,
    held: Mapping[str, Held],
    *,
    source: str,
    source_detail: str,
    on: date | None,
    by: UUID | None,
    purposes: Sequence[str],
    notice_version: str = "",
) -> Provenance:
    """Return what stands beside a value. The end is the latest end among the purposes the person is still held for."""
    live = [key for key in purposes if key in held]
    until = max((held[key].keep_until for key in live), default=None)
    bases = list(dict.fromkeys(held[key].basis for key in live))
    return Provenance(
        source=reader.source(source),
        source_detail=source_detail,
        on=on,
        by=reader.colleagues.get(by, "") if by else "",
        basis=", ".join(reader.basis(key) for key in bases),
        article=", ".join(ARTICLE[Basis(key)] for key in bases),
        purpose=", ".join(reader.purpose(key) for key in purposes),
        until=until,
        soon=until is not None and reader.is_soon(until),
        rule=_rule(reader, held, live),
        why=_why(reader, purposes),
        clauses=_clauses(reader, source, purposes),
        notice_version=notice_version,
    )


def _rule(reader: Reader, held: Mapping[str, Held], live: Sequence[str]) -> str:
    """Return the words of the period that ends last."""
    last = max(live, key=lambda key: held[key].keep_until, default=None)
    return retention_words(reader.declaration, last, reader.language) if last else ""


def _why(reader: Reader, purposes: Iterable[str]) -> str:
    declared = [reader.declaration.purpose[key] for key in purposes if key in reader.declaration.purpose]
    return " ".join(purpose.why.in_language(reader.language) for purpose in declared)


def _clauses(reader: Reader, source: str, purposes: Iterable[str]) -> list[Clause]:
    declared = reader.declaration
    ids = [clause for key in purposes if key in declared.purpose for clause in declared.purpose[key].clauses]
    ids += [declared.source[source].clause] if source in declared.source else []
    return [Clause(id=clause, url=f"{reader.notice_url}#{clause}") for clause in dict.fromkeys(ids)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A part of a found text: what was typed is marked."""

    text: str
    hit: bool


def pieces(text: str, sought: str) -> list[Piece]:
    """Split the text at the first place where what was typed stands, for marking it."""
    at = text.casefold().find(sought.casefold()) if sought else -1
    if at < 0 or len(text) != len(text.casefold()):
        return [Piece(text=text, hit=False)]
    end = at + len(sought)
    parts = [Piece(text=text[:at], hit=False), Piece(text=text[at:end], hit=True), Piece(text=text[end:], hit=False)]
    return [part for part in parts if part.text]


def allowed_purposes(declaration: Declaration, purposes: Iterable[str], *, category: str) -> list[str]:
    """Return those of the purposes that the notice lets hold the category, in the order of the notice."""
    mine = set(purposes)
    return [key for key, purpose in declaration.purpose.items() if key in mine and category in purpose.categories]


def allowed_sources(declaration: Declaration, purposes: Iterable[str]) -> list[str]:
    """Return the sources from which any of the purposes may have data, in the order of the notice."""
    of_purposes = {source for key in purposes for source in declaration.purpose[key].sources}
    return [key for key in declaration.source if key in of_purposes]


def common_sources(declaration: Declaration, purposes: Iterable[str]) -> list[str]:
    """Return the sources from which every one of the purposes may have data, in the order of the notice."""
    allowed = [set(declaration.purpose[key].sources) for key in purposes if key in declaration.purpose]
    common = set.intersection(*allowed) if allowed else set()
    return [key for key in declaration.source if key in common]
