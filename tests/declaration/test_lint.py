"""The linter: silent about our notice but for what only the controller knows, and loud about the published one."""

from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from seloste.declaration import lint_words
from seloste.declaration.lint import CHECKS, Finding, lint
from seloste.declaration.load import DEFAULT_FOLDER, load
from seloste.declaration.schema import (
    LANGUAGES,
    Basis,
    Clause,
    Declaration,
    Part,
    Purpose,
    Recipient,
    Section,
    TerminalItem,
    Text,
)

P = TypeVar("P", bound=Part)
Mutation = Callable[[Declaration], Declaration]

#: What the published notice says, by the law that wants it; the rest of its sentences answer no article as they stand.
_PUBLISHED_SAYS = {
    "S1": "GDPR 13(1)(a)",
    "S2": "GDPR 13(1)(a)",
    "S4.10": "GDPR 13(2)(f)",
    "S6.2": "GDPR 14(2)(f)",
    "S9.3": "GDPR 12(2)",
}
_EVERY_BASIS = (Basis.CONSENT, Basis.CONTRACT, Basis.LEGITIMATE_INTEREST)


@pytest.fixture(scope="module")
def notice() -> Declaration:
    return load(DEFAULT_FOLDER)


def _with(part: P, **changes: Any) -> P:  # noqa: ANN401 -- any field of any part
    return part.model_copy(update=changes)


def _only_finnish(words: str) -> Text:
    return Text(fi=words, sv=words, en=words)


def _as_published(notice: Declaration) -> Declaration:
    """Return a declaration that says what the published notice says and nothing more."""
    return _with(
        notice,
        section=tuple(_published(section) for section in notice.section if section.number <= 10),
        purpose={key: _unpaired(purpose) for key, purpose in notice.purpose.items()},
        right={key: notice.right[key] for key in ("access", "rectification", "erasure", "restriction")},
        rule=(),
    )


def _published(section: Section) -> Section:
    said = tuple(
        _with(clause, text=_only_finnish(clause.seed), law=_PUBLISHED_SAYS.get(clause.id, ""), confirm=None)
        for clause in section.clause
        if clause.seed
    )
    listed = tuple(name for name in section.generated if name in {"categories", "sources"})
    return _with(section, title=_only_finnish(section.title.fi), clause=said, generated=listed)


def _unpaired(purpose: Purpose) -> Purpose:
    return _with(purpose, bases=_EVERY_BASIS, interest=None, balance="", law="", withdrawal="", confirm=None)


def _told(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(finding.severity, finding.article) for finding in findings}


def test_our_notice_lacks_nothing_but_what_only_the_controller_knows(notice: Declaration) -> None:
    findings = lint(notice)

    assert {finding.severity for finding in findings} == {"confirm"}
    assert len(findings) == len({finding.where for finding in findings})


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        ("controller", {("confirm", "13(1)(a)")}),
        ("data protection officer", {("missing", "13(1)(b)")}),
        ("purposes paired with bases", {("missing", "13(1)(c)"), ("unclear", "13(1)(c)"), ("missing", "6(1)(c)")}),
        ("legitimate interests named and weighed", {("missing", "13(1)(d)"), ("missing", "6(1)(f)")}),
        ("recipients", {("missing", "13(1)(e)")}),
        ("transfers", {("missing", "13(1)(f)")}),
        ("heading without words", {("missing", "12(1)")}),
        ("storage periods", {("missing", "13(2)(a)")}),
        ("rights", {("missing", "20"), ("missing", "21"), ("missing", "7(3)"), ("missing", "22")}),
        ("objection apart", {("missing", "21(4)"), ("missing", "21(2)")}),
        ("withdrawal", {("missing", "13(2)(c)")}),
        ("complaint", {("missing", "13(2)(d)"), ("missing", "77")}),
        ("statutory or contractual need", {("missing", "13(2)(e)"), ("unclear", "7(4)")}),
        ("telling those not asked", {("missing", "14(3)")}),
        ("statistics", {("unclear", "917/2014 205 §")}),
        ("time for answering", {("missing", "12(3)")}),
        ("identity", {("missing", "12(6)")}),
        ("contract information", {("unclear", "28")}),
        ("new purposes", {("missing", "13(3)")}),
    ],
)
def test_published_notice_is_reported(notice: Declaration, row: str, wanted: set[tuple[str, str]]) -> None:
    assert wanted <= _told(lint(_as_published(notice)))


def test_published_notice_is_not_blamed_for_what_it_says(notice: Declaration) -> None:
    findings = lint(_as_published(notice))
    said = {"13(1)(a)", "13(2)(f)", "14(1)(d)", "14(2)(f)", "12(2)", "15", "16", "17", "18"}

    assert {finding.article for finding in findings if finding.severity != "confirm"} & said == set()


