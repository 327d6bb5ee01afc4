"""What GDPR articles 12–14 want of a privacy notice and a declaration does not say, in words a controller understands.

The machine cannot judge prose. It sees which law each sentence says it answers (``law``), whether the facts of the
declaration stand in that sentence, and what the tables say; the rest is a person's reading.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from seloste.declaration import lint_words as words
from seloste.declaration.checks import EEA
from seloste.declaration.reviewed import texts
from seloste.declaration.schema import Basis, Clause, Declaration, Purpose, Text

Severity = Literal["missing", "unclear", "confirm"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing a notice lacks: how bad it is, the article that wants it, what to do, and where it belongs."""

    severity: Severity
    article: str
    message: Text
    where: str


def lint(declaration: Declaration) -> list[Finding]:
    """Return what the notice lacks in the order of the articles' rows, what must only be confirmed last."""
    return [finding for check in CHECKS for finding in check(declaration)]


def _missing(article: str, message: Text, where: str) -> Finding:
    return Finding(severity="missing", article=article, message=message, where=where)


def _unclear(article: str, message: Text, where: str) -> Finding:
    return Finding(severity="unclear", article=article, message=message, where=where)


# --- Sentences that every notice must have ----------------------------------------------------------------------------


def _marks(clause: Clause) -> set[str]:
    """Return the laws a sentence says it answers: ``GDPR 13(1)(b), 37`` gives ``13(1)(b)`` and ``37``."""
    return {mark.strip().removeprefix("GDPR ") for mark in clause.law.split(",")}


def _saying(declaration: Declaration, mark: str) -> list[Clause]:
    return [clause for clause in declaration.clauses().values() if mark in _marks(clause)]


def _sentences(declaration: Declaration) -> Iterator[Finding]:
    for article, message in words.SENTENCES.items():
        if not _saying(declaration, article):
            yield _missing(article, message, "section")


# --- Facts that must stand in the sentence that claims to give them ---------------------------------------------------


def _facts(declaration: Declaration) -> Iterator[Finding]:
    """The controller's name, address and e-mail, and the authority's e-mail, are in the words a visitor reads."""
    controller = declaration.controller
    wanted = [
        ("13(1)(a)", "controller.name", controller.name),
        ("13(1)(a)", "controller.street", controller.street),
        ("13(1)(a)", "controller.email", controller.email),
        ("13(2)(d)", "authority.email", declaration.authority.email),
    ]
    for article, where, fact in wanted:
        said = _saying(declaration, article)
        if said and not all(any(fact in clause.text.in_language(of) for clause in said) for of in ("fi", "sv", "en")):
            yield _unclear(article, words.WITHOUT_FACT, where)


def _headings(declaration: Declaration) -> Iterator[Finding]:
    """A sentence that only repeats its heading tells nothing."""
    for section in declaration.section:
        for clause in section.clause:
            if clause.text == section.title:
                yield _missing("12(1)", words.HEADING, f"section.{section.number}.{clause.id}")


# --- Lists that are generated and must be printed somewhere -----------------------------------------------------------


def _lists(declaration: Declaration) -> Iterator[Finding]:
    printed = {name for section in declaration.section for name in section.generated}
    for name, (article, message) in words.LISTS.items():
        if name not in printed:
            yield _missing(article, message, f"section.generated.{name}")


# --- Purposes and their bases -----------------------------------------------------------------------------------------

#: A purpose may have one basis, and another for those whom the first does not reach. More is a list, not a pairing.
_MOST_BASES = 2


def _pairing(declaration: Declaration) -> Iterator[Finding]:
    for key, purpose in declaration.purpose.items():
        if len(set(purpose.bases)) > _MOST_BASES:
            yield _unclear("13(1)(c)", words.UNPAIRED, f"purpose.{key}.bases")
    if not any(Basis.LEGAL_OBLIGATION in purpose.bases for purpose in declaration.purpose.values()):
        yield _missing("6(1)(c)", words.NO_OBLIGATION, "purpose")


def _evidence(declaration: Declaration) -> Iterator[Finding]:
    for key, purpose in declaration.purpose.items():
        for name, article, message in _lacks(purpose):
            yield _missing(article, message, f"purpose.{key}.{name}")


def _lacks(purpose: Purpose) -> Iterator[tuple[str, str, Text]]:
    if Basis.LEGITIMATE_INTEREST in purpose.bases and purpose.interest is None:
        yield "interest", "13(1)(d)", words.SENTENCES["13(1)(d)"]
    if Basis.LEGITIMATE_INTEREST in purpose.bases and not purpose.balance:
        yield "balance", "6(1)(f)", words.NO_BALANCE
    if Basis.LEGAL_OBLIGATION in purpose.bases and not purpose.law:
        yield "law", "6(3)", words.NO_LAW
    if Basis.CONSENT in purpose.bases and not purpose.withdrawal:
        yield "withdrawal", "7(3)", words.NO_WITHDRAWAL


def _consent(declaration: Declaration) -> Iterator[Finding]:
    """Where anything rests on consent, the notice tells of withdrawal."""
    consented = any(Basis.CONSENT in purpose.bases for purpose in declaration.purpose.values())
    if consented and not _saying(declaration, "13(2)(c)"):
        yield _missing("13(2)(c)", words.NO_WITHDRAWAL_TOLD, "section")


def _automated(declaration: Declaration) -> Iterator[Finding]:
    for key, purpose in declaration.purpose.items():
        if purpose.profiling or purpose.automated_decisions:
            yield _unclear("13(2)(f)", words.AUTOMATED, f"purpose.{key}")


# --- Recipients, transfers and sources --------------------------------------------------------------------------------


