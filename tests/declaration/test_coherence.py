"""What is well formed and cannot be meant makes the check fail, each at its place."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from seloste.declaration import coherence
from seloste.declaration.load import DEFAULT_FOLDER, load

TODAY = date(2026, 11, 25)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DEFAULT_FOLDER, tmp_path / "notice"))


def found(folder: Path) -> list[tuple[str, str]]:
    return [(problem.code, problem.place) for problem in coherence.problems(load(folder), today=TODAY, folder=folder)]


def change(folder: Path, file: str, pattern: str, new: str) -> None:
    path = folder / file
    text, count = re.subn(pattern, new, path.read_text(encoding="utf-8"), count=1, flags=re.MULTILINE)
    assert count == 1
    path.write_text(text, encoding="utf-8")


def test_the_notice_as_it_is_can_be_meant(folder: Path) -> None:
    assert found(folder) == []


@pytest.mark.parametrize(
    ("file", "pattern", "new", "problem"),
    [
        ("notice.toml", r'^seed(\s*)= "000_', r'seed\1= "001_', ("N109", "meta.seed")),
        ("notice.toml", r"^effective_from(\s*)= .*", r"effective_from\1= 2099-01-01", ("N109", "meta.effective_from")),
        ("notice.toml", r"^country(\s*)= .*", r'country\1= "XX"', ("N142", "controller.country")),
        ("notice.toml", r"^website(\s*)= .*", r'website\1= "javascript:alert(1)"', ("N143", "controller.website")),
        ("purposes.toml", r"^bases(\s*)= .*", r'bases\1= ["contract", "contract"]', ("N108", "purpose.order.bases")),
        ("roles.toml", r'^may(\s*)= \["read"', r'may\1= ["read", "read"', ("N108", "role.customer_service.may")),
        (
            "waivers.toml",
            r'^item(\s*)= "purpose.licence_control"',
            r'item\1= "purpose.fault_investigation"',
            ("N108", "waiver"),
        ),
        (
            "purposes.toml",
            r"^\[purpose.order\]",
            "[purpose.order]\nabout_staff = true",
            ("N122", "purpose.order.about_staff"),
        ),
        (
            "categories.toml",
            r"^\[category.identity\]",
            "[category.identity]\nabout_staff = true",
            ("N122", "purpose.order.about_staff"),
        ),
        ("sources.toml", r"^from_person(\s*)= false", r"from_person\1= true", ("N151", "source.web_page")),
        ("law.toml", r'^value(\s*)= "P1M"', r'value\1= "a month"', ("N192", "rule answer_to_request")),
        ("law.toml", r"^valid_from(\s*)= .*", r"valid_from\1= 2999-01-01", ("N193", "rule answer_to_request")),
        ("law.toml", r'^key(\s*)= "art14_information"', r'key\1= "art14"', ("N193", "rule art14_information")),
        ("purposes.toml", r"^balance(\s*)= .*", r'balance\1= "notice.toml"', ("N115", "notice.toml")),
        ("purposes.toml", r"^balance(\s*)= .*", r'balance\1= "/etc/hostname"', ("N115", "/etc/hostname")),
        ("balance/feedback.md", r"(?s).*", "To be weighed.", ("N115", "balance/feedback.md")),
    ],
)
def test_what_cannot_be_meant_is_refused(
    folder: Path, file: str, pattern: str, new: str, *, problem: tuple[str, str]
) -> None:
    change(folder, file, pattern, new)

    assert problem in found(folder)


def test_a_balance_test_that_no_purpose_uses_is_refused(folder: Path) -> None:
    (folder / "balance" / "spare.md").write_text("words " * 100, encoding="utf-8")

    assert found(folder) == [("N114", "balance/spare.md")]


def test_a_contract_of_tomorrow_is_refused(folder: Path) -> None:
    with (folder / "recipients.toml").open("a", encoding="utf-8") as file:
        file.write(
            '\n[recipient.hosting]\nname.fi = "E"\nname.sv = "E"\nname.en = "E"\nkind = "processor"\n'
            'country = "FI"\ncontract_date = 2026-11-26\n'
        )

    assert ("N141", "recipient.hosting") in found(folder)
