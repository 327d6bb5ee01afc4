"""The gate: a notice that lacks, contradicts or cannot be read makes `seloste check` fail."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.make import VERSION
from tests.notices.make import add, found, problems, replace, table

from seloste.notices.models import NoticeVersion

pytestmark = pytest.mark.django_db


# --- The notice -------------------------------------------------------------------------------------------------------

ORDER = "[purpose.order]"


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        ("purposes.toml", "retention     = ", "#retention     = ", "purpose.order.retention"),
        ("purposes.toml", 'period = "P24M"', 'period = "for ever"', "purpose.order.retention.period"),
        ("purposes.toml", 'period = "P24M"', 'period = "P0D"', "purpose.order.retention.period"),
        ("purposes.toml", 'start = "last_delivery"', 'start = "never"', "purpose.order.retention.start"),
        ("purposes.toml", "bases         = ", "#bases         = ", "purpose.order.bases"),
        ("purposes.toml", 'bases         = ["contract", "legitimate_interest"]', "bases = []", "purpose.order.bases"),
        ("purposes.toml", 'bases         = ["contract"', 'bases         = ["habit"', "purpose.order.bases.0"),
        ("purposes.toml", "why.sv        =", "why.se        =", "purpose.order.why"),
        ("purposes.toml", "categories    =", "kategories    =", "purpose.order"),
        ("roles.toml", '"intake"]', '"gossip"]', "role.customer_service.may"),
        ("notice.toml", f'version        = "{VERSION}"', 'version        = "two"', "meta.version"),
    ],
)
def test_a_notice_of_the_wrong_shape_is_refused(folder: Path, file: str, old: str, new: str, place: str) -> None:
    replace(folder, file, old, new)

    report = problems(folder)

    assert {problem.code for problem in report} == {"N001"}
    assert any(place in problem.message for problem in report)
    assert all(problem.place.split(":")[0] == file for problem in report)


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "place"),
    [
        ("purposes.toml", "retention     = ", "profiling = true\nretention     = ", "N110", "purpose.order"),
        ("purposes.toml", "retention     = ", "automated_decisions = true\nretention     = ", "N110", "purpose.order"),
        ("purposes.toml", '["identity", "position"', '["identity", "health"', "N101", "purpose.order.categories"),
        ("purposes.toml", 'clauses       = ["S4.2"', 'clauses       = ["S4.99"', "N104", "purpose.order"),
        (
            "purposes.toml",
            'balance       = "balance/company',
            'balance       = "balance/no',
            "N112",
            "purpose.order.balance",
        ),
        ("purposes.toml", "law           = ", "#law           = ", "N111", "purpose.accounting"),
        (
            "roles.toml",
            '"order", "licence_control"',
            '"party", "licence_control"',
            "N120",
            "role.customer_service.purposes",
        ),
        ("forms.toml", 'category = "identity"', 'category = "billing"', "N132", "form.contact.asks.name"),
        ("forms.toml", 'source    = "web_form"', 'source    = "company"', "N131", "form.contact.source"),
        ("terminal.toml", 'party        = "own"', 'party        = "third"', "N150", "terminal.sessionid"),
        ("notice.toml", 'id      = "S1"', 'id      = "S2"', "N105", "section.2"),
    ],
)
def test_a_notice_that_disagrees_with_itself_is_refused(
    folder: Path, file: str, old: str, new: str, code: str, *, place: str
) -> None:
    replace(folder, file, old, new)

    assert place in found(folder, code)


def test_a_new_purpose_without_a_role_is_refused(folder: Path) -> None:
    add(folder, "purposes.toml", "\n" + table(folder, "purposes.toml", ORDER).replace(ORDER, "[purpose.resale]"))

    assert found(folder, "N161") == ["purpose.resale"]
    assert found(folder, "E021") == []  # all that it lacks is waived as categories


def test_a_category_that_no_field_holds_is_refused(folder: Path) -> None:
    text = table(folder, "categories.toml", "[category.identity]")
    add(folder, "categories.toml", "\n" + text.replace("[category.identity]", "[category.hobbies]"))
    replace(folder, "purposes.toml", '["identity"', '["hobbies", "identity"')

    assert found(folder, "E020") == ["category.hobbies"]


def test_a_category_that_no_purpose_uses_is_refused(folder: Path) -> None:
    text = table(folder, "categories.toml", "[category.identity]")
    add(folder, "categories.toml", "\n" + text.replace("[category.identity]", "[category.hobbies]"))

    assert found(folder, "N160") == ["category.hobbies"]


def test_a_purpose_whose_data_no_field_holds_is_refused(folder: Path) -> None:
    path = folder / "waivers.toml"
    parts = path.read_text(encoding="utf-8").split("[[waiver]]")
    kept = [part for part in parts if '"purpose.licence_control"' not in part and '"category.licence"' not in part]
    path.write_text("[[waiver]]".join(kept), encoding="utf-8")

    assert found(folder, "E020") == ["category.licence"]
    assert found(folder, "E021") == ["purpose.licence_control"]


def test_a_waiver_past_its_day_is_refused(folder: Path) -> None:
    assert found(folder, "N170", at=datetime(2027, 3, 31, 20, 0, tzinfo=UTC)) == []
    assert "waiver purpose.licence_control" in found(folder, "N170", at=datetime(2027, 4, 1, 0, 0, tzinfo=UTC))


_WAIVER = """
[[waiver]]
item     = "{item}"
reason   = "A reason of more than twenty characters."
reviewer = "Seloste developers"
until    = 2027-03-31
"""


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ("category.identity", "E022"),
        ("purpose.customer_care", "E022"),
        ("purpose.party", "N171"),
        ("anything", "N171"),
    ],
)
def test_a_waiver_of_nothing_is_refused(folder: Path, item: str, code: str) -> None:
    add(folder, "waivers.toml", _WAIVER.format(item=item))

    assert found(folder, code) == [f"waiver {item}"]


def test_a_translation_that_stayed_behind_is_refused(folder: Path) -> None:
    replace(folder, "notice.toml", "Rekisterinpitäjä on Husgrove,", "Rekisterinpitäjänä on Husgrove,")

    assert found(folder, "N180") == ["section.1.clause.S1.text"]


def test_a_translation_without_its_text_is_refused(folder: Path) -> None:
    add(folder, "reviewed.toml", '"purpose.party.name" = { sv = "000000000000", en = "000000000000" }\n')

    assert found(folder, "N181") == ["purpose.party.name"]


@pytest.mark.parametrize("content", [None, "", "  \n"])
def test_a_balance_test_that_is_gone_or_empty_is_refused(folder: Path, content: str | None) -> None:
    path = folder / "balance" / "customer_care.md"
    if content is None:
        path.unlink()
    else:
        path.write_text(content, encoding="utf-8")

    assert found(folder, "N112") == ["purpose.customer_care.balance"]


_RECIPIENT = """
[recipient.hosting]
name.fi       = "Esimerkki Oy"
name.sv       = "Exempel Ab"
name.en       = "Example Ltd"
kind          = "processor"
country       = "{country}"
{more}
"""


@pytest.mark.parametrize(
    ("country", "more", "code"),
    [("US", "contract_date = 2026-11-01", "N140"), ("FI", "", "N141")],
)
def test_a_recipient_without_its_papers_is_refused(folder: Path, country: str, more: str, code: str) -> None:
    add(folder, "recipients.toml", _RECIPIENT.format(country=country, more=more))
    replace(folder, "purposes.toml", "subjects.fi", 'recipients = ["hosting"]\nsubjects.fi')

    assert found(folder, code) == ["recipient.hosting"]


# --- What the notice may not lose -------------------------------------------------------------------------------------


def without(folder: Path, file: str, header: str) -> None:
    """Take one table out of a file."""
    path = folder / file
    path.write_text(path.read_text(encoding="utf-8").replace(table(folder, file, header), "", 1), encoding="utf-8")


def test_a_sentence_that_is_gone_is_refused(folder: Path) -> None:
    path = folder / "notice.toml"
    parts = path.read_text(encoding="utf-8").split("[[section.clause]]")
    path.write_text(
        "[[section.clause]]".join(part for part in parts if 'id      = "S9.2"' not in part), encoding="utf-8"
    )

    assert found(folder, "E099") == ["census.sentences"]


def test_words_as_first_published_are_never_edited(folder: Path) -> None:
    replace(folder, "notice.toml", 'seed    = "- rekisterinpitäjän oikeutettu etu"', 'seed    = "- oikeutettu etu"')

    assert found(folder, "N107") == ["section.clause.seed"]


@pytest.mark.parametrize(
    ("old", "place"),
    [
        ('seed    = "- rekisterinpitäjän oikeutettu etu"', "section.clause.S4.8.seed"),
        ('law     = "Kirjanpitolaki 1336/1997 2:10"', "section.clause.L2.10.law"),
    ],
)
def test_a_sentence_says_where_it_came_from(folder: Path, old: str, place: str) -> None:
    replace(folder, "notice.toml", old, "")

    assert found(folder, "N106") == [place]


def test_a_sentence_that_the_pages_quote_is_refused_by_name(folder: Path) -> None:
    replace(folder, "notice.toml", 'id      = "S4.10"', 'id      = "S4.11"')

    assert "sentences that the code quotes" in found(folder, "E040")


def test_a_purpose_that_the_code_names_is_refused_when_it_is_gone(folder: Path) -> None:
    for path in folder.glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("web_security", "site_security"), encoding="utf-8")

    assert "purposes that the code names" in found(folder, "E040")


def test_a_promised_record_that_may_be_changed_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NoticeVersion, "append_only", False)

    assert "notices_noticeversion" in found(folder, "E030")


@pytest.mark.parametrize(("file", "header"), [("rights.toml", "[right.objection]"), ("rights.toml", "[right.access]")])
def test_a_right_that_the_notice_no_longer_tells_is_refused(folder: Path, file: str, header: str) -> None:
    without(folder, file, header)

    assert found(folder, "E099") == ["census.rights"]


def test_a_list_that_the_notice_no_longer_prints_is_refused(folder: Path) -> None:
    replace(folder, "notice.toml", 'generated = ["retention"]', "generated = []")

    assert "section.generated.retention" in found(folder, "N190")


@pytest.mark.parametrize("period", ["P11Y", "P121M", "P3700D"])
def test_a_period_longer_than_any_claim_needs_its_law(folder: Path, period: str) -> None:
    replace(folder, "purposes.toml", 'period = "P24M"', f'period = "{period}"')
    assert found(folder, "N113") == ["purpose.order.retention"]

    replace(folder, "purposes.toml", f'period = "{period}"', f'period = "{period}", law = "Kirjanpitolaki 2:10"')
    assert found(folder, "N113") == []


def test_a_waiver_for_ever_is_refused(folder: Path) -> None:
    replace(folder, "waivers.toml", "until    = 2027-03-31", "until    = 2099-12-31")

    assert len(found(folder, "N172")) == 1


def test_a_balance_test_outside_the_notice_is_refused(folder: Path) -> None:
    (folder.parent / "elsewhere.md").write_text("Weighed.", encoding="utf-8")
    replace(folder, "purposes.toml", "balance/customer_care.md", "../elsewhere.md")

    assert found(folder, "N112") == ["purpose.customer_care.balance"]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("notice.toml", 'email       = "support@husgrove.com"', 'email       = "support"'),
        ("notice.toml", 'business_id = ""', 'business_id = "1234567-8"'),
        ("notice.toml", 'country     = "FI"', 'country     = "Finland"'),
    ],
)
def test_facts_that_cannot_be_so_are_refused(folder: Path, file: str, old: str, new: str) -> None:
    replace(folder, file, old, new)

    assert [problem.code for problem in problems(folder)] == ["N001"]


# --- Notices that cannot be read --------------------------------------------------------------------------------------


def test_broken_toml_is_refused_by_line_and_column(folder: Path) -> None:
    path = folder / "roles.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines[:9], 'name.fi = "never closed', *lines[9:]]), encoding="utf-8")

    report = problems(folder)

    assert [(problem.code, problem.place) for problem in report] == [("N001", "roles.toml:10:24")]


def test_text_that_is_not_utf_8_is_refused_by_line_and_column(folder: Path) -> None:
    path = folder / "terminal.toml"
    path.write_bytes(b"# 1\n# p\xe4\n" + path.read_bytes())

    assert [(problem.code, problem.place) for problem in problems(folder)] == [("N001", "terminal.toml:2:4")]


def test_the_same_table_in_two_files_is_refused(folder: Path) -> None:
    add(folder, "terminal.toml", "\n" + table(folder, "roles.toml", "[role.owner]"))

    report = problems(folder)

    line = (folder / "terminal.toml").read_text(encoding="utf-8").splitlines().index("[role.owner]") + 1
    assert [(problem.code, problem.place) for problem in report] == [("N001", f"terminal.toml:{line}:1")]
    assert report[0].message == "[role.owner] is declared twice"


def test_an_unknown_table_is_refused(folder: Path) -> None:
    add(folder, "terminal.toml", "\n[purposes.order]\nname = 1\n")

    report = problems(folder)

    assert "terminal.toml" in report[0].place
    assert report[0].code == "N001"


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    assert [problem.code for problem in problems(tmp_path)] == ["N001"]


def test_a_broken_record_of_reviews_is_refused(folder: Path) -> None:
    add(folder, "reviewed.toml", "= =\n")

    assert "reviewed.toml" in found(folder, "N001")


def test_a_record_of_reviews_of_the_wrong_shape_is_refused(folder: Path) -> None:
    add(folder, "reviewed.toml", '"section.1.title" = "yes"\n')
    replace(folder, "reviewed.toml", '"section.1.title" = {', '"section.1.old" = {')

    assert found(folder, "N001") == ["reviewed.toml section.1.title"]


def test_a_notice_that_cannot_be_meant_is_refused(folder: Path) -> None:
    replace(folder, "sources.toml", "from_person = false", "from_person = true")

    assert found(folder, "N151") == ["source.web_page"]
