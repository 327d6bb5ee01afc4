"""The words of an acknowledgement: for a contract, beside a numbered notice, never called a consent."""

from datetime import date
from typing import Any

import pytest

from seloste.declaration import canonical
from seloste.declaration.checks import problems
from seloste.declaration.lint import lint
from seloste.declaration.load import DEFAULT_FOLDER, load
from seloste.declaration.schema import LANGUAGES, VERSION_MARK, AcknowledgedWords, Declaration

TODAY = date(2026, 11, 25)


@pytest.fixture(scope="module")
def notice() -> Declaration:
    """Our notice."""
    return load(DEFAULT_FOLDER)


def changed(notice: Declaration, **changes: Any) -> Declaration:  # noqa: ANN401 -- any field of the words
    words = notice.acknowledgement["order"].model_copy(update=changes)
    return notice.model_copy(update={"acknowledgement": {"order": words}})


def codes(notice: Declaration) -> set[str]:
    return {found.code for found in problems(notice, today=TODAY, folder=DEFAULT_FOLDER) if "acknowledg" in found.place}


def text(notice: Declaration, language: str, said: str) -> Any:  # noqa: ANN401 -- the words in three languages
    return notice.acknowledgement["order"].text.model_copy(update={language: said})


def test_our_words_are_in_order(notice: Declaration) -> None:
    assert codes(notice) == set()


@pytest.mark.parametrize(("purpose", "code"), [("shopping", "N135"), ("direct_marketing", "N136"), ("rights", "N136")])
def test_purpose_that_rests_on_no_contract_is_refused(notice: Declaration, purpose: str, code: str) -> None:
    assert codes(changed(notice, purpose=purpose)) == {code}


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_without_the_number_of_the_notice_are_refused(notice: Declaration, language: str) -> None:
    assert codes(changed(notice, text=text(notice, language, "Hyväksyn."))) == {"N137"}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fi", "Suostun {version}"),
        ("fi", "Annan suostumukseni {version}"),
        ("sv", "Jag samtycker {version}"),
        ("en", "I consent {version}"),
    ],
)
def test_words_that_call_themselves_a_consent_are_refused(notice: Declaration, language: str, said: str) -> None:
    assert codes(changed(notice, text=text(notice, language, said))) == {"N138"}


def test_words_name_the_notice_they_stand_beside(notice: Declaration) -> None:
    words = notice.acknowledgement["order"]

    assert isinstance(words, AcknowledgedWords)
    for language in LANGUAGES:
        assert "2.7" in words.said(language, version="2.7")
        assert VERSION_MARK not in words.said(language, version="2.7")


def test_words_are_no_part_of_the_published_notice(notice: Declaration) -> None:
    without = notice.model_copy(update={"acknowledgement": {}})

    assert canonical.text_hash(canonical.plain(notice)) == canonical.text_hash(canonical.plain(without))


def test_notice_that_asks_for_an_acceptance_without_words_is_reported(notice: Declaration) -> None:
    without = notice.model_copy(update={"acknowledgement": {}})

    assert "acknowledgement" in {finding.where for finding in lint(without)}
    assert "acknowledgement" not in {finding.where for finding in lint(notice)}