def test_published_notice_is_reported_as_untranslated_and_as_a_bare_heading(notice: Declaration) -> None:
    where = {finding.where for finding in lint(_as_published(notice)) if finding.article == "12(1)"}

    assert "section.7.S7.2" in where
    for language in ("sv", "en"):
        assert [place for place in where if place.endswith(f"S4.1.text.{language}")]


# --- One mutation for each check --------------------------------------------------------------------------------------


def _clauses(notice: Declaration, change: Callable[[Clause], Clause | None]) -> Declaration:
    def changed(section: Section) -> Section:
        kept = [change(clause) for clause in section.clause]
        return _with(section, clause=tuple(clause for clause in kept if clause is not None))

    return _with(notice, section=tuple(changed(section) for section in notice.section))


def _without_mark(mark: str) -> Mutation:
    """Leave out every sentence that answers the article."""

    def marked(clause: Clause) -> bool:
        return mark in {law.strip().removeprefix("GDPR ") for law in clause.law.split(",")}

    return lambda notice: _clauses(notice, lambda clause: None if marked(clause) else clause)


def _unmarked(key: str) -> Mutation:
    return lambda notice: _clauses(notice, lambda clause: _with(clause, law="") if clause.id == key else clause)


def _unprinted(name: str) -> Mutation:
    return lambda notice: _with(
        notice,
        section=tuple(
            _with(section, generated=tuple(other for other in section.generated if other != name))
            for section in notice.section
        ),
    )


def _purpose(key: str, **changes: Any) -> Mutation:  # noqa: ANN401 -- any field of a purpose
    return lambda notice: _with(notice, purpose={**notice.purpose, key: _with(notice.purpose[key], **changes)})


def _recipient(**changes: Any) -> Mutation:  # noqa: ANN401 -- any field of a recipient
    given: dict[str, Any] = {"name": _only_finnish("Example"), "kind": "controller", "country": "FI", **changes}
    return lambda notice: _with(notice, recipient={"example": Recipient(**given)})


def _without_right(article: str) -> Mutation:
    return lambda notice: _with(
        notice,
        right={
            key: right
            for key, right in notice.right.items()
            if right.article != article and not right.article.startswith(f"{article}(")
        },
    )


def _objection_among_others(notice: Declaration) -> Declaration:
    """Move another sentence into the section that tells of objecting."""
    stray = notice.clauses()["S10.1"]
    return _with(
        notice,
        section=tuple(
            _with(section, clause=(*section.clause, stray)) if section.number == 11 else section
            for section in notice.section
        ),
    )


def _objection_not_separate(notice: Declaration) -> Declaration:
    return _with(notice, right={key: _with(right, separate=False) for key, right in notice.right.items()})


def _bare_heading(notice: Declaration) -> Declaration:
    title = next(section.title for section in notice.section if section.number == 7)
    return _clauses(notice, lambda clause: _with(clause, text=title) if clause.id == "S7.2" else clause)


def _said(key: str, words: str, language: str) -> Mutation:
    return lambda notice: _clauses(
        notice,
        lambda clause: _with(clause, text=_with(clause.text, **{language: words})) if clause.id == key else clause,
    )


def _untranslated(notice: Declaration) -> Declaration:
    return _clauses(
        notice, lambda clause: _with(clause, text=_only_finnish(clause.text.fi)) if clause.id == "S8.1" else clause
    )


def _unneeded_cookie(notice: Declaration) -> Declaration:
    """Declare something optional on the device while nothing rests on consent."""
    bases = {key: _with(purpose, bases=(Basis.LEGAL_OBLIGATION,), law="x") for key, purpose in notice.purpose.items()}
    item: TerminalItem = _with(notice.terminal["sessionid"], necessary=False)
    return _with(notice, terminal={"optional": item}, purpose=bases)


def _without_rule(key: str) -> Mutation:
    return lambda notice: _with(notice, rule=tuple(rule for rule in notice.rule if rule.key != key))


def _without_obligations(notice: Declaration) -> Declaration:
    kept = {key: purpose for key, purpose in notice.purpose.items() if Basis.LEGAL_OBLIGATION not in purpose.bases}
    return _with(notice, purpose=kept)