def _transfers(declaration: Declaration) -> Iterator[Finding]:
    for key, recipient in declaration.recipient.items():
        if recipient.country not in EEA and recipient.transfer is None:
            yield _missing("13(1)(f)", words.NO_MECHANISM, f"recipient.{key}.transfer")
        if recipient.kind == "processor" and recipient.contract_date is None and not recipient.confirm:
            yield _missing("28(3)", words.NO_CONTRACT, f"recipient.{key}.contract_date")


def _sources(declaration: Declaration) -> Iterator[Finding]:
    """Data from elsewhere than the person bring the duty to tell, and to tell the source."""
    elsewhere = any(not source.from_person for source in declaration.source.values())
    for mark in ("14(2)(f)", "14(3)"):
        if elsewhere and not _saying(declaration, mark):
            yield _missing(mark, words.NOT_TOLD, "section")


# --- Rights -----------------------------------------------------------------------------------------------------------


def _is_about(article: str, wanted: str) -> bool:
    return article == wanted or article.startswith(f"{wanted}(")


def _rights(declaration: Declaration) -> Iterator[Finding]:
    for wanted, message in words.RIGHTS.items():
        if not any(_is_about(right.article, wanted) for right in declaration.right.values()):
            yield _missing(wanted, message, "right")


def _objection(declaration: Declaration) -> Iterator[Finding]:
    """The right to object is told clearly and apart from everything else (art. 21(4))."""
    sections = [
        section for section in declaration.section if any("21(4)" in _marks(clause) for clause in section.clause)
    ]
    marked = [right for right in declaration.right.values() if _is_about(right.article, "21") and right.separate]
    if not sections or not marked:
        yield _missing("21(4)", words.NOT_APART, "section")
    for section in sections:
        if not all("21(4)" in _marks(clause) for clause in section.clause):
            yield _unclear("21(4)", words.NOT_APART, f"section.{section.number}")
    markets = any(purpose.dpv == "dpv:DirectMarketing" for purpose in declaration.purpose.values())
    if markets and not _saying(declaration, "21(2)"):
        yield _missing("21(2)", words.NO_BAN, "section")


# --- Sentences of the published notice that the law does not let stand as they were -----------------------------------


def _rewordings(declaration: Declaration) -> Iterator[Finding]:
    clauses = declaration.clauses()
    for sentence, (mark, message) in words.REWORDED.items():
        if sentence in clauses and mark not in _marks(clauses[sentence]):
            yield _unclear(mark, message, f"section.{sentence}")


# --- Languages, the device, the law's figures -------------------------------------------------------------------------

#: Names and headings of so few words may well be the same in two languages.
_SHORT = 3


def _languages(declaration: Declaration) -> Iterator[Finding]:
    for place, text in texts(declaration):
        for language in ("sv", "en"):
            if text.in_language(language) == text.fi and len(text.fi.split()) > _SHORT:
                yield _missing("12(1)", words.UNTRANSLATED, f"{place}.{language}")


def _device(declaration: Declaration) -> Iterator[Finding]:
    beside = [section.clause for section in declaration.section if "terminal" in section.generated]
    if not any("917/2014 205 §" in _marks(clause) for clauses in beside for clause in clauses):
        yield _missing("917/2014 205 §", words.DEVICE, "section")
    consented = any(Basis.CONSENT in purpose.bases for purpose in declaration.purpose.values())
    for key, item in declaration.terminal.items():
        if not item.necessary and not consented:
            yield _missing("917/2014 205 §", words.NO_CONSENT, f"terminal.{key}")


def _figures(declaration: Declaration) -> Iterator[Finding]:
    known = {rule.key for rule in declaration.rule}
    for key, article in (("answer_to_request", "12(3)"), ("answer_extension", "12(3)"), ("art14_information", "14(3)")):
        if key not in known:
            yield _missing(article, words.NO_FIGURE, f"rule.{key}")


# --- What is acknowledged ---------------------------------------------------------------------------------------------


def _acknowledged(declaration: Declaration) -> Iterator[Finding]:
    """A notice that says an order needs an acceptance has the words of it, for a purpose that rests on a contract."""
    if _saying(declaration, "7(4)") and not declaration.acknowledgement:
        yield _unclear("7(4)", words.WITHOUT_ACKNOWLEDGEMENT, "acknowledgement")


# --- What only the controller knows -----------------------------------------------------------------------------------


def _to_confirm(declaration: Declaration) -> Iterator[Finding]:
    if not declaration.controller.business_id:
        yield Finding(severity="confirm", article="13(1)(a)", message=words.BUSINESS_ID, where="controller.business_id")
    for clause in declaration.clauses().values():
        if clause.confirm:
            yield _confirm(clause.law or "12(1)", clause.confirm, f"section.{clause.id}")
    for key, purpose in declaration.purpose.items():
        if purpose.confirm:
            yield _confirm("13(2)(a)", purpose.confirm, f"purpose.{key}")
    for key, recipient in declaration.recipient.items():
        if recipient.confirm:
            yield _confirm("13(1)(e)", recipient.confirm, f"recipient.{key}")


def _confirm(article: str, what: Text, where: str) -> Finding:
    return Finding(severity="confirm", article=article.removeprefix("GDPR "), message=what, where=where)


CHECKS: tuple[Callable[[Declaration], Iterator[Finding]], ...] = (
    _sentences,
    _facts,
    _headings,
    _lists,
    _pairing,
    _evidence,
    _consent,
    _automated,
    _transfers,
    _sources,
    _rights,
    _objection,
    _rewordings,
    _languages,
    _device,
    _figures,
    _acknowledged,
    _to_confirm,
)
