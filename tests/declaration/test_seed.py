"""Every sentence of the published notice is in the declaration, word for word, and in its place."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from seloste.declaration.checks import problems
from seloste.declaration.load import DEFAULT_FOLDER, load
from seloste.declaration.schema import Declaration, Section

#: How many sentences with an id each section of the published notice has; 0 where the section is one sentence.
_COUNTS = {1: 0, 2: 0, 3: 0, 4: 10, 5: 5, 6: 2, 7: 2, 8: 3, 9: 5, 10: 3}
_CATEGORIES = {
    *("identity", "position", "organisation", "contact", "web_address", "ip_address", "social_profile"),
    *("correspondence", "feedback", "project", "order", "billing", "delivery", "licence", "contract"),
    *("consent", "rights_request", "provenance", "security_log", "fault", "staff", "read_log"),
}
_SOURCES = {
    *("web_form", "order", "email", "phone", "social", "contract", "meeting", "other"),
    *("web_page", "directory", "company"),
}
_TERMS = (Path(__file__).parent / "dpv_terms.txt").read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def notice() -> Declaration:
    return load(DEFAULT_FOLDER)


@pytest.fixture(scope="module")
def published(notice: Declaration) -> str:
    return (DEFAULT_FOLDER / "seed" / notice.meta.seed).read_text(encoding="utf-8")


def _words(text: str) -> str:
    """Return the words alone: lines joined, and the dashes of a list and empty space left out."""
    return " ".join(re.sub(r"^- ", "", line.strip()) for line in text.splitlines() if line.strip())


def _published_sections(published: str) -> dict[int, tuple[str, str]]:
    """Return the sections of the published notice by number: heading and words."""
    parts = re.split(r"^(\d{1,2})\. (.+)$", published.removesuffix("Helsingissä 20.9.2024"), flags=re.MULTILINE)
    return {
        int(number): (heading, _words(body))
        for number, heading, body in zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
    }


def _kept(section: Section) -> str:
    """Return the published words that a section keeps; a sentence that is the heading itself stands in the heading."""
    return " ".join(_words(clause.seed) for clause in section.clause if clause.seed not in {"", section.title.fi})


def test_the_published_notice_is_read_whole(published: str) -> None:
    sections = _published_sections(published)

    assert list(sections) == list(_COUNTS)
    assert published.endswith("Helsingissä 20.9.2024")


def test_every_published_heading_and_word_stands_in_its_section_and_nothing_else(
    notice: Declaration, published: str
) -> None:
    """The published words of a section, joined, are exactly the published section: none lost, moved or invented."""
    kept = {section.number: (section.title.fi, _kept(section)) for section in notice.section}

    assert {number: kept[number] for number in _COUNTS} == _published_sections(published)


def test_the_closing_line_is_kept(notice: Declaration) -> None:
    added = [clause for section in notice.section if section.number not in _COUNTS for clause in section.clause]

    assert [clause.seed for clause in added if clause.seed] == ["Helsingissä 20.9.2024"]


def test_every_published_sentence_has_its_id(notice: Declaration) -> None:
    wanted = ["S1", "S2", "S3"]
    wanted += [f"S{section}.{n}" for section, count in _COUNTS.items() for n in range(1, count + 1)]

    assert sorted(key for key in notice.clauses() if key.startswith("S")) == sorted(wanted)


def test_every_added_or_reworded_sentence_says_which_law_wants_it(notice: Declaration) -> None:
    """Words may differ from the published ones only for a reason; these differ in spelling or grammar alone."""
    mended = {"S4.3", "S4.9", "S5.1", "S5.2"}

    for key, clause in notice.clauses().items():
        if not clause.law:
            assert key in mended or clause.text.fi == clause.seed


def test_the_notice_is_consistent(notice: Declaration) -> None:
    assert problems(notice, today=notice.meta.effective_from, folder=DEFAULT_FOLDER) == []


def test_the_notice_in_force_is_the_completed_one(notice: Declaration) -> None:
    assert (notice.meta.version, notice.meta.effective_from) == ("2.3", date(2026, 11, 23))


def test_every_promised_kind_of_data_and_source_is_declared(notice: Declaration) -> None:
    """The closed lists of S5.3 and S6, and what the law adds to them."""
    assert set(notice.category) == _CATEGORIES
    assert set(notice.source) == _SOURCES


def test_data_from_elsewhere_than_the_person_are_only_those_of_s6_2(notice: Declaration) -> None:
    elsewhere = {key for key, source in notice.source.items() if not source.from_person}

    assert elsewhere == {key for key, source in notice.source.items() if source.clause == "S6.2"}
    assert elsewhere == {"web_page", "directory", "company"}


def test_every_term_is_one_of_the_vocabulary(notice: Declaration) -> None:
    assert {f"purpose {purpose.dpv}" for purpose in notice.purpose.values()} <= set(_TERMS)
    assert {f"data {category.dpv}" for category in notice.category.values()} <= set(_TERMS)
    assert {f"right {right.dpv}" for right in notice.right.values()} <= set(_TERMS)


def test_the_owner_sees_no_one_in_the_register(notice: Declaration) -> None:
    owner = notice.role["owner"]

    assert {category for category in owner.categories if not notice.category[category].about_staff} == set()
    assert not {"read", "write", "export", "audit"} & set(owner.may)


def test_data_about_staff_are_held_only_for_the_purpose_about_staff(notice: Declaration) -> None:
    about_staff = {key for key, category in notice.category.items() if category.about_staff}

    for purpose in notice.purpose.values():
        assert bool(about_staff & set(purpose.categories)) == purpose.about_staff


def test_only_privacy_sees_who_has_read_what(notice: Declaration) -> None:
    assert [key for key, role in notice.role.items() if "audit" in role.may] == ["privacy"]
    assert [key for key, role in notice.role.items() if "read_log" in role.categories] == ["privacy"]


def test_the_declared_cookies_are_those_the_site_sets(notice: Declaration) -> None:
    """Without https, as in tests, the names stand without the prefix that browsers tie to a secure host."""
    declared = {item.name.removeprefix("__Host-") for item in notice.terminal.values()}

    assert declared == {
        settings.SESSION_COOKIE_NAME.removeprefix("__Host-"),
        settings.CSRF_COOKIE_NAME.removeprefix("__Host-"),
        settings.MYDATA_COOKIE_NAME.removeprefix("__Host-"),
        settings.CART_COOKIE_NAME.removeprefix("__Host-"),
    }


def test_nobody_is_asked_for_a_field_without_a_reason_of_its_own(notice: Declaration) -> None:
    for form in notice.form.values():
        assert form.asks
        assert len({asked.why.fi for asked in form.asks.values()}) == len(form.asks)