_MUTATIONS: list[tuple[Mutation, str, str, str]] = [
    *((_without_mark(mark), "missing", mark, "section") for mark in lint_words.SENTENCES),
    *(
        (_unprinted(name), "missing", article, f"section.generated.{name}")
        for name, (article, _) in lint_words.LISTS.items()
    ),
    *((_without_right(article), "missing", article, "right") for article in lint_words.RIGHTS),
    *((_unmarked(key), "unclear", mark, f"section.{key}") for key, (mark, _) in lint_words.REWORDED.items()),
    (_said("S1", "Controller: Example", "en"), "unclear", "13(1)(a)", "controller.name"),
    (_said("S1", "Personuppgiftsansvarig: Husgrove", "sv"), "unclear", "13(1)(a)", "controller.street"),
    (_said("S2", "Kirjoita meille", "fi"), "unclear", "13(1)(a)", "controller.email"),
    (_said("A13.2.d", "Complain to the authority.", "en"), "unclear", "13(2)(d)", "authority.email"),
    (_bare_heading, "missing", "12(1)", "section.7.S7.2"),
    (_purpose("order", bases=_EVERY_BASIS, withdrawal="/x/"), "unclear", "13(1)(c)", "purpose.order.bases"),
    (_without_obligations, "missing", "6(1)(c)", "purpose"),
    (_purpose("feedback", interest=None), "missing", "13(1)(d)", "purpose.feedback.interest"),
    (_purpose("feedback", balance=""), "missing", "6(1)(f)", "purpose.feedback.balance"),
    (_purpose("accounting", law=""), "missing", "6(3)", "purpose.accounting.law"),
    (_purpose("direct_marketing", withdrawal=""), "missing", "7(3)", "purpose.direct_marketing.withdrawal"),
    (_without_mark("13(2)(c)"), "missing", "13(2)(c)", "section"),
    (_purpose("feedback", profiling=True), "unclear", "13(2)(f)", "purpose.feedback"),
    (_purpose("feedback", automated_decisions=True), "unclear", "13(2)(f)", "purpose.feedback"),
    (_recipient(country="US"), "missing", "13(1)(f)", "recipient.example.transfer"),
    (_recipient(kind="processor"), "missing", "28(3)", "recipient.example.contract_date"),
    (_recipient(confirm=_only_finnish("Kuka?")), "confirm", "13(1)(e)", "recipient.example"),
    (_without_mark("14(2)(f)"), "missing", "14(2)(f)", "section"),
    (_without_mark("14(3)"), "missing", "14(3)", "section"),
    (_without_mark("21(4)"), "missing", "21(4)", "section"),
    (_objection_not_separate, "missing", "21(4)", "section"),
    (_objection_among_others, "unclear", "21(4)", "section.11"),
    (_without_mark("21(2)"), "missing", "21(2)", "section"),
    (_untranslated, "missing", "12(1)", "S8.1"),
    (_unmarked("L205"), "missing", "917/2014 205 §", "section"),
    (_unneeded_cookie, "missing", "917/2014 205 §", "terminal.optional"),
    (_without_rule("answer_to_request"), "missing", "12(3)", "rule.answer_to_request"),
    (_without_rule("answer_extension"), "missing", "12(3)", "rule.answer_extension"),
    (_without_rule("art14_information"), "missing", "14(3)", "rule.art14_information"),
    (lambda notice: _with(notice, acknowledgement={}), "unclear", "7(4)", "acknowledgement"),
]


@pytest.mark.parametrize(
    ("mutate", "severity", "article", "where"),
    _MUTATIONS,
    ids=[f"{number} {where} {article}" for number, (_, _, article, where) in enumerate(_MUTATIONS)],
)
def test_each_lack_is_reported(notice: Declaration, mutate: Mutation, severity: str, article: str, where: str) -> None:
    before, after = lint(notice), lint(mutate(notice))

    found = [finding for finding in after if finding not in before]
    assert [
        finding
        for finding in found
        if (finding.severity, finding.article) == (severity, article) and where in finding.where
    ]


def test_every_check_has_a_mutation(notice: Declaration) -> None:
    """No check of the linter is without a notice that makes it speak."""
    mutated = [mutate(notice) for mutate, *_ in _MUTATIONS]
    silent = {check.__name__ for check in CHECKS if not any(set(check(m)) - set(check(notice)) for m in mutated)}

    assert silent == set()


def test_a_business_id_ends_its_question(notice: Declaration) -> None:
    known = _with(notice, controller=_with(notice.controller, business_id="1234567-1"))

    assert [finding for finding in lint(known) if finding.where == "controller.business_id"] == []


def test_findings_are_instructions_in_three_languages(notice: Declaration) -> None:
    for finding in lint(_as_published(notice)):
        said = [finding.message.in_language(language) for language in LANGUAGES]

        assert all(words.endswith(".") for words in said)
        assert len(set(said)) == len(LANGUAGES)
